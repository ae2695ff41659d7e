"""The acts on a format: create, change, decide about its QR; and what channels register of it.

A channel calls `register_twin` when somebody makes one of its records with a format, `publish_twin`
when the public sees it, and `end_twin` when it is of this format no more. What was planned with a
format, such as an event, calls `register_use`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.ops import demonstration
from participa.formats import queries
from participa.formats.models import (
    REFERENCE,
    FormatTwin,
    FormatUse,
    OfficialFormat,
)
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.models import Account

SYSTEM = "participa"  # the actor of what a channel registers without an account
BAD_REFERENCE = "Escriba el código con letras, números, guiones y puntos, como DE-FORC-012."
TAKEN = "Ya hay un formato con ese código. Búsquelo en la lista, o corrija el código."
FIXED_REFERENCE = "El código de un formato con versiones aprobadas no cambia. Cree otro formato."
VARIABLES_REASON_MISSING = "Escriba por qué no lleva variables: se publica en el registro."
REASON_MISSING = "Escriba por qué no aplica el código QR."


def create(by: Account, tasks: Sequence[Task], **facts: Any) -> OfficialFormat:
    """Store a new format without versions. Raises Refused if its code is taken."""
    official = OfficialFormat(**facts | {"reference": read_reference(facts["reference"])})
    if official.is_example:
        demonstration.require_demo()
    official.created_by_id = by.id
    _decide_variables(official, by, True)
    if not (official.office_id or by.is_limited_to_office):
        official.office = plans.answering_office(tasks)
    with unique_or_refuse("uq_official_format_reference", Refused(TAKEN, "reference")):
        db.session.add(official)
        db.session.flush()
    official.tasks = list(tasks)
    audit.record("formats.created", official, by, **official.audit_facts())
    return official


def change(
    official: OfficialFormat, by: Account, tasks: Sequence[Task], facts: Mapping[str, Any]
) -> None:
    """Change what the register says; its code only while no version was in force."""
    before = official.audit_facts()
    reference = read_reference(facts["reference"])
    if reference != official.reference and official.has_public_versions:
        raise Refused(FIXED_REFERENCE, "reference")
    with unique_or_refuse("uq_official_format_reference", Refused(TAKEN, "reference")):
        for name, value in (dict(facts) | {"reference": reference}).items():
            setattr(official, name, value)
        _decide_variables(official, by, before["needs_variables"])
        db.session.flush()
    official.tasks = list(tasks)
    official.touch()
    after = official.audit_facts()
    audit.record("formats.changed", official, by, before=before, after=after)


def _decide_variables(official: OfficialFormat, by: Account, before: bool) -> None:
    """A format without variables leaves the indicator: it says why, and who decided (task 3.1)."""
    needs = official.needs_variables is not False
    reason = "" if needs else (official.needs_variables_reason or "").strip()
    if not needs and not reason:
        raise Refused(VARIABLES_REASON_MISSING, "needs_variables_reason")
    official.needs_variables_reason = reason
    if needs is not before or not needs:
        official.needs_variables_by_id, official.needs_variables_on = by.id, clock.today()


def read_reference(typed: str) -> str:
    """The code in capital letters; raises Refused unless it can be an address."""
    reference = typed.strip().upper()
    if not REFERENCE.fullmatch(reference):
        raise Refused(BAD_REFERENCE, "reference")
    return reference


def decide_qr(official: OfficialFormat, by: Account, applies: bool, reason: str) -> None:
    """Decide whether the format is to be used by QR. «No aplica» needs its reason (task 3.4)."""
    if not applies and not reason.strip():
        raise Refused(REASON_MISSING, "reason")
    before = official.applies_qr
    official.applies_qr, official.applies_qr_reason = applies, reason.strip()
    official.applies_qr_by_id, official.applies_qr_on = by.id, clock.today()
    official.touch()
    facts = {"before": before, "applies": applies, "reason": reason.strip()}
    audit.record("formats.qr_decided", official, by, **facts)


def link_to_tasks(official: OfficialFormat, by: Account, tasks: Sequence[Task]) -> None:
    """Let a format count for more tasks, as those of a new year's plan."""
    new = [task for task in tasks if task not in official.tasks]
    if not new:
        return
    official.tasks = [*official.tasks, *new]
    official.touch()
    named = [f"{task.code} ({task.year})" for task in new]
    audit.record("formats.linked_to_plan", official, by, tasks=named)


def register_twin(
    official: OfficialFormat,
    source: str,
    record_id: int,
    title: str,
    path: str,
    code: str,
    variables: Collection[str],
    *,
    by: Account | None = None,
) -> FormatTwin:
    """A record of a channel is this format from now on; the same again only brings it up to date.

    `path` is where its short link `code` leads, and `variables` are the ids that it asks for. It
    counts after `publish_twin`: before that the public cannot open it.
    """
    twin = queries.twin_of(source, record_id)
    if twin is not None and twin.format_id != official.id:
        end_twin(source, record_id, by=by)
        twin = None
    is_new = twin is None
    if twin is None:
        twin = FormatTwin(format=official, source=source, record_id=record_id)
        db.session.add(twin)
    twin.title, twin.path, twin.code, twin.variables = title, path, code, sorted(variables)
    if is_new:
        official.touch()
        audit.record("formats.twin_registered", official, by or SYSTEM, name=title)
    return twin


def publish_twin(source: str, record_id: int) -> None:
    """From now on anybody can open the record; nothing happens to one without a format."""
    twin = queries.twin_of(source, record_id)
    if twin is not None and twin.published_at is None:
        twin.published_at = clock.now()


def refresh_twin(source: str, record_id: int, title: str, variables: Collection[str]) -> None:
    """Bring a twin up to date with its record; nothing happens to one without a format."""
    if (twin := queries.twin_of(source, record_id)) is not None:
        twin.title, twin.variables = title, sorted(variables)


def end_twin(source: str, record_id: int, *, by: Account | None = None) -> None:
    """The record is of its format no more. The twin stays in the history of the format."""
    twin = queries.twin_of(source, record_id)
    if twin is None:
        return
    twin.ended_at = clock.now()
    twin.format.touch()
    audit.record("formats.twin_ended", twin.format, by or SYSTEM, name=twin.title)


def register_use(
    official: OfficialFormat,
    source: str,
    record_id: int,
    title: str,
    path: str,
    on: date,
    *,
    by: Account | None = None,
) -> FormatUse:
    """Something was planned with this format; the same record again only brings it up to date."""
    versions.lock(official)  # of two registrations at once the second sees the first
    use = _use(official.id, source, record_id)
    is_new = use is None
    if use is None:
        use = FormatUse(format=official, source=source, record_id=record_id)
        db.session.add(use)
    use.title, use.path, use.used_on = title, path, on
    if is_new:
        official.touch()
        audit.record("formats.use_registered", official, by or SYSTEM, name=title)
    return use


def remove_use(
    official: OfficialFormat, source: str, record_id: int, *, by: Account | None = None
) -> None:
    """The record was not planned with this format after all."""
    use = _use(official.id, source, record_id)
    if use is None:
        return
    official.uses.remove(use)
    official.touch()
    audit.record("formats.use_removed", official, by or SYSTEM, name=use.title)


def _use(format_id: int, source: str, record_id: int) -> FormatUse | None:
    rows = select(FormatUse).filter_by(format_id=format_id, source=source, record_id=record_id)
    return db.session.scalar(rows)
