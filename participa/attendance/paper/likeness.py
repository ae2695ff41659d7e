"""Whether two names, or two document numbers, may be the same one written twice. Pure.

It proposes; a person decides. So it would rather propose one pair too many.
"""

from difflib import SequenceMatcher
from functools import lru_cache

ALIKE = 0.86  # share of equal letters of two whole names
SAME_WORD = 0.8  # of two words
FEW = 2  # words that a shorter name needs to be the beginning of a longer one
LINKS = {"de", "del", "la", "las", "los", "y"}


def words_of(search_name: str) -> list[str]:
    """The words of a name as it is searched, without those that link them, in alphabetical order.

    "María de los Ángeles" and "Ángeles María" have the same ones.
    """
    return sorted(word for word in search_name.split() if word not in LINKS)


def are_alike(one: str, other: str) -> bool:
    """Whether two names, as they are searched, may be the same person's."""
    first, second = words_of(one), words_of(other)
    if not first or not second:
        return False
    if first == second:
        return True
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) >= FEW and _all_in(shorter, longer):
        return True
    return _ratio(" ".join(first), " ".join(second), ALIKE) >= ALIKE


def _all_in(shorter: list[str], longer: list[str]) -> bool:
    """Whether each word has one of its own in the other name, up to a letter or so."""
    left = list(longer)
    for word in shorter:
        near = next((one for one in left if _are_one_word(word, one)), None)
        if near is None:
            return False
        left.remove(near)
    return True


def may_be_one_number(one: str, other: str) -> bool:
    """Whether two document numbers differ by one slip of the pen, or one of them is missing."""
    if not one or not other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) != len(other):
        shorter, longer = sorted((one, other), key=len)
        return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
    wrong = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(wrong) == 2:  # two neighbours in the wrong order
        first, second = wrong
        swapped = (one[second], one[first]) == (other[first], other[second])
        return swapped and second == first + 1
    return len(wrong) < 2


@lru_cache(maxsize=2**16)
def _are_one_word(one: str, other: str) -> bool:
    return one == other or _ratio(one, other, SAME_WORD) >= SAME_WORD


def _ratio(one: str, other: str, least: float) -> float:
    """The share of equal letters; 0 where a cheaper bound says that it is below `least`."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return matcher.ratio()
