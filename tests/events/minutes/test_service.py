"""Minutes are made of real totals, numbered by year, and reopened with a reason (RDC-05)."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete, select

from participa.channels.mentions import ATTENDANCE, Mention
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.events import parts
from participa.events import service as events
from participa.events.minutes import facts, service
from participa.events.minutes.document import hash_of, serialised
from participa.events.models import Event, EventPerson, EventState
from participa.events.record_models import Minutes, MinutesSignature
from participa.staff.models import Account
from tests.events import city
from tests.events.minutes import acta
from tests.formats.builders import in_force
from tests.groups.builders import group
from tests.plan.builders import account


def missing(event: Event, *mentions: Mention) -> list[str]:
    has_none = facts.draft_of(event).has_no_commitments
    return service.missing_for_closing(event, facts.facts_of(event, mentions), has_none)


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).filter_by(action=action)))


def test_minutes_need_a_text_a_number_of_people_and_a_word_on_the_commitments(app):
    event = city.held()
    assert missing(event) == [
        "escribir qué pasó",
        "decir cuántas personas asistieron",
        "anotar los compromisos, o marcar que no hubo",
    ]
    with pytest.raises(Refused, match="Para cerrar el acta falta: escribir qué pasó; decir"):
        service.close(event, acta.writer(), [])
    assert missing(acta.written(event)) == []


def test_an_event_that_is_not_over_has_no_minutes(app):
    event = acta.written(city.called())
    assert missing(event) == ["que el evento termine"]


def test_an_attendance_list_spares_the_count_by_hand(app):
    event = acta.written(city.held(), attended=None)
    seen = Mention("Listado", figures=(("Firmas", "98"),), fills=ATTENDANCE)
    assert missing(event) == ["decir cuántas personas asistieron"]
    assert missing(event, seen) == []
    made = service.close(event, acta.writer(), [seen]).document
    assert made["asistencia"]["listados"][0]["cifras"] == [{"nombre": "Firmas", "valor": "98"}]


def test_no_commitments_is_not_said_beside_a_commitment(app):
    event = acta.written()
    acta.commitment(event, 1)
    assert missing(event) == [
        "quitar la marca «No hubo compromisos», porque hay compromisos anotados"
    ]


@pytest.mark.parametrize("verb", [events.postpone, events.cancel])
def test_an_event_that_did_not_happen_has_no_minutes(app, verb):
    event = city.called()
    verb(event, acta.writer(), "Lluvia")
    for act in (
        lambda: service.write(event, acta.writer(), summary="Llovió"),
        lambda: service.close(event, acta.writer(), []),
    ):
        with pytest.raises(Refused, match="aplazado o cancelado"):
            act()


def test_the_document_states_the_totals_of_its_records(app):
    event = city.held()
    acta.answered(event, 1, there=True)
    acta.answered(event, 2)
    pending = acta.question(event, 3)
    acta.commitment(event, 1)
    made = acta.closed(acta.written(event, has_no_commitments=False)).document
    assert made["preguntas"] == {
        "recibidas": 3,
        "por_donde_llegaron": [{"como": "En una tarjeta", "preguntas": 3}],
        "respondidas_alli": 1,
        "respondidas_por_escrito": 1,
        "respondidas_fuera_de_plazo": 0,
        "pendientes": 1,
        "pendientes_con_respuesta_sin_publicar": 0,
        "pendientes_vencidas": 0,
        "plazos_de_las_pendientes": [{"vence": pending.due_on.isoformat(), "preguntas": 1}],
        "con_respuesta_publicada": 2,
        "publicadas": made["preguntas"]["publicadas"],
    }
    told = {one["respuesta"] for one in made["preguntas"]["publicadas"]}
    assert told == {"Respuesta 1", "Respuesta 2"}
    assert made["compromisos"]["total"] == 1
    assert made["compromisos"]["lista"][0]["compromiso"] == "Compromiso 1"
    assert made["asistencia"]["personas"] == 120
    assert made["tareas"] == [
        {"codigo": task.code, "año": task.year, "tarea": task.name} for task in event.tasks
    ]


def test_the_document_names_the_bodies_that_met_and_the_format_that_was_used(app):
    event = city.held()
    event.format = in_force("DE-FOEV-001")
    event.groups = [group(), group("AAAA2222", name="Nodo Norte")]
    of_minutes = in_force("FO-GESI-012")
    db.session.add(of_minutes)
    db.session.flush()
    made = acta.closed(acta.written(event, format_id=of_minutes.id)).document
    assert made["evento"]["instancias"] == [one.name for one in event.groups]
    assert made["formato_oficial"][:2] == ["Código: FO-GESI-012", "Versión: 1"]
    assert not any("DE-FOEV-001" in line for line in made["formato_oficial"])
    [use] = of_minutes.uses
    assert (use.source, use.path) == ("events.minutes", f"/eventos/{event.code}/acta")
    # The next minutes are proposed the same one; those of a draft without any stay so.
    assert facts.draft_of(city.held()).format_id == of_minutes.id
    assert acta.closed(acta.written(format_id=None)).document["formato_oficial"] == []


def test_what_is_stored_has_the_hash_that_is_stored_with_it(app):
    stored = acta.closed(acta.written(summary="Ñandú «comillas» 😀 \x7f fin"))
    db.session.expire_all()
    assert hash_of(stored.document) == stored.sha256
    assert json.loads(serialised(stored.document)) == stored.document
    assert list(stored.document)[:2] == ["formato", "documento"]


def test_long_lists_cost_no_more_statements(app, questions, make):
    event = city.held()
    asked = []
    for count in (1, 30):
        for number in range(count):
            make(EventPerson(event_id=event.id, position=f"Cargo {number}", duty="Modera"))
            make(acta.commitment(event, 100 * count + number))
            acta.answered(event, 100 * count + number)
        db.session.commit()
        event = db.session.get_one(Event, event.id)
        facts.facts_of(event, [])
        db.session.expire_all()
        questions.clear()
        facts.facts_of(event, [])
        asked.append(len(questions))
    assert asked[0] == asked[1]


def test_pending_questions_and_open_steps_are_said_and_keep_nobody_from_closing(app):
    event = acta.written()
    case = acta.question(event, 1)
    told = list(service.warnings(event, facts.facts_of(event, [])))
    assert told[0].startswith("1 pregunta queda por responder. La primera vence el ")
    assert str(case.due_on.year) in told[0]
    assert told[1] == "El evento no se evaluó: ninguna encuesta lo hace. El acta lo dirá."
    assert any(sentence.startswith("Falta en la lista de pasos") for sentence in told[1:])
    assert acta.closed(event).number == 1


def test_closing_locks_the_event_and_leaves_its_entry(app):
    minutes = acta.closed()
    event = minutes.event
    assert (event.state, event.is_locked) == (EventState.CLOSED, True)
    [entry] = entries("events.closed")
    assert entry.details["sha256"] == minutes.sha256
    with pytest.raises(Refused, match="ya está cerrada"):
        service.close(event, acta.writer(), [])


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(years=some.lists(some.sampled_from([2024, 2025, 2026]), max_size=7))
def test_minutes_are_numbered_from_one_within_each_year(app, years):
    numbers: dict[int, list[int]] = {}
    for year in years:
        event = acta.written()
        event.opens_at = event.opens_at.replace(year=year)
        minutes = acta.closed(event)
        assert minutes.year == year
        numbers.setdefault(year, []).append(minutes.number)
    assert all(given == list(range(1, len(given) + 1)) for given in numbers.values())
    for table in (Minutes,):
        db.session.execute(delete(table))
    db.session.commit()


def test_closing_again_makes_the_next_revision_with_the_same_number(app):
    acta.closed()
    event = acta.closed().event
    service.reopen(event, acta.writer(), "Faltó un compromiso.")
    again = acta.closed(event)
    assert [(one.number, one.revision) for one in facts.revisions(event.id)] == [(2, 2), (2, 1)]
    assert again.document["acta"]["revision"] == 2
    assert facts.revisions(event.id)[1].reopened_because == "Faltó un compromiso."


def test_reopening_needs_a_reason_and_is_logged_with_it(app):
    event = acta.closed().event
    with pytest.raises(Refused, match="Escriba por qué se reabre"):
        service.reopen(event, acta.writer(), "  ")
    service.reopen(event, acta.writer(), "Faltó un compromiso.")
    assert (event.is_locked, event.state) == (False, EventState.HELD)
    [entry] = entries("events.reopened")
    assert (entry.details["reason"], entry.details["revision"]) == ("Faltó un compromiso.", 1)
    with pytest.raises(Refused, match="no está cerrada"):
        service.reopen(event, acta.writer(), "Otra vez")


def test_an_account_signs_once_and_only_the_newest_revision(app):
    minutes, by = acta.closed(), acta.writer()
    service.sign(minutes, by, "Secretaria técnica")
    with pytest.raises(Refused, match="Usted ya firmó"):
        service.sign(minutes, by, "Secretaria técnica")
    service.reopen(minutes.event, by, "Faltó un compromiso.")
    other = account("luz@ejemplo.org")
    db.session.add(other)
    with pytest.raises(Refused, match="Firme la revisión nueva"):
        service.sign(minutes, other, "Directora")
    again = acta.closed(minutes.event)
    with pytest.raises(Refused, match="Firme la revisión nueva"):
        service.sign(minutes, other, "Directora")
    assert service.sign(again, by, "Secretaria técnica").minutes_id == again.id
    assert len(entries("events.minutes_signed")) == 2
    assert db.session.query(MinutesSignature).count() == 2


@pytest.mark.parametrize("kind", ["agenda", "jornadas", "responsables", "pasos"])
def test_a_closed_event_changes_none_of_its_parts(app, kind):
    event = acta.closed().event
    with pytest.raises(Refused) as refusal:
        parts.add(event, acta.writer(), parts.KINDS[kind], title="Otro punto")
    assert str(refusal.value) == events.LOCKED


def test_nor_its_plan_nor_what_was_written_for_its_minutes(app):
    event = acta.closed().event
    acts = (
        lambda: events.change(event, acta.writer(), list(event.tasks), place="Otro"),
        lambda: events.reschedule(
            event, acta.writer(), clock.now() + timedelta(days=3), clock.now(), "Lluvia"
        ),
        lambda: service.write(event, acta.writer(), summary="Otra cosa"),
    )
    for act in acts:
        with pytest.raises(Refused) as refusal:
            act()
        assert str(refusal.value) == events.LOCKED


# ---- at the same moment


def close_at_once(app, ids: list[int]) -> list[str]:
    """Close these events from as many threads; what each got: a number, or the refusal."""
    start, by_id = Barrier(len(ids)), acta.writer().id
    db.session.remove()

    def one(event_id: int) -> str:
        with app.app_context():
            start.wait(30)
            try:
                event, by = db.session.get_one(Event, event_id), db.session.get_one(Account, by_id)
                versions.lock(event)
                minutes = service.close(event, by, [])
                db.session.commit()
                return str(minutes.number)
            except Refused as refusal:
                db.session.rollback()
                return str(refusal)

    with ThreadPoolExecutor(len(ids)) as threads:
        return list(threads.map(one, ids))


def test_events_that_close_at_once_get_different_numbers(app):
    ids = [acta.written().id for _ in range(6)]
    assert sorted(close_at_once(app, ids)) == ["1", "2", "3", "4", "5", "6"]


def test_two_officials_who_close_one_event_at_once_make_one_revision(app):
    event_id = acta.written().id
    told = sorted(close_at_once(app, [event_id] * 4))
    assert told == ["1", *["El acta de este evento ya está cerrada."] * 3]
    assert db.session.query(Minutes).count() == 1
