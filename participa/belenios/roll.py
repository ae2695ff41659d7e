"""The public roll: the public halves of all credentials, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterable

from participa.belenios import canonical
from participa.belenios.canonical import Malformed
from participa.belenios.groups import Group

LIMIT = 700_000_000
WHAT = "El padrón"


def write(credentials: Iterable[int]) -> bytes:
    """In numerical order: it tells nothing of who got which."""
    return canonical.write([str(credential) for credential in sorted(credentials)])


def read(group: Group, raw: bytes) -> list[int]:
    """Each belongs to the group, none comes twice, and each has one vote."""
    listed = canonical.items(canonical.read(raw, WHAT, LIMIT), WHAT)
    found = []
    for number, item in enumerate(listed, start=1):
        what = f"{WHAT}, credencial {number}"
        if isinstance(item, str) and "," in item:
            raise Malformed(f"{what} lleva un peso o un nombre, y debe ir sola.")
        found.append(group.member(item, what))
    if not found:
        raise Malformed(f"{WHAT} está vacío.")
    if len(set(found)) != len(found):
        raise Malformed(f"{WHAT} repite una credencial.")
    return found


def from_registrar(group: Group, raw: bytes) -> bytes:
    """The roll to publish, out of the file that belenios-tool gives to a registrar."""
    record = without_names(raw)
    read(group, record)
    return record


def without_names(raw: bytes) -> bytes:
    """The same list without what it says of people; its credentials are not checked.

    The registrar's file tells who has each one ("C,weight,name"). Nobody has more than one vote.
    """
    found = []
    for number, item in enumerate(canonical.items(canonical.read(raw.strip(), WHAT, LIMIT), WHAT)):
        what = f"{WHAT}, credencial {number + 1}"
        public, _, rest = canonical.text(item, what).partition(",")
        if rest.partition(",")[0] not in {"", "1"}:
            raise Malformed(f"{what} vale más de un voto, y aquí cada una vale uno.")
        found.append(public)
    return canonical.write(sorted(found, key=lambda public: (len(public), public)))
