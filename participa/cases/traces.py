"""Traces of a person in a text: telephones, documents, addresses of mail, names.

A sender is warned of them, and a reviewer finds them marked. It is a help for the eye, not a proof:
what it misses a person has to see.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Seven digits or more, however they are grouped; a year is shorter, an amount of money has a "$".
NUMBER = re.compile(r"(?<![\d$.,])(?<!\$ )\+?\d(?:[ .-]?\d){6,14}(?![\d%])")
DOCUMENT = re.compile(
    r"\b(?:c\.? ?c\.?|c[eé]dula|documento|ti|nuip)\b[^\d\n]{0,20}$", re.IGNORECASE
)
# What introduces a name; then up to four words with a capital letter.
INTRODUCED = re.compile(
    r"\b(?:[Mm]e llamo|[Mm]i nombre es|[Ss]oy|[Ss]e llama|[Ss]eñora?|[Dd]on|[Dd]oña|[Dd]octora?|"
    r"[Ii]ngeniera?|[Ff]uncionari[ao]|[Vv]ecin[ao])\s+"
    r"((?:[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+)(?:\s+(?:de|del|la|los|[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+)){0,4})"
)
MOBILE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Trace:
    """A place in a text; `kind` is "mail", "phone", "document" or "name"."""

    kind: str
    start: int
    end: int


WORDS = {
    "mail": "un correo",
    "phone": "un teléfono",
    "document": "un número de documento",
    "name": "un nombre",
}


def found(text: str) -> list[Trace]:
    """The traces in a text, in its order; none overlaps another."""
    traces = sorted(_all(text), key=lambda trace: (trace.start, -trace.end))
    kept: list[Trace] = []
    for trace in traces:
        if not kept or trace.start >= kept[-1].end:
            kept.append(trace)
    return kept


def pieces(text: str) -> list[tuple[str, str]]:
    """The text in pieces, each with the words of its trace; "" for what lies between them."""
    cut: list[tuple[str, str]] = []
    last = 0
    for trace in found(text):
        cut += [(text[last : trace.start], ""), (text[trace.start : trace.end], WORDS[trace.kind])]
        last = trace.end
    cut.append((text[last:], ""))
    return [piece for piece in cut if piece[0]]


def kinds(text: str) -> list[str]:
    """What a text has, in words: ["un teléfono", "un nombre"]."""
    return list(dict.fromkeys(WORDS[trace.kind] for trace in found(text)))


def _all(text: str) -> Iterator[Trace]:
    for match in MAIL.finditer(text):
        yield Trace("mail", *match.span())
    for match in NUMBER.finditer(text):
        digits = sum(sign.isdigit() for sign in match[0])
        is_mobile = digits == MOBILE_LENGTH and match[0].lstrip("+").startswith(("3", "60"))
        is_document = DOCUMENT.search(text[: match.start()]) is not None
        kind = "phone" if not is_document and (is_mobile or digits == 7) else "document"
        yield Trace(kind, *match.span())
    for match in INTRODUCED.finditer(text):
        yield Trace("name", *match.span(1))
