"""The attendance lists in the story of a demonstration: what somebody who tries it finds to do."""

import pytest

from participa.attendance.models import AttendanceList
from participa.attendance.paper import queries, reconciliation, sampling
from participa.channels.phases import Phase
from participa.core.db import db
from participa.events.example_gatherings import FAIR, MANRIQUE, SAN_CRISTOBAL
from tests.story import AFTERNOON, tell_whole_story

pytestmark = [pytest.mark.one_engine, pytest.mark.slow]
HOME = "/gestion/asistencia"


@pytest.fixture
def story(demo, at):
    at(*AFTERNOON)
    tell_whole_story()


@pytest.fixture
def editor(story, staff):
    return staff("EDITOR")


def lists_of(title: str) -> list[AttendanceList]:
    """The lists of the events with this title, the oldest first."""
    rows = db.session.query(AttendanceList).order_by(AttendanceList.opens_at)
    return [record for record in rows if record.event.title == title]


def test_the_sheets_of_the_fair_wait_for_one_decision_and_for_one_sheet(editor):
    [fair] = lists_of(FAIR)
    totals = reconciliation.totals_of(fair.id)
    assert (totals.printed, totals.returned, totals.signed, totals.undecided) == (2, 1, 8, 1)
    assert totals.merged == 2
    page = editor.get(f"{HOME}/{fair.code}/papel").text
    assert "No cuadra." in page
    assert "Hoja 1: 1 parecida a otra persona del listado, por decidir." in page
    assert "Hoja 2: No ha vuelto. Cuente sus filas firmadas, o anúlela." in page
    assert "Es la misma persona (fila 8)" in page
    [row] = queries.undecided(fair.id)
    first, last = row.attendee.name.split()
    assert {first, last} <= set(row.proposed.name.split())


def test_the_paper_of_a_dialogue_agrees_with_its_list_and_its_minutes(editor):
    dialogues = lists_of(SAN_CRISTOBAL.title)
    assert [record.opens_at.year for record in dialogues] == [2024, 2026]
    for record in dialogues:
        totals = reconciliation.totals_of(record.id)
        assert (totals.differences, totals.merged, totals.illegible) == ([], 2, 1)
        assert totals.details.returned == totals.details.handled == 4
        assert totals.voided == 1, "a sheet that nobody used"
        page = editor.get(f"{HOME}/{record.code}/papel").text
        assert "Cuadra: todo lo firmado en papel está digitado." in page
        assert "De 5 filas repetidas, 1 no coincide: 20" in page
        minutes = editor.get(f"/gestion/eventos/{record.event.code}/acta").text
        assert f"Firmaron el listado {SAN_CRISTOBAL.people} personas." in minutes
        assert sampling.result_of(record.id).drawn == 5


def test_a_called_event_waits_for_its_list(editor):
    page = editor.get(f"{HOME}/nuevo").text
    assert MANRIQUE.title in page
    assert lists_of(MANRIQUE.title) == []


def test_there_are_lists_before_during_and_after_their_time(story):
    phases = {record.phase for record in db.session.query(AttendanceList)}
    assert phases == {Phase.SCHEDULED, Phase.OPEN, Phase.CLOSED}


@pytest.mark.parametrize(
    "day",
    [(2024, 10, 6, 8), (2026, 8, 16, 9), (2026, 8, 18, 9), (2026, 1, 2, 5), (2027, 1, 1, 4)],
    ids=["before typing", "also this year", "typed", "a new year", "its first hour"],
)
def test_whatever_the_day_the_paper_is_as_far_as_it_can_be(demo, at, day, staff):
    at(*day)
    tell_whole_story()
    editor = staff("EDITOR")
    for record in db.session.query(AttendanceList):
        assert editor.get(f"{HOME}/{record.code}/papel").status_code == 200
        if record.event.is_locked:
            assert reconciliation.warning(record.id) == ""
