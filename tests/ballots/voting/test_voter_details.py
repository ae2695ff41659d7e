"""What voters tell of themselves: sealed and apart, and in the end a slip like any other."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participa.ballots.models import BoxKind, PaperKind, SealedPaper
from participa.ballots.voting import voter_details
from participa.ballots.voting.casting import NotOpen
from participa.citizens import queries as citizens
from participa.citizens import service
from participa.citizens.models import Consent, PopulationSlip
from participa.citizens.service import ConsentMissing
from participa.core.db import db
from participa.core.installation import installation
from tests.ballots import city

ASKED = ["curso_vida", "pertenencia_etnica"]
SENSITIVE = {"pertenencia_etnica": ["1"], "sensitive_consent": ["y"]}


@pytest.fixture
def notice(app):
    made = service.publish_notice("ballots", installation(app).settings.entity, "prueba")
    db.session.commit()
    return made


@pytest.fixture
def box(notice):
    return city.opened(BoxKind.CODES, variables=ASKED)


def tell(made, number, answers):
    voter_details.store(made.definition, f"{number:032x}", answers)
    db.session.commit()


def kept():
    return db.session.scalar(select(func.count()).select_from(SealedPaper))


def test_a_slip_waits_sealed_and_is_no_slip_of_the_citizens_yet(box):
    tell(box, 1, {"curso_vida": ["JU"]})
    [paper] = db.session.scalars(select(SealedPaper))
    assert paper.kind is PaperKind.SLIP
    assert b"curso_vida" not in paper.sealed  # its answer, JU, may stand there by chance
    assert db.session.scalars(select(PopulationSlip)).all() == []
    assert db.session.scalars(select(Consent)).all() == []


def test_a_second_click_keeps_one_slip(box):
    tell(box, 1, {"curso_vida": ["JU"]})
    tell(box, 1, {"curso_vida": ["JU"]})
    assert kept() == 1


def test_at_the_counting_each_slip_is_handed_on_with_its_day_its_notice_and_its_consent(
    box, notice, at
):
    at(2024, 9, 3, 14)
    tell(box, 1, {"curso_vida": ["JU"]} | SENSITIVE)
    at(2024, 9, 4, 3)  # still the third of September in Medellín
    tell(box, 2, {"curso_vida": ["AU"]})
    city.finish(box)
    rows = db.session.scalars(select(PopulationSlip)).all()
    assert {(row.source, row.source_id, row.notice_id) for row in rows} == {
        ("ballots", box.id, notice.id)
    }
    assert {str(row.received_on) for row in rows} == {"2024-09-03"}
    told = {row.answers["curso_vida"][0]: row for row in rows}
    assert told["JU"].answers["pertenencia_etnica"] == ["1"]
    consents = {row.id: row.purposes for row in db.session.scalars(select(Consent))}
    assert consents[told["JU"].consent_id] == ["sensitive", "statistics"]
    assert consents[told["AU"].consent_id] == ["statistics"]
    assert kept() == 0


def test_turnout_is_told_only_in_groups_that_nobody_can_be_seen_in(box):
    for number in range(3):
        tell(box, number, {"curso_vida": ["JU"]})
    for number in range(3, 12):
        tell(box, number, {"curso_vida": ["AU"]})
    city.finish(box)
    [counted] = citizens.counts("ballots", box.id, ["curso_vida"], 12)
    told = dict(counted.rows)
    assert told["29 a 59 años (adultez)"] in {9, None}
    assert told["18 a 28 años (juventud)"] is None


def test_sensitive_answers_without_consent_are_refused_when_they_come(box):
    """Refused at the counting, one of them would stop it for ever."""
    with pytest.raises(ConsentMissing):
        tell(box, 1, {"pertenencia_etnica": ["1"]})
    db.session.rollback()
    assert kept() == 0


def test_what_nobody_asks_breaks_when_it_comes_and_not_at_the_counting(box):
    with pytest.raises(ValueError, match="no such variable"):
        tell(box, 1, {"color_favorito": ["verde"]})


def test_after_the_time_of_voting_a_slip_still_comes_in_until_somebody_closes(notice, at):
    now = at(2024, 9, 3, 14)
    made = city.opened(BoxKind.CODES, variables=ASKED, closes_at=now + timedelta(hours=2))
    at(2024, 9, 3, 17)
    tell(made, 1, {"curso_vida": ["JU"]})
    city.close(made)
    with pytest.raises(NotOpen, match="Ya no recibimos datos"):
        tell(made, 2, {"curso_vida": ["JU"]})
    assert kept() == 1


def test_a_slip_of_a_process_that_remembers_an_open_box_is_not_sealed_for_nobody(box):
    remembered = box.definition
    city.finish(box)
    with pytest.raises(NotOpen):
        voter_details.store(remembered, "a" * 32, {"curso_vida": ["JU"]})
    db.session.rollback()
    assert kept() == 0


def test_slips_and_the_closing_at_once_leave_no_paper_behind(box):
    definition, box_id = box.definition, box.id

    def send(number):
        return lambda: voter_details.store(definition, f"{number:032x}", {"curso_vida": ["JU"]})

    def close():
        city.closing.close(db.session.get_one(city.BallotBox, box_id), "prueba")

    outcomes = city.at_once(*map(send, range(6)), close, *map(send, range(6, 12)))
    accepted = sum(outcome is None for outcome in outcomes) - 1
    city.count(box)
    assert db.session.scalar(select(func.count()).select_from(PopulationSlip)) == accepted
    assert kept() == 0


@pytest.mark.parametrize(
    ("facts", "answers"),
    [({"variables": []}, {}), ({"variables": ASKED}, {})],
    ids=["asks nothing", "told nothing"],
)
def test_an_empty_slip_is_not_kept(notice, facts, answers):
    made = city.opened(BoxKind.CODES, **facts)
    with pytest.raises(NotOpen):
        tell(made, 1, answers)


def test_without_a_notice_nobody_is_asked(app):
    made = city.opened(BoxKind.CODES, variables=ASKED)
    assert made.definition.variables == ()
    with pytest.raises(NotOpen):
        tell(made, 1, {"curso_vida": ["JU"]})


def test_a_draft_takes_no_slip(notice):
    made = city.draft(BoxKind.CODES, variables=ASKED)
    with pytest.raises(NotOpen):
        tell(made, 1, {"curso_vida": ["JU"]})
