"""The certificates of a list by mail, to those who left an address and agreed to be written to.

Each letter and the mark of the entry (`Attendee.mailed_at`) are stored together, piece by piece:
what stopped half way goes on where it stopped, nobody gets two letters, and who is added to the
list later gets theirs with the next sending.
"""

from collections.abc import Sequence

from sqlalchemy import select, update

from participa.attendance import queries
from participa.attendance.certificates import facts
from participa.attendance.models import AttendanceList, Attendee, CertificateMailing
from participa.channels.lifecycle import NotReady
from participa.citizens.models import Consent
from participa.core import audit, clock, links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.jobs import jobs, mail
from participa.core.jobs.jobs import Job
from participa.events import wording as events
from participa.events.models import Event
from participa.staff.models import Account

PIECE = 50  # letters stored in one transaction
USE = "contact"  # the consent without which nobody is written to
OPEN = "El listado sigue abierto. Ciérrelo antes de enviar las constancias."
NOT_OVER = "El evento todavía no termina. Envíe las constancias cuando termine."
NOBODY = "Nadie que espere su constancia dejó un correo y autorizó que le escriban."
UNDER_WAY = "Las constancias ya se están enviando. Espere a que termine."
PATH = "/asistencia/{code}/{page}/{receipt}"


def waiting(record: AttendanceList) -> list[int]:
    """The ids of those who came, may be written to, and have no letter yet."""
    rows = select(Attendee.id, Consent.purposes).join(Consent, Consent.id == Attendee.consent_id)
    rows = rows.where(
        Attendee.list_id == record.id,
        Attendee.mailed_at.is_(None),
        Attendee.email != "",
        Attendee.name != "",
        queries.has_come(),
    )
    found = db.session.execute(rows.order_by(Attendee.id))
    return [entry_id for entry_id, purposes in found if USE in purposes]


def mailings(record: AttendanceList) -> Sequence[CertificateMailing]:
    """What was sent of a list, the newest first."""
    rows = select(CertificateMailing).where(CertificateMailing.list_id == record.id)
    return db.session.scalars(rows.order_by(CertificateMailing.id.desc())).all()


def is_under_way(mailing: CertificateMailing) -> bool:
    job = db.session.get(Job, mailing.job_id) if mailing.job_id else None
    return mailing.finished_at is None and job is not None and not job.is_over


def why_not(record: AttendanceList) -> str:
    """Why the certificates cannot be sent now; "" if they can."""
    event: Event = record.event
    if record.is_open:
        return OPEN
    if event.closes_at is not None and event.closes_at > clock.now():
        return NOT_OVER
    if any(is_under_way(one) for one in mailings(record)):
        return UNDER_WAY
    return "" if waiting(record) else NOBODY


def send(record: AttendanceList, by: Account, evaluation: str = "") -> CertificateMailing:
    """Let a worker write to all who wait; `evaluation` is the path of the event's evaluation."""
    versions.lock(record)  # of two who press at once, the second sees the sending of the first
    if refusal := why_not(record):
        raise NotReady(refusal)
    mailing = CertificateMailing(list_id=record.id, asked_by_id=by.id, asked_at=clock.now())
    db.session.add(mailing)
    db.session.flush()
    title = f"Constancias de «{record.event.title}»"
    facts_of_job = {"mailing_id": mailing.id, "evaluation": evaluation}
    mailing.job_id = jobs.start("attendance.certificates", title, str(by), **facts_of_job).id
    audit.record("attendance.certificates_mailed", record, by, mails=len(waiting(record)))
    return mailing


@jobs.work("attendance.certificates")
def mail_certificates(progress: jobs.Progress, mailing_id: int, evaluation: str) -> None:
    mailing = db.session.get_one(CertificateMailing, mailing_id)
    record = db.session.get_one(AttendanceList, mailing.list_id)
    ids = waiting(record)
    for start in range(0, len(ids), PIECE):
        for entry in claimed(ids[start : start + PIECE]):
            mailing.sent += write(record, entry, evaluation)
        db.session.commit()
        progress.advance(min(start + PIECE, len(ids)), len(ids))
    mailing.finished_at = clock.now()


def claimed(ids: Sequence[int]) -> list[Attendee]:
    """Mark these entries as written to; returns those that nobody had marked, or emptied, before.

    The statement decides, so that two workers never write to the same person.
    """
    free = update(Attendee).where(
        Attendee.id.in_(ids), Attendee.mailed_at.is_(None), Attendee.email != ""
    )
    marked = free.values(mailed_at=clock.now()).returning(Attendee.id)
    taken = db.session.scalars(marked.execution_options(synchronize_session=False)).all()
    rows = select(Attendee).where(Attendee.id.in_(taken)).order_by(Attendee.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def write(record: AttendanceList, entry: Attendee, evaluation: str) -> bool:
    """One letter; False for an address to which nothing can be sent."""
    subject = f"{facts.HEADING}: {record.event.title}"
    try:
        mail.send(entry.email, " ".join(subject.split()), letter(record, entry, evaluation))
    except Refused:  # it was typed wrong, and its owner can correct it on their own page
        return False
    return True


def letter(record: AttendanceList, entry: Attendee, evaluation: str) -> str:
    """The letter in plain text. It has no name: an address may be shared."""
    event: Event = record.event
    asks = f"Cuéntenos qué le pareció:\n{links.absolute(evaluation)}\n\n" if evaluation else ""
    return (
        f"Gracias por asistir a «{event.title}».\n"
        f"{events.dates(event)}\n\n"
        "Su constancia de asistencia está aquí. No pase este enlace: abre sus datos.\n"
        f"{address(record, entry, 'certificado')}\n\n"
        f"{asks}"
        "Le escribimos porque usted lo autorizó al firmar. Si ya no quiere, o quiere corregir o "
        "borrar sus datos, abra este enlace:\n"
        f"{address(record, entry, 'mis-datos')}\n"
    )


def address(record: AttendanceList, entry: Attendee, page: str) -> str:
    return links.absolute(PATH.format(code=record.code, page=page, receipt=entry.receipt))
