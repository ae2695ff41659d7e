"""Counting of population slips. No database.

One implementation for stored slips and for those about to be deleted, so that totals agree.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from participa.citizens.variables import TEXT, variable_of

Tally = Counter[tuple[str, str]]
SLIP_COUNT = ("", "")  # the tally key that counts slips
ANY_COMBINABLE = "*"  # counts people with at least one of the options that may be combined


def keys_of_slip(answers: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    """Each (key, option) that the slip increments; free text beside "Otro" is never counted."""
    yield SLIP_COUNT
    for key, codes in answers.items():
        if key.endswith(TEXT):
            continue
        for code in set(codes):
            yield key, code
        if (variable := variable_of(key)) and variable.has_combinable(codes):
            yield key, ANY_COMBINABLE


def tally(slips: Iterable[Mapping[str, Sequence[str]]]) -> Tally:
    counted: Tally = Counter()
    for answers in slips:
        counted.update(keys_of_slip(answers))
    return counted
