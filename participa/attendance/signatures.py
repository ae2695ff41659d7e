"""A signature drawn with the finger: SVG path data, in which nothing else may hide. Pure."""

import re

MOST_BYTES = 8192
WIDTH, HEIGHT = 300, 120  # of the view in which the path is drawn
# Moves, lines and curves with plain numbers; no other command, and no markup.
COMMAND = r"[MmLlCcQqHhVvZz](?:[ ,]?-?\d{1,4}(?:\.\d{1,2})?)*"
PATH = re.compile(rf"[Mm](?:[ ,]?-?\d{{1,4}}(?:\.\d{{1,2}})?)+(?: ?{COMMAND})+ ?")


def is_path(text: str) -> bool:
    """Whether the text is path data and no longer than MOST_BYTES."""
    return len(text) <= MOST_BYTES and PATH.fullmatch(text) is not None
