"""A resident asks an event a question: once, without a name, with a code to follow the answer."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participa.cases import service as cases
from participa.cases.models import Case
from participa.core import clock, codes
from participa.core.db import db
from participa.events import service as events
from participa.events.questions import asking, queries
from participa.events.questions import service as questions
from participa.events.record_models import AskedBy, EventQuestion, QuestionSent
from participa.plan.models import TaskOffice
from tests.ballots.city import officials
from tests.events import city
from tests.plan.builders import office
from tests.visitor import field, where

TEXT = "¿Cuándo arreglan el parque de la 30?"


def path(event, *words):
    return "/".join([f"/eventos/{event.code}", *words])


def ask(client, event, text=TEXT, way="", **others):
    address = path(event, "preguntar") + (f"?canal={way}" if way else "")
    page = client.get(address)
    sent = {"text": text, "submission": field(page, "submission")} | others
    return client.post(page.request.full_path, data=sent), sent


def asked():
    return list(db.session.scalars(select(EventQuestion).order_by(EventQuestion.case_id)))


def test_a_question_is_received_with_a_code_and_the_day_of_its_answer(client, at):
    """RDC-04: fifteen working days, counted from the day after."""
    at(2026, 11, 3, 15)
    event = city.called()
    done, _ = ask(client, event)
    (question,) = asked()
    case = question.case
    assert (done.status_code, where(done)) == (303, path(event, "preguntas", case.code))
    page = client.get(done.location).text
    assert "Listo. Recibimos su pregunta" in page
    assert codes.show(case.code) in page
    assert "miércoles 25 de noviembre" in page
    assert "15 días hábiles" in page
    assert (case.text, case.source, question.event_id) == (TEXT, "events", event.id)


def test_the_code_is_followed_where_all_codes_are(client):
    event = city.called()
    ask(client, event)
    code = asked()[0].case.code
    page = client.get(f"/radicado?codigo={codes.show(code)}", follow_redirects=True).text
    assert TEXT in page


@pytest.mark.parametrize(
    ("way", "stored"),
    [
        ("", AskedBy.WEB),
        ("qr", AskedBy.QR),
        ("whatsapp", AskedBy.WHATSAPP),
        ("paloma", AskedBy.WEB),
    ],
    ids=["page", "qr", "whatsapp", "unknown"],
)
def test_the_address_says_how_somebody_came(client, way, stored):
    event = city.called()
    ask(client, event, way=way)
    assert asked()[0].asked_by is stored


def test_the_way_leads_from_the_printed_code_to_the_form(client):
    event = city.called()
    page = client.get(f"/q/{event.code}", follow_redirects=True).text
    assert f'href="/eventos/{event.code}/preguntar?canal=qr"' in page


def test_a_second_click_makes_no_second_case(client):
    event = city.called()
    first, sent = ask(client, event)
    again = client.post(path(event, "preguntar"), data=sent)
    assert (again.status_code, where(again)) == (303, where(first))
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_another_text_on_the_same_page_is_not_swallowed(client):
    event = city.called()
    _, sent = ask(client, event)
    other = client.post(path(event, "preguntar"), data=sent | {"text": "¿Y la otra cancha?"})
    assert other.status_code == 409
    assert "Lo que acaba de enviar es distinto y no se guardó." in other.text
    assert [one.case.text for one in asked()] == [TEXT]


def test_a_rejected_question_keeps_what_was_typed(client):
    event = city.called()
    for text, sentence in (("", "Escriba su pregunta."), ("a" * 1001, "Use hasta 1.000 letras.")):
        page, _ = ask(client, event, text)
        assert (page.status_code, sentence in page.text, text in page.text) == (422, True, True)
    page, _ = ask(client, event, text=[TEXT, "dos"])
    assert (page.status_code, "Un dato llegó repetido." in page.text) == (422, True)
    assert asked() == []


def test_the_form_asks_for_nothing_about_the_person(client):
    page = client.get(path(city.called(), "preguntar"), follow_redirects=True).text
    names = re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', page)
    assert {name for name in names if not name.startswith("hoja-")} == {"submission", "text"}


def test_the_office_of_the_event_answers(client, make):
    mine = make(office("movilidad", "Secretaría de Movilidad"))
    ask(client, city.called(office_id=mine.id))
    assert asked()[0].case.office_id == mine.id


def test_without_an_office_the_one_of_the_task_answers(client, make):
    answering = make(office("planeacion", "Planeación"))
    event = city.called()
    event.office = None
    link = TaskOffice(task_id=event.tasks[0].id, office=answering, position=1, written="Planeación")
    db.session.add(link)
    db.session.commit()
    ask(client, event)
    assert asked()[0].case.office_id == answering.id


def test_a_postponed_event_still_takes_questions(client):
    event = city.called()
    events.postpone(event, officials()[0], "Se inundó el teatro.")
    db.session.commit()
    assert ask(client, event)[0].status_code == 303


def test_an_event_that_was_held_takes_questions_until_its_minutes(client, at):
    at(2026, 11, 3, 15)
    event = city.held()
    assert ask(client, event)[0].status_code == 303
    page = client.get(path(event, "preguntar"))
    token = field(client.get(page.location) if page.location else page, "submission")
    event.closed_at = clock.now()
    event.touch()
    db.session.commit()
    page = client.get(path(event, "preguntar"))
    assert "Las preguntas cerraron el 3 de noviembre de 2026, con el acta del evento." in page.text
    assert "Dónde preguntar" in page.text
    sent = {"text": "Tarde", "submission": token}
    assert client.post(path(event, "preguntar"), data=sent).status_code == 409
    assert len(asked()) == 1


def test_what_arrived_in_time_leads_to_its_receipt_after_the_minutes(client):
    event = city.held()
    done, sent = ask(client, event)
    event.closed_at = clock.now()
    db.session.commit()
    again = client.post(path(event, "preguntar"), data=sent)
    assert (again.status_code, where(again)) == (303, where(done))


def test_a_cancelled_event_says_since_when(client, at):
    at(2026, 11, 3, 15)
    event = city.called()
    events.cancel(event, officials()[0], "No hay quorum.")
    db.session.commit()
    page = client.get(path(event, "preguntar"))
    assert "El evento se canceló el 3 de noviembre de 2026." in page.text


def test_a_plan_that_is_not_called_has_no_form_and_a_strange_code_no_receipt(client):
    assert client.get(path(city.planned(), "preguntar")).status_code == 404
    event, other = city.called(), city.called()
    ask(client, event)
    code = asked()[0].case.code
    assert client.get(path(other, "preguntas", code)).status_code == 404
    assert client.get(path(event, "preguntas", "A" * 12)).status_code == 404


def test_one_statement_shows_the_form(client, questions):
    address = client.get(path(city.called(), "preguntar")).request.full_path
    client.get(address)
    before = len(questions)
    client.get(address)
    assert len(questions) - before == 1


def test_the_moment_of_sending_is_erased_when_no_form_can_come_again(client, at):
    at(2026, 1, 10, 15)
    event = city.called()
    done, _ = ask(client, event)
    at(2026, 3, 20, 15)
    assert (asking.erase_old_submissions(), asking.erase_old_submissions()) == (1, 0)
    db.session.commit()
    assert db.session.scalars(select(QuestionSent)).all() == []
    assert client.get(done.location).status_code == 200


def test_the_page_of_the_event_shows_answers_by_theme_and_counts_the_rest(client, make):
    """RDC-04: the author is never shown; what is not published is only counted."""
    mine = make(office("movilidad", "Secretaría de Movilidad"))
    event = city.called(office_id=mine.id)
    for text in ("¿Y las rampas?", "¿Y los buses?", "¿Y el ruido?"):
        ask(client, event, text)
    by_text = {one.case.text: one for one in questions_of(event)}
    for text, theme in (("¿Y las rampas?", "Movilidad"), ("¿Y el ruido?", "")):
        one = by_text[text]
        one.theme, one.case.answer = theme, f"Respuesta a {text}"
        one.case.answered_on, one.case.published_at = clock.today(), clock.now()
    by_text["¿Y los buses?"].case.answer = "Un borrador que nadie lee."
    db.session.commit()
    page = client.get(path(event)).text
    assert "3 preguntas:\n2 respondidas y 1 pendiente." in page
    assert "Un borrador que nadie lee." not in page
    assert "¿Y los buses?" not in page
    places = [
        page.index(word)
        for word in (
            "<h3>Movilidad</h3>",
            "¿Y las rampas?",
            "<h3>Otras preguntas</h3>",
            "¿Y el ruido?",
        )
    ]
    assert places == sorted(places)


def questions_of(event):
    return [one for one in asked() if one.event_id == event.id]


def test_the_question_leads_from_the_list_of_answers_to_the_event(client):
    event = city.called()
    ask(client, event)
    one = asked()[0].case
    one.answer, one.answered_on, one.published_at = "Ya.", clock.today(), clock.now()
    one.filed_on -= timedelta(days=1)
    db.session.commit()
    assert f'href="/eventos/{event.code}"' in client.get("/respuestas").text


def published(event, text, answer="En marzo."):
    case = questions.register(event, officials()[0], [text], AskedBy.CARD, clock.today())
    case.office = case.office or office("obras", "Secretaría de Infraestructura")
    cases.answer(case, officials()[0], answer)
    cases.publish(case, officials()[0])
    db.session.commit()
    return case


def test_a_name_in_a_question_is_read_by_nobody_but_the_staff(client, staff):
    event = city.held()
    case = published(event, "Soy Rosa Pérez. ¿Y el andén?")
    cases.redact(case, officials()[0], "¿Y el andén?")
    db.session.commit()
    for address in (path(event), path(event, "preguntas", case.code), "/respuestas"):
        page = client.get(address).text
        assert "¿Y el andén?" in page
        assert "Rosa" not in page
    assert "Rosa" in staff("EDITOR").get(f"/gestion/eventos/{event.code}/preguntas").text


def test_answers_that_do_not_fit_on_the_page_are_announced(client, monkeypatch):
    event = city.held()
    case = published(event, "¿Una?")
    assert "Las demás las ve cada persona" not in client.get(path(event)).text
    more = questions.register(event, officials()[0], ["¿Otra?"], AskedBy.CARD, clock.today())
    more.office = case.office
    cases.answer(more, officials()[0], "En abril.")
    cases.publish(more, officials()[0])
    db.session.commit()
    monkeypatch.setattr(queries, "MOST", 1)
    page = " ".join(client.get(path(event)).text.split())
    assert "Aquí están 1 de las 2 respuestas." in page


def test_the_form_promises_what_the_receipt_is_called(client):
    event = city.called()
    form = client.get(path(event, "preguntar")).text
    done, _ = ask(client, event)
    receipt = client.get(done.location).text
    assert "Le damos un radicado. Con él ve la respuesta." in form
    assert "Guarde su radicado: con él ve la respuesta." in receipt
    assert "Su radicado" in receipt
