from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.plan.measures import Evidence, Indicator
from participa.plan.models import Unit

DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))
PROOFS = st.lists(st.builds(Evidence, st.just(1), st.text(), st.text(), DAYS, st.booleans()))
INDICATORS = st.builds(
    lambda unit, target, proofs: Indicator(unit, target, ()).with_more(proofs),
    st.sampled_from(Unit),
    st.integers(1, 100),
    PROOFS,
)


def proofs(*fulfilled: bool) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(1, "Prueba", "/p", date(2024, month, 1), is_so)
        for month, is_so in enumerate(fulfilled, 1)
    )


def test_a_percentage_without_anything_that_applies_has_no_value():
    nothing = Indicator(Unit.PERCENT, 100, ())
    assert (nothing.value, nothing.denominator, nothing.is_met) == (None, 0, False)


def test_a_count_without_evidence_is_zero():
    assert Indicator(Unit.COUNT, 2, ()).value == 0


def test_a_share_is_what_fulfils_among_what_applies():
    indicator = Indicator(Unit.PERCENT, 100, proofs(True, True, False))
    assert (indicator.numerator, indicator.denominator) == (2, 3)
    assert indicator.value == pytest.approx(200 / 3)


def test_what_is_not_finished_is_never_shown_as_a_hundred():
    almost = Indicator(Unit.PERCENT, 100, proofs(*[True] * 11) * 300 + proofs(False))
    assert almost.shown_value == 99.9


def test_the_target_is_met_on_the_day_of_the_evidence_that_reached_it():
    assert Indicator(Unit.COUNT, 2, proofs(True, False, True, True)).met_on == date(2024, 3, 1)
    assert Indicator(Unit.PERCENT, 50, proofs(False, True, True)).met_on == date(2024, 3, 1)


@given(INDICATORS)
def test_there_is_a_day_of_success_exactly_when_the_target_is_met(indicator):
    assert (indicator.met_on is not None) == indicator.is_met


@given(INDICATORS)
def test_the_number_is_the_list(indicator):
    assert indicator.numerator == len([one for one in indicator.evidence if one.fulfilled])
    if indicator.unit is Unit.PERCENT and indicator.evidence:
        assert indicator.value * len(indicator.evidence) == pytest.approx(100 * indicator.numerator)
    elif indicator.unit is Unit.COUNT:
        assert indicator.value == indicator.numerator
