"""Whether two names, or two document numbers, may be the same one written twice. Pure.

It proposes; a person decides. So it would rather propose one pair too many.
"""

from difflib import SequenceMatcher

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
    if first == second or _ratio(" ".join(first), " ".join(second)) >= ALIKE:
        return True
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= FEW and _all_in(shorter, longer)


def _all_in(shorter: list[str], longer: list[str]) -> bool:
    """Whether each word has one of its own in the other name, up to a letter or so."""
    left = list(longer)
    for word in shorter:
        near = next((one for one in left if _ratio(word, one) >= SAME_WORD), None)
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


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return 0.0 if matcher.real_quick_ratio() < SAME_WORD else matcher.ratio()
