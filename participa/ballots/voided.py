"""The list of void cards that `participa urna void` writes: public halves, and no code."""

from participa.ballots import canonical
from participa.ballots.canonical import Malformed
from participa.ballots.groups import BELENIOS_2048
from participa.core.errors import Refused

LIMIT = 20_000_000
WHAT = "La lista de anuladas"


def read(raw: bytes) -> list[int]:
    """The credentials of the list; whether they are of a box is asked elsewhere."""
    try:
        listed = canonical.items(canonical.read(raw.strip(), WHAT, LIMIT), WHAT)
        return [int(BELENIOS_2048.element(public, WHAT)) for public in listed]
    except Malformed as problem:
        raise Refused(f"Este archivo no sirve. {problem}", "file") from None
