"""Notices in force, and protected counts of the population variables."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from participa.citizens import disclosure, notices, tallies, variables
from participa.citizens.disclosure import VisibleCount
from participa.citizens.models import FrozenCount, Notice, PopulationSlip
from participa.citizens.tallies import ANY_COMBINABLE, SLIP_COUNT, Tally
from participa.citizens.variables import PREFER_NOT, Variable, VariableKind
from participa.core import clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation

CACHE = "citizens_notices"
# A cached notice may be outdated by this much; the consent records the version that was shown.
CACHE_LIFETIME = timedelta(minutes=1)


class NoticeMissing(Refused):
    """No data may be asked before the privacy notice is published (DAT-01)."""


@dataclass(frozen=True, slots=True)
class NoticeInForce:
    """The current version of a notice, detached from any session so that threads can share it."""

    id: int
    purpose: str
    number: int
    short_lines: tuple[str, ...]
    sha256: str
    months: int

    @property
    def word(self) -> str:
        return notices.kinds()[self.purpose].word


def current_notice(purpose: str) -> NoticeInForce:
    """The latest version of a notice, cached for CACHE_LIFETIME. Raises NoticeMissing."""
    cache: dict[str, tuple[datetime, NoticeInForce]] = installation().cache(CACHE)
    read_at, cached = cache.get(purpose, (None, None))
    if cached is not None and read_at is not None and clock.now() - read_at < CACHE_LIFETIME:
        return cached
    newest = newest_notice(purpose)
    if newest is None:
        raise NoticeMissing("Falta publicar el aviso de privacidad. Vuelva más tarde.")
    cache[purpose] = (clock.now(), newest)
    return newest


def newest_notice(purpose: str) -> NoticeInForce | None:
    """The latest version of a notice, read from the database; None before the first one."""
    notice = db.session.scalar(_versions(purpose).limit(1))
    if notice is None:
        return None
    return NoticeInForce(
        id=notice.id,
        purpose=notice.purpose,
        number=notice.number,
        short_lines=tuple(notice.short_lines),
        sha256=notice.sha256,
        months=notice.months,
    )


def notices_in_force() -> list[Notice]:
    """The latest version of every notice, ordered by title."""
    latest: dict[str, Notice] = {}
    for notice in db.session.scalars(select(Notice).order_by(Notice.number)):
        latest[notice.purpose] = notice
    return sorted(latest.values(), key=lambda notice: notice.title)


def versions(purpose: str) -> list[Notice]:
    """All versions of a notice, newest first."""
    return list(db.session.scalars(_versions(purpose)))


def _versions(purpose: str) -> Any:
    return select(Notice).filter_by(purpose=purpose).order_by(Notice.number.desc())


@dataclass(frozen=True, slots=True)
class VariableCount:
    """Number of people per answer to one question; None is a suppressed count."""

    key: str
    label: str
    question: str
    takes_several: bool
    options: tuple[tuple[str, VisibleCount], ...]
    prefer_not: VisibleCount
    no_answer: VisibleCount

    @property
    def rows(self) -> list[tuple[str, VisibleCount]]:
        """Labels and counts for a chart or a table, with the two kinds of no answer last."""
        not_given = [("Prefiere no responder", self.prefer_not), ("Sin respuesta", self.no_answer)]
        return [*self.options, *not_given]

    @property
    def is_hidden(self) -> bool:
        return all(count is None for _, count in self.rows)

    @property
    def sentence(self) -> str:
        visible = [(count, label) for label, count in self.options if count]
        if not visible:
            return "No se muestra, para no señalar a nadie." if self.is_hidden else ""
        most = max(count for count, _ in visible)
        labels = spanish.listed([label for count, label in visible if count == most])
        people = spanish.several(most, "persona", "personas")
        if sum(count == most for count, _ in visible) > 1:
            return f"Empatan entre las que se muestran: {labels} ({people} cada una)."
        return f"La respuesta más frecuente entre las que se muestran: {labels} ({people})."


def counts(
    source: str,
    source_id: int,
    ids: Collection[str] = (),
    people: int = 0,
    waiting: Collection[Mapping[str, Sequence[str]]] = (),
) -> tuple[VariableCount, ...]:
    """Protected counts per variable. Public pages may show them only after the source has closed.

    `ids` are the variables of the form, by default those with any answer. `people` is the number
    of submissions of the form: those with all variables blank may have no slip. `waiting` are
    answers that are not slips yet.
    """
    tally = unprotected_tally(source, source_id, waiting)
    everybody = max(people, tally[SLIP_COUNT])
    k = installation().settings.small_cell
    asked = ids or {key.partition(".")[0] for key, _ in tally} & variables.VARIABLES.keys()
    return tuple(
        _count(variable, key, question, tally, everybody, k)
        for variable in variables.in_order(asked)
        # Groups of a derived variable add up to options of the other one, and would reveal them.
        if variable.derived_from not in asked
        for key, question in variable.keys
    )


def unprotected_tally(
    source: str, source_id: int, waiting: Collection[Mapping[str, Sequence[str]]] = ()
) -> Tally:
    """Counts of all slips of a source, deleted ones included, and of answers that are none yet.

    Never publish them unprotected.
    """
    answers = select(PopulationSlip.answers).filter_by(source=source, source_id=source_id)
    tally = tallies.tally(db.session.scalars(answers.execution_options(yield_per=2000)))
    for frozen in db.session.scalars(_frozen(source, source_id)):
        tally[frozen.variable, frozen.option] += frozen.people
    tally.update(tallies.tally(waiting))
    return tally


def _frozen(source: str, source_id: int) -> Any:
    rows = select(FrozenCount).filter_by(source=source, source_id=source_id)
    return rows.order_by(FrozenCount.variable, FrozenCount.option)


def _count(
    variable: Variable, key: str, question: str, tally: Tally, everybody: int, k: int
) -> VariableCount:
    by_option = {option.code: tally[key, option.code] for option in variable.options}
    is_multiple = variable.kind is VariableKind.MULTI
    exclusive = variable.exclusive if is_multiple else tuple(by_option)
    # A partition of everybody: only these counts can be added and subtracted.
    parts: dict[disclosure.Cell, int] = {(code,): by_option[code] for code in exclusive}
    if is_multiple:
        parts[(ANY_COMBINABLE,)] = tally[key, ANY_COMBINABLE]
    parts[("",)] = everybody - sum(parts.values())
    protected_parts = disclosure.protect(parts, k).cells
    visible = {code: protected_parts[(code,)] for code in exclusive}
    if is_multiple:
        combinable = {code: by_option[code] for code in by_option if code not in exclusive}
        is_visible = protected_parts[(ANY_COMBINABLE,)] is not None
        protected = disclosure.protect_choices(parts[(ANY_COMBINABLE,)], combinable, k).options
        visible |= protected if is_visible else dict.fromkeys(combinable)
    labels = [(option.code, option.label) for option in variable.options]
    return VariableCount(
        key,
        variable.label,
        question,
        is_multiple,
        tuple((label, visible[code]) for code, label in labels if code != PREFER_NOT),
        visible[PREFER_NOT],
        protected_parts[("",)],
    )
