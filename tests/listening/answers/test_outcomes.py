"""What changed because of what was heard stands beside the answer, and on one page."""

from participa.core import clock
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.events.commitments import service as commitments
from participa.events.commitments.service import CommitmentFacts
from participa.listening.models import CaseOutcome
from tests.events import city as events
from tests.listening.answers.builders import (
    address,
    answered,
    heard,
    office_of,
    official,
    press,
    published,
)
from tests.plan.builders import plan, task
from tests.visitor import field, where

PAGE = "/escuchaderos/que-cambio"
TEXT = "El bus llega ahora hasta las 11 de la noche."


def test_the_city_reads_what_changed_with_its_commitment_and_its_task(staff, client, make):
    """RDC-06."""
    made = published()
    kept = make(plan(task(), year=clock.today().year))
    event = events.held([kept.actions[0].tasks[0]])
    facts = CommitmentFacts(text="Ampliar el horario", office=office_of(), due_on=clock.today())
    promise = commitments.add(event, official(), facts)
    db.session.commit()
    assert "Todavía no hay nada que contar." in client.get(PAGE).text
    chosen = {"commitment": str(promise.id), "task": str(kept.actions[0].tasks[0].id)}
    done = send_outcome(staff("EDITOR"), made, text=TEXT, **chosen)
    assert where(done) == address(made)
    for page in (PAGE, f"/respuestas/{made.receipt}"):
        text = client.get(page).text
        assert TEXT in text
        assert f"/eventos/{event.code}/compromisos/{promise.number}" in text
        assert f"/plan/tareas/{kept.actions[0].tasks[0].code}" in text
    assert f'href="/respuestas/{made.receipt}"' in client.get(PAGE).text


def test_the_page_of_a_task_tells_what_changed_as_long_as_the_answer_is_public(staff, client, make):
    made, editor = published(), staff("EDITOR")
    one, other = make(plan(task(), task(position=2), year=clock.today().year)).actions[0].tasks
    send_outcome(editor, made, text=TEXT, task=str(one.id))
    page = client.get(f"/plan/tareas/{one.code}").text
    assert TEXT in page
    assert f'href="/respuestas/{made.receipt}"' in page
    assert TEXT not in client.get(f"/plan/tareas/{other.code}").text
    press(editor, address(made), address(made, "/ocultar"))
    assert TEXT not in client.get(f"/plan/tareas/{one.code}").text


def send_outcome(visitor, made, **values):
    page = address(made, "/que-cambio")
    shown = visitor.get(page)
    hidden = {name: field(shown, name) for name in ("csrf_token", "creation")}
    return visitor.post(page, data=hidden | values)


def test_it_is_told_once_however_often_it_is_sent(staff):
    made = published()
    editor = staff("EDITOR")
    page = editor.get(address(made, "/que-cambio"))
    sent = {name: field(page, name) for name in ("csrf_token", "creation")} | {"text": TEXT}
    for _ in range(2):
        assert where(editor.post(address(made, "/que-cambio"), data=sent)) == address(made)
    assert len(db.session.scalars(db.select(CaseOutcome)).all()) == 1


def test_who_left_an_address_is_told_that_something_changed_and_not_what(staff):
    """CPACA 5.8: also who shares the answer."""
    made = published(email="rosa@ejemplo.org", is_anonymous=False)
    other = heard("Lo mismo.", email="luis@ejemplo.org", is_anonymous=False)
    other.analogous_to_id = made.case_id
    db.session.execute(db.delete(Outbox))
    db.session.commit()
    send_outcome(staff("EDITOR"), made, text=TEXT)
    letters = db.session.scalars(db.select(Outbox).order_by(Outbox.to)).all()
    assert [one.to for one in letters] == ["luis@ejemplo.org", "rosa@ejemplo.org"]
    for letter in letters:
        assert "Algo cambió por lo que usted contó." in letter.body
        assert TEXT not in letter.body


def test_a_telephone_has_no_place_in_it(staff):
    made = published()
    page = send_outcome(staff("EDITOR"), made, text="Llame al 300 123 4567 y le cuentan.")
    assert "Quite un teléfono" in page.text
    assert "Llame al 300 123 4567" in page.text


def test_it_is_hidden_with_its_answer_and_can_be_taken_out(staff, client):
    made = published()
    editor = staff("EDITOR")
    send_outcome(editor, made, text=TEXT)
    press(editor, address(made), address(made, "/ocultar"))
    assert TEXT not in client.get(PAGE).text
    again = published("Otra cosa pública.")
    send_outcome(editor, again, text=TEXT)
    [outcome] = db.session.scalars(db.select(CaseOutcome).filter_by(case_id=again.case_id))
    press(editor, address(again), address(again, f"/que-cambio/{outcome.id}/quitar"))
    assert TEXT not in client.get(PAGE).text


def test_what_is_not_public_has_changed_nothing_yet(staff):
    made = answered()
    page = staff("EDITOR").get(address(made, "/que-cambio")).text
    assert "Primero publique la respuesta." in page
    assert "<textarea" not in page
