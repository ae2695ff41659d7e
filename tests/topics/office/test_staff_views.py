"""The staff makes a call, publishes it, looks after it, and tells what came of it."""

import html
import io
import re
from datetime import date, timedelta

import pytest
import xlsxwriter

from participa.cases.models import Case
from participa.channels.moderation import ReviewState
from participa.citizens.variables import TERRITORY
from participa.core import audit, clock, spanish
from participa.core.audit import AuditEntry
from participa.core.db import db, has_writes
from participa.core.links import ShortLink
from participa.formats import lint
from participa.topics import topic_lines
from participa.topics.models import Decision, Proposal, TopicCall
from tests.plan.builders import office, plan, task
from tests.topics.builders import CODE, call, filled, how_many
from tests.visitor import field, where

pytestmark = pytest.mark.one_engine

NEW = "/gestion/temas/nueva"
SHOW = f"/gestion/temas/{CODE}"
CLOSES = clock.at_city(date(2031, 3, 3), 17)


@pytest.fixture
def the_plan(make):
    made = plan(task(1, measure="topics.published"))
    made.actions[0].number = 2  # its only task is 2.1
    return make(made)


def asked(page, **others):
    """The smallest form that makes a call, as a browser sends it."""
    sent = {
        "csrf_token": field(page, "csrf_token"),
        "title": "¿De qué debe hablar la audiencia?",
        "topics": "Movilidad | Vías y buses\nSalud\n\nEducación",
        "choose_up_to": "2",
        "closes_at": "2030-11-30T17:00",
        "office": "0",
    }
    return sent | others


def only_call():
    return db.session.query(TopicCall).one()


def actions():
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]


def post(visitor, address, **values):
    visitor.get(address)  # the form; a button stands on the page of the call
    page = visitor.get(SHOW)
    return visitor.post(address, data={"csrf_token": field(page, "csrf_token")} | values)


def test_an_editor_makes_a_call_in_a_minute_and_publishes_it(staff, client, the_plan):
    editor = staff("EDITOR")
    page = editor.get(NEW)
    made = editor.post(NEW, data=asked(page, tasks=str(the_plan.actions[0].tasks[0].id)))
    assert made.status_code == 302
    draft = only_call()
    assert [(t.title, t.description) for t in draft.topics] == [
        ("Movilidad", "Vías y buses"),
        ("Salud", ""),
        ("Educación", ""),
    ]
    assert clock.local(draft.closes_at).isoformat() == "2030-11-30T17:00:00-05:00"
    assert client.get(f"/temas/{draft.code}").status_code == 404
    token = field(editor.get(made.location), "csrf_token")
    editor.post(f"/gestion/temas/{draft.code}/publicar", data={"csrf_token": token})
    assert client.get(f"/temas/{draft.code}").status_code == 200
    assert client.get(f"/q/{draft.code}").location == f"/temas/{draft.code}?canal=qr"
    assert actions() == ["topics.created", "topics.published"]


def test_the_task_of_the_plan_is_ticked_beforehand(staff, the_plan):
    page = staff("EDITOR").get(NEW).text
    ticked = f'name="tasks" id="tasks-0" value="{the_plan.actions[0].tasks[0].id}" checked'
    assert ticked in page


def test_three_variables_are_ticked_beforehand_and_with_the_comuna_they_are_all_families(staff):
    page = staff("EDITOR").get(NEW)
    ticked = re.findall(r'name="variables"[^>]*value="(\w+)"[^>]* checked', page.text)
    assert len(ticked) == 3
    assert lint.missing({TERRITORY, *ticked}) == []


def test_topics_come_from_the_themes_of_the_city_and_from_a_spreadsheet(staff, the_plan):
    editor = staff("EDITOR")
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        rows = [("Tema", "Descripción"), ("Ríos", "Quebradas limpias"), ("Parques", "")]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    file.seek(0)
    sent = asked(editor.get(NEW), topics="Salud", chosen=["Calidad del aire"])
    made = editor.post(NEW, data=sent | {"file": (file, "temas.xlsx")})
    assert made.status_code == 302
    assert [topic.title for topic in only_call().topics] == [
        "Salud",
        "Ríos",
        "Parques",
        "Calidad del aire",
    ]
    assert only_call().topics[3].description == "Sostenibilidad ambiental"


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"opens_at": "2031-01-01T00:00"}],
    ids=["a field is missing", "the dates cannot be"],
)
def test_a_rejected_form_keeps_the_topics_of_the_spreadsheet(staff, the_plan, wrong):
    editor = staff("EDITOR")
    sent = asked(editor.get(NEW), topics="Salud", choose_up_to="2") | wrong
    sheet = io.BytesIO("Ríos;Quebradas limpias\nParques;\n".encode())
    page = editor.post(NEW, data=sent | {"file": (sheet, "temas.csv")})
    assert page.status_code == 422
    assert "Salud\nRíos | Quebradas limpias\nParques</textarea>" in page.text


def test_a_spreadsheet_that_cannot_be_read_leaves_what_was_typed(staff, the_plan):
    editor = staff("EDITOR")
    sent = asked(editor.get(NEW), topics="Salud", title="")
    page = editor.post(NEW, data=sent | {"file": (io.BytesIO(b"%PDF-1.7"), "temas.pdf")})
    assert page.status_code == 422
    assert "Salud</textarea>" in page.text


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"title": ""}, "Escriba la pregunta que verá la gente."),
        ({"topics": "Salud\nsalud"}, "Este tema está dos veces: "),
        ({"topics": "a" * 121}, "pasa de 120 letras"),
        ({"choose_up_to": "0"}, "Escriba un número del 1 al 10."),
        ({"choose_up_to": "muchos"}, "Escriba un número"),
        ({"choose_up_to": "9" * 400}, "Escriba un número más pequeño."),
        ({"closes_at": "mañana"}, "Escriba fecha y hora así"),
        ({"opens_at": "2031-01-01T00:00"}, "El cierre debe ser después de la apertura."),
        ({"results_on": "2030-11-01"}, "el día del cierre o después"),
        ({"results_on": "30/11/2030"}, "Escriba la fecha así"),
        ({"closes_at": "9999-12-31T23:59"}, "Escriba un año entre 2000 y 2100."),
        ({"decided_by_on": "0001-01-01"}, "Escriba un año entre 2000 y 2100."),
        ({"title": "¿" * 121}, "Use hasta 120 letras."),
        ({"tasks": ["987"]}, "Elija opciones de la lista."),
        ({"variables": ["cedula"]}, "Elija opciones de la lista."),
        ({"tasks": ["una"]}, "Elija opciones de la lista."),
        ({"office": "55"}, "Elija una dependencia de la lista."),
        ({"office": "una"}, "Elija una dependencia de la lista."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_call_that_cannot_be_says_why_and_keeps_what_was_typed(staff, app, others, sentence):
    editor = staff("EDITOR")
    page = editor.post(NEW, data=asked(editor.get(NEW), why="Para la audiencia") | others)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Para la audiencia</textarea>" in page.text
    assert db.session.query(TopicCall).count() == 0


def test_a_call_of_last_year_keeps_its_task_when_its_dates_change(staff, make, at, the_plan):
    at(2026, 11, 20, 15)
    last_year = the_plan.actions[0].tasks
    make(plan(task(1, measure="topics.published"), year=2026))
    make(call(topics=["Salud", "Ríos", "Buses", "Agua"], tasks=list(last_year)))
    editor = staff("EDITOR")
    page = editor.get(f"{SHOW}/cambiar")
    assert "2.1 (2024)" in page.text
    assert "1.1 (2026)" in page.text
    ticked = re.findall(r'name="tasks"[^>]*value="(\d+)" checked', page.text)
    assert ticked == [str(last_year[0].id)]
    topics = "\n".join(f"{one.title} | {one.description}" for one in only_call().topics)
    facts = {"choose_up_to": "3", "topics": topics, "why": "Otra razón", "tasks": ticked}
    assert editor.post(f"{SHOW}/cambiar", data=asked(page, **facts)).status_code == 302
    assert [one.year for one in only_call().tasks] == [2024]
    details = db.session.query(AuditEntry).filter_by(action="topics.changed").one().details
    assert details["before"]["tasks"] == details["after"]["tasks"] == ["2.1 (2024)"]


def test_a_call_keeps_its_office_when_the_city_has_retired_it(staff, make, the_plan):
    gone = make(office("gerencia", "Gerencia que ya no existe", retired_at=clock.now()))
    tasks = list(the_plan.actions[0].tasks)
    make(call(office=gone, topics=["Salud", "Ríos", "Buses", "Agua"], tasks=tasks))
    page = staff("EDITOR").get(f"{SHOW}/cambiar").text
    assert re.search(rf'value="{gone.id}" selected>Gerencia que ya no existe', page)
    assert "Gerencia que ya no existe" not in staff("EDITOR").get(NEW).text


def test_a_published_call_is_never_left_without_a_task(staff, make, the_plan):
    make(call(tasks=list(the_plan.actions[0].tasks)))
    editor = staff("EDITOR")
    page = editor.get(f"{SHOW}/cambiar")
    refused = editor.post(f"{SHOW}/cambiar", data=asked(page))
    assert refused.status_code == 422
    assert "Una convocatoria publicada cumple al menos una tarea del plan." in refused.text
    assert len(only_call().tasks) == 1


def test_a_new_call_fulfils_the_task_of_the_current_plan_unless_one_says_otherwise(
    staff, make, at, the_plan
):
    at(2026, 11, 20, 15)
    coming = plan(task(1, measure="topics.published"), year=2026)
    coming.actions[0].number = 2
    make(coming)
    page = staff("EDITOR").get(NEW).text
    ticked = re.findall(r'name="tasks"[^>]*value="(\d+)" checked', page)
    assert ticked == [str(coming.actions[0].tasks[0].id)]
    assert page.index("2.1 (2026)") < page.index("2.1 (2024)")


def test_publishing_asks_for_what_is_missing(staff, make):
    make(call(published_at=None, closes_at=None, topics=["Salud"]))
    editor = staff("EDITOR")
    page = editor.get(SHOW).text
    for missing in ("al menos 4 temas", "la fecha de cierre", "la tarea del plan que cumple"):
        assert missing in page
    refused = post(editor, f"{SHOW}/publicar")
    assert refused.status_code == 409
    assert "Para publicar falta: al menos 4 temas para elegir" in refused.text
    assert not only_call().is_published


def test_topics_stay_as_they_were_once_somebody_has_answered(staff, client, make):
    made = make(call())
    client.post(f"/temas/{CODE}", data=filled(made, client.get(f"/temas/{CODE}")))
    editor = staff("EDITOR")
    page = editor.get(f"{SHOW}/cambiar")
    assert "ya no se podrían comparar las respuestas" in page.text
    sent = asked(page, title=made.title, topics="Otro\nMás", choose_up_to="3")
    refused = editor.post(f"{SHOW}/cambiar", data=sent)
    assert refused.status_code == 422
    assert "Ya hay respuestas." in refused.text
    assert "Otro\nMás</textarea>" in refused.text
    assert only_call().topics[0].title == "Movilidad"


def test_dates_and_reasons_may_change_after_the_first_answer(staff, client, the_plan):
    editor = staff("EDITOR")
    task_id = str(the_plan.actions[0].tasks[0].id)
    sent = asked(editor.get(NEW), tasks=task_id, allows_questions="y")
    editor.post(NEW, data=sent)
    made = only_call()
    show = f"/gestion/temas/{made.code}"
    token = {"csrf_token": field(editor.get(show), "csrf_token")}
    editor.post(f"{show}/publicar", data=token)
    address = f"/temas/{made.code}"
    client.post(address, data=filled(made, client.get(address)))
    opens = re.search(r'name="opens_at" value="([^"]+)"', editor.get(f"{show}/cambiar").text)[1]
    changed = sent | {"why": "Nuevo porqué", "opens_at": opens, "closes_at": "2030-12-05T12:00"}
    assert editor.post(f"{show}/cambiar", data=changed).status_code == 302
    page = client.get(address).text
    assert "Nuevo porqué" in page
    assert "5 de diciembre de 2030, 12:00" in page


def test_closing_and_reopening_with_a_reason_leave_their_trace(staff, client, make):
    make(call())
    editor = staff("EDITOR")
    post(editor, f"{SHOW}/cerrar", reason="Se inundó la sede")
    assert "Esta convocatoria cerró" in client.get(f"/temas/{CODE}").text
    again = post(editor, f"{SHOW}/cerrar", reason="Se inundó la sede")
    assert (again.status_code, "ya está cerrada." in again.text) == (409, True)
    late = {"closes_at": "2020-01-01T10:00", "reason": "Llovió"}
    refused = post(editor, f"{SHOW}/reabrir", **late)
    assert refused.status_code == 422
    assert "Ponga un cierre que no haya pasado." in refused.text
    post(editor, f"{SHOW}/reabrir", closes_at="2031-01-01T10:00", reason="Llovió")
    assert client.get(f"/temas/{CODE}").status_code == 200
    assert actions() == ["topics.closed", "topics.reopened"]
    details = db.session.query(AuditEntry).all()[-1].details
    assert details["reason"] == "Llovió"
    assert details["before"]["closed_because"] == "Se inundó la sede"


def test_who_closes_before_the_date_says_why_and_everybody_reads_it(staff, client, make):
    make(call(closes_at=CLOSES))
    editor = staff("EDITOR")
    assert "La gente sabe que cierra el 3 de marzo de 2031" in editor.get(f"{SHOW}/cerrar").text
    refused = post(editor, f"{SHOW}/cerrar", reason="")
    assert refused.status_code == 422
    assert "Escriba por qué se cierra antes de la fecha anunciada." in refused.text
    assert only_call().is_open
    assert post(editor, f"{SHOW}/cerrar", reason="x" * 301).status_code == 422
    assert post(editor, f"{SHOW}/cerrar", reason="Se inundó la sede").status_code == 302
    told = f"que era el {spanish.moment(CLOSES)} Motivo: Se inundó la sede."
    for page in (f"/temas/{CODE}", f"/temas/{CODE}/resultados"):
        assert told in client.get(page).text
    assert told in editor.get(SHOW).text
    assert told in client.get(f"/temas/{CODE}/resultados.json").json["note"]
    entry = db.session.query(AuditEntry).filter_by(action="topics.closed").one()
    assert entry.details == {"reason": "Se inundó la sede"}


def test_an_earlier_date_needs_a_reason_as_a_closing_does(staff, client, make, at):
    made = make(call(closes_at=CLOSES))
    editor = staff("EDITOR")
    topics = "\n".join(f"{t.title} | {t.description}" for t in made.topics)
    page = editor.get(f"{SHOW}/cambiar")
    earlier = {"closes_at": "2030-12-01T12:00", "title": made.title, "choose_up_to": "3"}
    refused = editor.post(f"{SHOW}/cambiar", data=asked(page, topics=topics, **earlier))
    assert refused.status_code == 422
    assert "Escriba por qué cierra antes de la fecha que la gente ya leyó." in refused.text
    sent = asked(page, topics=topics, earlier_because="La sede cierra antes", **earlier)
    assert editor.post(f"{SHOW}/cambiar", data=sent).status_code == 302
    at(2030, 12, 2)
    told = f"que era el {spanish.moment(CLOSES)} Motivo: La sede cierra antes."
    assert told in client.get(f"/temas/{CODE}/resultados").text
    assert told in client.get(f"/temas/{CODE}/resultados.json").json["note"]


def test_an_edit_that_changes_only_the_date_is_never_refused_for_the_signs_of_a_topic(
    staff, client, make
):
    made = make(call())
    made.topics[0].title = "Agua | luz; gas"
    made.topics[1].title = "- 1. Temas:"
    made.topics[2].description = "a\\|b | c"
    db.session.commit()
    client.post(f"/temas/{CODE}", data=filled(made, client.get(f"/temas/{CODE}")))
    editor = staff("EDITOR")
    before = [(topic.title, topic.description) for topic in only_call().topics]
    page = editor.get(f"{SHOW}/cambiar")
    area = re.search(r"<textarea[^>]*topics[^>]*>(.*?)</textarea>", page.text, re.DOTALL)
    typed = html.unescape(area[1])
    later = {"closes_at": "2031-04-30T17:00", "title": made.title, "choose_up_to": "3"}
    later |= {"allows_proposals": "y", "allows_questions": "y"}
    sent = asked(page, topics=typed.strip().replace("\n", "\r\n"), **later)
    answer = editor.post(f"{SHOW}/cambiar", data=sent)
    assert answer.status_code == 302
    assert [(topic.title, topic.description) for topic in only_call().topics] == before


def test_an_earlier_date_that_is_taken_back_tells_nothing(staff, make):
    made = make(call(closes_at=CLOSES))
    editor = staff("EDITOR")
    topics = "\n".join(f"{t.title} | {t.description}" for t in made.topics)
    for closes_at in ("2030-12-01T12:00", "2031-03-03T17:00"):
        page = editor.get(f"{SHOW}/cambiar")
        sent = {"title": made.title, "choose_up_to": "3", "closes_at": closes_at}
        sent["earlier_because"] = "Por error"
        editor.post(f"{SHOW}/cambiar", data=asked(page, topics=topics, **sent))
    back = only_call()
    assert back.closes_at == CLOSES
    assert (back.announced_close_at, back.closed_because) == (None, None)


def test_a_date_that_has_passed_closes_nothing_without_a_reason(staff, make):
    made = make(call())
    editor = staff("EDITOR")
    topics = "\n".join(f"{t.title} | {t.description}" for t in made.topics)
    yesterday = clock.local(clock.now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    page = editor.get(f"{SHOW}/cambiar")
    sent = asked(page, title=made.title, topics=topics, choose_up_to="3", closes_at=yesterday)
    refused = editor.post(f"{SHOW}/cambiar", data=sent)
    assert (refused.status_code, "Para cerrar ahora use «Cerrar»." in refused.text) == (422, True)
    assert only_call().is_open


def test_what_opens_again_says_nothing_of_the_closing_before(staff, client, make):
    make(call())
    editor = staff("EDITOR")
    post(editor, f"{SHOW}/cerrar", reason="Se inundó la sede")
    post(editor, f"{SHOW}/reabrir", closes_at="2031-01-01T10:00", reason="Ya escampó")
    assert only_call().closed_because is None
    assert "Se inundó" not in client.get(f"/temas/{CODE}/resultados").text
    post(editor, f"{SHOW}/cerrar", reason="Terminó el contrato")
    page = client.get(f"/temas/{CODE}/resultados").text
    assert ("Terminó el contrato" in page, "Se inundó" in page) == (True, False)


def test_a_call_that_was_answered_after_its_reopening_does_not_open_a_third_time(
    staff, client, make
):
    """Each closing tells figures; between two of them nobody may be found by subtraction."""
    made = make(call())
    editor, again = staff("EDITOR"), {"closes_at": "2031-01-01T10:00", "reason": "Llovió"}
    for _ in range(2):
        post(editor, f"{SHOW}/cerrar", reason="Llovió")
        assert post(editor, f"{SHOW}/reabrir", **again).status_code == 302
    client.post(f"/temas/{CODE}", data=filled(made, client.get(f"/temas/{CODE}")))
    post(editor, f"{SHOW}/cerrar", reason="Llovió")
    refused = post(editor, f"{SHOW}/reabrir", **again)
    assert refused.status_code == 409
    assert "ya se reabrió una vez" in refused.text


def test_a_copy_brings_the_topics_and_a_code_that_counts_scans(staff, make):
    made = make(call())
    code = where(post(staff("EDITOR"), f"{SHOW}/duplicar")).split("/")[3]
    copy = db.session.query(TopicCall).filter_by(code=code).one()
    assert [topic.title for topic in copy.topics] == [topic.title for topic in made.topics]
    assert db.session.get(ShortLink, code).path == f"/temas/{code}?canal=qr"


def test_an_office_changes_no_call_of_another_and_reads_no_questions_of_it(staff, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    make(call(office_id=other.id))
    rosa = staff("RESPONSIBLE", mine)
    assert rosa.get(f"{SHOW}/preguntas").status_code == 404
    token = field(rosa.get(NEW), "csrf_token")
    for verb in ("publicar", "cerrar", "duplicar", "exportar/csv"):
        assert rosa.post(f"{SHOW}/{verb}", data={"csrf_token": token}).status_code == 404, verb


def test_a_call_of_an_office_belongs_to_it_whatever_is_sent(staff, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    rosa = staff("RESPONSIBLE", mine)
    page = rosa.get(NEW)
    refused = rosa.post(NEW, data=asked(page, office=str(other.id)))
    assert refused.status_code == 422
    assert rosa.post(NEW, data=asked(page)).status_code == 302
    assert only_call().office_id == mine.id


def test_a_new_call_has_the_office_of_its_task_unless_another_is_chosen(staff, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    everybody = office("todas", "Dependencias y entidades")
    everybody.level = "grupo"
    made = plan(task(1, (everybody, mine), measure="topics.published"), task(2, (other,)))
    made.actions[0].number = 2
    first, second = make(made).actions[0].tasks
    editor = staff("EDITOR")
    page = editor.get(NEW)
    assert "La que responde por la tarea del plan" in page.text
    codes = []
    for chosen, task_id in (("0", first.id), ("0", second.id), (str(other.id), first.id)):
        sent = asked(editor.get(NEW), office=chosen, tasks=str(task_id))
        codes.append(where(editor.post(NEW, data=sent)).split("/")[3])
    by_code = {one.code: one.office_id for one in db.session.query(TopicCall)}
    assert [by_code[code] for code in codes] == [mine.id, other.id, other.id]


def test_a_question_goes_to_the_office_of_its_call_or_of_the_task(staff, client, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    first = make(plan(task(1, (mine,)))).actions[0].tasks[0]
    made = make(call(tasks=[first]))
    address = f"/temas/{CODE}"
    sent = {"question": "¿Cuándo abre?"}
    client.post(address, data=filled(made, client.get(address), **sent))
    made.office = other
    made.touch()
    db.session.commit()
    client.post(address, data=filled(made, client.get(address), **sent))
    assert sorted(one.office_id for one in db.session.query(Case)) == sorted([mine.id, other.id])


def test_an_empty_list_speaks_of_the_office_to_whoever_sees_only_that(staff, make):
    rosa, editor = staff("RESPONSIBLE", make(office())), staff("EDITOR")
    pages = {
        "/gestion": "No hay preguntas pendientes",
        "/gestion/temas": "Aún no hay ninguna",
        "/gestion/urnas": "Aún no hay ninguna",
        "/gestion/plan/reportes": "Aún no hay ninguno",
    }
    for page, words in pages.items():
        assert f"{words} de su dependencia" in rosa.get(page).text, page
        assert words in editor.get(page).text, page
        assert "de su dependencia" not in editor.get(page).text, page


def test_a_closed_call_opens_again_only_with_a_reason(staff, make):
    made = make(call(closed_at=clock.now()))
    editor = staff("EDITOR")
    topics = "\n".join(f"{t.title} | {t.description}" for t in made.topics)
    page = editor.get(f"{SHOW}/cambiar")
    sent = asked(page, title=made.title, topics=topics, choose_up_to="3")
    refused = editor.post(f"{SHOW}/cambiar", data=sent)
    assert "Para recibir respuestas otra vez use «Reabrir», con su motivo." in refused.text
    assert only_call().is_closed


@pytest.mark.parametrize(
    ("others", "sentence"),
    [({"closes_at": ""}, "necesita fecha de cierre"), ({"topics": "Uno"}, "al menos 3 temas")],
    ids=["without-closing", "without-topics"],
)
def test_what_residents_see_keeps_what_it_needs(staff, make, others, sentence):
    make(call())
    editor = staff("EDITOR")
    page = editor.post(f"{SHOW}/cambiar", data=asked(editor.get(f"{SHOW}/cambiar")) | others)
    assert page.status_code == 422
    assert sentence in page.text


@pytest.mark.parametrize("role", ["READER", "DOOR"])
def test_who_only_reads_changes_nothing(staff, make, role):
    make(call())
    visitor = staff(role)
    assert visitor.get(NEW).status_code == 403
    assert visitor.get(SHOW).status_code == (200 if role == "READER" else 403)


def test_the_preview_goes_all_the_way_and_stores_nothing(staff, make):
    made = make(call(published_at=None))
    editor = staff("EDITOR")
    page = editor.get(f"{SHOW}/vista")
    assert "Nada de lo que haga aquí se guarda" in page.text
    sent = filled(made, page) | {"csrf_token": field(page, "csrf_token")}
    review = editor.post(f"{SHOW}/vista", data={**sent, "confirm": ""})
    assert "Revise sus respuestas" in review.text
    end = editor.post(f"{SHOW}/vista", data=sent)
    assert "Aquí terminaría la respuesta" in end.text
    assert how_many() == [0, 0, 0]


def test_the_poster_says_how_to_answer_and_until_when(staff, make):
    make(call())
    poster = staff("EDITOR").get(f"{SHOW}/cartel").text
    assert "Abra la cámara" in poster
    assert "Abierto hasta el" in poster
    assert "Elija hasta 3 temas y póngalos en orden." in poster


def test_a_poster_for_one_topic_asks_for_no_order(staff, client, make):
    make(call(choose_up_to=1))
    poster = staff("EDITOR").get(f"{SHOW}/cartel").text
    assert "Elija un tema." in poster
    assert "en orden" not in poster
    assert "Elija un tema. Sin registro." in client.get(f"/temas/{CODE}").text


def test_the_wall_shows_no_results_before_the_closing(staff, client, make):
    made = make(call())
    client.post(f"/temas/{CODE}", data=filled(made, client.get(f"/temas/{CODE}")))
    page = staff("EDITOR").get(f"{SHOW}/proyectar?ver=resultados").text
    assert "Mostrar los resultados" not in page
    assert "Orden de los temas" not in page


def a_proposal(made, text="Ruido"):
    return Proposal(call=made, text=text, territory="01")


def test_proposals_are_published_joined_or_refused_with_a_reason(staff, client, make, at):
    now = at(2026, 11, 10, 15)
    made = make(call(closed_at=now - timedelta(minutes=1)))
    first, second, third = (
        make(a_proposal(made, text)) for text in ("Ruido", "Ruido de noche", "Fulano es malo")
    )
    editor = staff("EDITOR")
    address = "/gestion/temas/propuestas"
    post(editor, f"{address}/{first.id}/publicar")
    post(editor, f"{address}/{second.id}", verdict="merge", into=f"proposal-{first.id}")
    silent = post(editor, f"{address}/{third.id}", verdict="reject", reason="")
    assert "Escriba por qué no se publica." in silent.text
    post(editor, f"{address}/{third.id}", verdict="reject", reason="Nombra a una persona")
    states = [proposal.state for proposal in (first, second, third)]
    assert states == [ReviewState.PUBLISHED, ReviewState.MERGED, ReviewState.REJECTED]
    public = client.get(f"/temas/{CODE}/resultados").text
    assert "Ruido" in public
    assert "1 propuesta parecida" in public
    assert "Fulano" not in public
    assert "Fulano" not in str([entry.details for entry in db.session.query(AuditEntry)])


def test_each_topic_tells_what_the_city_did_with_it_and_when(staff, client, make, at):
    at(2026, 11, 10, 15)
    made = make(call())
    editor = staff("EDITOR")
    address = f"{SHOW}/decisiones/{made.topics[0].id}"
    silent = post(editor, address, decision="TAKEN", decision_text="")
    assert "Escriba en una frase qué se decidió y por qué." in silent.text
    bad = post(editor, address, decision="TAKEN", decision_text="Sí", agenda_url="javascript:x")
    assert "Ponga una dirección completa" in bad.text
    post(editor, address, decision="TAKEN", decision_text="Abre la audiencia.")
    public = client.get(f"/temas/{CODE}/resultados").text
    for words in ("Entra a la agenda", "Abre la audiencia.", "10 de noviembre de 2026"):
        assert words in public
    assert made.topics[0].decision is Decision.TAKEN


def test_a_topic_is_decided_only_under_its_own_call(staff, make):
    made = make(call())
    make(call("AAAAAAAA"))
    address = f"/gestion/temas/AAAAAAAA/decisiones/{made.topics[0].id}"
    assert staff("EDITOR").get(address).status_code == 404


def test_every_act_stands_in_a_trail_that_holds_together(staff, make, app):
    make(call())
    editor = staff("EDITOR")
    for verb in ("cerrar", "duplicar", "exportar/csv"):
        post(editor, f"{SHOW}/{verb}", reason="Llovió")
    assert actions() == ["topics.closed", "topics.created", "topics.exported"]
    entries = db.session.query(AuditEntry).order_by(AuditEntry.number).all()
    assert all(audit.fingerprint(entry) == entry.digest for entry in entries)


def test_the_staff_read_which_territories_nobody_spoke_for(staff, client, make):
    """NET-07."""
    made = make(call())
    client.post(f"/temas/{CODE}", data=filled(made, client.get(f"/temas/{CODE}")))
    page = staff("READER").get(SHOW).text
    assert "Hay respuestas de 1 de 21 territorios. Faltan: Comuna 2 – Santa Cruz" in page


@pytest.mark.parametrize("page", [NEW, f"{SHOW}/cambiar"], ids=["new", "changed"])
def test_a_spreadsheet_is_read_before_the_database_is_locked(staff, make, monkeypatch, page):
    """Everybody who writes waits in line for whoever has begun to."""
    make(call(published_at=None))
    locked = []
    read = topic_lines.from_file

    def watched(content: bytes):
        locked.append(has_writes())
        return read(content)

    monkeypatch.setattr(topic_lines, "from_file", watched)
    editor = staff("EDITOR")
    upload = (io.BytesIO("Ríos\nBuses\n".encode()), "temas.csv")
    sent = asked(editor.get(page), file=upload)
    editor.post(page, data=sent, content_type="multipart/form-data")
    assert locked == [False]
