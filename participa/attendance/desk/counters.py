"""How many came, are expected and are inside, while a list is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from participa.attendance import queries
from participa.attendance.desk.acts import Desk
from participa.attendance.models import Attendee, Presence
from participa.core import spanish
from participa.core.db import db

ELSEWHERE = "Sin puerta"  # with their own phone, or before the doors had names


@dataclass(frozen=True, slots=True)
class Counters:
    """People who came to the event, and to the session of the desk, by the door they took."""

    came: int
    expected: int  # on the list, come or not
    in_session: int | None  # None for an event without sessions
    inside: int | None  # None where exits are not marked
    by_door: Sequence[tuple[str, int]]

    @property
    def sentence(self) -> str:
        """Llegaron 212 de 300."""
        return f"Llegaron {spanish.number(self.came)} de {spanish.number(self.expected)}."


def counters(desk: Desk) -> Counters:
    listed, session_id = desk.listed, desk.session_id
    rows = _present(listed.id, session_id, Presence.door, func.count()).group_by(Presence.door)
    at_doors: dict[str, int] = dict(db.session.execute(rows).all())
    inside = None
    if listed.takes_exits:
        still = _present(listed.id, session_id, func.count()).where(Presence.left_at.is_(None))
        inside = db.session.scalar(still) or 0
    return Counters(
        came=queries.attended(listed.id),
        expected=queries.on_list(listed.id),
        in_session=sum(at_doors.values()) if listed.sessions else None,
        inside=inside,
        by_door=_by_door(listed.doors, at_doors),
    )


def _by_door(doors: Sequence[str], at_doors: dict[str, int]) -> list[tuple[str, int]]:
    if not doors:
        return []
    elsewhere = sum(count for door, count in at_doors.items() if door not in doors)
    rest = [(ELSEWHERE, elsewhere)] if elsewhere else []
    return [(door, at_doors.get(door, 0)) for door in doors] + rest


def _present(list_id: int, session_id: int | None, *columns: Any) -> Select:
    rows = select(*columns).select_from(Presence).join(Attendee)
    rows = rows.where(Attendee.list_id == list_id, queries.counts())
    return rows.where(Presence.session_id.is_not_distinct_from(session_id))
