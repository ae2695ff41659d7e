"""What a box sends to its witnesses: the end of its chain, each hour and at the closing."""

from collections.abc import Sequence
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select

from participa.ballots import archive_store, minimum
from participa.ballots.head_marks import BoxWitnesses, HeadMark
from participa.ballots.models import BallotBox
from participa.core import audit, clock, spanish, submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.jobs import mail, queue
from participa.staff.models import Account

MOST_WITNESSES = 10
OVER = "Esta urna ya cerró: a sus testigos no se les manda nada más."


def witnesses_of(box: BallotBox) -> list[str]:
    row = db.session.get(BoxWitnesses, box.id)
    return row.emails if row else []


def set_witnesses(box: BallotBox, by: Account, typed: Sequence[str]) -> None:
    """Replace the addresses. Raises Refused for one that is none, or for too many."""
    if box.is_closed:
        raise Refused(OVER)
    by_mailbox: dict[str, str] = {}
    for email in map(_address, typed):
        by_mailbox.setdefault(email.casefold(), email)
    emails = list(by_mailbox.values())
    if len(emails) > MOST_WITNESSES:
        raise Refused(f"Escriba hasta {MOST_WITNESSES} correos.", "emails")
    db.session.execute(delete(BoxWitnesses).filter_by(box_id=box.id))
    if emails:
        db.session.add(BoxWitnesses(box_id=box.id, emails=emails))
    box.touch()
    audit.record("ballots.witnesses_changed", box, by, witnesses=len(emails))


def _address(typed: str) -> str:
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused(
            f"«{typed[:60]}» no es un correo. Escriba uno por línea, como nombre@ejemplo.org.",
            "emails",
        ) from None


@queue.periodic("ballots.mark_heads", minute="5")
def mark_heads() -> None:
    """Mark the open boxes, each by itself, and write to their witnesses."""
    now = clock.now()
    is_open = (BallotBox.published_at.is_not(None), BallotBox.closed_at.is_(None))
    for box_id in db.session.scalars(select(BallotBox.id).where(*is_open)).all():
        box = db.session.get_one(BallotBox, box_id)
        mark(box, now.replace(minute=0, second=0, microsecond=0))
        db.session.commit()


def mark(box: BallotBox, hour: datetime) -> None:
    """Mark the head once in an hour, if enough ballots came since the last mark."""
    head = archive_store.head_of(box)
    if not box.is_secret or head is None or head.digest is None:
        return
    before = last_mark(box.id)
    if before and head.ballots - before.ballots < max(minimum.fewest_of(box), 1):
        return
    at = max(hour, box.opened_at or hour)
    _store(box, at, head.height, head.digest, head.ballots)


def mark_closing(box: BallotBox) -> None:
    """Mark the end of the voting, however few ballots came since the last mark."""
    head = archive_store.head_of(box)
    if box.is_secret and head is not None and head.digest is not None:
        _store(box, clock.now(), head.height, head.digest, head.ballots)


def last_mark(box_id: int) -> HeadMark | None:
    marks = select(HeadMark).filter_by(box_id=box_id).order_by(HeadMark.marked_at.desc())
    return db.session.scalar(marks.limit(1))


def _store(box: BallotBox, at: datetime, height: int, digest: str, ballots: int) -> None:
    row = {"box_id": box.id, "marked_at": at, "height": height, "digest": digest}
    if submissions.insert_once(HeadMark, **row, ballots=ballots) is None:
        return  # another worker was faster
    for email in witnesses_of(box):
        mail.send(email, f"Huella de la urna {box.uuid}", _letter(box, at, height, digest, ballots))


def _letter(box: BallotBox, at: datetime, height: int, digest: str, ballots: int) -> str:
    settings = installation().settings
    address = f"{settings.base_url}/urna/{box.uuid}"
    return (
        f"«{box.title}», {settings.entity.name}\n"
        f"{address}\n\n"
        f"Hora: {spanish.moment(at)}\n"
        f"Papeletas: {spanish.number(ballots)}\n"
        f"Altura: {height}\n"
        f"Huella: {digest}\n\n"
        "Guarde este correo. Para comparar la huella con su propia copia:\n\n"
        f"python3 testigo.py {address} CARPETA --cabeza {height} {digest}\n\n"
        "Si el programa dice ALARMA, no borre nada. Compare con otro testigo y avise por escrito.\n"
        f"El programa y cómo se usa: {address}/auditoria\n"
    )
