"""People who signed a list, as the tests of certificates and rights need them."""

from datetime import timedelta
from typing import Any

from participa.attendance.models import AttendanceList, Attendee, SignInWay
from participa.attendance.sign_in import Arrival, Identity
from participa.core import clock
from participa.core.db import db
from tests.attendance import city

NAME, NUMBER, EMAIL = "María del Pilar Gómez", "1017123456", "maria@ejemplo.org"
ALL_USES = frozenset({"attendance", "contact", "image"})


def attendee(record: AttendanceList | None = None, **facts: Any) -> Attendee:
    """Somebody who came, with everything that a list may hold about a person."""
    way, comes_now = facts.pop("way", SignInWay.PHONE), facts.pop("comes_now", True)
    values = {
        "name": NAME,
        "document_type": "CC",
        "document": NUMBER,
        "email": EMAIL,
        "phone": "3001234567",
        "organisation": "Junta de Acción Comunal",
        "position": "Vocera",
        "signature": "M0 0L9 9",
        "purposes": ALL_USES,
    }
    made = city.signed(
        record or city.open_list(asks_organisation=True, asks_image=True),
        identity=Identity(**(values | facts)),
        arrival=Arrival(way=way),
        comes_now=comes_now,
    )
    return stored(made.attendee_id)


def minor(record: AttendanceList) -> Attendee:
    made = city.signed(record, identity=Identity(is_minor=True))
    return stored(made.attendee_id)


def stored(entry_id: int) -> Attendee:
    db.session.expire_all()
    return db.session.get_one(Attendee, entry_id)


def over(record: AttendanceList, days: int = 0) -> AttendanceList:
    """The list of an event that ended an hour ago, or so many days before."""
    ended_at = clock.now() - timedelta(days=days, hours=1)
    for one in (record.event, record):
        one.opens_at, one.closes_at = ended_at - timedelta(hours=4), ended_at
        one.touch()
    db.session.commit()
    return record


def certificate_path(entry: Attendee) -> str:
    return f"/asistencia/{entry.attendance_list.code}/certificado/{entry.receipt}"


def own_path(entry: Attendee, act: str = "") -> str:
    return f"/asistencia/{entry.attendance_list.code}/mis-datos/{entry.receipt}{act}"
