"""The notice that stands, and who answered: counts that may be told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from participa.citizens import disclosure, notices, tallies, variables
from participa.citizens.disclosure import Shown
from participa.citizens.models import FrozenCount, Notice, PopulationSlip
from participa.citizens.tallies import EVERYBODY, SOME, Tally
from participa.citizens.variables import PREFER_NOT, Variable, VariableKind
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation

CACHE = "citizens_notices"
# A process may show the notice of a minute ago: whoever reads it authorises that very version.
REMEMBERED = timedelta(minutes=1)


class NoticeMissing(Refused):
    """Nobody may be asked anything before the notice is published (DAT-01)."""


@dataclass(frozen=True, slots=True)
class NoticeInForce:
    """The version that people read now. It belongs to no session, so threads may share it."""

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
    """The latest version of a notice."""
    cache: dict[str, tuple[datetime, NoticeInForce]] = installation().cache(CACHE)
    read_at, known = cache.get(purpose, (None, None))
    if known is not None and read_at is not None and clock.now() - read_at < REMEMBERED:
        return known
    found = newest_notice(purpose)
    if found is None:
        raise NoticeMissing("Falta publicar el aviso de privacidad. Vuelva más tarde.")
    cache[purpose] = (clock.now(), found)
    return found


def newest_notice(purpose: str) -> NoticeInForce | None:
    """The notice that stands at this very moment, so that a form shows what is recorded."""
    notice = db.session.scalar(_versions(purpose).limit(1))
    if notice is None:
        return None
    lines = tuple(notice.short_lines)
    kept = (notice.id, notice.purpose, notice.number, lines, notice.sha256, notice.months)
    return NoticeInForce(*kept)


def notices_in_force() -> list[Notice]:
    """The latest version of every notice, by title."""
    latest: dict[str, Notice] = {}
    for notice in db.session.scalars(select(Notice).order_by(Notice.number)):
        latest[notice.purpose] = notice
    return sorted(latest.values(), key=lambda notice: notice.title)


def versions(purpose: str) -> list[Notice]:
    """Every version of a notice, the newest first."""
    return list(db.session.scalars(_versions(purpose)))


def _versions(purpose: str) -> Any:
    return select(Notice).filter_by(purpose=purpose).order_by(Notice.number.desc())


@dataclass(frozen=True, slots=True)
class VariableCount:
    """How many gave each answer to one question; None is a number that may not be told."""

    key: str
    label: str
    question: str
    takes_several: bool
    options: tuple[tuple[str, Shown], ...]
    prefer_not: Shown
    no_answer: Shown

    @property
    def rows(self) -> list[tuple[str, Shown]]:
        """For a chart or a table; who would not tell and who left it blank stand apart."""
        apart = [("Prefiere no responder", self.prefer_not), ("Sin respuesta", self.no_answer)]
        return [*self.options, *apart]

    @property
    def is_hidden(self) -> bool:
        return all(count is None for _, count in self.rows)

    @property
    def sentence(self) -> str:
        told = [(count, label) for label, count in self.options if count]
        if not told:
            return "No se muestra, para no señalar a nadie." if self.is_hidden else ""
        count, label = max(told, key=lambda pair: pair[0])
        people = "persona" if count == 1 else "personas"
        return f"La respuesta más frecuente entre las que se muestran: {label} ({count} {people})."


def counts(
    source: str,
    source_id: int,
    ids: Collection[str] = (),
    people: int = 0,
) -> tuple[VariableCount, ...]:
    """Who answered, variable by variable, protected; for the public only once the source closed.

    `ids` are the variables that were asked (else those that somebody answered), and `people` is
    how many answered the form: whoever left everything blank may have no slip.
    """
    tally = tallied(source, source_id)
    everybody = max(people, tally[EVERYBODY])
    k = installation().settings.small_cell
    asked = ids or {key.partition(".")[0] for key, _ in tally} & variables.VARIABLES.keys()
    return tuple(
        _count(variable, key, words, tally, everybody, k)
        for variable in variables.in_order(asked)
        if variable.derived_from not in asked  # it would add up to parts of the other one
        for key, words in variable.keys
    )


def tallied(source: str, source_id: int) -> Tally:
    """What the slips of a source say, with what those said that have been let go. Not protected."""
    told = select(PopulationSlip.answers).filter_by(source=source, source_id=source_id)
    tally = tallies.tally(db.session.scalars(told.execution_options(yield_per=2000)))
    for frozen in db.session.scalars(_frozen(source, source_id)):
        tally[frozen.variable, frozen.option] += frozen.people
    return tally


def _frozen(source: str, source_id: int) -> Any:
    found = select(FrozenCount).filter_by(source=source, source_id=source_id)
    return found.order_by(FrozenCount.variable, FrozenCount.option)


def _count(
    variable: Variable, key: str, words: str, tally: Tally, everybody: int, k: int
) -> VariableCount:
    found = {option.code: tally[key, option.code] for option in variable.options}
    together = variable.kind is VariableKind.MULTI
    apart = variable.exclusive if together else tuple(found)
    # Every person stands in exactly one of these: that is what can be added up and subtracted.
    parts: dict[disclosure.Cell, int] = {(code,): found[code] for code in apart}
    if together:
        parts[(SOME,)] = tally[key, SOME]
    parts[("",)] = everybody - sum(parts.values())
    told = disclosure.protect(parts, k).cells
    shown = {code: told[(code,)] for code in apart}
    if together:
        some = {code: found[code] for code in found if code not in apart}
        is_told = told[(SOME,)] is not None
        protected = disclosure.protect_choices(parts[(SOME,)], some, k).options
        shown |= protected if is_told else dict.fromkeys(some)
    labels = [(option.code, option.label) for option in variable.options]
    return VariableCount(
        key,
        variable.label,
        words,
        together,
        tuple((label, shown[code]) for code, label in labels if code != PREFER_NOT),
        shown[PREFER_NOT],
        told[("",)],
    )
