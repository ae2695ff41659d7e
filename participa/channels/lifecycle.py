"""The acts on every channel: create, change, publish, close, reopen, copy.

The service of a channel calls these, adds its own rules, and passes what publication lacks.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from participa.channels.models import Channel
from participa.citizens import variables
from participa.core import audit, clock, links
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.ops import demonstration
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.models import Account

DEMO = "demo"  # the author in the audit entries of an example
COPY = " (copia)"
EARLIER_NEEDS_REASON = "Escriba por qué cierra antes de la fecha que la gente ya leyó."
EARLY_NEEDS_REASON = "Escriba por qué se cierra antes de la fecha anunciada."


class NotReady(Refused):
    """Something is missing for this act; the message names all of it."""


class Frozen(Refused):
    """Residents have answered, or may be answering: the questions cannot change any more."""


def create(record: Channel, path: str, by: Account | None, tasks: Sequence[Task]) -> None:
    """Store a new draft whose printed code opens `path`; `by` is None for an example.

    Without an office it gets that of its task; a Responsable's is of the own office or of none.
    Raises Mixed for an example outside a demonstration.
    """
    check_dates(record)
    variables.check_form(record.variables or ())
    store(record, path, by, tasks, f"{record.channel}.created")


def store(record: Any, path: str, by: Account | None, tasks: Sequence[Task], act: str) -> None:
    """Store a new record that fulfils tasks and has a printed code, an office and `audit_facts`.

    For a feature that is no channel; `act` is the verb of the audit entry. See `create`.
    """
    if record.is_example:
        demonstration.require_demo()
    record.created_by = by
    db.session.add(record)
    record.tasks = list(tasks)
    if not (record.office_id or record.office or (by and by.is_limited_to_office)):
        record.office = plans.answering_office(record.tasks)
    links.register(record.code, path)
    audit.record(act, record, by or DEMO, **record.audit_facts())


def change(
    record: Channel,
    by: Account,
    facts: Mapping[str, Any],
    tasks: Sequence[Task],
    before: Mapping[str, Any],
    earlier_because: str = "",
) -> None:
    """Set the columns in `facts`; `before` is `audit_facts()` of the record before any change.

    `earlier_because` is the reason of a closing date before the announced one, which needs it.
    """
    closes_at = facts.get("closes_at")
    if record.is_open and closes_at is not None and closes_at <= clock.now():
        raise Refused("Ese cierre ya pasó. Para cerrar ahora use «Cerrar».", "closes_at")
    _announce(record, facts.get("closes_at", record.closes_at), earlier_because)
    for name, value in facts.items():
        setattr(record, name, value)
    # Checked before a flush, where a constraint would fail without a sentence for the reader.
    check_dates(record)
    variables.check_form(record.variables or ())
    record.tasks = list(tasks)
    record.touch()
    after = record.audit_facts()
    audit.record(f"{record.channel}.changed", record, by, before=dict(before), after=after)


def _announce(record: Channel, closes_at: datetime | None, because: str) -> None:
    """Remember the date that the public was told, if another one takes its place."""
    announced = record.announced_end
    if not record.is_published or record.is_closed or announced is None or closes_at is None:
        return
    if closes_at >= announced.replace(second=0, microsecond=0):  # forms know no seconds
        record.announced_close_at = record.closed_because = None
    elif closes_at != record.closes_at:
        if not because.strip():
            raise Refused(EARLIER_NEEDS_REASON, "earlier_because")
        record.announced_close_at, record.closed_because = announced, because.strip()


def only_safe(
    record: Any, facts: Mapping[str, Any], safe: Collection[str], frozen: str
) -> dict[str, Any]:
    """The facts in `safe`. Raises Frozen with the sentence `frozen` if another one would change."""
    others = [name for name, value in facts.items() if not is_same(getattr(record, name), value)]
    if any(name not in safe for name in others):
        raise Frozen(frozen)
    return {name: facts[name] for name in safe if name in facts}


def is_same(stored: Any, typed: Any) -> bool:
    """Whether two values of a column mean the same: what was ticked has no order, and a form shows
    moments to the minute."""
    if isinstance(stored, datetime) and isinstance(typed, datetime):
        stored, typed = (one.replace(second=0, microsecond=0) for one in (stored, typed))
    if isinstance(stored, list) and isinstance(typed, list):
        return sorted(stored) == sorted(typed)
    return bool(stored == typed)


def publish(record: Channel, by: Account | str, missing: Sequence[str]) -> None:
    """Make it public. Raises NotReady, naming everything in `missing`, unless that is empty."""
    if missing:
        raise NotReady(f"Para publicar falta: {'; '.join(missing)}.")
    record.published_at = clock.now()
    # To the minute, as forms show it: saving an unchanged form then changes nothing.
    record.opens_at = record.opens_at or record.published_at.replace(second=0, microsecond=0)
    record.touch()
    audit.record(f"{record.channel}.published", record, by, **record.audit_facts())


def close(record: Channel, by: Account, reason: str = "") -> None:
    """Take no more answers. Before the announced date this needs a reason, which is public."""
    require_reason(record, reason)
    stop(record, reason)
    audit.record(f"{record.channel}.closed", record, by, reason=record.closed_because or "")


def require_reason(record: Channel, reason: str) -> None:
    """Refuse to close before the announced date without a reason."""
    if record.would_close_early and not reason.strip():
        raise Refused(EARLY_NEEDS_REASON, "reason")


def stop(record: Channel, reason: str) -> None:
    """Set the moment of closing, with the reason if it is before the announced date."""
    if record.would_close_early:
        record.closed_because = reason.strip() or None
    record.closed_at = clock.now()
    record.touch()


def reopen(record: Channel, by: Account, closes_at: datetime, reason: str) -> None:
    """Take answers again until a new closing.

    The record then shows only its new closing. The audit trail holds the earlier one, with both
    reasons.
    """
    if closes_at <= clock.now():
        raise Refused("Ponga un cierre que no haya pasado.", "closes_at")
    before = {
        "closes_at": record.closes_at and record.closes_at.isoformat(),
        "closed_at": record.closed_at and record.closed_at.isoformat(),
        "closed_because": record.closed_because,
    }
    record.closed_at = record.closed_because = record.announced_close_at = None
    record.closes_at = closes_at
    record.touch()
    details = {"reason": reason, "closes_at": closes_at.isoformat(), "before": before}
    audit.record(f"{record.channel}.reopened", record, by, **details)


def copy_of(record: Channel, longest_title: int, *columns: str) -> dict[str, Any]:
    """The facts of a new draft like this one, including these columns; no dates and no answers."""
    return {
        "title": f"{record.title[: longest_title - len(COPY)]}{COPY}",
        "why": record.why,
        "office_id": record.office_id,
        "variables": list(record.variables),
        **{name: getattr(record, name) for name in columns},
    }


def check_dates(record: Channel) -> None:
    if record.opens_at and record.closes_at and record.closes_at <= record.opens_at:
        raise Refused("El cierre debe ser después de la apertura.", "closes_at")
