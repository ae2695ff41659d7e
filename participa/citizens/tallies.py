"""How one slip counts. Pure, so that what is frozen and what still stands count alike."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from participa.citizens.variables import TEXT, of_key

Tally = Counter[tuple[str, str]]
EVERYBODY = ("", "")  # how many slips there are
SOME = "*"  # how many persons gave at least one of the options that go together


def of_slip(answers: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    """Each (key, option) that this slip adds one to; words beside "Otro" are never counted."""
    yield EVERYBODY
    for key, codes in answers.items():
        if key.endswith(TEXT):
            continue
        for code in set(codes):
            yield key, code
        if (variable := of_key(key)) and variable.gives_together(codes):
            yield key, SOME


def tally(slips: Iterable[Mapping[str, Sequence[str]]]) -> Tally:
    counted: Tally = Counter()
    for answers in slips:
        counted.update(of_slip(answers))
    return counted
