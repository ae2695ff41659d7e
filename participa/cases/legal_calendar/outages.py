"""The times in which nobody could write to the city here, and what they give (PQR-09).

Ley 1437 de 2011, article 62, number 2: who could not send a writing sends it within the three days
after the failure, if there is proof of it. The page of an outage is that proof.

The worker lives and dies with the server, and writes down every minute that it lives. After a
silence the first to wake writes down how long it was.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update

from participa.cases.calendar import Outage, closed_days
from participa.cases.legal_clock import AFTER_OUTAGE
from participa.core import audit, clock, spanish, workdays
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.jobs import queue
from participa.core.jobs.worker import INSERT, Pulse
from participa.staff.models import Account

MANY = 100
LONGEST = timedelta(days=31)
BY_ITSELF = "participa"
NAME = "watch"  # of the row of Pulse
ATTEMPT = "tried_at"


def outages() -> list[Outage]:
    """The latest first."""
    rows = select(Outage).order_by(Outage.began_at.desc(), Outage.id.desc())
    return list(db.session.scalars(rows.limit(MANY)))


def last_day_to_write(outage: Outage) -> date:
    """Until when somebody may send what they had to send while the site failed."""
    return workdays.add(clock.local(outage.ended_at).date(), AFTER_OUTAGE, closed_days())


def note(by: Account, began_at: datetime, ended_at: datetime, reason: str) -> Outage:
    """Certify a failure that the site cannot notice itself, such as a fallen link."""
    if ended_at > clock.now():
        raise Refused("Anote la falla cuando haya terminado: esa hora no ha llegado.", "ended_at")
    if ended_at <= began_at:
        raise Refused("La falla termina después de empezar. Revise las horas.", "ended_at")
    if ended_at - began_at < shortest():
        raise Refused(
            f"Solo se certifican fallas de {spanish.number(shortest() / timedelta(minutes=1))} "
            "minutos o más.",
            "ended_at",
        )
    if ended_at - began_at > LONGEST:
        raise Refused("Son más de 31 días. Revise la fecha en que empezó.", "began_at")
    overlapping = or_(Outage.ended_at <= began_at, Outage.began_at >= ended_at)
    if db.session.scalar(select(Outage.id).where(~overlapping).limit(1)):
        raise Refused("Esas horas ya están en otra falla. Revise la lista.", "began_at")
    outage = Outage(began_at=began_at, ended_at=ended_at, reason=reason, noted_by_id=by.id)
    return _store(outage, by)


def take_back(outage: Outage, by: Account) -> None:
    """Delete one that somebody noted by mistake; what the site itself noticed stays."""
    if outage.noted_by_id is None:
        raise Refused("Esta falla la anotó el sitio mismo: no se quita.")
    audit.record("cases.outage_taken_back", outage, by, **_facts(outage))
    db.session.delete(outage)


def shortest() -> timedelta:
    """From how long on a failure is certified."""
    return timedelta(minutes=installation().settings.outage_minutes)


@queue.periodic("cases.watch", minute="*")
def watch() -> None:
    """Write down that the site lives; and after a silence, that it did not."""
    now, memory = clock.now(), installation().cache("cases.watch")
    tried_at, memory[ATTEMPT] = memory.get(ATTEMPT), now
    last_at = db.session.scalar(select(Pulse.at).where(Pulse.name == NAME))
    if not _beat(last_at, now):
        return  # another worker was faster
    if last_at is not None and was_silent(last_at, now, tried_at):
        _store(Outage(began_at=last_at, ended_at=now), BY_ITSELF)
    db.session.commit()


def was_silent(last_at: datetime, now: datetime, tried_at: datetime | None) -> bool:
    """Whether nothing lived between the last beat and this one, for long enough to be certified.

    `tried_at` is when this worker last tried to beat. One that has lived since the last beat and
    has not tried was busy with long jobs; one that has tried in vain had no database.
    """
    was_busy = tried_at is not None and tried_at <= last_at
    is_demo: bool = installation().settings.demo  # which stands still whenever nobody shows it
    return now - last_at >= shortest() and not was_busy and not is_demo


def _beat(last_at: datetime | None, now: datetime) -> bool:
    """Whether this worker is the one that replaces the last beat."""
    if last_at is None:
        new = INSERT[db.engine.dialect.name](Pulse).values(name=NAME, at=now)
        statement = new.on_conflict_do_nothing().returning(Pulse.name)
    else:
        mine = update(Pulse).where(Pulse.name == NAME, Pulse.at == last_at)
        statement = mine.values(at=now).returning(Pulse.name)
    return db.session.scalar(statement) is not None


def _store(outage: Outage, by: Account | str) -> Outage:
    db.session.add(outage)
    audit.record("cases.outage_noted", outage, by, **_facts(outage))
    return outage


def _facts(outage: Outage) -> dict[str, str]:
    days = {name: getattr(outage, name).isoformat() for name in ("began_at", "ended_at")}
    return days | ({"reason": outage.reason} if outage.reason else {})
