"""What the staff write to a person: the answer, a message, what is missing, more time, the end."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.cases.models import CaseKind
from participa.core import clock, spanish, workdays
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.listening import steps
from participa.listening.acts import MORE_TIME
from participa.listening.follow_up import replying
from participa.listening.models import AnswerTemplate, CaseStage, MessageKind
from tests.listening.desk import people
from tests.listening.desk.people import address, again, heard
from tests.staff.people import post as send
from tests.visitor import where

SAID = {"is_anonymous": False, "email": "luz@ejemplo.org"}
GOOD = "El jueves se arregla el andén. Lo hace la cuadrilla de la comuna."
TELEPHONE = "Llame a la señora Rosa al 300 123 4567."


@pytest.fixture
def official(staff, app):
    return staff("RESPONSIBLE", people.works())


def letters() -> list[Outbox]:
    return list(db.session.scalars(select(Outbox).order_by(Outbox.id)))


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


# ---- the answer


def test_an_answer_reaches_the_person_and_the_letter_does_not_repeat_it(official):
    said = heard(**SAID)
    done = send(official, address(said, "respuesta"), text=GOOD, step="send")
    assert where(done) == address(said)
    page = official.get(done.location).text
    assert "Envió la respuesta." in page
    assert GOOD in page
    kept = again(said)
    assert (kept.stage, kept.case.answered_on) == (CaseStage.ANSWERED, clock.today())
    assert kept.case.answer == "", "what the public reads takes two steps more"
    [letter] = letters()
    assert letter.to == "luz@ejemplo.org"
    assert "andén" not in f"{letter.subject} {letter.body}"
    assert "listening.answered" in acts()


def test_a_template_is_put_into_the_answer_without_losing_what_was_typed(official, make):
    """Without JavaScript: the button sends the page, and nothing is stored."""
    template = make(AnswerTemplate(title="Con fecha", text="Lo haremos el …"))
    said = heard()
    page = send(
        official,
        address(said, "respuesta"),
        text="Gracias por escribir.",
        template=str(template.id),
        step="template",
    )
    assert page.status_code == 200
    assert "Gracias por escribir.\n\nLo haremos el …</textarea>" in page.text
    none = send(official, address(said, "respuesta"), text="Hola", template="", step="template")
    assert none.status_code == 422
    assert "Elija una plantilla de la lista." in none.text
    assert "Hola</textarea>" in none.text
    assert again(said).messages == []


def test_an_official_sees_how_the_person_will_read_it_before_sending(official):
    said = heard()
    page = send(official, address(said, "respuesta"), text=GOOD, step="preview")
    assert page.status_code == 200
    assert "Así lo lee la persona" in page.text
    assert "de Secretaría de Infraestructura" in page.text
    assert again(said).messages == []
    empty = send(official, address(said, "respuesta"), text="", step="preview")
    assert empty.status_code == 422
    assert "Así lo lee" not in empty.text


@pytest.mark.parametrize("word", ["respuesta", "mensaje", "completar"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TELEPHONE, "un teléfono"),
        ("La cédula 1.017.234.567 quedó inscrita.", "un número de documento"),
    ],
    ids=["telephone", "document"],
)
def test_a_text_with_a_telephone_or_a_document_is_asked_about(official, word, text, told):
    said = heard()
    refused = send(official, address(said, word), text=text, step="send")
    assert refused.status_code == 422
    assert f"El texto tiene {told}. Quítelo, o marque que puede ir." in refused.text
    assert f"{text}</textarea>" in refused.text
    assert again(said).messages == []
    sure = send(official, address(said, word), text=text, step="send", is_sure="y")
    assert sure.status_code == 302
    assert again(said).messages[0].text == text


def test_two_officials_answer_at_once_and_the_second_sees_it(staff, app):
    said = heard()
    first, second = (staff("RESPONSIBLE", people.works()) for _ in range(2))
    page = address(said, "respuesta")
    for visitor in (first, second):
        visitor.get(page)
    shown = second.on_the_page[page]
    assert send(first, page, text=GOOD, step="send").status_code == 302
    refused = send(second, page, text="Otra cosa distinta", step="send", **shown)
    assert refused.status_code == 409
    assert f"{first.account.email}: «Respondió un aporte»" in refused.text
    assert GOOD in refused.text
    assert "Otra cosa distinta" in refused.text
    kept = again(said)
    assert [one.text for one in kept.messages] == [GOOD]
    agreed = send(second, page, text="Otra cosa distinta", step="send")
    assert agreed.status_code == 302, "a second answer completes the first"
    assert len(again(said).messages) == 2


def test_a_message_of_the_person_stops_an_answer_that_does_not_know_it(official):
    said = heard()
    page = address(said, "respuesta")
    official.get(page)
    shown = dict(official.on_the_page[page])
    steps.write(said, MessageKind.PERSON, "Ya lo arreglaron")
    db.session.commit()
    refused = send(official, page, text=GOOD, step="send", **shown)
    assert refused.status_code == 409
    assert again(said).case.answered_on is None


def test_a_second_click_answers_once(official):
    said = heard(**SAID)
    page = address(said, "respuesta")
    official.get(page)
    shown = dict(official.on_the_page[page])
    codes = [send(official, page, text=GOOD, step="send", **shown).status_code for _ in range(2)]
    assert codes == [302, 409]
    assert (len(again(said).messages), len(letters())) == (1, 1)


def test_a_closed_contribution_is_opened_again_before_it_is_answered(official):
    said = heard()
    send(official, address(said, "respuesta"), text=GOOD, step="send")
    send(official, address(said, "cierre"), reason="Quedó arreglado")
    page = official.get(address(said, "respuesta"))
    assert "reábralo primero" in page.text
    assert "Enviar la respuesta</button>" not in page.text
    refused = send(official, address(said, "respuesta"), text="Otra más", step="send")
    assert refused.status_code == 409
    assert "Otra más" in refused.text


# ---- messages, and what is missing


def test_a_message_is_no_answer(official):
    said = heard(**SAID)
    done = send(official, address(said, "mensaje"), text="¿En qué cuadra es?", step="send")
    assert done.status_code == 302
    kept = again(said)
    assert (kept.case.answered_on, kept.messages[0].kind) == (None, MessageKind.REPLY)
    assert "cuadra" not in letters()[0].body


def test_asking_for_what_is_missing_stops_the_term_once(official):
    """PQR-02."""
    said = heard(**SAID)
    assert send(official, address(said, "completar"), text="¿En qué calle?").status_code == 302
    kept = again(said)
    assert (kept.case.is_waiting, kept.case.due_on) == (True, None)
    page = official.get(address(said)).text
    assert "Espera a la persona" in page
    assert "Pedir lo que falta" not in page
    second = official.get(address(said, "completar"))
    assert "Ya se pidió completarla una vez." in second.text


def test_after_ten_working_days_it_is_answered_with_what_there_is(official, at):
    """PQR-02."""
    said = heard(filed_on=workdays.add(clock.today(), -11))
    page = official.get(address(said, "completar")).text
    assert "en los primeros 10 días hábiles" in page
    assert "<textarea" not in page


# ---- more time


def test_the_term_is_extended_before_it_ends_with_a_reason_and_the_new_day(official):
    said = heard(**SAID)
    before = said.case.due_on
    page = official.get(address(said, "prorroga")).text
    assert "Entre 1 y 15" in page
    assert spanish.weekday(workdays.add(before, 15)) in page
    for days, reason, sentence in (
        ("16", "Falta el estudio", "no más del doble"),
        ("0", "Falta el estudio", "entre 1 y 15"),
        ("5", "", "Escriba por qué"),
        ("mucho", "Falta el estudio", "Escriba un número."),
    ):
        refused = send(official, address(said, "prorroga"), days=days, reason=reason)
        assert refused.status_code == 422, days
        assert sentence in refused.text
    done = send(official, address(said, "prorroga"), days="15", reason="Falta el estudio")
    assert done.status_code == 302
    kept = again(said)
    assert kept.case.due_on == workdays.add(before, 15)
    assert spanish.weekday(kept.case.due_on) in letters()[0].body
    assert "estudio" not in letters()[0].body
    again_page = official.get(address(said, "prorroga")).text
    assert "La ley no permite otra." in again_page


def test_a_term_that_is_over_is_not_extended(official):
    said = heard(filed_on=clock.today() - timedelta(days=60))
    assert "Solo se prorroga antes." in official.get(address(said, "prorroga")).text
    assert "Prorrogar</a>" not in official.get(address(said)).text


# ---- the end


def test_what_asks_for_an_answer_is_answered_before_it_is_closed(official):
    said, opinion = heard(**SAID), heard("El parque quedó bonito", wants_answer=False)
    assert "Respóndalo antes de cerrarlo" in official.get(address(said, "cierre")).text
    assert "Cerrar</a>" not in official.get(address(said)).text
    done = send(official, address(opinion, "cierre"), reason="Se leyó en la mesa del barrio")
    assert done.status_code == 302
    assert again(opinion).stage is CaseStage.CLOSED
    assert "Se leyó en la mesa del barrio" in official.get(done.location).text


def test_who_is_asked_to_complete_has_a_month_before_it_is_closed(staff, app, at):
    """PQR-02."""
    at(2026, 3, 3, 15)
    said, official = heard(), staff("RESPONSIBLE", people.works())
    send(official, address(said, "completar"), text="¿En qué calle?")
    page = official.get(address(said, "cierre")).text
    assert "La persona tiene hasta el lunes 6 de abril para completarlo." in page
    at(2026, 4, 7, 15)
    later = staff("RESPONSIBLE", people.works())
    done = send(later, address(said, "cierre"), reason="No se completó")
    assert done.status_code == 302
    assert "la ciudad no debe una respuesta" in later.get(done.location).text


def test_who_asks_in_their_month_has_another_one_to_complete_it(staff, app, at):
    """Article 17. Their message has let the term go on, and it stands still again."""
    at(2026, 3, 3, 15)
    said = heard(**SAID)
    send(staff("RESPONSIBLE", people.works()), address(said, "completar"), text="¿En qué calle?")
    at(2026, 3, 25, 15)
    replying.reply(again(said), secrets.token_hex(16), "Necesito más tiempo, estoy de viaje.")
    db.session.commit()
    assert again(said).case.due_on is not None
    at(2026, 4, 6, 15)
    official = staff("RESPONSIBLE", people.works())
    assert "Dar más tiempo</a>" in official.get(address(said)).text
    page = official.get(address(said, "mas-tiempo")).text
    assert "hasta el lunes 6 de abril" in page
    assert "estoy de viaje" in page
    for day in ("2026-03-02", "2026-04-07"):
        refused = send(official, address(said, "mas-tiempo"), asked_on=day)
        assert refused.status_code == 422
        assert "Tuvo que pedirlo entre el martes 3 de marzo y el lunes 6 de abril" in refused.text
    done = send(official, address(said, "mas-tiempo"), asked_on="2026-03-25")
    shown = official.get(done.location).text
    assert "Tiene hasta el miércoles 6 de mayo." in shown
    assert "pidió más tiempo para completar el 25 de marzo de 2026" in shown
    assert "«" not in letters()[-1].body
    assert "hasta el miércoles 6 de mayo" in letters()[-1].body
    kept = again(said)
    assert (kept.case.is_waiting, kept.steps[-1].reason) == (True, MORE_TIME)
    assert "cases.more_time_given" in acts()
    twice = send(official, address(said, "mas-tiempo"), asked_on="2026-03-25")
    assert "La ley no permite otro." in twice.text
    at(2026, 5, 6, 15)
    last_day = staff("RESPONSIBLE", people.works()).get(address(said, "cierre")).text
    assert "La persona tiene hasta el miércoles 6 de mayo para completarlo." in last_day


def test_who_completes_it_after_it_was_closed_has_their_term_again_when_it_is_opened(
    staff, app, at
):
    at(2026, 3, 3, 15)
    said = heard(**SAID)
    send(staff("RESPONSIBLE", people.works()), address(said, "completar"), text="¿En qué calle?")
    at(2026, 4, 7, 15)
    official = staff("RESPONSIBLE", people.works())
    send(official, address(said, "cierre"), reason="No se completó")
    replying.reply(again(said), secrets.token_hex(16), "En la 50. Estuve hospitalizado.")
    db.session.commit()
    send(official, address(said, "reapertura"), reason="Ya lo completó")
    kept = again(said).case
    assert (kept.is_waiting, kept.completed_on) == (False, clock.today())
    assert kept.due_on is not None


def test_more_time_is_only_for_who_was_asked_and_has_not_completed_it(staff, app, at):
    at(2026, 3, 3, 15)
    said, official = heard(**SAID), staff("RESPONSIBLE", people.works())
    page = official.get(address(said, "mas-tiempo")).text
    assert "No se le ha pedido completar nada." in page
    assert "Dar más tiempo</a>" not in official.get(address(said)).text
    send(official, address(said, "completar"), text="¿En qué calle?")
    replying.reply(again(said), secrets.token_hex(16), "En la 50.")
    db.session.commit()
    at(2026, 4, 7, 15)
    later = staff("RESPONSIBLE", people.works())
    refused = send(later, address(said, "mas-tiempo"), asked_on="2026-03-20")
    assert refused.status_code == 409
    assert "el término de la ciudad corre" in refused.text


def test_a_closed_one_is_opened_again_with_a_reason_that_the_person_reads(official):
    said = heard(**SAID)
    assert "Este aporte está abierto." in official.get(address(said, "reapertura")).text
    send(official, address(said, "respuesta"), text=GOOD, step="send")
    send(official, address(said, "cierre"), reason="Quedó arreglado")
    first_day = again(said).case.answered_on
    assert send(official, address(said, "reapertura"), reason="").status_code == 422
    done = send(official, address(said, "reapertura"), reason="No quedó bien")
    assert done.status_code == 302
    kept = again(said)
    assert (kept.stage, kept.case.answered_on) == (CaseStage.IN_REVIEW, first_day)
    assert kept.case.kind is CaseKind.GENERAL
    assert [one.reason for one in kept.steps][-1] == "No quedó bien"
    assert "Envió" not in letters()[-1].body
