"""The staff register questions on paper, group the similar ones and answer them together."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.cases.models import Case
from participa.core import clock, links
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.events.questions import service
from participa.events.questions.staff_forms import tick_of
from participa.events.record_models import AskedBy, EventQuestion
from tests.ballots.city import officials
from tests.events import city
from tests.plan.builders import office
from tests.visitor import field, where

ANSWER = "Las rampas se entregan en marzo. El contrato está publicado."


def path(event, *words):
    return "/".join([f"/gestion/eventos/{event.code}/preguntas", *words])


def send(visitor, address, **values):
    token = field(visitor.get("/gestion/cuenta"), "csrf_token")
    return visitor.post(address, data={"csrf_token": token} | values)


def register(visitor, event, texts, **others):
    visitor.get(path(event, "registrar"))
    sent = {"texts": texts, "asked_by": "CARD", "asked_on": clock.today().isoformat()}
    return send(visitor, path(event, "registrar"), **(sent | others))


def stored(event, *texts, theme="", office_id=None):
    """Questions of this event, registered by an official; in the order of the texts."""
    on = clock.today()
    service.register(event, officials()[0], texts, AskedBy.CARD, on, theme)
    db.session.commit()
    found = {one.case.text: one for one in asked()}
    for text in texts:
        found[text].case.office_id = office_id
    db.session.commit()
    return [found[text] for text in texts]


def asked():
    rows = select(EventQuestion).join(EventQuestion.case).order_by(Case.text)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def acts(verb):
    return [one.details for one in db.session.query(AuditEntry).filter_by(action=verb)]


@pytest.fixture
def works(make):
    return make(office("obras", "Secretaría de Infraestructura"))


# ---- register


def test_each_line_of_the_cards_becomes_a_question_with_its_term(staff, works):
    event = city.held(office_id=works.id)
    event.published_at -= timedelta(days=9)
    db.session.commit()
    yesterday = clock.today() - timedelta(days=1)
    texts = "¿Y las rampas?\n\n  ¿Y los buses?  \n"
    done = register(
        staff("EDITOR"), event, texts, asked_on=yesterday.isoformat(), theme="Movilidad"
    )
    assert (done.status_code, where(done)) == (302, path(event))
    found = [(one.case.text, one.theme, one.asked_by, one.case.filed_on) for one in asked()]
    assert found == [
        ("¿Y las rampas?", "Movilidad", AskedBy.CARD, yesterday),
        ("¿Y los buses?", "Movilidad", AskedBy.CARD, yesterday),
    ]
    assert {one.case.office_id for one in asked()} == {works.id}
    assert len({one.case.code for one in asked()}) == 2
    assert [one["rows"] for one in acts("events.questions_registered")] == [2]


def test_a_second_click_registers_nothing_twice(staff):
    event, editor = city.held(), staff("EDITOR")
    editor.get(path(event, "registrar"))
    sent = {"texts": "¿Y el parque?", "asked_by": "SPOKEN", "asked_on": str(clock.today())}
    answers = [send(editor, path(event, "registrar"), **sent).status_code for _ in range(2)]
    assert (answers, len(asked())) == ([302, 302], 1)


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"texts": " \n "}, "Escriba al menos una pregunta."),
        ({"texts": "¿Y?\n" * 51}, "Son 51 preguntas. Registre hasta 50 a la vez."),
        ({"texts": "a" * 1001}, "La pregunta 1 pasa de 1000 letras. Acórtela."),
        ({"asked_on": "2031-01-01"}, "Escriba un día entre"),
        ({"asked_on": "2001-01-01"}, "Escriba un día entre"),
        ({"asked_by": "WEB"}, "Opción inválida."),
    ],
    ids=["none", "too many", "too long", "future", "before the call", "another way"],
)
def test_what_cannot_be_registered_says_why_and_stays_typed(staff, others, sentence):
    event = city.held()
    page = register(staff("EDITOR"), event, **({"texts": "¿Y el parque?"} | others))
    assert page.status_code == 422
    assert sentence in page.text
    assert asked() == []


def test_a_locked_event_registers_nothing_and_says_what_to_do(staff):
    event = city.held()
    event.closed_at = clock.now()
    db.session.commit()
    editor = staff("EDITOR")
    page = editor.get(path(event, "registrar"))
    assert "Las preguntas pendientes se responden por escrito." in page.text
    assert f'href="{path(event, "registrar")}"' not in editor.get(path(event)).text
    with pytest.raises(service.Refused):
        service.register(event, officials()[0], ["¿Y?"], AskedBy.CARD, clock.today())


# ---- group


def test_the_ticked_questions_get_a_theme(staff):
    event = city.held()
    one, two, _ = stored(event, "A ¿rampas?", "B ¿andenes?", "C ¿ruido?")
    editor = staff("EDITOR")
    ticks = {"chosen": [tick_of(one), tick_of(two)], "theme": "Movilidad"}
    done = send(editor, path(event, "tema"), **ticks)
    assert (done.status_code, where(done)) == (302, path(event))
    assert [one.theme for one in asked()] == ["Movilidad", "Movilidad", ""]
    assert send(editor, path(event, "tema"), **ticks).status_code == 302
    assert [one["rows"] for one in acts("events.questions_grouped")] == [2]
    assert "Movilidad: 2 preguntas, 2 sin respuesta pública." in editor.get(path(event)).text


def test_nobody_groups_over_somebody_elses_theme(staff):
    event = city.held()
    (one,) = stored(event, "¿Y las rampas?")
    old = tick_of(one)
    one.theme = "Accesibilidad"
    db.session.commit()
    page = send(staff("EDITOR"), path(event, "tema"), chosen=old, theme="Movilidad")
    assert page.status_code == 422
    assert "«¿Y las rampas?» está en «Accesibilidad»" in page.text
    assert [one.theme for one in asked()] == ["Accesibilidad"]
    assert f'action="{path(event)}"' in page.text, "the search of a refused page leads to the list"


def test_grouping_keeps_the_search_of_the_list(staff):
    event = city.held()
    (one,) = stored(event, "¿Y las rampas?")
    done = send(staff("EDITOR"), f"{path(event, 'tema')}?buscar=rampas", chosen=tick_of(one))
    assert "buscar=rampas" in done.location


# ---- answer


def answer(visitor, event, questions, query="", **others):
    sent = {"chosen": [str(one.case_id) for one in questions], "where": "written"}
    return send(visitor, path(event, "responder") + query, **(sent | {"answer": ANSWER} | others))


def test_one_answer_serves_all_questions_of_a_theme(staff, client, works):
    """CPACA, art. 22: analogous questions have one answer, in public."""
    event = city.held(office_id=works.id)
    same = stored(event, "A ¿rampas?", "B ¿andenes?", theme="Movilidad", office_id=works.id)
    stored(event, "C ¿ruido?", office_id=works.id)
    editor = staff("EDITOR")
    assert editor.get(f"{path(event, 'responder')}?tema=%00").status_code in {
        200,
        404,
    }  # by database
    offered = editor.get(f"{path(event, 'responder')}?tema=Movilidad").text
    assert ("C ¿ruido?" in offered, offered.count(" checked>")) == (False, 3)
    done = answer(editor, event, same)
    assert (done.status_code, where(done)) == (302, path(event))
    assert [one.case.answer for one in asked()] == [ANSWER, ANSWER, ""]
    assert [one.case.is_public for one in asked()] == [True, True, False]
    assert client.get(f"/eventos/{event.code}").text.count(ANSWER) == 2
    assert len(acts("events.questions_answered")) == 1


def test_questions_of_two_themes_have_two_answers(staff, works):
    event = city.held()
    one = stored(event, "A ¿rampas?", theme="Movilidad", office_id=works.id)
    two = stored(event, "B ¿ruido?", theme="Ambiente", office_id=works.id)
    page = answer(staff("EDITOR"), event, [*one, *two])
    assert page.status_code == 422
    assert "Póngales primero el mismo tema." in page.text
    bare = stored(event, "C ¿agua?", "D ¿luz?", office_id=works.id)
    assert answer(staff("EDITOR"), event, bare).status_code == 422
    assert {one.case.answer for one in asked()} == {""}


def test_a_question_answered_at_the_event_says_so_with_its_day(staff, works, at):
    at(2026, 11, 10, 15)
    event = city.held()
    (one,) = stored(event, "¿Y las rampas?", office_id=works.id)
    at(2026, 11, 12, 15)
    done = answer(staff("EDITOR"), event, [one], where="there", answered_on="2026-11-10")
    assert done.status_code == 302
    (one,) = asked()
    assert (one.is_answered_there, one.case.answered_on.isoformat()) == (True, "2026-11-10")
    assert len(acts("events.questions_answered_there")) == 1


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("", "Escriba el día en que se respondió en el evento."),
        ("2026-11-09", "Escriba un día entre el 10 de noviembre de 2026 y hoy."),
        ("2026-11-13", "Escriba un día entre el 10 de noviembre de 2026 y hoy."),
        ("mañana", "Escriba la fecha así: 2026-11-30."),
    ],
    ids=["none", "before the event", "after today", "unreadable"],
)
def test_the_day_of_an_answer_there_is_one_on_which_it_can_have_been(
    staff, works, at, day, sentence
):
    at(2026, 11, 10, 15)
    event = city.held()
    (one,) = stored(event, "¿Y las rampas?", office_id=works.id)
    at(2026, 11, 12, 15)
    page = answer(staff("EDITOR"), event, [one], where="there", answered_on=day)
    assert (page.status_code, sentence in page.text, ANSWER in page.text) == (422, True, True)


def test_after_the_minutes_a_pending_question_is_answered_in_writing_only(staff, works):
    event = city.held()
    (one,) = stored(event, "¿Y las rampas?", office_id=works.id)
    event.closed_at = clock.now()
    db.session.commit()
    today = clock.today().isoformat()
    page = answer(staff("EDITOR"), event, [one], where="there", answered_on=today)
    assert (page.status_code, "Elija «Por escrito»." in page.text) == (422, True)
    assert answer(staff("EDITOR"), event, [one]).status_code == 302


def test_a_second_click_answers_once_and_another_answer_is_refused(staff, works):
    event = city.held()
    (one,) = stored(event, "¿Y las rampas?", office_id=works.id)
    editor = staff("EDITOR")
    assert [answer(editor, event, [one]).status_code for _ in range(2)] == [302, 302]
    assert len(acts("cases.answered")) == 1
    page = answer(editor, event, [one], answer="Otra cosa.")
    assert page.status_code == 422
    assert "Otra persona ya respondió «¿Y las rampas?»." in page.text
    assert asked()[0].case.answer == ANSWER


def test_a_question_without_office_needs_one_to_be_answered(staff, works):
    event = city.held()
    (one,) = stored(event, "¿Y las rampas?")
    page = answer(staff("EDITOR"), event, [one], office="0")
    assert (page.status_code, "Diga qué dependencia responde." in page.text) == (422, True)
    assert answer(staff("EDITOR"), event, [one], office=str(works.id)).status_code == 302
    assert asked()[0].case.office_id == works.id


def test_a_single_question_is_offered_alone_and_answered_in_writing_on_its_own_page(staff):
    event = city.held()
    one, _ = stored(event, "A ¿rampas?", "B ¿ruido?")
    editor = staff("EDITOR")
    offered = editor.get(f"{path(event, 'responder')}?pregunta={one.case_id}").text
    assert ("A ¿rampas?" in offered, "B ¿ruido?" in offered) == (True, False)
    listed = editor.get(path(event)).text
    assert f'href="/gestion/radicados/{one.case_id}"' in listed
    page = editor.get(f"/gestion/radicados/{one.case_id}").text
    assert f'href="{path(event)}"' in page


# ---- offices


def test_an_office_sees_and_answers_what_was_assigned_to_it_at_events_of_others(staff, works, make):
    other = make(office("salud", "Secretaría de Salud"))
    event = city.held(office_id=other.id)
    (mine,) = stored(event, "A ¿rampas?", office_id=works.id)
    (theirs,) = stored(event, "B ¿citas?", office_id=other.id)
    member = staff("RESPONSIBLE", office=works)
    listed = member.get(path(event)).text
    assert ("A ¿rampas?" in listed, "B ¿citas?" in listed) == (True, False)
    assert "Guardar el tema" not in listed
    assert answer(member, event, [theirs]).status_code == 422
    assert answer(member, event, [mine]).status_code == 302
    assert [one.case.is_answered for one in asked()] == [True, False]
    for words in (("registrar",), ("tarjetas",)):
        assert member.get(path(event, *words)).status_code == 404
    assert send(member, path(event, "tema"), chosen=tick_of(mine)).status_code == 404


def test_an_office_without_a_question_there_finds_nothing(staff, works, make):
    other = make(office("salud", "Secretaría de Salud"))
    event = city.held(office_id=other.id)
    stored(event, "B ¿citas?", office_id=other.id)
    assert staff("RESPONSIBLE", office=works).get(path(event)).status_code == 404


def test_who_reads_sees_the_questions_and_no_button(staff):
    event = city.held()
    stored(event, "¿Y las rampas?")
    page = staff("READER").get(path(event)).text
    assert "¿Y las rampas?" in page
    assert ("Registrar preguntas" in page, "Guardar el tema" in page) == (False, False)


# ---- cards


def test_the_sheet_has_four_blank_cards_with_title_address_and_qr(staff):
    event = city.called()
    page = staff("EDITOR").get(path(event, "tarjetas")).text
    assert page.count(f"<h2>{event.title}</h2>") == 4
    assert page.count(links.readable(event.code)) == 4
    assert page.count("<svg") == page.count('class="question-card"') + 1  # and the mark of the site
