"""Outreach in the story of a demonstration: the plan of 2024 is measured by what was done."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from participa.channels.example import play
from participa.citizens.service import seed_notices
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.ops import audit_verify
from participa.events import service
from participa.outreach import example
from participa.outreach.models import CallPiece, TeachingPiece
from participa.plan import document, queries
from participa.plan.reporting import example as plan_example
from participa.staff import service as offices
from participa.staff.models import Role
from tests.events import city
from tests.plan.builders import account
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine
PLACES = {(2024, 8): "Castilla", (2024, 10): "San Cristóbal", (2026, 9): "Altavista"}


def hearing(by, year: int, month: int, place: str) -> Iterator[datetime]:
    """An example event, called three weeks before."""
    begins = clock.at_city(date(year, month, 20), 9)
    yield begins - timedelta(days=21)
    task = queries.task_of(queries.plan_of(year), "7.2")
    facts = city.PLAN | {"title": f"Audiencia en {place}", "place": f"Parque de {place}"}
    facts |= {"opens_at": begins, "closes_at": begins + timedelta(hours=3)}
    facts |= {"called_on": clock.today(), "is_example": True}
    service.publish(service.create(by, [task], **facts), by)


def tell() -> None:
    by, chief = account("elena@ejemplo.org"), account("ada@ejemplo.org", Role.EDITOR)
    db.session.add_all([by, chief])
    with clock.stopped_at(plan_example.BEGINNING):
        offices.seed_offices()
        seed_notices()
        plan_example.import_plan(chief)
    strands = [*plan_example.strands(by, chief), *example.strands(by, chief)]
    strands += [
        hearing(by, year, month, place)
        for (year, month), place in PLACES.items()
        if year in {2024, clock.today().year}
    ]
    play(strands)
    db.session.commit()


@pytest.fixture
def november(demo, at):
    at(2026, 11, 29, 14)
    remembered(tell)()


def line(demo, year: int, code: str):
    with demo.test_request_context():
        return document.board_of(queries.plan_of(year)).line(code)


def test_2024_published_all_its_pieces_in_time(demo, november):
    told = line(demo, 2024, "5.1")
    assert (told.computed.numerator, told.computed.denominator) == (8, 8)
    assert told.state_text == "Cumplida"


def test_what_only_a_loudspeaker_told_of_was_not_called_by_mass_media(demo, november):
    told = line(demo, 2024, "7.2")
    assert (told.computed.numerator, told.computed.denominator) == (1, 2)
    [missing] = [one for one in told.evidence if not one.fulfilled]
    assert missing.title == "Audiencia en San Cristóbal"
    assert told.state_text == "Vencida"


def test_this_year_is_under_way_with_one_piece_late(demo, november):
    told = line(demo, 2026, "5.1")
    assert (told.computed.numerator, told.computed.denominator) == (4, 6)
    reasons = [one.reason for one in told.evidence if not one.fulfilled]
    assert [reason.partition(" ")[0] for reason in reasons] == ["Se", "Prevista"]
    proofs = [one.has_proof for one in db.session.query(CallPiece) if one.medium.name == "RADIO"]
    assert proofs.count(False) == 1, "the spot of Altavista"


@pytest.mark.parametrize(
    "moment", [(2024, 2, 1, 5), (2024, 9, 25, 12), (2026, 1, 1, 5), (2028, 2, 29, 12)], ids=str
)
def test_nothing_happens_after_today(demo, at, moment):
    now = at(*moment)
    tell()
    acts = [entry.at for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]
    assert acts == sorted(acts)
    assert acts[-1] <= now
    assert audit_verify.chain().is_sound
    for piece in db.session.query(TeachingPiece):
        assert piece.published_at is None or piece.published_at <= now
    for call in db.session.query(CallPiece):
        assert call.done_on <= clock.today()
