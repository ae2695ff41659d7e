"""A resident asks an event a question; every copy of the form leads to the same case."""

from datetime import timedelta

from sqlalchemy import delete, insert

from participa.cases import service as cases
from participa.channels.snapshots import answering_office_id
from participa.core import clock, spanish, submissions
from participa.core.db import db
from participa.events.models import Event
from participa.events.record_models import AskedBy, EventQuestion, QuestionSent

SOURCE = "events"
LONGEST = 1000  # letters
# How the address says that somebody came.
WAYS = {"qr": AskedBy.QR, "whatsapp": AskedBy.WHATSAPP}
INSERT_QUESTION = insert(EventQuestion.__table__)  # built once, as cases.service does


def ask(event: Event, submission_id: str, text: str, way: AskedBy) -> str:
    """File the question and return its code, which is the receipt too.

    Raises AlreadySent for a submission id that was stored with another question.
    """
    stored = submissions.store(QuestionSent, submission_id, [text], event_id=event.id)
    if stored.id is not None:
        case_id = cases.file(SOURCE, stored.receipt, text, answering_office_id(event))
        values = {"case_id": case_id, "event_id": event.id, "asked_by": way, "theme": ""}
        db.session.execute(INSERT_QUESTION, values | {"is_answered_there": False})
    return stored.receipt


def why_not(event: Event) -> str:
    """Since when and why an event takes no questions; "" while it takes them.

    A postponed event takes them, and one that is over takes them until its minutes.
    """
    if event.cancelled_at is not None:
        return f"El evento se canceló el {spanish.day(event.cancelled_at)}."
    if event.closed_at is not None:
        return f"Las preguntas cerraron el {spanish.day(event.closed_at)}, con el acta del evento."
    return "" if event.takes_questions else "Este evento no recibe preguntas en esta página."


def erase_old_submissions() -> int:
    """Delete what says when a question was sent, once no form can be sent again.

    Returns how many rows. The question itself has a day and no moment.
    """
    oldest = clock.now() - timedelta(seconds=submissions.MAX_AGE_SECONDS)
    old = delete(QuestionSent).where(QuestionSent.received_at < oldest)
    return len(db.session.scalars(old.returning(QuestionSent.id)).all())
