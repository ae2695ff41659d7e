"""The list of void cards that `participa urna void` writes: public halves, and no code."""

from participa.belenios import canonical
from participa.belenios.groups import BELENIOS_2048

LIMIT = 20_000_000
WHAT = "La lista de anuladas"


def read(raw: bytes) -> list[int]:
    """The public credentials on the list, in its order; raises Malformed.

    Whether they belong to a certain election is for the caller to check.
    """
    listed = canonical.items(canonical.read(raw.strip(), WHAT, LIMIT), WHAT)
    return [int(BELENIOS_2048.element(public, WHAT)) for public in listed]
