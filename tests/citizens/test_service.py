from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from participa.citizens import notices, queries, service
from participa.citizens.models import Consent, FrozenCount, Notice, PopulationSlip
from participa.citizens.service import ConsentMissing
from participa.config import Entity
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db

ENTITY = Entity(
    name="Alcaldía de Prueba",
    address="Calle 44 52-165",
    phone="604 385 5555",
    privacy_email="datos@prueba.gov.co",
)
SENSITIVE = {"pertenencia_etnica": ["1"], "sensitive_consent": ["y"]}


@pytest.fixture
def notice(app):
    published = service.publish_notice("topics", ENTITY, by="prueba")
    db.session.commit()
    return published


def all_of(model):
    return db.session.scalars(select(model)).all()


def test_the_notice_says_who_what_for_which_rights_and_what_is_optional(notice):
    """DAT-02"""
    for told in ("Alcaldía de Prueba", "Calle 44 52-165", "datos@prueba.gov.co", "604 385 5555"):
        assert told in notice.text
        assert told in notice.short_lines[0]
    assert "Contar quiénes participan" in notice.text
    assert "Conocer sus datos" in notice.text
    assert "10 días hábiles" in notice.text
    assert "15 días hábiles" in notice.text
    assert "opcionales" in notice.short_lines[2]
    assert "24 meses lo que diga de usted" in notice.short_lines[3]
    for told in (notice.text, notice.short_lines[3]):  # what stays is said where the term is said
        assert "quedan en el archivo, con su comuna y su barrio" in told
    assert len(notice.short_lines) <= 5


def test_the_same_text_is_published_once_and_a_changed_one_is_a_new_version(notice):
    """DAT-11; what people authorised before stays readable."""
    assert service.publish_notice("topics", ENTITY, by="prueba") is notice
    moved = Entity(name="Alcaldía de Prueba", address="Carrera 50")
    later = service.publish_notice("topics", moved, by="prueba")
    assert (notice.number, later.number) == (1, 2)
    assert later.sha256 != notice.sha256
    assert "Calle 44 52-165" in db.session.get(Notice, notice.id).text


def test_seeding_publishes_every_notice_and_then_nothing(app):
    assert service.seed_notices() == len(notices.kinds())
    assert service.seed_notices() == 0


def test_a_slip_tells_the_form_and_the_day_and_nothing_that_leads_to_a_person(notice, at):
    """DAT-05, design rule 7."""
    at(2024, 9, 3, 3, 30)  # still the second of September in Medellín
    told = {"curso_vida": ["JU"]} | SENSITIVE
    service.record_slip("topics", 7, told, notice, "qr")
    slip = db.session.scalars(select(PopulationSlip)).one()
    assert (slip.source, slip.source_id) == ("topics", 7)
    assert slip.received_on == date(2024, 9, 2)
    assert slip.answers == {"curso_vida": ["JU"], "pertenencia_etnica": ["1"]}
    columns = set(PopulationSlip.__table__.columns.keys())
    known = {"id", "source", "source_id", "variables_version", "answers", "received_on"}
    assert columns == known | {"notice_id", "consent_id"}


def test_the_proof_keeps_the_notice_the_purposes_the_channel_and_the_day(notice, at):
    """DAT-04; a finer time would join the slip to the answers of the same minute."""
    at(2024, 9, 3, 14, 55)
    service.record_slip("topics", 7, SENSITIVE, notice, "qr")
    consent = db.session.scalars(select(Consent)).one()
    assert consent.notice.sha256 == notice.sha256
    assert consent.purposes == ["sensitive", "statistics"]
    assert consent.channel == "qr"
    assert consent.at == clock.at_city(date(2024, 9, 3))
    assert consent.id == db.session.scalars(select(PopulationSlip)).one().consent_id


def test_the_proof_of_somebody_with_a_name_knows_the_second_and_who_helped(notice, make, at):
    """DAT-04, NET-05"""
    from participa.staff.models import Account  # noqa: PLC0415 - only this test needs one

    helper = make(Account(email="puerta@ejemplo.org", name="Puerta", fs_uniquifier="x"))
    now = at(2024, 9, 3, 14, 55, 12)
    key = service.record_consent(notice, ["attendance", "contact"], "verbal", operator=helper)
    consent = db.session.get(Consent, key)
    assert (consent.at, consent.channel, consent.operator) == (now, "verbal", helper)
    with pytest.raises(ValueError, match="unknown purposes"):
        service.record_consent(notice, ["marketing"], "web")
    with pytest.raises(ValueError, match="unknown channel"):
        service.record_consent(notice, ["contact"], "fax")


def test_sensitive_answers_without_consent_are_refused_and_nothing_is_stored(notice):
    """DAT-05, DAT-06: also when a channel forgot to ask its form."""
    with pytest.raises(ConsentMissing) as refusal:
        service.record_slip("topics", 7, {"pertenencia_etnica": ["1"]}, notice, "web")
    assert refusal.value.field == "sensitive_consent"
    assert all_of(PopulationSlip) == []
    assert all_of(Consent) == []
    service.record_slip("topics", 7, {"pertenencia_etnica": ["NR"]}, notice, "web")
    assert all_of(Consent)[0].purposes == ["statistics"]


def test_whoever_tells_nothing_authorises_nothing(notice):
    """DAT-01: silence is not consent."""
    service.record_slip("topics", 7, {}, notice, "web")
    assert len(all_of(PopulationSlip)) == 1
    assert all_of(Consent) == []


def test_a_variable_that_does_not_exist_is_a_mistake_of_the_channel(notice):
    with pytest.raises(ValueError, match="no such variable"):
        service.record_slip("topics", 7, {"color": ["rojo"]}, notice, "web")


def test_after_its_term_the_persons_go_and_the_totals_stay_the_same(notice, monkeypatch):
    """DAT-10"""
    today = clock.today()
    for n in range(12):
        told = {"curso_vida": ["JU" if n < 7 else "PM"], "discapacidad": ["VI", "AU"]}
        service.record_slip("topics", 7, told | {"sensitive_consent": ["y"]}, notice, "web")
    service.record_slip("topics", 8, {}, notice, "web")
    before, tally = queries.counts("topics", 7), queries.unprotected_tally("topics", 7)
    assert service.purge() == 0
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=31 * notice.months))
    service.record_slip("topics", 7, {"curso_vida": ["JU"]}, notice, "web")
    assert service.purge() == 13
    db.session.commit()
    assert len(all_of(PopulationSlip)) == 1  # the one of that day
    assert len(all_of(Consent)) == 1
    tally["", ""] += 1
    tally["curso_vida", "JU"] += 1
    assert queries.unprotected_tally("topics", 7) == tally
    assert before[0].options != ()
    entry = db.session.scalars(select(AuditEntry).filter_by(action="citizens.purged")).one()
    assert entry.details == {"slips": 13}


def test_purging_in_two_rounds_adds_up(notice, monkeypatch):
    today = clock.today()
    for later in (0, 40):
        monkeypatch.setattr(clock, "today", lambda later=later: today + timedelta(days=later))
        service.record_slip("topics", 7, {"curso_vida": ["JU"]}, notice, "web")
    for later in (31 * notice.months, 31 * notice.months + 60):
        monkeypatch.setattr(clock, "today", lambda later=later: today + timedelta(days=later))
        service.purge()
    assert db.session.scalar(select(func.count(PopulationSlip.id))) == 0
    frozen = db.session.get(FrozenCount, ("topics", 7, "curso_vida", "JU"))
    assert frozen.people == 2


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 2, 28), 24, date(2024, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, before):
    assert service.months_before(day, months) == before


def test_the_notice_is_written_in_short_sentences(notice):
    """context.md section 4: at most 20 words."""
    lines = [*notice.short_lines, *(line for block in notice.blocks for line in block.lines)]
    told = [sentence for line in lines for sentence in line.split(". ")]
    assert [sentence for sentence in told if len(sentence.split()) > 20] == []
