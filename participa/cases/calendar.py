"""The days on which no term of the city runs, and the hours in which nobody could write to it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from flask import g
from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock, spanish, workdays
from participa.core.db import db
from participa.core.installation import installation

SATURDAY = 5


class Closure(db.Model):
    """A working day on which the city is closed: no term counts it. An act of the city says so."""

    id: Mapped[int] = mapped_column(primary_key=True)
    closed_on: Mapped[date] = mapped_column(unique=True)
    reason: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)  # "Decreto 0123 de 2026"
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    @property
    def title(self) -> str:
        return f"Cierre del {spanish.day(self.closed_on)}"


class Outage(db.Model):
    """A time in which this site did not answer (Ley 1437 de 2011, art. 62, num. 2; PQR-09).

    It gives whoever had to write three working days more, and the city none.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # None: by itself

    @property
    def title(self) -> str:
        return f"Falla del {spanish.moment(self.began_at)}"

    @property
    def minutes(self) -> int:
        return int((self.ended_at - self.began_at).total_seconds() // 60)


def closed_days() -> frozenset[date]:
    """The closures, read once per request."""
    if "closed_days" not in g:
        g.closed_days = frozenset(db.session.scalars(select(Closure.closed_on)))
    days: frozenset[date] = g.closed_days
    return days


def forget_closed_days() -> None:
    """Read them again: one was added or taken back in this request."""
    g.pop("closed_days", None)


@contextmanager
def supposing(days: Collection[date]) -> Iterator[None]:
    """Let terms be computed as if these were the closures."""
    before, g.closed_days = closed_days(), frozenset(days)
    try:
        yield
    finally:
        g.closed_days = before


def outages_between(first: date, last: date) -> list[Outage]:
    """The outages that touched these days and were long enough to be certified, in their order."""
    until = clock.at_city(last + timedelta(days=1))
    rows = select(Outage).where(Outage.began_at < until, Outage.ended_at > clock.at_city(first))
    rows = rows.order_by(Outage.began_at, Outage.id)
    least = timedelta(minutes=installation().settings.outage_minutes)
    return [one for one in db.session.scalars(rows) if one.ended_at - one.began_at >= least]


def why_not_counted(day: date) -> str:
    """Why no term counts this day, as "festivo: Corpus Christi"; empty for a day that counts."""
    if day.weekday() >= SATURDAY:
        return "sábado" if day.weekday() == SATURDAY else "domingo"
    if holiday := workdays.names_of_holidays(day.year).get(day):
        return f"festivo: {holiday}"
    return "la ciudad cierra" if day in closed_days() else ""
