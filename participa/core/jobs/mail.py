"""E-mail: stored in the current transaction, delivered by the worker after the commit.

Without a mail server (demo) a message is written to a file in the data folder.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from email_validator import EmailNotValidError, validate_email
from flask import Flask
from flask_mailman import EmailMessage as Letter
from flask_mailman import Mail
from flask_mailman.backends.smtp import EmailBackend
from sqlalchemy import JSON, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from participa.config import LOOPBACK, Settings
from participa.core import clock, logs
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.jobs import queue

# Minutes until the next attempt, after each failed one; after the last it stays undelivered.
PAUSES = (1, 5, 15, 60, 240, 720, 1440)
RETENTION = timedelta(days=30)
TIMEOUT_SECONDS = 20
NOT_A_LINE = set("\r\n\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")

# A header without spaces, such as List-Unsubscribe, stays as it is instead of being encoded.
UNFOLDED = policy.default.clone(max_line_length=998)  # the most that RFC 5322 allows

log = structlog.get_logger()


class Outbox(db.Model):
    """A message to deliver. Its links grant access: delivery erases its body and headers."""

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)
    next_at: Mapped[datetime | None] = mapped_column(default=lambda: clock.now(), index=True)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON)  # besides those of every message


def init_app(app: Flask) -> None:
    Mail(app)  # required by the library; `server` decides how messages are sent


def is_configured() -> bool:
    """Whether letters leave; without a mail server they stay in the data folder."""
    settings: Settings = installation().settings
    return bool(settings.mail_url)


def send(to: str, subject: str, body: str, headers: Mapping[str, str] | None = None) -> Outbox:
    """Add a message to the current transaction; raises Refused for an invalid address."""
    more = dict(headers or {})
    if NOT_A_LINE & set("".join([to, subject, *more, *more.values()])):
        raise Refused("El correo y el asunto no pueden tener saltos de línea.", "email")
    try:
        address = validate_email(to, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused("Escriba un correo completo, como nombre@ejemplo.org.", "email") from None
    letter = Outbox(to=address, subject=subject, body=body, headers=more or None)
    db.session.add(letter)
    db.session.flush()
    queue.after_commit("mail.deliver", letter.id)
    return letter


def send_to_nobody() -> None:
    """Queue the same task without a message, so that timing reveals no account."""
    queue.after_commit("mail.deliver", 0)


@queue.task("mail.deliver")
def deliver(letter_id: int) -> None:
    """Try once to deliver a message that is due; after a failure it waits for the next attempt."""
    letter = claim(letter_id)
    if letter is None:
        return
    try:
        post(letter)
    except OSError as error:  # of the network, or of the mail server's protocol
        letter.last_error = type(error).__name__
        log.warning("mail.failed", letter=letter_id, attempt=letter.attempts, **logs.fault(error))
    else:
        letter.sent_at, letter.next_at, letter.body = clock.now(), None, ""
        letter.headers = None
        log.info("mail.sent", letter=letter_id, attempt=letter.attempts)
    db.session.commit()


def claim(letter_id: int) -> Outbox | None:
    """Reserve a message for this attempt; None if it is not due or another worker has it."""
    now = clock.now()
    attempts = db.session.scalar(select(Outbox.attempts).where(Outbox.id == letter_id)) or 0
    pause = PAUSES[attempts] if attempts < len(PAUSES) else None
    db.session.rollback()  # the statement below decides, not what was read
    taken = update(Outbox).where(
        Outbox.id == letter_id,
        Outbox.sent_at.is_(None),
        Outbox.attempts == attempts,
        Outbox.next_at <= now,
    )
    next_at = None if pause is None else now + timedelta(minutes=pause)
    change = taken.values(attempts=attempts + 1, next_at=next_at).returning(Outbox.id)
    is_ours = db.session.scalar(change) is not None
    db.session.commit()
    return db.session.get(Outbox, letter_id) if is_ours else None


@queue.periodic("mail.deliver_due", minute="*")
def deliver_due() -> None:
    """Deliver messages whose attempt failed before, or that were stored but not queued."""
    due = select(Outbox.id).where(Outbox.sent_at.is_(None), Outbox.next_at <= clock.now())
    for letter_id in db.session.scalars(due.order_by(Outbox.next_at).limit(500)).all():
        deliver(letter_id)


def erase_old() -> int:
    """Erase messages 30 days after their creation, delivered or not; returns their number."""
    old = delete(Outbox).where(Outbox.created_at < clock.now() - RETENTION)
    return db.session.execute(old).rowcount  # type: ignore[attr-defined]


def post(letter: Outbox) -> None:
    settings: Settings = installation().settings
    if not settings.mail_url:
        path = write_to_folder(letter, settings)
        log.info("mail.kept", letter=letter.id, file=str(path))
        return
    Letter(
        letter.subject,
        letter.body,
        sender(settings),
        [letter.to],
        connection=server(settings.mail_url),
        headers={"Auto-Submitted": "auto-generated", **(letter.headers or {})},
    ).send()


def server(address: str) -> EmailBackend:
    """The SMTP connection of PARTICIPA_MAIL_URL; always encrypted, except to this machine."""
    parts = urlsplit(address)
    is_ssl = parts.scheme == "smtps"
    return EmailBackend(
        host=parts.hostname,
        port=parts.port or (465 if is_ssl else 587),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=is_ssl,
        use_tls=not is_ssl and parts.hostname not in LOOPBACK,
        timeout=TIMEOUT_SECONDS,
    )


def sender(settings: Settings) -> str:
    return settings.mail_from or f"no-responder@{urlsplit(settings.base_url).hostname}"


def write_to_folder(letter: Outbox, settings: Settings) -> Path:
    """Write the message as an .eml file, for a demo without a mail server."""
    folder = settings.data / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    message = EmailMessage(policy=UNFOLDED)
    message["From"], message["To"] = sender(settings), letter.to
    message["Subject"], message["Date"] = letter.subject, clock.now()
    for name, value in (letter.headers or {}).items():
        message[name] = value
    message.set_content(letter.body)
    path = folder / f"{clock.now():%Y%m%d-%H%M%S}-{letter.id}-{secrets.token_hex(4)}.eml"
    path.write_bytes(message.as_bytes())
    path.chmod(0o600)
    return path
