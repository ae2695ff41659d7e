"""The staff plans an event, calls people, and changes what has to change."""

from datetime import timedelta
from http import HTTPStatus

import pytest

from participa.channels import registry
from participa.channels.mentions import EVALUATION, Mention
from participa.core import clock, links, spanish
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.events import parts, queries, service
from participa.events.models import ChecklistMoment, Event, EventState
from tests.ballots.city import officials
from tests.events import city
from tests.filling import Forms
from tests.formats import builders as formats
from tests.groups import builders as groups
from tests.plan.builders import office
from tests.visitor import where

pytestmark = pytest.mark.one_engine

NEW = "/gestion/eventos/nuevo"


def filled(page, address, end="", **values):
    """What a browser sends for the form of the page with this end of its address, filled in."""
    forms = [one for one in Forms(page.text, address).forms if one.is_sent]
    [form] = [one for one in forms if one.action.endswith(end) and "salir" not in one.action]
    return dict(form.as_it_stands()) | values


def send(visitor, address, **values):
    page = visitor.get(address)
    return visitor.post(address, data=filled(page, address, address, **values))


def press(visitor, event, end):
    show = f"/gestion/eventos/{event.code}"
    sent = filled(visitor.get(show), show, end)
    return visitor.post(f"{show}{end}", data=sent, headers={"Referer": f"http://localhost{show}"})


def only_event() -> Event:
    return db.session.scalars(db.select(Event)).one()


def test_a_name_is_enough_to_begin(staff, app):
    visitor = staff("EDITOR")
    answer = send(visitor, NEW, title="Foro del agua")
    assert answer.status_code == HTTPStatus.FOUND
    page = visitor.get(answer.location).text
    assert "Guardó el plan del evento." in page
    assert "Para convocar falta:" in page
    assert "la metodología" in page
    assert only_event().state is EventState.PLANNED


def test_a_second_click_makes_no_second_event(staff, app):
    visitor = staff("EDITOR")
    sent = filled(visitor.get(NEW), NEW, NEW, title="Foro del agua")
    first, second = (visitor.post(NEW, data=sent) for _ in range(2))
    assert where(first) == where(second)
    assert db.session.query(Event).count() == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "Escriba el nombre del evento."),
        ({"map_url": "javascript:alert(1)"}, "Ponga una dirección completa"),
        ({"report_url": "//malo.example"}, "Ponga una dirección completa"),
        ({"capacity": "0"}, "Escriba un número del 1 al 200.000."),
        ({"budget": "-1"}, "Escriba los pesos, sin centavos."),
        (
            {"opens_at": "2030-03-20T12:00", "closes_at": "2030-03-20T09:00"},
            "El final debe ser después del comienzo.",
        ),
        ({"opens_at": "mañana"}, "Escriba fecha y hora así"),
        ({"methodology": "x" * 4001}, "Use hasta 4.000 letras."),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_typed_is_lost(staff, app, values, sentence):
    visitor = staff("EDITOR")
    answer = send(visitor, NEW, **({"title": "Foro", "why": "Se conserva esto"} | values))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Se conserva esto" in answer.text
    assert db.session.query(Event).count() == 0


def test_two_megabytes_of_agenda_are_refused_in_words(staff, app):
    visitor, event = staff("EDITOR"), city.planned()
    address = f"/gestion/eventos/{event.code}/agenda"
    answer = send(visitor, address, title="x" * 2_000_000)
    assert answer.status_code in {413, 422}
    assert event.agenda == []


def test_from_the_plan_to_the_call(staff, client, app):
    """RDC-03."""
    visitor, event = staff("EDITOR"), city.planned(methodology="")
    refused = press(visitor, event, "/publicar")
    assert refused.status_code == 409
    assert "Para publicar falta: la metodología." in refused.text
    send(visitor, f"/gestion/eventos/{event.code}/cambiar", methodology="Mesas y plenaria.")
    done = press(visitor, event, "/publicar")
    assert "Convocó el evento." in visitor.get(done.location).text
    assert client.get(f"/eventos/{event.code}").status_code == 200


def test_the_date_of_a_called_event_changes_with_its_reason_only(staff, client, app):
    visitor, event = staff("EDITOR"), city.called()
    page = visitor.get(f"/gestion/eventos/{event.code}/cambiar").text
    assert 'name="opens_at"' not in page
    begins = clock.local(event.opens_at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    ends = clock.local(event.opens_at + timedelta(days=3, hours=2)).strftime("%Y-%m-%dT%H:%M")
    address = f"/gestion/eventos/{event.code}/fecha"
    bare = send(visitor, address, opens_at=begins, closes_at=ends)
    assert "Escriba el motivo." in bare.text
    done = send(visitor, address, opens_at=begins, closes_at=ends, reason="Paro de buses")
    assert "Cambió la fecha del evento." in visitor.get(done.location).text
    told = client.get(f"/eventos/{event.code}").text
    assert "Cambió de fecha el" in told
    assert "Paro de buses." in told


def test_saving_the_plan_of_a_called_event_changes_nothing_of_its_date(staff, app):
    visitor, event = staff("EDITOR"), city.called()
    dates = event.opens_at, event.closes_at
    send(visitor, f"/gestion/eventos/{event.code}/cambiar", why="Otro objetivo")
    kept = only_event()
    assert (kept.opens_at, kept.closes_at, kept.why) == (*dates, "Otro objetivo")


@pytest.mark.parametrize(
    ("word", "state", "said"),
    [
        ("aplazar", EventState.POSTPONED, "Aplazó el evento."),
        ("cancelar", EventState.CANCELLED, "Canceló el evento."),
    ],
)
def test_postponed_and_cancelled_events_say_why(staff, client, app, word, state, said):
    visitor, event = staff("EDITOR"), city.called()
    done = send(visitor, f"/gestion/eventos/{event.code}/{word}", reason="Lluvias")
    assert said in visitor.get(done.location).text
    assert only_event().state is state
    assert "Lluvias." in client.get(f"/eventos/{event.code}").text
    again = visitor.get(f"/gestion/eventos/{event.code}/{word}").text
    assert "Volver al evento" in again
    assert '<textarea id="reason"' not in again


def test_agenda_sessions_people_and_steps_come_and_go(staff, app):
    visitor, event = staff("EDITOR"), city.planned()
    base = f"/gestion/eventos/{event.code}"
    begins = clock.local(event.opens_at)
    hours = [(begins + timedelta(hours=one)).strftime("%Y-%m-%dT%H:%M") for one in (1, 2)]
    for kind, values in (
        ("agenda", {"starts": "9:30", "title": "Himno"}),
        (
            "jornadas",
            {"title": "Mañana", "starts_at": hours[0], "ends_at": hours[1]},
        ),
        ("responsables", {"position": "Profesional de apoyo", "duty": "Abre la puerta"}),
        ("pasos", {"moment": "BEFORE", "text": "Pedir sillas"}),
    ):
        done = send(visitor, f"{base}/{kind}", **values)
        assert done.status_code == 302, done.text
        assert "Agregó" in visitor.get(done.location).text
    event = only_event()
    assert [item.starts for item in event.agenda] == ["09:30"]
    assert event.people[0].duty == "Abre la puerta"
    change = f"{base}/agenda/{event.agenda[0].id}"
    assert send(visitor, change, title="Himno de la ciudad").status_code == 302
    page = f"{base}/agenda"
    sent = filled(visitor.get(page), page, "/quitar")
    assert visitor.post(f"{change}/quitar", data=sent).status_code == 302
    assert only_event().agenda == []


def test_what_people_asked_for_keeps_its_words(staff, app):
    """RDC-06."""
    visitor, event = staff("EDITOR"), city.planned()
    item = parts.take_to_agenda(event, officials()[0], "Comedores", "/temas/X", "Temas de 2026")
    db.session.commit()
    address = f"/gestion/eventos/{event.code}/agenda/{item.id}"
    assert 'name="title"' not in visitor.get(address).text
    done = send(visitor, address, title="Otra cosa", starts="10:00", speaker="Inclusión Social")
    assert done.status_code == 302, done.text
    [kept] = only_event().agenda
    assert (kept.title, kept.starts, kept.speaker) == ("Comedores", "10:00", "Inclusión Social")
    with pytest.raises(Refused, match="lo pidió la gente"):
        parts.change(event, officials()[0], parts.KINDS["agenda"], kept, title="Otra cosa")


def test_a_change_after_the_call_asks_for_its_reason(staff, client, app):
    visitor, event = staff("EDITOR"), city.called()
    address = f"/gestion/eventos/{event.code}/cambiar"
    bare = send(visitor, address, title="Otro nombre", risks="Que llueva")
    assert bare.status_code == 422
    assert "Escriba el motivo del cambio." in bare.text
    assert "Que llueva" in bare.text
    done = send(visitor, address, title="Otro nombre", reason="Se unieron dos foros")
    assert done.status_code == 302
    told = client.get(f"/eventos/{event.code}").text
    assert f"Antes se llamaba «{city.TITLE}». Motivo: Se unieron dos foros." in told
    assert 'name="reason"' not in visitor.get(NEW).text


@pytest.mark.parametrize("hour", ["25:00", "nueve", "9", "9:7"])
def test_an_hour_that_is_none_is_refused(staff, app, hour):
    visitor, event = staff("EDITOR"), city.planned()
    answer = send(visitor, f"/gestion/eventos/{event.code}/agenda", starts=hour, title="Himno")
    assert answer.status_code == 422
    assert "Escriba la hora así" in answer.text


def test_crossed_sessions_are_refused(staff, app):
    visitor, event = staff("EDITOR"), city.planned()
    answer = send(
        visitor,
        f"/gestion/eventos/{event.code}/jornadas",
        title="Mañana",
        starts_at="2030-01-01T12:00",
        ends_at="2030-01-01T08:00",
    )
    assert answer.status_code == 422
    assert "El final debe ser después del comienzo." in answer.text


def test_a_part_of_another_event_is_not_there(staff, app):
    visitor, event, other = staff("EDITOR"), city.planned(), city.planned()
    item = other.checklist[0]
    address = f"/gestion/eventos/{event.code}/pasos/{item.id}"
    assert visitor.get(address).status_code == 404


def test_a_step_is_marked_once_whoever_clicks(staff, app):
    visitor, event = staff("EDITOR"), city.planned()
    item = event.checklist[0]
    end = f"/pasos/{item.id}/marcar"
    show = f"/gestion/eventos/{event.code}"
    sent = filled(visitor.get(show), show, end)
    first, second = (visitor.post(f"{show}{end}", data=sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert only_event().checklist[0].done_at is not None


def test_the_last_steps_are_marked_after_the_minutes(staff, app):
    visitor, event = staff("EDITOR"), city.held()
    event.closed_at = clock.now()
    db.session.commit()
    first, last = event.checklist[0], event.checklist[-1]
    show = f"/gestion/eventos/{event.code}"
    page = visitor.get(show)
    assert f"/pasos/{first.id}/marcar" not in page.text
    sent = filled(page, show, f"/pasos/{last.id}/marcar")
    assert visitor.post(f"{show}/pasos/{last.id}/marcar", data=sent).status_code == 302
    assert only_event().checklist[-1].done_at is not None


def test_what_is_closed_offers_no_form(staff, app):
    visitor, event = staff("EDITOR"), city.held()
    event.closed_at = clock.now()
    event.touch()
    db.session.commit()
    for word in ("cambiar", "agenda", "fecha", "aplazar", "cancelar"):
        page = visitor.get(f"/gestion/eventos/{event.code}/{word}").text
        assert "El evento está cerrado con su acta." in page, word
        assert "Volver al evento" in page


def test_the_planning_format_prints_all_of_it(staff, app):
    event = city.planned(budget=12_500_000, risks="Lluvia: se pasa al coliseo.")
    page = staff("READER").get(f"/gestion/eventos/{event.code}/formato").text
    for told in ("$ 12.500.000", "Lluvia: se pasa al coliseo.", event.methodology, "☐"):
        assert told in page


def test_the_planning_format_has_every_part_of_the_plan(staff, app):
    """The planning format of task 6.1, with room for its approval."""
    body = groups.group(name="Comité Territorial")
    event = city.called(
        groups=[body],
        report_url="/plan",
        online_url="https://reunion.ejemplo.org/1",
        video_url="https://video.ejemplo.org/1",
        easy_reading="Vamos a conversar.",
        prior_information_on=clock.today(),
    )
    hours = {"starts_at": event.opens_at, "ends_at": event.opens_at + timedelta(hours=2)}
    jornadas = parts.KINDS["jornadas"]
    parts.add(event, officials()[0], jornadas, title="Mesas", capacity=40, **hours)
    parts.take_to_agenda(event, officials()[0], "Comedores", "/temas/X", "Temas de 2026")
    db.session.commit()
    page = staff("READER").get(f"/gestion/eventos/{event.code}/formato").text
    for told in (
        "Comité Territorial",
        event.place,
        "https://reunion.ejemplo.org/1",
        "https://video.ejemplo.org/1",
        "Vamos a conversar.",
        f"<dt>Cuándo se publica</dt><dd>{spanish.day(clock.today())}</dd>",
        f"<dd>{links.absolute('/plan')}</dd>",
        "<b>Mesas</b>",
        "Cupo: 40 personas.",
        "Lo pidió la gente en Temas de 2026",
        "0 solicitudes",
        "Elaboró",
        "Revisó",
        "Aprobó",
        "events_minutes",  # the pages of the paper are numbered there
    ):
        assert told in page
    steps = page.partition("Lista de pasos")[2].partition("Aprobación")[0]
    assert '<ul class="list"><li>☐' in steps
    assert "<ul>" not in steps


def test_the_list_says_what_a_plan_lacks_and_nothing_of_what_is_called(staff, app):
    city.planned(title="Sin metodología", methodology="")
    city.planned(title="Completo")
    city.called(title="Convocado")
    page = staff("READER").get("/gestion/eventos").text
    rows = {row.partition("<b>")[2].partition("</b>")[0]: row for row in page.split("<tr>")}
    assert "la metodología</td>" in rows["Sin metodología"]
    assert "Nada: ya se puede convocar</td>" in rows["Completo"]
    assert "Falta para convocar" not in rows["Convocado"]
    assert "Nada" not in rows["Convocado"]


def test_the_plan_stands_above_the_agenda(staff, app):
    event = city.planned()
    page = staff("READER").get(f"/gestion/eventos/{event.code}").text
    for told in (event.place, event.methodology, event.accessibility):
        assert page.index(told) < page.index("<h2>Agenda</h2>")


@pytest.fixture
def survey(app, monkeypatch):
    """Another feature has a survey about every event."""
    told = Mention(
        "Encuesta de evaluación",
        "/encuestas/A",
        "Abierta",
        staff_url="/gestion/encuestas/A",
        fills=EVALUATION,
    )
    others = registry.mentions_of
    monkeypatch.setattr(registry, "mentions_of", lambda record, kind: [*others(record, kind), told])


def test_people_see_the_survey_once_the_event_is_over_and_the_staff_before(staff, client, survey):
    coming, past = city.called(), city.held()
    for event, is_shown in ((coming, False), (past, True)):
        public = client.get(f"/eventos/{event.code}").text
        assert ("/encuestas/A" in public) is is_shown
        assert ("Evaluación del evento" in public) is is_shown
        page = staff("EDITOR").get(f"/gestion/eventos/{event.code}").text
        assert "/gestion/encuestas/A" in page


def test_without_a_survey_only_the_staff_are_told(staff, client, app):
    event = city.held()
    page = staff("EDITOR").get(f"/gestion/eventos/{event.code}").text
    assert "Todavía no hay encuesta de evaluación." in page
    assert "Evaluación del evento" not in client.get(f"/eventos/{event.code}").text


def test_the_staffs_home_says_what_each_event_lacks(staff, app):
    city.planned(methodology="")
    city.held(title="El foro que pasó")
    page = staff("EDITOR").get("/gestion").text
    assert "Para convocarlo falta la metodología." in page
    assert "Cerrar «El foro que pasó» con su acta" in page


def test_the_staffs_home_says_what_is_open_before_the_next_events(staff, app):
    event = city.called(title="Foro")
    later = clock.now() + timedelta(days=31)
    city.called(title="Feria", opens_at=later, closes_at=later + timedelta(hours=2))
    visitor = staff("EDITOR")
    page = visitor.get("/gestion").text
    assert "Preparar «Foro»" in page
    assert "Preparar «Feria»" not in page
    first, *others = [one for one in event.checklist if one.moment is ChecklistMoment.BEFORE]
    first.done_at = clock.now()
    db.session.commit()
    page = visitor.get("/gestion").text
    assert others[0].text in page
    assert first.text not in page
    for step in others:
        step.done_at = clock.now()
    db.session.commit()
    assert "Preparar «Foro»" not in visitor.get("/gestion").text


def test_the_poster_has_the_header_of_its_format(staff, app):
    official = formats.in_force()
    db.session.add(official)
    db.session.flush()
    event = city.called(format_id=official.id)
    page = staff("EDITOR").get(f"/gestion/eventos/{event.code}/cartel").text
    assert formats.REFERENCE in page
    assert "Vea la agenda" in page


@pytest.mark.parametrize(
    ("verb", "told"), [(service.cancel, "Se canceló."), (service.postpone, "Se aplazó.")]
)
def test_the_poster_of_what_is_off_says_so_in_place_of_the_steps(staff, app, verb, told):
    event = city.called()
    verb(event, officials()[0], "Lluvia")
    db.session.commit()
    page = staff("EDITOR").get(f"/gestion/eventos/{event.code}/cartel").text
    assert f'<p class="alert">{told}' in page
    assert "Vea la agenda" not in page


def test_a_copy_keeps_the_plan_and_makes_a_new_checklist(staff, app):
    visitor, event = staff("EDITOR"), city.called(capacity=80)
    done = press(visitor, event, "/duplicar")
    copy = db.session.scalars(db.select(Event).order_by(Event.id.desc())).first()
    assert done.location.partition("?")[0].endswith(f"/gestion/eventos/{copy.code}/cambiar")
    assert (copy.capacity, copy.methodology, copy.opens_at) == (80, event.methodology, None)
    assert len(copy.checklist) == len(event.checklist)


def test_an_office_plans_for_itself(staff, make):
    mine = make(office("dap", "Planeación"))
    visitor = staff("RESPONSIBLE", office=mine)
    answer = send(visitor, NEW, title="El nuestro")
    assert answer.status_code == 302
    assert only_event().office == mine


def test_every_act_is_in_the_audit_trail(staff, app):
    visitor, event = staff("EDITOR"), city.planned()
    press(visitor, event, "/publicar")
    send(visitor, f"/gestion/eventos/{event.code}/aplazar", reason="Lluvias")
    told = [one.action for one in db.session.scalars(db.select(AuditEntry))]
    assert {"events.created", "events.published", "events.postponed"} <= set(told)
    assert queries.years()
