"""The list of those who get the calls by mail: ask, confirm, leave, forget.

Whoever asks gets the same answer whether the address is known or not, and nobody is on the list
who has not opened the link in the letter (double opt-in).
"""

import secrets
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select, update

from participa.citizens import service as consents
from participa.citizens.models import Consent, Notice
from participa.core import audit, clock, submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import mail
from participa.outreach.mailed_links import MailedLink, address
from participa.outreach.models import Subscriber

PURPOSE, USE = "outreach", "calls"  # of the privacy notice, and what it asks consent for
CONFIRM_WITHIN = timedelta(days=7)
PAUSE = timedelta(minutes=10)  # between two letters to one address that did not confirm
MOST_LETTERS = 3  # so that nobody can use the form to fill somebody's mailbox
BAD_EMAIL = "Escriba un correo completo, como nombre@ejemplo.org."
LATE = "Este enlace ya venció. Pida los avisos otra vez."
SUBJECT = "Confirme que quiere recibir los avisos"


class LinkExpired(Refused):
    """The address was not confirmed in time, or its row is gone."""


def normal(email: str) -> str:
    """The address as it is stored; raises Refused if it is not a possible address."""
    try:
        return validate_email(email, check_deliverability=False).normalized.casefold()
    except EmailNotValidError:
        raise Refused(BAD_EMAIL, "email") from None


def ask(email: str, notice_id: int) -> None:
    """Store the address and write to it; one that waits gets two more letters at most."""
    email, now = normal(email), clock.now()
    new = submissions.INSERT[db.engine.dialect.name](Subscriber).values(
        email=email, key=secrets.token_hex(16), notice_id=notice_id, asked_at=now, letters=1
    )
    is_new = db.session.scalar(new.on_conflict_do_nothing().returning(Subscriber.id)) is not None
    again = update(Subscriber).where(
        Subscriber.email == email,
        Subscriber.confirmed_at.is_(None),
        Subscriber.asked_at <= now - PAUSE,
        Subscriber.letters < MOST_LETTERS,
    )
    facts = {"asked_at": now, "notice_id": notice_id, "letters": Subscriber.letters + 1}
    waits = db.session.execute(again.values(**facts))
    if not is_new and not waits.rowcount:  # type: ignore[attr-defined]
        mail.send_to_nobody()
        return
    subscriber = db.session.scalars(select(Subscriber).filter_by(email=email)).one()
    mail.send(email, SUBJECT, letter(subscriber))


def letter(subscriber: Subscriber) -> str:
    return (
        "Alguien pidió que este correo reciba los avisos de los eventos de rendición de cuentas.\n"
        "Si fue usted, abra este enlace y confirme. Sirve durante 7 días:\n\n"
        f"{address(MailedLink.CONFIRM, subscriber)}\n\n"
        "Si no fue usted, no haga nada: no recibirá los avisos y borraremos este correo.\n"
        "Aunque alguien lo pida otra vez, le llegarán como mucho "
        f"{MOST_LETTERS} correos como este.\n"
    )


def can_confirm(subscriber: Subscriber) -> bool:
    """Whether it is in time, or on the list already."""
    is_in_time = subscriber.asked_at > clock.now() - CONFIRM_WITHIN
    return subscriber.confirmed_at is not None or is_in_time


def confirm(subscriber: Subscriber | None) -> None:
    """Put the address on the list, with the proof of its consent; a second time changes nothing."""
    if subscriber is None or not can_confirm(subscriber):
        raise LinkExpired(LATE)
    mine = update(Subscriber).where(
        Subscriber.id == subscriber.id, Subscriber.confirmed_at.is_(None)
    )
    if not db.session.execute(mine.values(confirmed_at=clock.now())).rowcount:  # type: ignore[attr-defined]
        return
    notice = db.session.get_one(Notice, subscriber.notice_id)
    subscriber.consent_id = consents.record_consent(notice, {USE}, "web")


def leave(subscriber: Subscriber | None) -> None:
    """Erase the address with the proof of its consent; a second time changes nothing."""
    if subscriber is not None:
        _erase([subscriber])


def erase_old() -> int:
    """Erase who did not confirm in time, and who confirmed so long ago that the notice is over."""
    late = select(Subscriber).where(
        Subscriber.confirmed_at.is_(None), Subscriber.asked_at < clock.now() - CONFIRM_WITHIN
    )
    gone = list(db.session.scalars(late))
    for notice in db.session.scalars(select(Notice).filter_by(purpose=PURPOSE)):
        limit = clock.at_city(consents.months_before(clock.today(), notice.months))
        old = select(Subscriber).filter_by(notice_id=notice.id)
        gone += db.session.scalars(old.where(Subscriber.confirmed_at < limit)).all()
    _erase(gone)
    if gone:
        audit.record("outreach.subscribers_erased", "Subscriber", "participa", people=len(gone))
    return len(gone)


def _erase(subscribers: list[Subscriber]) -> None:
    ids = [subscriber.id for subscriber in subscribers]
    proofs = [subscriber.consent_id for subscriber in subscribers if subscriber.consent_id]
    db.session.execute(delete(Subscriber).where(Subscriber.id.in_(ids)))
    db.session.execute(delete(Consent).where(Consent.id.in_(proofs)))
