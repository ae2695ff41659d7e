"""More than ten petitions that ask the same get one public answer (art. 22; PQR-07)."""

from datetime import timedelta

from participa.cases.models import CaseKind
from participa.core import clock
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.listening import acts
from participa.listening.answers import analogous
from participa.listening.models import CaseStage, Contribution, MessageKind
from tests.listening.answers.builders import (
    ANSWER,
    LIST,
    address,
    answered,
    heard,
    office_of,
    official,
    published,
    send,
)
from tests.plan.builders import office
from tests.visitor import where

BUS = "¿Cuándo vuelve el bus alimentador a la vereda El Plan de Santa Elena?"
GROUPS = f"{LIST}/peticiones-iguales"


def many(count: int, text: str = "Que vuelva el bus alimentador a la vereda El Plan, Santa Elena"):
    return [heard(f"{text}. Soy el número {n}.") for n in range(count)]


def again(contribution) -> Contribution:
    db.session.expire_all()
    return db.session.get_one(Contribution, contribution.case_id)


def chosen(those) -> list[str]:
    return [str(one.case_id) for one in those]


def test_a_group_of_more_than_ten_is_suggested_and_one_of_ten_is_not(staff):
    """PQR-07."""
    editor = staff("EDITOR")
    many(10)
    heard("El hueco de la calle 30 daña los carros.")
    assert "Hoy no hay más de 10" in editor.get(GROUPS).text
    many(1)
    page = editor.get(GROUPS).text
    assert "11 peticiones parecidas" in page
    assert "hueco" not in page


def test_one_public_answer_is_the_answer_of_each(staff, client):
    """PQR-07."""
    leader, others = published(BUS, ANSWER), many(10)
    apart = heard("El hueco de la calle 30 daña los carros.")
    editor = staff("EDITOR")
    page = editor.get(address(leader, "/iguales")).text
    assert all(one.shown_number in page for one in others)
    assert apart.shown_number not in page
    done = send(editor, address(leader, "/iguales"), chosen=chosen(others))
    assert where(done) == address(leader)
    for one in map(again, others):
        assert (one.stage, one.case.is_answered) == (CaseStage.ANSWERED, True)
        [message] = one.messages
        assert message.kind is MessageKind.ANSWER
        assert f"/respuestas/{leader.receipt}" in message.text
        assert ANSWER in message.text
        assert client.get(f"/respuestas/{one.receipt}").location == f"/respuestas/{leader.receipt}"
        assert "Se respondió junto con otras peticiones iguales" in editor.get(address(one)).text
    assert not again(apart).case.is_answered
    assert (
        "sirve también a 10 peticiones iguales" in client.get(f"/respuestas/{leader.receipt}").text
    )


def test_ten_are_answered_one_by_one(staff):
    """PQR-07."""
    leader, others = published(BUS, ANSWER), many(9)
    page = send(staff("EDITOR"), address(leader, "/iguales"), chosen=chosen(others))
    assert page.status_code == 422
    assert "Con estas serían 10: responda cada una." in page.text
    assert not any(again(one).case.is_answered for one in others)
    assert "checked" in page.text


def test_an_answer_that_is_not_public_answers_no_others(staff):
    leader = answered(BUS, ANSWER)
    many(10)
    page = staff("EDITOR").get(address(leader, "/iguales")).text
    assert "Primero publique la respuesta a este aporte." in page


def test_what_the_law_does_not_name_is_answered_apart(app):
    private, risky, corrupt, closed = (heard(f"{BUS} {n}") for n in "abcd")
    private.case.kind = CaseKind.PRIVATE
    risky.is_life_risk = True
    corrupt.is_corruption = True
    closed.stage = CaseStage.CLOSED
    opinion = heard(BUS, wants_answer=False)
    db.session.commit()
    leader = published(BUS, ANSWER)
    found = [one for one, _ in analogous.candidates(leader, official())]
    assert found == []
    assert opinion.case.kind is CaseKind.OPINION


def test_one_that_asks_something_else_is_taken_out_and_waits_again(staff, at):
    at(2026, 11, 10, 15)
    leader, others = published(BUS, ANSWER), many(11)
    editor = staff("EDITOR")
    send(editor, address(leader, "/iguales"), chosen=chosen(others))
    one = others[0]
    refused = send(editor, address(one, "/separar"), reason="")
    assert "Escriba por qué se separa" in refused.text
    send(editor, address(one, "/separar"), reason="Pregunta por otra vereda.")
    one = again(one)
    assert (one.analogous_to_id, one.case.answered_on) == (None, None)
    assert one.stage is CaseStage.IN_REVIEW
    assert one.steps[-1].reason == "Pregunta por otra vereda."
    assert [message.kind for message in one.messages] == [MessageKind.REPLY]
    assert analogous.linked_count(leader.case_id) == 10


def test_an_answer_of_its_own_stays_when_it_is_taken_out(app, at):
    at(2026, 11, 10, 15)
    leader, others = published(BUS, ANSWER), many(10)
    analogous.link(leader, official(), others)
    acts.answer(others[0], official(), "A usted, además: el martes.")
    db.session.commit()
    at(2026, 11, 12, 15)
    analogous.unlink(others[0], official(), "Pregunta más.")
    db.session.commit()
    one = again(others[0])
    assert one.case.answered_on == clock.today() - timedelta(days=2)
    assert one.stage is CaseStage.ANSWERED


def test_an_office_links_only_what_it_may_see(staff):
    leader, others = published(BUS, ANSWER), many(10)
    health = office("salud", "Secretaría de Salud")
    db.session.add(health)
    db.session.flush()
    others[0].case.office = health
    db.session.commit()
    own = staff("RESPONSIBLE", office=office_of())
    assert others[0].shown_number not in own.get(address(leader, "/iguales")).text
    page = send(own, address(leader, "/iguales"), chosen=chosen(others))
    assert "Elija opciones de la lista." in page.text
    assert not again(others[0]).case.is_answered


def test_each_person_who_left_an_address_gets_a_letter_without_what_they_said(app):
    leader = published(BUS, ANSWER)
    reached = heard(f"{BUS} Por favor.", email="rosa@ejemplo.org", is_anonymous=False)
    others = [*many(9), reached]
    analogous.link(leader, official(), others)
    db.session.commit()
    [letter] = db.session.scalars(db.select(Outbox))
    assert letter.to == "rosa@ejemplo.org"
    assert "junto con otros que piden lo mismo" in letter.body
    assert "bus" not in letter.body
