"""The plan written back in the city's own layout."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participa.plan.importing import reading, rendering
from participa.plan.importing.drafts import Draft, DraftAction, DraftTask
from participa.plan.models import Unit
from tests.plan.files import RAW, directory

OFFICES = directory()
LETTERS = string.ascii_letters + string.digits + "áéíóúñÁÉÍÓÚÑüÜ .,;:()«»–'/%¿?¡!"
words = st.text(LETTERS, min_size=1, max_size=40).map(str.strip).filter(bool)
names = words.filter(lambda text: not text.isdigit())


@st.composite
def tasks(draw, action: int, position: int) -> DraftTask:
    start = draw(st.integers(1, 12))
    unit = draw(st.sampled_from(Unit))
    written = draw(st.one_of(st.just(""), words, st.just("Secretaría de Salud")))
    return DraftTask(
        action=action,
        position=position,
        name=draw(words),
        offices_written=written,
        start_month=start,
        end_month=draw(st.integers(start, 12)),
        indicator=draw(words),
        unit=unit,
        target=draw(st.integers(1, 100 if unit is Unit.PERCENT else 1_000_000)),
        observations=draw(st.one_of(st.just(""), words)),
        offices=tuple(OFFICES.split(written)),
    )


@st.composite
def plans(draw) -> Draft:
    numbers = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=5)))
    actions = []
    for number in numbers:
        count = draw(st.integers(1, 4))
        drawn = tuple(draw(tasks(number, position)) for position in range(1, count + 1))
        actions.append(DraftAction(number, draw(names), drawn))
    codes = [task.code for action in actions for task in action.tasks][1:]
    breaks = draw(st.sets(st.sampled_from(codes), max_size=2)) if codes else set()
    year = draw(st.integers(2000, 2099))
    return Draft(
        year,
        f"ESTRATEGIA {year}",
        "Plan de acciones " + draw(st.sampled_from(["distrital", "de la ciudad"])),
        tuple(actions),
        tuple(code for code in codes if code in breaks),
    )


def test_the_plan_of_the_city_is_written_back_byte_for_byte():
    assert rendering.text(reading.read(RAW, OFFICES)).encode() == RAW


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(plans())
def test_any_plan_written_and_read_back_is_the_same_plan(plan):
    assert reading.read(rendering.text(plan).encode(), OFFICES) == plan
