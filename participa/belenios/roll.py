"""The roll (public_credentials record): the public credentials of all voters, no names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from participa.belenios import canonical
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048, Group

LIMIT = 700_000_000  # bytes: about a million credentials
VOID_LIMIT = 20_000_000  # bytes
WHAT = "El padrón"
VOID = "La lista de anuladas"


def write(credentials: Iterable[int]) -> bytes:
    """The roll in numerical order, which reveals nothing about the order of the voters."""
    return canonical.write([str(credential) for credential in sorted(credentials)])


def read(group: Group, raw: bytes) -> list[int]:
    """Parse a roll of distinct group elements with one vote each; raises Malformed."""
    return distinct([member(group, item, number) for number, item in enumerate(listed(raw), 1)])


def listed(raw: bytes) -> list[Any]:
    """The credentials of a roll as they stand in it; raises Malformed."""
    return canonical.items(canonical.read(raw, WHAT, LIMIT), WHAT)


def member(group: Group, item: Any, number: int) -> int:
    """Parse the credential with this number; raises Malformed."""
    what = f"{WHAT}, credencial {number}"
    if isinstance(item, str) and "," in item:
        raise Malformed(f"{what} lleva un peso o un nombre, y debe ir sola.")
    return group.member(item, what)


def distinct(credentials: list[int]) -> list[int]:
    """The same, unless there are none or one stands there twice; raises Malformed."""
    if not credentials:
        raise Malformed(f"{WHAT} está vacío.")
    if len(set(credentials)) != len(credentials):
        raise Malformed(f"{WHAT} repite una credencial.")
    return credentials


def from_registrar(group: Group, raw: bytes) -> bytes:
    """The roll to publish, from the credentials file of belenios-tool; raises Malformed."""
    record = without_names(raw)
    read(group, record)
    return record


def without_names(raw: bytes) -> bytes:
    """The list reduced to its public credentials, which are not checked; raises Malformed.

    An item of the registrar's file is "C", "C,weight" or "C,weight,name"; only weight 1 is allowed.
    """
    credentials = []
    for number, item in enumerate(canonical.items(canonical.read(raw.strip(), WHAT, LIMIT), WHAT)):
        what = f"{WHAT}, credencial {number + 1}"
        public, _, rest = canonical.text(item, what).partition(",")
        if rest.partition(",")[0] not in {"", "1"}:
            raise Malformed(f"{what} vale más de un voto, y aquí cada una vale uno.")
        credentials.append(public)
    return canonical.write(sorted(credentials, key=lambda public: (len(public), public)))


def read_void(raw: bytes) -> list[int]:
    """The public credentials of a list of void ones, in its order; raises Malformed.

    That they belong to the group and to an election is for the caller to check.
    """
    listed = canonical.items(canonical.read(raw.strip(), VOID, VOID_LIMIT), VOID)
    return [int(BELENIOS_2048.element(public, VOID)) for public in listed]
