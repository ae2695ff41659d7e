"""Letters leave after the transaction that wrote them, once, and leave nothing behind."""

import email
import email.policy
import smtplib
import socket
import threading
from datetime import timedelta

import pytest

from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.jobs import mail, queue
from participa.core.jobs.mail import Outbox


@pytest.fixture(autouse=True)
def nothing_waits(app):
    installation(app).queue.flush()


def write(to="ana@ejemplo.org"):
    letter = mail.send(to, "Su radicado", "Ya respondimos: https://ejemplo.org/r/7K3F")
    db.session.commit()
    return letter


@pytest.fixture
def folder(app):
    folder = installation(app).settings.data / "mail"
    for old in folder.glob("*.eml"):
        old.unlink()
    return folder


def test_a_letter_leaves_after_the_commit_and_its_text_is_erased(app, folder):
    letter = write()
    assert not list(folder.glob("*.eml"))
    queue.run_pending(app)
    db.session.refresh(letter)
    (kept,) = folder.glob("*.eml")
    message = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
    assert (message["To"], message["Subject"]) == ("ana@ejemplo.org", "Su radicado")
    assert "Ya respondimos" in message.get_content()
    assert kept.stat().st_mode & 0o077 == 0
    assert letter.sent_at is not None
    assert letter.body == ""


def test_the_address_that_leaves_a_list_is_written_as_it_is(app, folder):
    leave = f"<https://ejemplo.org/avisos/salir/{'a1B2-_.' * 20}>"
    mail.send("ana@ejemplo.org", "Lo invitamos: audiencia", "…", {"List-Unsubscribe": leave})
    db.session.commit()
    queue.run_pending(app)
    (kept,) = folder.glob("*.eml")
    assert f"List-Unsubscribe: {leave}\n".encode() in kept.read_bytes()


def test_a_letter_that_is_taken_back_never_leaves(app, folder):
    mail.send("ana@ejemplo.org", "Su radicado", "…")
    db.session.rollback()
    db.session.commit()
    queue.run_pending(app)
    mail.deliver_due()
    assert not list(folder.glob("*.eml"))


def test_a_letter_that_is_queued_twice_leaves_once(app, folder):
    letter = write()
    queue.put("mail.deliver", letter.id)
    queue.run_pending(app)
    mail.deliver_due()
    assert len(list(folder.glob("*.eml"))) == 1


def test_a_letter_that_never_reached_the_queue_leaves_within_a_minute(app, folder):
    write()
    installation(app).queue.flush()
    mail.deliver_due()
    assert len(list(folder.glob("*.eml"))) == 1


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x0b"])
def test_nobody_adds_a_header_through_a_subject_or_an_address(app, sign):
    with pytest.raises(Refused):
        mail.send("ana@ejemplo.org", f"Hola{sign}Bcc: todos@ejemplo.org", "…")
    with pytest.raises(Refused):
        mail.send(f"ana@ejemplo.org{sign}Bcc: todos@ejemplo.org", "Hola", "…")


@pytest.mark.parametrize("address", ["ana", "ana@", "ana@ejemplo.org, luis@ejemplo.org", ""])
def test_half_an_address_is_sent_back_with_advice(app, address):
    with pytest.raises(Refused, match="Escriba un correo completo"):
        mail.send(address, "Hola", "…")


def test_a_mail_server_that_is_away_is_asked_again_later_and_not_for_ever(app, monkeypatch, capsys):
    letter = write("privada@ejemplo.org")

    def away(letter):
        raise smtplib.SMTPRecipientsRefused({"privada@ejemplo.org": (550, b"no")})

    monkeypatch.setattr(mail, "post", away)
    now = clock.now()
    for _ in range(12):
        mail.deliver_due()
        now += timedelta(days=2)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
    db.session.refresh(letter)
    assert letter.attempts == len(mail.PAUSES) + 1
    assert (letter.sent_at, letter.next_at) == (None, None)
    assert letter.last_error == "SMTPRecipientsRefused"
    assert "privada@ejemplo.org" not in capsys.readouterr().err


def test_a_failed_letter_does_not_leave_before_its_pause(app, folder, monkeypatch):
    letter = write()
    with monkeypatch.context() as broken:
        broken.setattr(mail, "post", lambda letter: (_ for _ in ()).throw(OSError()))
        queue.run_pending(app)
    mail.deliver_due()
    assert not list(folder.glob("*.eml"))
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    mail.deliver_due()
    assert len(list(folder.glob("*.eml"))) == 1
    db.session.refresh(letter)
    assert letter.attempts == 2


def test_letters_are_forgotten_after_thirty_days(app, make, monkeypatch):
    letter = write()
    assert mail.erase_old() == 0
    later = letter.created_at + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert mail.erase_old() == 1
    assert db.session.get(Outbox, letter.id) is None


class Post:
    """A mail server of a few lines, which keeps what it is told."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.told: list[str] = []
        self.thread = threading.Thread(target=self.receive)
        self.thread.start()

    def receive(self):
        connection, _ = self.socket.accept()
        with connection, connection.makefile("rw", newline="\r\n") as talk:
            self.say(talk, "220 hola")
            for line in talk:
                self.told.append(line.rstrip())
                if line.upper().startswith("DATA"):
                    self.say(talk, "354 diga")
                    while (text := talk.readline().rstrip()) != ".":
                        self.told.append(text)
                self.say(talk, "221 adiós" if line.upper().startswith("QUIT") else "250 bien")
        self.socket.close()

    def say(self, talk, text):
        talk.write(f"{text}\n")
        talk.flush()


def test_a_letter_reaches_a_real_mail_server(app, monkeypatch):
    server = Post()
    url = f"smtp://127.0.0.1:{server.port}"
    settings = installation(app).settings
    changed = type(settings)(
        data=settings.data,
        secret_key=settings.secret_key,
        base_url="https://participa.ejemplo.org",
        database_url=settings.database_url,
        mail_url=url,
    )
    monkeypatch.setattr(installation(app), "settings", changed)
    letter = write()
    queue.run_pending(app)
    server.thread.join(10)
    db.session.refresh(letter)
    assert letter.sent_at is not None
    assert "rcpt TO:<ana@ejemplo.org>" in server.told
    assert "From: no-responder@participa.ejemplo.org" in server.told


def test_mail_travels_encrypted_except_inside_the_machine(app):
    assert mail.server("smtp://correo.ejemplo.org").use_tls
    assert mail.server("smtps://ana:s%40l@correo.ejemplo.org").use_ssl
    assert mail.server("smtps://ana:s%40l@correo.ejemplo.org").password == "s@l"
    assert not mail.server("smtp://127.0.0.1:25").use_tls
