"""The phases of a channel, computed from its dates: in Python, and as an SQL condition."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, or_

from participa.core import clock


class Phase(enum.Enum):
    """The phases of every channel, in order; a channel may refine the last one."""

    DRAFT = "Borrador"
    SCHEDULED = "Programado"
    OPEN = "Abierto"
    CLOSED = "Cerrado"


def phase(
    published_at: datetime | None,
    opens_at: datetime | None,
    closes_at: datetime | None,
    closed_at: datetime | None,
    now: datetime,
) -> Phase:
    """The phase at the moment `now`. A closing wins over an opening."""
    if published_at is None:
        return Phase.DRAFT
    if closed_at is not None or (closes_at is not None and now >= closes_at):
        return Phase.CLOSED
    if opens_at is not None and now < opens_at:
        return Phase.SCHEDULED
    return Phase.OPEN


def is_in(model: Any, wanted: Phase, now: datetime) -> ColumnElement[bool]:
    """`phase(...) is wanted` as a condition of a SELECT on a channel's model."""
    if wanted is Phase.DRAFT:
        return model.published_at.is_(None)
    is_published = model.published_at.is_not(None)
    is_closed = or_(
        model.closed_at.is_not(None), and_(model.closes_at.is_not(None), model.closes_at <= now)
    )
    if wanted is Phase.CLOSED:
        return and_(is_published, is_closed)
    is_early = and_(model.opens_at.is_not(None), model.opens_at > now)
    is_in_time = is_early if wanted is Phase.SCHEDULED else ~is_early
    return and_(is_published, ~is_closed, is_in_time)


def is_open_now(model: Any, now: datetime) -> ColumnElement[bool]:
    """Whether a channel takes answers at this moment, as a condition of a SELECT."""
    return is_in(model, Phase.OPEN, now)


class Phased:
    """Mixin with the phase and conditions of anything that has the four moments of a channel."""

    __slots__ = ()

    if TYPE_CHECKING:  # a record maps them to columns, a snapshot holds plain values
        published_at: Any
        opens_at: Any
        closes_at: Any
        closed_at: Any
        closed_because: Any
        announced_close_at: Any

    @property
    def phase(self) -> Phase:
        return phase(self.published_at, self.opens_at, self.closes_at, self.closed_at, clock.now())

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_open(self) -> bool:
        return self.phase is Phase.OPEN

    @property
    def is_closed(self) -> bool:
        return self.phase is Phase.CLOSED

    @property
    def ended_at(self) -> datetime | None:
        """When it stopped taking answers: closed by hand or at its date, whichever came first."""
        moments = [moment for moment in (self.closed_at, self.closes_at) if moment is not None]
        return min(moments, default=None)

    @property
    def announced_end(self) -> datetime | None:
        """The latest closing date that was announced and not kept; else the closing date."""
        end: datetime | None = self.announced_close_at or self.closes_at
        return end

    @property
    def would_close_early(self) -> bool:
        """Whether closing it now would be before its date."""
        return self.closes_at is not None and clock.now() < self.closes_at

    @property
    def closed_early(self) -> bool:
        """Whether it closed before the announced date: by hand, or by an earlier date."""
        if self.phase is not Phase.CLOSED or self.ended_at is None or self.announced_end is None:
            return False
        return self.ended_at < self.announced_end
