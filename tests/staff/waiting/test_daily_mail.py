"""One mail a day at most, about what waits for somebody, and only when something is new."""

import smtplib
from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.ballots.lifecycle import two_person
from participa.ballots.models import Act, BoxKind
from participa.cases import service as cases
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import mail, queue
from participa.core.jobs.mail import Outbox
from participa.plan.models import ReportState
from participa.staff.models import Account, DailyMail
from participa.staff.waiting import daily_mail
from participa.topics.models import Proposal, TopicQuestion
from tests.ballots import city
from tests.plan.builders import office, plan, report, task
from tests.staff.people import post
from tests.topics.builders import call

QUESTION = "¿Cuándo arreglan la cancha de mi cuadra?"
ACCOUNT = "/gestion/cuenta"


@pytest.fixture
def morning(at):
    at(2026, 9, 7, 12, 10)  # seven in the morning of the city


@pytest.fixture
def dap(make):
    return make(office())


@pytest.fixture
def rosa(staff, dap):
    """Responsible for an office, with a password: she has accepted her invitation."""
    return staff("RESPONSIBLE", dap, password="x")


def next_morning(at, days=1):
    later = clock.now() + timedelta(days=days)
    at(later.year, later.month, later.day, 12, 10)


def letters(visitor) -> list[Outbox]:
    rows = select(Outbox).filter_by(to=visitor.account.email).order_by(Outbox.id)
    return list(db.session.scalars(rows))


def ask(made, text=QUESTION) -> None:
    code = f"PREGUNTA{db.session.query(TopicQuestion).count():04d}"
    case_id = cases.file("topics", code, text)
    db.session.add(TopicQuestion(case_id=case_id, call_id=made.id))
    db.session.commit()


def test_a_question_for_an_office_is_told_once_with_a_link_and_without_its_text(
    app, make, morning, rosa, dap
):
    made = make(call(title="Temas de 2026", office_id=dap.id))
    ask(made)
    ask(made)
    daily_mail.send_all()
    daily_mail.send_all()
    [letter] = letters(rosa)
    assert letter.subject == "1 asunto por atender en participa"
    assert "2 preguntas sin respuesta pública" in letter.body
    assert "en «Temas de 2026». La primera vence el lunes 28 de septiembre" in letter.body
    assert f"http://localhost/gestion/temas/{made.code}/preguntas" in letter.body
    assert "http://localhost/gestion/cuenta" in letter.body
    assert "cancha" not in letter.body


def test_nothing_is_written_to_whom_nothing_waits_for(app, make, morning, rosa, staff, dap):
    other = make(office("salud", "Secretaría de Salud"))
    ask(make(call(office_id=other.id)))
    invited, reader = staff("EDITOR"), staff("READER", password="x")
    gone = staff("EDITOR", password="x", active=False)
    daily_mail.send_all()
    assert [letters(who) for who in (rosa, invited, reader, gone)] == [[], [], [], []]


def test_what_waited_yesterday_is_no_reason_to_write_again(app, make, morning, at, rosa, dap):
    made = make(call(title="Temas de 2026", office_id=dap.id))
    ask(made)
    daily_mail.send_all()
    next_morning(at)
    daily_mail.send_all()
    assert len(letters(rosa)) == 1
    db.session.add(Proposal(call_id=made.id, text="La cancha", territory="01"))
    db.session.commit()
    daily_mail.send_all()
    assert len(letters(rosa)) == 1, "one look a day"
    next_morning(at)
    daily_mail.send_all()
    [_, letter] = letters(rosa)
    new, _, still = letter.body.partition("Sigue pendiente:")
    assert ("1 tema propuesto" in new, "1 pregunta sin" in still) == (True, True)
    assert "cancha" not in letter.body


def test_what_comes_back_after_it_was_done_is_new_again(app, make, morning, at, rosa, dap):
    made = make(call(office_id=dap.id))
    proposal = make(Proposal(call_id=made.id, text="La cancha", territory="01"))
    daily_mail.send_all()
    db.session.delete(proposal)
    db.session.commit()
    next_morning(at)
    daily_mail.send_all()
    make(Proposal(call_id=made.id, text="El parque", territory="01"))
    next_morning(at)
    daily_mail.send_all()
    assert len(letters(rosa)) == 2


def test_an_opening_is_told_to_whoever_can_confirm_it_and_not_to_who_asked(app, morning, staff):
    elena, beto = (staff("EDITOR", name=name, password="x") for name in ("Elena", "Beto"))
    made = city.draft(BoxKind.OPEN, title="Presupuesto joven")
    two_person.request(made.box, Act.OPEN, db.session.get_one(Account, elena.account.id))
    db.session.commit()
    daily_mail.send_all()
    assert letters(elena) == []
    [letter] = letters(beto)
    assert "Presupuesto joven\n  Elena pidió la apertura. Revise y confirme.\n" in letter.body
    assert f"http://localhost/gestion/urnas/{made.uuid}" in letter.body


def test_a_report_is_told_to_reviewers_and_returned_to_its_author(
    app, make, morning, at, rosa, staff, dap
):
    the_task = make(plan(task(1, (dap,)), year=2026)).actions[0].tasks[0]
    editor = staff("EDITOR", password="x")
    made = make(sent_report(the_task, rosa))
    daily_mail.send_all()
    [letter] = letters(editor)
    assert f"{made.title}\n  Reporte de la tarea 1.1 de 2026. Revíselo." in letter.body
    assert letters(rosa) == []
    page = f"/gestion/plan/reportes/{made.id}"
    returned = post(editor, f"{page}/devolver", reason="Falta el acta")
    assert returned.status_code == 302
    next_morning(at)
    daily_mail.send_all()
    assert len(letters(editor)) == 1
    assert "Su reporte de la tarea 1.1 de 2026 fue devuelto." in letters(rosa)[0].body


def sent_report(the_task, author):
    reporter = db.session.get_one(Account, author.account.id)
    return report(the_task, reporter, state=ReportState.SENT)


def test_who_switches_it_off_gets_none_until_it_is_on_again(app, make, morning, at, rosa, dap):
    ask(make(call(office_id=dap.id)))
    assert "Nunca más de uno al día." in rosa.get(ACCOUNT).text
    for _ in range(2):
        off = post(rosa, ACCOUNT, f"{ACCOUNT}/resumen/dejar")
        assert off.status_code == 302
    assert "Ya no recibe el resumen diario." in rosa.get(off.location).text
    daily_mail.send_all()
    assert letters(rosa) == []
    on = post(rosa, ACCOUNT, f"{ACCOUNT}/resumen/recibir")
    assert "Desde ahora recibe el resumen diario" in rosa.get(on.location).text
    daily_mail.send_all()
    assert len(letters(rosa)) == 1
    acts = list(db.session.scalars(select(AuditEntry.action)))
    assert acts.count("staff.daily_mail_switched") == 2


def test_who_only_reads_is_not_offered_the_mail(staff):
    reader = staff("READER")
    assert "Resumen diario" not in reader.get(ACCOUNT).text
    assert post(reader, f"{ACCOUNT}/clave", f"{ACCOUNT}/resumen/dejar").status_code == 403


def test_a_mail_server_that_is_away_loses_no_letter_and_stops_no_page(
    app, make, morning, at, rosa, dap, monkeypatch
):
    made = make(call(office_id=dap.id))
    ask(made)
    installation(app).queue.flush()
    with monkeypatch.context() as away:
        away.setattr(mail, "post", refuse)
        daily_mail.send_all()
        queue.run_pending(app)
    [letter] = letters(rosa)
    db.session.refresh(letter)
    assert (letter.sent_at, letter.last_error) == (None, "SMTPServerDisconnected")
    assert rosa.get("/gestion").status_code == 200
    at(2026, 9, 7, 12, 20)
    daily_mail.send_all()
    mail.deliver_due()
    [letter] = letters(rosa)
    db.session.refresh(letter)
    assert letter.sent_at is not None


def refuse(letter) -> None:
    raise smtplib.SMTPServerDisconnected("no hay nadie")


def test_of_two_workers_at_once_one_writes(app, make, morning, rosa, dap):
    ask(make(call(office_id=dap.id)))
    account_id = rosa.account.id
    db.session.remove()

    def look(ready):
        with app.test_request_context():
            account = db.session.get_one(Account, account_id)
            ready()
            daily_mail.check(account)
            db.session.commit()

    city.at_once(look, look, look)
    assert len(letters(rosa)) == 1
    assert db.session.query(DailyMail).filter_by(account_id=account_id).count() == 1


def test_one_broken_account_does_not_silence_the_others(
    app, make, morning, rosa, staff, dap, monkeypatch
):
    ask(make(call(office_id=dap.id)))
    beto = staff("EDITOR", password="x")

    def breaks(account):
        if account.id == rosa.account.id:
            raise RuntimeError("una fila rota")
        return ()

    with monkeypatch.context() as broken:
        state = installation(app)
        broken.setattr(state, "pending", (*state.pending, breaks))
        daily_mail.send_all()
    assert (len(letters(rosa)), len(letters(beto))) == (0, 1)
    daily_mail.send_all()
    assert (len(letters(rosa)), len(letters(beto))) == (1, 1)


def test_it_is_sent_in_the_morning_of_the_city(app):
    hours, minutes = queue.PERIODIC["staff.daily_mail"]
    first, last = map(int, hours.split("-"))
    assert (first - 5, last - 5) == (7, 11)
    assert minutes == "*/10"


def test_what_waited_long_ago_is_erased(app, make, morning, at, rosa):
    daily_mail.send_all()
    next_morning(at, days=29)
    assert daily_mail.erase_old() == 0
    next_morning(at, days=2)
    assert daily_mail.erase_old() == 1


def test_an_administrator_reads_that_mail_is_not_configured(staff, monkeypatch):
    administrator, editor = staff("ADMINISTRATOR"), staff("EDITOR")
    for page in ("/gestion", ACCOUNT):
        assert "El correo no está configurado." in administrator.get(page).text
        assert "El correo no está configurado." not in editor.get(page).text
    monkeypatch.setattr(mail, "is_configured", lambda: True)
    assert "El correo no está configurado." not in administrator.get("/gestion").text
