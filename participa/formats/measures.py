"""How the plan counts formats: with variables (3.1), updated (3.2), with QR (3.4), in use (6.1).

A format counts for the tasks to which it is linked. What does not apply to it leaves the
denominator: the register shows why. Each plan is measured by what was so in its own year, so that
later versions do not change the figures of an earlier plan.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import url_for
from sqlalchemy import Select, select

from participa.core import clock, spanish
from participa.core.db import db
from participa.core.links import ShortLink
from participa.core.ops import demonstration
from participa.formats import lint
from participa.formats.models import (
    PUBLIC,
    FormatTwin,
    FormatUse,
    FormatVersion,
    OfficialFormat,
)
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Action, Plan, Task

EXAMPLE = "Es un ejemplo."
NO_VERSION = "Todavía no tiene una versión aprobada."
UNDECIDED = "Falta decidir si le aplica el código QR."
NO_TWIN = "Todavía no tiene un formulario digital publicado."
NO_ANSWER = "El código QR de su formulario digital no abre ninguna página."
NO_FILE = "La versión en vigor no tiene archivo ni formulario digital."
UNUSED = "Ningún evento lo ha usado todavía."
NO_ISOLUCION = "La versión aprobada no tiene referencia de Isolución."


@dataclass(frozen=True, slots=True)
class CountedFormat:
    """One format as one task sees it; `links` are the paths of its twins' short links by code."""

    task_id: int
    year: int
    format: OfficialFormat
    versions: dict[int, FormatVersion] = field(default_factory=dict)
    twins: dict[int, FormatTwin] = field(default_factory=dict)
    uses: dict[int, FormatUse] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    @property
    def approved(self) -> list[FormatVersion]:
        """The versions that are or were in force, in the order of their approval."""
        known = [one for one in self.versions.values() if was_in_force(one)]
        return sorted(known, key=lambda one: (one.approved_at, one.id))

    @property
    def why_no_version(self) -> str:
        """Why none is in force: the approved one has its first day, or there is none."""
        for version in self.versions.values():
            if version.is_coming:
                day = spanish.day(version.valid_from_on)
                return f"Rige desde el {day}: la versión {version.number} todavía no cuenta."
        return NO_VERSION

    @property
    def version(self) -> FormatVersion | None:
        """The one in force at the end of the plan's year; if there is none, the first after it."""
        of_year = [one for one in self.approved if begun(one).year <= self.year]
        return of_year[-1] if of_year else next(iter(self.approved), None)

    @property
    def is_retired(self) -> bool:
        """Whether it was obsolete by the end of the plan's year, without a version in its place."""
        if not self.versions or any(one.obsolete_at is None for one in self.versions.values()):
            return False
        ends = [day_of(one.obsolete_at) for one in self.versions.values()]
        return max(ends).year <= self.year

    @property
    def live_twins(self) -> list[FormatTwin]:
        """The published twins that had not ended by the end of the plan's year, the first first."""
        live = [one for one in self.twins.values() if one.published_at and not self._ended(one)]
        return sorted(live, key=lambda one: (one.published_at, one.id))

    def _ended(self, twin: FormatTwin) -> bool:
        return twin.ended_at is not None and day_of(twin.ended_at).year <= self.year

    def evidence(self, on: date | None, reason: str = "") -> Evidence:
        official = self.format
        title = f"{official.reference} · {official.name}"
        url = url_for("formats.show", reference=official.reference)
        if official.is_example and not demonstration.is_demo():
            reason = EXAMPLE
        since = on or day_of(official.created_at)
        return Evidence(self.task_id, title, url, since, not reason, reason)


def with_variables(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Formats that need variables: a digital form asks all three families; of a format without one,
    the reviewer of the version in force found them in its file."""
    rows = _formats(task_ids, FormatVersion, FormatTwin).where(OfficialFormat.needs_variables)
    for one in _counted(rows):
        yield one.evidence(*judged_variables(one))


def judged_variables(one: CountedFormat) -> tuple[date | None, str]:
    """What a form that anybody can open asks says more than what somebody ticked.

    A format whose file carried them before its form was made carries them since then.
    """
    version = one.version
    if version is None:
        return None, one.why_no_version
    begun_on = begun(version)
    undeclared = lint.undeclared(version.carried_blocks)
    twins = one.live_twins
    for twin in twins:
        if not lint.missing(twin.variables):
            since = max(begun_on, day_of(twin.published_at)) if undeclared else begun_on
            return since, ""
    if twins:
        return begun_on, f"Su formulario digital: {lint.verdict(twins[-1].variables).lower()}"
    if not undeclared:
        return begun_on, ""
    lacking = lint.named(undeclared)
    if version.file_id is None:
        return begun_on, f"{NO_FILE} Le faltan variables {lacking}."
    return begun_on, f"Al archivo de la versión {version.number} le faltan variables {lacking}."


def updated(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Formats with a version approved within the plan's year, with its Isolución reference."""
    for one in _counted(_formats(task_ids, FormatVersion)):
        yield one.evidence(*judged_update(one))


def judged_update(one: CountedFormat) -> tuple[date | None, str]:
    of_year = [v for v in one.approved if day_of(v.approved_at).year == one.year]
    if with_reference := [v for v in of_year if v.isolucion]:
        return begun(with_reference[0]), ""
    if of_year:
        return begun(of_year[-1]), NO_ISOLUCION
    if (version := one.version) is None:
        return None, one.why_no_version
    approved_on = day_of(version.approved_at)
    told = f"Su versión {version.number} es de {approved_on.year}: no se actualizó en {one.year}."
    return approved_on, told


def with_qr(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Formats to which the QR applies, or may apply: the short link of a published digital form
    leads to it. Formats to which it does not apply have a reason and are left out."""
    rows = _formats(task_ids, FormatVersion, FormatTwin)
    rows = rows.add_columns(ShortLink).outerjoin(ShortLink, ShortLink.code == FormatTwin.code)
    rows = rows.where(OfficialFormat.applies_qr.is_not(False))
    for one in _counted(rows):
        yield one.evidence(*judged_qr(one))


def judged_qr(one: CountedFormat) -> tuple[date | None, str]:
    if one.format.applies_qr is None:
        return None, UNDECIDED
    twins = one.live_twins
    for twin in twins:
        if one.links.get(twin.code) == twin.path:
            return day_of(twin.published_at), ""
    return (day_of(twins[0].published_at), NO_ANSWER) if twins else (None, NO_TWIN)


def in_use(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Planning formats with a version in force that an event has used."""
    for one in _counted(_formats(task_ids, FormatVersion, FormatUse)):
        yield one.evidence(*judged_use(one))


def judged_use(one: CountedFormat) -> tuple[date | None, str]:
    version = one.version
    if version is None:
        return None, one.why_no_version
    begun_on = begun(version)
    days = sorted(use.used_on for use in one.uses.values() if use.used_on.year == one.year)
    return (max(begun_on, days[0]), "") if days else (begun_on, UNUSED)


def begun(version: FormatVersion) -> date:
    """The day since which a version is in force: it is approved, and its first day has come."""
    return max(day_of(version.approved_at), version.valid_from_on)


def was_in_force(version: FormatVersion) -> bool:
    """Whether it is or was in force for a day; one that ended before its first day never was."""
    if version.state not in PUBLIC or version.approved_at is None:
        return False
    ended_at = version.obsolete_at
    is_begun = begun(version) <= clock.today()
    return is_begun and (ended_at is None or day_of(ended_at) >= begun(version))


def day_of(moment: datetime | None) -> date:
    """The day of a moment in the city; of none, today."""
    return clock.local(moment or clock.now()).date()


def _formats(task_ids: Collection[int], *parts: type) -> Select:
    """The formats of these tasks, beside each its parts: a row for each combination of them."""
    rows: Select = select(Task.id, Plan.year, OfficialFormat, *parts)
    rows = rows.join(OfficialFormat.tasks).join(Task.action).join(Action.plan)
    rows = rows.select_from(OfficialFormat)
    for part in parts:
        rows = rows.outerjoin(part, part.format_id == OfficialFormat.id)  # type: ignore[attr-defined]
    return rows.where(Task.id.in_(task_ids)).order_by(OfficialFormat.reference, Task.id)


def _counted(rows: Select) -> list[CountedFormat]:
    """The formats that count, in the order of their codes, from one SELECT."""
    found: dict[tuple[int, int], CountedFormat] = {}
    for task_id, year, official, *parts in db.session.execute(rows):
        one = found.setdefault((task_id, official.id), CountedFormat(task_id, year, official))
        for part in parts:
            _add(one, part)
    return [one for one in found.values() if not one.is_retired]


def _add(one: CountedFormat, part: object) -> None:
    match part:
        case FormatVersion():
            one.versions[part.id] = part
        case FormatTwin():
            one.twins[part.id] = part
        case FormatUse():
            one.uses[part.id] = part
        case ShortLink():
            one.links[part.code] = part.path


MEASURES = (
    Measure("formats.with_variables", "Formatos con las variables poblacionales", with_variables),
    Measure("formats.updated", "Formatos actualizados en Isolución", updated),
    Measure("formats.with_qr", "Formatos aplicables con QR activo", with_qr),
    Measure("formats.in_use", "Formatos de planeación en uso", in_use),
)
