"""The plan in the story of a demonstration, on whatever day it starts."""

import pytest

from participa.channels.example import play
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.ops import audit_verify
from participa.plan import document, queries
from participa.plan.models import ProgressReport, ReportState
from participa.plan.reporting import example
from participa.staff import service as offices
from participa.staff.models import Role
from tests.plan.builders import account
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine


def tell() -> None:
    """Play the plan's strands up to the moment at which the clock stands."""
    reporter, chief = account("rosa@ejemplo.org"), account("ada@ejemplo.org", Role.EDITOR)
    db.session.add_all([reporter, chief])
    with clock.stopped_at(example.BEGINNING):
        offices.seed_offices()
        example.import_plan(chief)
    play(example.strands(reporter, chief))
    db.session.commit()


@pytest.fixture
def november(demo, at):
    at(2026, 11, 29, 14)
    remembered(tell)()


def board(demo, year: int):
    with demo.test_request_context():
        return document.board_of(queries.plan_of(year))


def states(board) -> dict[str, str]:
    return {line.code: line.state_text for line in board.lines}


def test_2024_is_closed_with_what_was_not_met_and_the_period_that_was_reopened(demo, november):
    year = board(demo, 2024)
    assert year.closed_on.isoformat() == "2025-01-31"
    assert states(year)["7.1"] == "Vencida"
    [reopened] = year.reopenings
    assert reopened.reason == example.WHY_REOPENED


def test_what_was_late_or_not_met_states_its_reason(demo, november):
    for line in board(demo, 2024).lines:
        if line.reports and (line.is_out_of_term or not line.is_met):
            assert any(report.notes for report in line.reports), line.code


def test_this_year_is_under_way_and_reports_wait_for_somebody(demo, november):
    assert queries.plan_of(2026).is_open
    assert states(board(demo, 2026))["7.1"] == "En curso"
    [sent] = queries.movable_reports(ReportState.SENT, None)
    assert sent.title == example.TO_REVIEW.title
    [returned] = queries.movable_reports(ReportState.RETURNED, None)
    assert returned.returned_because == example.WHY_TO_CORRECT


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [
        (2024, 9, 25, 12),
        (2025, 1, 6, 12),
        (2026, 1, 1, 5),
        (2028, 2, 29, 12),
    ],
    ids=lambda moment: "-".join(map(str, moment)),
)
def test_nothing_happens_after_today_and_everything_in_its_order(demo, at, moment):
    now = at(*moment)
    tell()
    acts = [entry.at for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]
    assert acts == sorted(acts)
    assert acts[-1] <= now
    assert audit_verify.chain().is_sound
    for report in db.session.query(ProgressReport):
        assert report.done_on <= clock.today()
        assert report.reviewer_id != report.reporter_id
    assert queries.current_plan().year == clock.today().year


def test_the_same_day_tells_the_same_story(demo, november):
    first = document.canonical_json(
        document.plan_document(queries.plan_of(2024), board(demo, 2024))
    )
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()
    db.session.expunge_all()
    tell()
    second = document.plan_document(queries.plan_of(2024), board(demo, 2024))
    assert document.canonical_json(second) == first
