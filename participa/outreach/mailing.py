"""The call of an event, sent by mail to all subscribers: a job, once for each date of the event.

Who got the call may get each public notice of a change too, once, by the same job.

Letters and the place in the list are stored together, piece by piece: what stopped half way goes
on where it stopped, and nobody gets the same call twice.
"""

from sqlalchemy import ColumnElement, func, select

from participa.core import audit, clock, links, spanish
from participa.core.db import db, unique_or_refuse
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.jobs import jobs, mail
from participa.core.jobs.jobs import Job
from participa.events import wording
from participa.events.models import Event, EventNotice
from participa.outreach import queries
from participa.outreach.mailed_links import MailedLink, address
from participa.outreach.models import Mailing, Subscriber
from participa.staff.models import Account

PIECE = 50  # letters stored in one transaction
ALREADY = "Esta convocatoria ya se envió. Se envía otra vez si cambia la fecha del evento."
NOBODY = "Nadie ha pedido los avisos todavía."
OFF = "El evento ya no se hace en esa fecha. El envío se detuvo."


NOTHING_CHANGED = "Desde que se convocó, nada ha cambiado."
NOT_CALLED = "La convocatoria no se envió por correo: nadie espera este aviso."
ALREADY_TOLD = "Este cambio ya se avisó por correo."
TAKEN_OVER = "Otro envío sigue donde este quedó."
NEWER = "El evento cambió otra vez. El envío se detuvo: avise del último cambio."


class AlreadyMailed(Refused):
    """This date of the event was sent, or is being sent."""


def why_not(event: Event) -> str:
    """Why its call cannot be sent by mail now; "" if it can."""
    if not event.is_published:
        return "Primero convoque el evento: su página todavía no es pública."
    if queries.is_over(event):
        return "El evento ya empezó, se aplazó o se canceló."
    if not queries.subscribers():
        return NOBODY
    mailing = queries.mailing_now(event)
    return ALREADY if mailing is not None and not can_go_on(mailing) else ""


def why_not_told(event: Event) -> str:
    """Why its last change cannot be told by mail now; "" if it can."""
    if not event.notices:
        return NOTHING_CHANGED
    if not queries.subscribers_told(event):
        return NOT_CALLED
    mailing = queries.mailing_of(event.notices[-1])
    return ALREADY_TOLD if mailing is not None and not can_go_on(mailing) else ""


def can_go_on(mailing: Mailing) -> bool:
    """Whether a mailing stopped before its end."""
    job = db.session.get(Job, mailing.job_id) if mailing.job_id else None
    return mailing.finished_at is None and (job is None or job.is_over)


def send(event: Event, by: Account) -> Mailing:
    """Let a worker write to all subscribers; one that stopped goes on where it stopped."""
    if refusal := why_not(event):
        raise AlreadyMailed(refusal) if refusal == ALREADY else Refused(refusal)
    mailing = queries.mailing_now(event)
    if mailing is None:
        mailing = _new("uq_mailing_event_id_opens_at", AlreadyMailed(ALREADY), event, by)
    _start(mailing, f"Avisos por correo de «{event.title}»", by)
    people = queries.subscribers()
    audit.record("outreach.call_mailed", event, by, part=mailing, people=people)
    return mailing


def tell(event: Event, by: Account) -> Mailing:
    """Let a worker write the last public notice to those to whom the call was sent."""
    if refusal := why_not_told(event):
        raise AlreadyMailed(refusal) if refusal == ALREADY_TOLD else Refused(refusal)
    notice = event.notices[-1]
    mailing = queries.mailing_of(notice)
    if mailing is None:
        already = AlreadyMailed(ALREADY_TOLD)
        mailing = _new("uq_mailing_notice_id", already, event, by, notice_id=notice.id)
    _start(mailing, f"Aviso del cambio de «{event.title}»", by)
    people = queries.subscribers_told(event)
    audit.record("outreach.change_mailed", event, by, part=mailing, people=people)
    return mailing


def _new(constraint: str, refusal: Refused, event: Event, by: Account, **facts: int) -> Mailing:
    """A mailing that begins; raises the refusal if another official was faster."""
    mailing = Mailing(event_id=event.id, opens_at=event.opens_at, asked_by_id=by.id, **facts)
    with unique_or_refuse(constraint, refusal):
        db.session.add(mailing)
        db.session.flush()
    return mailing


def _start(mailing: Mailing, title: str, by: Account) -> None:
    """Let a worker write its letters; one that stopped goes on."""
    mailing.job_id = jobs.start("outreach.mail_call", title, str(by), mailing_id=mailing.id).id


@jobs.work("outreach.mail_call")
def mail_call(progress: jobs.Progress, mailing_id: int) -> None:
    mailing = db.session.get_one(Mailing, mailing_id)
    waiting = select(func.count(Subscriber.id)).where(*_after(mailing))
    total = mailing.sent + (db.session.scalar(waiting) or 0)
    while people := _next(mailing, progress.id):
        event = db.session.get_one(Event, mailing.event_id)
        check(mailing, event)
        for subscriber in people:
            write(event, subscriber, mailing.notice)
        mailing.sent += len(people)
        mailing.last_id = people[-1].id
        db.session.commit()
        progress.advance(mailing.sent, total)
    mailing.finished_at = clock.now()


def check(mailing: Mailing, event: Event) -> None:
    """Refuse a mailing that is out of date: the event changed, ended or has a newer notice."""
    if mailing.notice is not None:
        if event.notices[-1] is not mailing.notice:
            raise Refused(NEWER)
    elif queries.is_over(event) or event.opens_at != mailing.opens_at:
        raise Refused(OFF)


def write(event: Event, subscriber: Subscriber, notice: EventNotice | None = None) -> None:
    """One letter, with the link that leaves the list in one click (RFC 8058)."""
    leave = address(MailedLink.LEAVE, subscriber)
    headers = {
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    about = f"{notice.cause.value}: {event.title}" if notice else f"Lo invitamos: {event.title}"
    body = letter_of_change(event, notice, leave) if notice else letter(event, leave)
    mail.send(subscriber.email, " ".join(about.split()), body, headers)


def letter(event: Event, leave: str) -> str:
    """The call in plain text."""
    about = f"{event.why}\n\n" if event.why else ""
    return (
        f"{event.title}\n\n"
        f"Cuándo: {wording.dates(event)}\n"
        f"Dónde: {wording.place(event)}\n\n"
        f"{about}"
        f"{spanish.HOURS}\n\n"
        "La agenda, el informe para leer antes y los apoyos para participar están aquí:\n"
        f"{links.absolute(f'/eventos/{event.code}')}\n\n"
        f"{way_out(leave)}"
    )


def letter_of_change(event: Event, notice: EventNotice, leave: str) -> str:
    """What changed, and when and where the event is now."""
    now = f"Cuándo: {wording.dates(event)}\nDónde: {wording.place(event)}\n"
    return (
        f"{event.title}\n\n"
        f"{wording.notice_sentence(notice)}\n\n"
        f"{wording.when(event) if event.is_off else now.rstrip()}\n\n"
        f"{spanish.HOURS}\n\n"
        "La página del evento dice lo último:\n"
        f"{links.absolute(f'/eventos/{event.code}')}\n\n"
        f"{way_out(leave)}"
    )


def way_out(leave: str) -> str:
    return (
        "Recibe este correo porque pidió los avisos. Para no recibirlos más, abra este enlace:\n"
        f"{leave}\n"
    )


def _next(mailing: Mailing, job_id: int) -> list[Subscriber]:
    """The next subscribers to write to. Raises Refused if another job goes on with it.

    A worker that was silent for long is taken for lost, and may still be there.
    """
    versions.lock(mailing)
    if mailing.job_id != job_id:
        raise Refused(TAKEN_OVER)
    rows = select(Subscriber).where(*_after(mailing)).order_by(Subscriber.id).limit(PIECE)
    return list(db.session.scalars(rows))


def _after(mailing: Mailing) -> tuple[ColumnElement[bool], ...]:
    later = (queries.confirmed(), Subscriber.id > mailing.last_id)
    if mailing.notice_id is None:
        return later
    return *later, Subscriber.id <= queries.last_told(mailing.event)
