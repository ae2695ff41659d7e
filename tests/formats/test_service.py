"""The register itself, and what channels and events hand in."""

from datetime import date

import pytest

from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.ops.demonstration import Mixed
from participa.formats import header, queries, service
from participa.formats.models import FormatTwin, FormatUse
from tests.formats.builders import REFERENCE, WHOLE, in_force, official
from tests.plan.builders import account, plan, task

TWIN = ("topics", 7, "Temas de 2024", "/temas/7K3F2QXM?canal=qr", "7K3F2QXM", WHOLE)
FACTS = {"name": "Listado de asistencia", "process": "", "purpose": "", "needs_variables": True}


@pytest.fixture
def ada(make):
    return make(account("ada@ejemplo.org"))


def acts() -> list[str]:
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]


# ---- the register


def test_a_code_is_stored_in_capital_letters(ada):
    made = service.create(ada, [], reference=" de-forc-015 ", **FACTS)
    assert made.reference == "DE-FORC-015"


@pytest.mark.parametrize("typed", ["", "DE FORC", "DE/15", "../x", "-DE", "DE-", "DÉ-1", "DE--1"])
def test_a_code_that_is_no_address_is_refused_in_words(ada, typed):
    with pytest.raises(Refused, match="Escriba el código con letras") as refused:
        service.create(ada, [], reference=typed, **FACTS)
    assert refused.value.field == "reference"


def test_two_formats_never_have_one_code(ada, make):
    make(official())
    with pytest.raises(Refused, match="Ya hay un formato con ese código") as refused:
        service.create(ada, [], reference=REFERENCE.lower(), **FACTS)
    assert refused.value.field == "reference"


def test_the_code_of_a_format_in_force_stays(ada, make):
    made = make(in_force())
    with pytest.raises(Refused, match="no cambia"):
        service.change(made, ada, [], FACTS | {"reference": "OTRO-1"})
    draft = make(official("DE-1"))
    service.change(draft, ada, [], FACTS | {"reference": "OTRO-1"})
    assert draft.reference == "OTRO-1"


def test_no_aplica_needs_its_reason_and_each_decision_stays_in_the_trail(ada, make):
    made = make(official())
    with pytest.raises(Refused, match="Escriba por qué no aplica"):
        service.decide_qr(made, ada, False, " ")
    service.decide_qr(made, ada, False, "Se firma en papel.")
    assert (made.applies_qr_by, made.applies_qr_on) == (ada, clock.today())
    service.decide_qr(made, ada, True, "")
    db.session.commit()
    told = [
        (entry.details["applies"], entry.details["reason"], entry.actor)
        for entry in queries.qr_decisions(made)
    ]
    assert told == [(True, "", str(ada)), (False, "Se firma en papel.", str(ada))]


def test_a_format_without_variables_says_why_and_who_decided(ada):
    facts = FACTS | {"needs_variables": False}
    with pytest.raises(Refused, match="Escriba por qué no lleva variables") as refused:
        service.create(ada, [], reference="DE-1", needs_variables_reason=" ", **facts)
    assert refused.value.field == "needs_variables_reason"
    made = service.create(ada, [], reference="DE-2", needs_variables_reason="Acta.", **facts)
    assert (made.needs_variables_by_id, made.needs_variables_on) == (ada.id, clock.today())
    entry = db.session.query(AuditEntry).filter_by(action="formats.created").one()
    assert entry.details["needs_variables_reason"] == "Acta."


def test_what_takes_a_format_out_of_the_indicator_later_has_its_reason_too(ada, make):
    made = make(in_force())
    facts = FACTS | {"reference": REFERENCE, "needs_variables": False}
    with pytest.raises(Refused, match="Escriba por qué no lleva variables"):
        service.change(made, ada, [], facts | {"needs_variables_reason": ""})
    db.session.rollback()
    service.change(made, ada, [], facts | {"needs_variables_reason": "La firman dos."})
    assert made.needs_variables_by_id == ada.id


def test_an_example_belongs_in_a_demonstration(ada):
    with pytest.raises(Mixed):
        service.create(ada, [], reference="DE-1", is_example=True, **FACTS)


def test_a_new_year_counts_the_same_formats(ada, make):
    made = make(official())
    [of_2026] = make(plan(task(1), year=2026)).actions[0].tasks
    service.link_to_tasks(made, ada, [of_2026])
    service.link_to_tasks(made, ada, [of_2026])
    assert made.tasks == [of_2026]
    assert acts() == ["formats.linked_to_plan"]


# ---- twins


def test_a_record_of_a_channel_registers_itself_once(make, ada):
    made = make(in_force())
    first = service.register_twin(made, *TWIN, by=ada)
    again = service.register_twin(made, *TWIN[:2], "Otro título", *TWIN[3:5], ["territorio"])
    db.session.commit()
    assert again is first
    assert (first.title, first.variables) == ("Otro título", ["territorio"])
    assert acts() == ["formats.twin_registered"]


def test_a_twin_is_public_when_its_record_is(make):
    made = make(in_force())
    service.register_twin(made, *TWIN)
    assert made.public_twins == []
    service.publish_twin("topics", 7)
    [twin] = made.public_twins
    moment = twin.published_at
    service.publish_twin("topics", 7)
    assert twin.published_at == moment


def test_another_format_ends_the_twin_of_the_first(make):
    first, second = make(in_force()), make(in_force("DE-FORC-013"))
    service.register_twin(first, *TWIN)
    service.register_twin(second, *TWIN)
    db.session.commit()
    assert [twin.ended_at is None for twin in first.twins] == [False]
    assert queries.chosen_format_id("topics", 7) == second.id
    service.end_twin("topics", 7)
    service.end_twin("topics", 7)
    assert queries.chosen_format_id("topics", 7) == 0
    assert db.session.query(FormatTwin).count() == 2


def test_what_has_no_format_is_left_alone(app):
    service.publish_twin("topics", 1)
    service.refresh_twin("topics", 1, "Título", [])
    service.end_twin("topics", 1)
    assert acts() == []


def test_the_header_says_code_version_and_since_when(make):
    made = make(in_force())
    service.register_twin(made, *TWIN)
    assert header.printed_header("topics", 7) == (
        "Código: DE-FORC-012",
        "Versión: 1",
        "Vigencia: desde el 1 de marzo de 2024",
    )
    assert header.printed_header("ballots", 7) == ()


# ---- uses


def test_an_event_registers_its_use_once_and_takes_it_back(make, ada):
    made = make(in_force())
    for title in ("Audiencia", "Audiencia pública"):
        service.register_use(made, "events", 3, title, "/eventos/3", date(2024, 6, 3), by=ada)
    db.session.commit()
    [use] = db.session.query(FormatUse)
    assert (use.title, use.used_on) == ("Audiencia pública", date(2024, 6, 3))
    service.remove_use(made, "events", 3, by=ada)
    service.remove_use(made, "events", 3, by=ada)
    db.session.commit()
    assert db.session.query(FormatUse).count() == 0
    assert acts() == ["formats.use_registered", "formats.use_removed"]
