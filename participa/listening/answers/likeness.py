"""How alike two texts are, in words that say something. Pure.

The order of the words does not count, nor their accents. A text is compared with those alone that
share some beginnings of words with it, so that a thousand texts cost little.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from participa.core.web.lists import folded

SEED = Path(__file__).parent / "seed" / "empty-words.txt"
EMPTY = frozenset(SEED.read_text("utf-8").split())
WORD = re.compile(r"[a-z0-9]{3,}")
MOST_WORDS = 60
STEM = 5  # letters: "alumbrado" and "alumbrados" begin alike
FEWEST_SHARED = 2
Key = TypeVar("Key", bound=Hashable)


def words_of(text: str) -> str:
    """The words that say something, each once, in the order of the alphabet."""
    found = dict.fromkeys(WORD.findall(folded(text)))
    return " ".join(sorted([word for word in found if word not in EMPTY][:MOST_WORDS]))


class ManyTexts(Generic[Key]):
    """Texts, by a key, to be compared with others."""

    def __init__(self, texts: Mapping[Key, str]):
        self.words = {key: words_of(text) for key, text in texts.items()}
        self.by_stem: dict[str, list[Key]] = defaultdict(list)
        for key, words in self.words.items():
            for stem in _stems(words):
                self.by_stem[stem].append(key)

    def like(
        self, text: str, least: float, most: int, besides: Collection[Key] = ()
    ) -> list[tuple[Key, float]]:
        """The keys of the texts that are at least so much alike, from 0 to 100, with how much.

        Compared are the `most` texts that share most with it, and none of `besides`.
        """
        words, shared = words_of(text), Counter[Key]()
        for stem in _stems(words):
            shared.update(self.by_stem.get(stem, ()))
        near = [
            key
            for key, count in shared.most_common()
            if count >= FEWEST_SHARED and key not in besides
        ]
        compared = {key: self.words[key] for key in near[:most]}
        found = process.extract(
            words, compared, scorer=fuzz.token_set_ratio, score_cutoff=least, limit=None
        )
        return [(key, score) for _, score, key in found]


def _stems(words: str) -> set[str]:
    return {word[:STEM] for word in words.split()}
