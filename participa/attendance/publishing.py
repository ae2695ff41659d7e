"""When what people said of themselves may be published: once, when nothing can be added to it.

Two publications of one table reveal, by their difference, what the people between them said. So the
table waits for the halves of slips, which are typed after the closing one by one, and for phones
that signed without a signal. Whatever comes after it is not counted.
"""

from datetime import timedelta

from sqlalchemy import select

from participa.attendance import device_tokens
from participa.attendance.models import AttendanceList
from participa.attendance.paper_models import PaperDetails, PaperSheet, SheetKind
from participa.core import clock, spanish
from participa.core.db import db
from participa.events.record_models import Minutes

SUBJECT = "Cómo son quienes asistieron"
REOPENED = (
    f"El listado se reabrió. {SUBJECT} no se publica: comparando las dos publicaciones se sabría "
    "qué dijo la última."
)
SLIPS = f"{SUBJECT} se publica cuando se cuenten y se digiten las medias fichas en papel."
PUBLISHED = (
    f"{SUBJECT} ya se publicó. Una media ficha más, o una menos, diría de quién es: se queda sin "
    "contar."
)


def why_details_wait(record: AttendanceList, for_minutes: bool = False) -> str:
    """Why a closed list does not say yet what people said; "" if it does, for good.

    `for_minutes`: as they are to state it, since closing them lets nothing more in.
    """
    if record.reopened_at is not None:
        return REOPENED
    if not _are_slips_settled(record):
        return SLIPS
    last = (record.ended_at or clock.now()) + device_tokens.ACCEPTED_FOR
    if for_minutes or clock.now() > last or _has_minutes(record):
        return ""
    day = spanish.day(clock.local(last) + timedelta(days=1))
    return (
        f"{SUBJECT} se publica el {day}, cuando ya no puede llegar una firma guardada en un "
        "teléfono sin señal, o cuando se cierre el acta."
    )


def is_final(record: AttendanceList) -> bool:
    """Whether what people said is public, so that nothing may be added to it."""
    return record.is_closed and not why_details_wait(record)


def _are_slips_settled(record: AttendanceList) -> bool:
    """Whether each half that came back is typed; without slips there is none."""
    details = db.session.scalar(select(PaperDetails).filter_by(list_id=record.id))
    if details is not None:
        return details.returned == details.handled
    slips = select(PaperSheet.id).filter_by(list_id=record.id, kind=SheetKind.SLIPS, voided_at=None)
    return db.session.scalar(slips.limit(1)) is None


def _has_minutes(record: AttendanceList) -> bool:
    """Whether minutes have stated it; also those that were reopened."""
    rows = select(Minutes.id).where(Minutes.event_id == record.event_id)
    return db.session.scalar(rows.limit(1)) is not None
