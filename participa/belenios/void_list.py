"""The list of void credentials: a JSON list of public credentials, from which no code follows."""

from participa.belenios import canonical
from participa.belenios.groups import BELENIOS_2048

LIMIT = 20_000_000  # bytes
WHAT = "La lista de anuladas"


def read(raw: bytes) -> list[int]:
    """The public credentials in the order of the list; raises Malformed.

    That they belong to the group and to an election is for the caller to check.
    """
    listed = canonical.items(canonical.read(raw.strip(), WHAT, LIMIT), WHAT)
    return [int(BELENIOS_2048.element(public, WHAT)) for public in listed]
