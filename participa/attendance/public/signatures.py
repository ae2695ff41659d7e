"""A signature drawn with the finger: SVG path data, in which nothing else may hide. Pure."""

import re

MOST_BYTES = 8192
WIDTH, HEIGHT = 300, 120  # of the view in which the path is drawn
# Moves, lines and curves with plain numbers. A number is set off from the one before by a space, a
# comma or its sign, so that no text can be read in two ways.
UNSIGNED = r"[0-9]{1,4}(?:\.[0-9]{1,2})?"
NUMBERS = rf"-?{UNSIGNED}(?:[ ,]-?{UNSIGNED}|-{UNSIGNED})*"
PATH = re.compile(rf"[Mm]{NUMBERS}(?:[MmLlCcQqHhVv]{NUMBERS}|[Zz])+")


def is_path(text: str) -> bool:
    """Whether the text is path data and no longer than MOST_BYTES."""
    return len(text) <= MOST_BYTES and PATH.fullmatch(text) is not None
