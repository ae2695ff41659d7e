"""What was taken out of a text before it was public, and what it still says of a person. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from participa.cases import traces
from participa.core.spanish import listed, several
from participa.core.web.lists import folded

OTHER = "other"  # words that were taken out or replaced and that no trace marks
WORD = re.compile(r"\w+")
KINDS = {
    "name": ("nombre", "nombres"),
    "phone": ("teléfono", "teléfonos"),
    "document": ("documento", "documentos"),
    "mail": ("correo", "correos"),
    OTHER: ("cambio más", "cambios más"),
}
BETWEEN_DIGITS = re.compile(r"(?<=\d)[ .\-()]{1,2}(?=\d)")
FEWEST_DIGITS, FEWEST_WORDS = 5, 2


def cuts(*texts: str) -> dict[str, int]:
    """How many places were taken out, by kind, of pairs of texts: original, public, original …"""
    counted: Counter[str] = Counter()
    for original, public in zip(texts[::2], texts[1::2], strict=True):
        counted += _cuts(original, public)
    return dict(sorted(counted.items()))


def _cuts(original: str, public: str) -> Counter[str]:
    marked = traces.found(original)
    gone = Counter(one.kind for one in marked if original[one.start : one.end] not in public)
    bare, last = "", 0
    for one in marked:  # the original without its traces, which are counted already
        bare += f" {original[last : one.start]}"
        last = one.end
    before, after = WORD.findall(f"{bare} {original[last:]}"), WORD.findall(public)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    others = sum(1 for step in steps if step[0] in {"delete", "replace"})
    return gone + Counter({OTHER: others})


def in_words(cuts: Mapping[str, int]) -> str:
    """What was taken out: "1 nombre y 2 teléfonos"."""
    counts = [several(cuts[kind], *words) for kind, words in KINDS.items() if cuts.get(kind)]
    return listed(counts) or "nada"


def own_data(text: str, names: Iterable[str], mail: str, numbers: Mapping[str, str]) -> list[str]:
    """Which of these data of a person a text repeats, in words: ["el teléfono"]."""
    words, digits = f" {' '.join(folded(text).split())} ", BETWEEN_DIGITS.sub("", text)
    found = []
    for name in names:
        is_whole = len(name.split()) >= FEWEST_WORDS
        if is_whole and re.search(rf"\W{re.escape(' '.join(folded(name).split()))}\W", words):
            found.append("el nombre")
    if mail and folded(mail) in words:
        found.append("el correo")
    for label, number in numbers.items():
        bare = re.sub(r"\D", "", number)
        if len(bare) >= FEWEST_DIGITS and bare in digits:
            found.append(label)
    return list(dict.fromkeys(found))
