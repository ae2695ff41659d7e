"""Private keys that somebody uploads or pastes by mistake: recognised in every field, never stored.

A key that left the machine of its holder is of no use any more, whatever the field was for.
"""

import re

from participa.belenios import credentials, trustees
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from participa.core.errors import Refused

PRIVATE = (
    "Es la llave privada, y ya salió del equipo de su dueño. No se guardó, pero no la use más: "
    "haga otra llave y entregue solo la parte pública."
)
PRIVATE_OF_AN_OPEN_BOX = (
    "Es la llave privada, y ya salió del equipo de su dueño. No se guardó, pero ya no prueba quién "
    "firma, y en una urna abierta no se cambia: dígalo en el acta."
)
LONGEST = 1_000  # bytes of a private key in any form
LONG_NUMBER = re.compile(r"[0-9]{60,80}")
ROWS, ROW_LENGTH = 4, 16  # of the paper copy, see belenios/browser/paper.js


def refuse(raw: bytes, field: str = "file", sentence: str = PRIVATE) -> None:
    """Raise Refused if an upload or a pasted text is a private key by mistake."""
    if is_one(raw):
        raise Refused(sentence, field)


def is_one(raw: bytes) -> bool:
    """Whether these bytes are a private key: its file, its bare number, or the paper copy."""
    if len(raw) > LONGEST:
        return False
    try:
        trustees.read_secret(BELENIOS_2048, raw)
    except Malformed:
        text = raw.decode("utf-8", "replace").strip().strip("\"'«»").strip()
        return bool(LONG_NUMBER.fullmatch(text)) or _is_paper_copy(text)
    return True


def _is_paper_copy(text: str) -> bool:
    rows = [credentials.normalised(row) for row in text.splitlines()]
    rows = [_unnumbered(row, number) for number, row in enumerate(filter(None, rows), start=1)]
    return len(rows) == ROWS and all(
        len(row) == ROW_LENGTH and credentials.check_holds(row) for row in rows
    )


def _unnumbered(row: str, number: int) -> str:
    """The row without its number, which the sheet prints in front of it."""
    is_numbered = len(row) == ROW_LENGTH + 1 and row.startswith(str(number))
    return row[1:] if is_numbered else row
