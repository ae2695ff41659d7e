"""What waits at the desk, for the page and for the one mail a day; nothing of what anybody said."""

import socket
import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_string, policy

import pytest
from sqlalchemy import select

from participa.cases.models import Case
from participa.core import clock, workdays
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import queue
from participa.core.jobs.mail import Outbox
from participa.listening import acts, inbox, steps
from participa.listening.follow_up import replying
from participa.listening.models import CaseStage, MessageKind
from participa.listening.rights import erasing
from participa.staff.models import Account
from participa.staff.waiting import daily_mail
from participa.topics.models import Proposal
from tests.cases.builders import question
from tests.listening.desk import people
from tests.listening.desk.people import TEXT, again, heard, post
from tests.topics.builders import call
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def morning(at):
    at(2026, 9, 7, 12, 10)  # a Monday, at seven in the morning of the city


@pytest.fixture
def rosa(staff, app) -> Visitor:
    """Responsible for the office that answers; she has accepted her invitation."""
    return staff("RESPONSIBLE", people.works(), password="x")


def account(visitor: Visitor) -> Account:
    return db.session.get_one(Account, visitor.account.id)


def told(visitor: Visitor) -> dict[str, tuple[str, ...]]:
    """What waits for somebody, with its marks."""
    with db.session.no_autoflush:
        return {one.label: one.marks for one in inbox.pending(account(visitor))}


def letters(visitor: Visitor) -> list[Outbox]:
    rows = select(Outbox).filter_by(to=visitor.account.email).order_by(Outbox.id)
    return list(db.session.scalars(rows))


def due_on(case: Case, at) -> None:
    """Let it be the morning of the day on which it is due."""
    morning_of(case.due_on, at)


def morning_of(day, at) -> None:
    at(day.year, day.month, day.day, 12, 10)


def in_review(*said) -> None:
    for one in said:
        one.stage, one.classified_on = CaseStage.IN_REVIEW, clock.today()
    db.session.commit()


# ---- what waits


def test_an_office_is_told_what_it_has_to_do_and_no_text_of_anybody(app, rosa, staff):
    with app.test_request_context():
        at = post()
        new, read, late = (heard(TEXT, at) for _ in range(3))
        late.case.filed_on = workdays.add(clock.today(), -30)
        in_review(read, late)
        read.classified_on = None
        db.session.commit()
        found = told(rosa)
        assert found == {
            "1 aporte vencido": (f"listening:overdue:{late.case_id}",),
            "1 aporte sin revisar": (f"listening:new:{new.case_id}",),
            "1 aporte sin clasificar": (f"listening:kind:{read.case_id}",),
        }
        other = staff("RESPONSIBLE", people.health(), password="x")
        assert told(other) == {}
        pending = inbox.pending(account(rosa))
        assert TEXT not in str(pending)
        assert new.receipt not in str(pending)


def test_a_deadline_is_told_at_five_two_and_no_days_and_when_it_is_over(app, rosa, at):
    said = heard()
    in_review(said)
    number, last = said.case_id, said.case.due_on
    marks = {}
    for left in (6, 5, 3, 2, 1, 0, -1):
        morning_of(last - timedelta(days=left), at)
        with app.test_request_context():
            marks[left] = [mark for marks in told(rosa).values() for mark in marks]
    assert marks == {
        6: [],
        5: [f"listening:due-5:{number}"],
        3: [f"listening:due-5:{number}"],
        2: [f"listening:due-2:{number}"],
        1: [f"listening:due-2:{number}"],
        0: [f"listening:due-0:{number}"],
        -1: [f"listening:overdue:{number}"],
    }


def test_what_came_after_hours_is_told_by_the_earlier_day(app, rosa, at):
    """Both readings of article 54: the staff are warned by the first."""
    said = heard()
    said.case.is_after_hours = True
    in_review(said)
    morning_of(said.case.alert_on, at)
    with app.test_request_context():
        assert list(told(rosa)) == ["1 aporte vence hoy"]


def test_what_is_overdue_is_escalated_to_administrators_and_the_rest_is_not(app, rosa, staff, at):
    chief = staff("ADMINISTRATOR", password="x")
    editor = staff("EDITOR", password="x")
    said = heard()
    in_review(said)
    due_on(said.case, at)
    with app.test_request_context():
        assert told(chief) == {"1 aporte vence hoy": ()}, "on their page, and in no mail"
    morning_of(said.case.due_on + timedelta(days=1), at)
    with app.test_request_context():
        assert told(chief) == {"1 aporte vencido": (f"listening:overdue:{said.case_id}",)}
        assert told(editor) == {"1 aporte vencido": ()}


def test_an_office_in_which_nobody_has_an_account_leaves_nothing_untold(app, staff):
    chief = staff("ADMINISTRATOR", password="x")
    said = heard()
    with app.test_request_context():
        assert told(chief) == {"1 aporte sin revisar": (f"listening:new:{said.case_id}",)}


def test_a_danger_to_a_life_a_message_and_a_question_of_an_office_are_told(app, rosa, staff):
    chief = staff("ADMINISTRATOR", password="x")
    helper = staff("RESPONSIBLE", people.health(), password="x")
    at = post()
    risky, asked, written = (heard(TEXT, at) for _ in range(3))
    in_review(risky, asked, written)
    acts.mark_life_risk(risky, account(rosa), is_at_risk=True)
    acts.ask_help(asked, account(rosa), people.health(), "¿Cuándo?")
    message = steps.write(written, MessageKind.PERSON, "Ya lo arreglaron")
    db.session.commit()
    life = f"listening:life:{risky.case_id}"
    with app.test_request_context():
        assert told(rosa) == {
            "1 aporte habla de un riesgo para la vida": (life,),
            "1 aporte con un mensaje de la persona": (f"listening:said:{message.id}",),
        }
        assert told(chief)["1 aporte habla de un riesgo para la vida"] == (life,)
        [help_mark] = told(helper).values()
        assert help_mark == (f"listening:help:{again(asked).helpers[0].id}",)


def test_a_message_on_a_closed_contribution_waits_in_the_inbox_the_first_page_and_the_mail(
    app, rosa
):
    """Until somebody writes back or notes why not; what is erased waits for nobody."""
    said, gone = heard(), heard()
    for one in (said, gone):
        one.stage, one.classified_on = CaseStage.CLOSED, clock.today()
        steps.write(one, MessageKind.PERSON, "Otra vez está roto")
    erasing.erase(gone)
    db.session.commit()
    address = "/gestion/escuchaderos/aportes?senal=la-persona-escribio"
    assert (
        f'<a href="{address}">1 aporte con un mensaje de la persona</a>'
        in rosa.get("/gestion").text
    )
    page = rosa.get(address).text
    assert said.receipt in page.replace("-", "")
    assert gone.receipt not in page.replace("-", "")
    assert '<span class="state late">La persona escribió</span>' in page
    daily_mail.send_all()
    assert "1 aporte con un mensaje de la persona" in letters(rosa)[-1].body
    acts.note(again(said), account(rosa), "Ya se le dijo por teléfono.")
    db.session.commit()
    with app.test_request_context():
        assert told(rosa) == {}


def test_what_a_person_says_is_not_solved_waits_until_it_is_opened_again_or_closed(app, rosa):
    said = heard()
    said.case.office = people.works()
    acts.answer(said, account(rosa), "Se arregla el jueves.")
    said.classified_on = clock.today()
    replying.judge(said, False, "Siguió igual.")
    db.session.commit()
    words = "1 aporte respondido que, dice la persona, no quedó resuelto"
    with app.test_request_context():
        assert told(rosa) == {words: (f"listening:unsolved:{said.case_id}",)}
    page = rosa.get("/gestion/escuchaderos/aportes?senal=dice-que-no-quedo-resuelto").text
    assert '<span class="state late">Dice que no quedó resuelto</span>' in page
    acts.close(again(said), account(rosa), "Se explicó de nuevo.")
    db.session.commit()
    with app.test_request_context():
        assert told(rosa) == {}


def test_words_of_a_danger_in_what_nobody_has_read_are_told_at_once_and_not_repeated(
    app, rosa, staff
):
    chief = staff("ADMINISTRATOR", password="x")
    at = post()
    heard(TEXT, at)
    said = heard("Ya no quiero vivir más en esta calle sin luz.", at)
    words = "1 aporte sin revisar puede hablar de un riesgo para la vida"
    with app.test_request_context():
        for visitor in (rosa, chief):
            assert told(visitor)[words] == (f"listening:danger:{said.case_id}",)
            assert next(iter(told(visitor))) == words
    page = rosa.get("/gestion/escuchaderos/aportes").text
    assert page.count('<span class="state late">Puede hablar de un riesgo para la vida</span>') == 1
    acts.review(again(said), account(rosa))
    db.session.commit()
    with app.test_request_context():
        assert words not in told(rosa)


def test_words_of_a_danger_in_a_new_message_are_told_also_when_it_is_closed(app, rosa, staff):
    chief = staff("ADMINISTRATOR", password="x")
    said = heard()
    said.stage = CaseStage.CLOSED
    message = steps.write(said, MessageKind.PERSON, "Ya no quiero vivir más.")
    db.session.commit()
    words = "1 aporte con un mensaje que puede hablar de un riesgo para la vida"
    with app.test_request_context():
        for visitor in (rosa, chief):
            assert told(visitor)[words] == (f"listening:danger-said:{message.id}",)
    page = rosa.get("/gestion/escuchaderos/aportes?senal=la-persona-escribio").text
    assert '<span class="state late">Puede hablar de un riesgo para la vida</span>' in page


def test_who_does_not_complete_it_in_their_month_is_told_to_the_office(app, rosa, staff, at):
    """Article 17: then it is closed, and the person is told."""
    said = heard()
    said.case.office = people.works()
    in_review(said)
    acts.ask_to_complete(said, account(rosa), "¿En qué calle?")
    db.session.commit()
    at(2026, 10, 7, 15)
    with app.test_request_context():
        assert told(rosa) == {}, "the last day is theirs"
    at(2026, 10, 8, 15)
    words = "1 aporte que la persona no completó en su tiempo"
    with app.test_request_context():
        assert told(rosa) == {words: (f"listening:given-up:{said.case_id}",)}
    visitor = staff("RESPONSIBLE", people.works(), password="x")
    page = visitor.get("/gestion/escuchaderos/aportes?plazo=no-lo-completo").text
    assert "No lo completó: ciérrelo" in page
    assert "puede cerrarlo" in visitor.get(people.address(said)).text


def test_a_report_about_an_office_is_not_told_to_it(app, rosa):
    """PQR-11."""
    said, control = heard(), people.control()
    acts.mark_corruption(said, account(rosa), people.works(), control)
    db.session.commit()
    with app.test_request_context():
        assert told(rosa) == {}


def test_what_waits_stands_on_the_first_page_and_leads_to_its_list(rosa):
    heard()
    page = rosa.get("/gestion")
    address = "/gestion/escuchaderos/aportes?estado=sin-revisar"
    assert f'<a href="{address}">1 aporte sin revisar</a>' in page.text
    assert TEXT in rosa.get(address).text


def test_what_a_life_may_depend_on_stands_above_all_else_on_the_first_page(rosa):
    proposed = Proposal(call=call(office=people.works()), text="Parques", territory="01")
    db.session.add(proposed)
    acts.mark_life_risk(heard(), account(rosa), is_at_risk=True)
    db.session.commit()
    page = rosa.get("/gestion").text
    danger = page.index("1 aporte habla de un riesgo para la vida")
    assert danger < page.index("Abierto ahora") < page.index("1 tema propuesto")
    assert page.count("habla de un riesgo para la vida") == 1


# ---- the mail


def test_the_mail_goes_out_at_each_deadline_and_not_on_the_days_between(app, rosa, at):
    said = heard()
    in_review(said)
    last = said.case.due_on
    sent = []
    for left in (6, 5, 4, 3, 2, 1, 0, -1, -2):
        morning_of(last - timedelta(days=left), at)
        before = len(letters(rosa))
        daily_mail.send_all()
        daily_mail.send_all()
        sent += [left] * (len(letters(rosa)) - before)
    assert sent == [5, 2, 0, -1]


def test_a_danger_to_a_life_stands_first_in_the_mail(app, rosa):
    question(call(), office=people.works())
    said = heard()
    acts.mark_life_risk(said, account(rosa), is_at_risk=True)
    db.session.commit()
    daily_mail.send_all()
    body = letters(rosa)[-1].body
    assert body.index("riesgo para la vida") < body.index("pregunta sin respuesta")


class PostOffice:
    """A mail server of a few lines, which takes as many letters as come, and keeps them."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.letters: list[str] = []
        self.thread = threading.Thread(target=self.receive, daemon=True)
        self.thread.start()

    def receive(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return  # closed
            with connection, connection.makefile("rw", newline="\r\n") as talk:
                self.talk(talk)

    def talk(self, talk) -> None:
        say = lambda text: (talk.write(f"{text}\n"), talk.flush())  # noqa: E731 - one line
        say("220 hola")
        for line in talk:
            word = line.strip().upper()
            if word.startswith("DATA"):
                say("354 diga")
                lines = []
                while (text := talk.readline().rstrip("\r\n")) != ".":
                    lines.append(text)
                self.letters.append("\n".join(lines))
            say("221 adiós" if word.startswith("QUIT") else "250 bien")
            if word.startswith("QUIT"):
                return

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)


@pytest.fixture
def post_office(app, monkeypatch):
    state, office = installation(app), PostOffice()
    state.queue.flush()
    changed = replace(state.settings, mail_url=f"smtp://127.0.0.1:{office.port}")
    monkeypatch.setattr(state, "settings", changed)
    yield office
    office.close()


def test_the_mail_about_an_overdue_contribution_is_received_by_a_mail_server(
    app, rosa, staff, at, post_office
):
    chief = staff("ADMINISTRATOR", password="x")
    said = heard("La cancha está rota. Me llamo Luz Marina.")
    in_review(said)
    morning_of(said.case.due_on + timedelta(days=1), at)
    daily_mail.send_all()
    queue.run_pending(app)
    received = [message_from_string(one, policy=policy.default) for one in post_office.letters]
    by_person = {one["To"]: one.get_content() for one in received}
    assert set(by_person) == {rosa.account.email, chief.account.email}
    for body in by_person.values():
        assert "1 aporte vencido" in body
        assert "/gestion/escuchaderos/aportes?plazo=vencidos" in body
        for hidden in ("cancha", "Luz", said.receipt):
            assert hidden not in body
