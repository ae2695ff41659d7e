"""How the city answers what it hears: the report that the law asks for (TRA-02), per period.

What speaks of a risk for somebody's life is neither counted nor listed. Counts of kinds, ways and
territories are protected, and published per quarter once it has ended: a year beside its quarters,
or a table that still grows, would give away by subtraction what is hidden.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import func, select

from participa.cases import wording
from participa.cases.models import Case
from participa.cases.timeliness import Timeliness, counted
from participa.citizens import disclosure, territories
from participa.citizens.suppression import VisibleCount
from participa.core import charts, clock, codes
from participa.core.db import db
from participa.core.installation import installation
from participa.listening.answers.periods import ReportPeriod
from participa.listening.models import CaseStage, CaseStep, Contribution

FORMULA = "Respondidos a tiempo ÷ (respondidos + sin responder con el término ya vencido)"
ELSEWHERE = "Otro lugar o sin decir"
BANDS = ((5, "Hasta 5"), (10, "De 6 a 10"), (15, "De 11 a 15"), (30, "De 16 a 30"))
LONGER = "Más de 30"
RETURNED, STAYED = "Volvieron con su código", "No han vuelto"
RESOLVED, NOT_RESOLVED, SAID_NOTHING = "Quedó resuelto", "No quedó resuelto", "No han dicho"


@dataclass(frozen=True, slots=True)
class Heard:
    """A contribution as the report counts it: nothing of what it says."""

    case: Case
    way: str
    stage: CaseStage
    has_returned: bool
    is_resolved: bool | None
    was_transferred: bool

    @property
    def is_closed_unanswered(self) -> bool:
        return self.stage is CaseStage.CLOSED and not self.case.is_answered

    @property
    def days(self) -> int | None:
        """The working days that the answer took."""
        return wording.days_taken(self.case) if self.case.is_answered else None

    @property
    def state(self) -> str:
        """Its state in words, for a row of the report."""
        if self.case.is_answered:
            return "Respondido" if self.case.is_on_time else "Respondido fuera de término"
        if self.is_closed_unanswered:
            return "Cerrado sin respuesta"
        return "Vencido sin responder" if self.case.is_late else "Abierto"


@dataclass(frozen=True, slots=True)
class Details:
    """The protected counts of a quarter that has ended. None is hidden."""

    kinds: Mapping[str, VisibleCount]
    ways: Mapping[str, VisibleCount]
    territories: Mapping[str, VisibleCount]  # by code; "" for elsewhere
    returns: Mapping[str, VisibleCount]
    satisfaction: Mapping[str, VisibleCount]

    @property
    def tiles(self) -> list[tuple[str, str, VisibleCount, tuple[int, int]]]:
        """Code, name, count and place of each territory of the city that has a place."""
        return [
            (place.code, place.label, self.territories.get(place.code, 0), place.tile)
            for place in territories.CITY
            if place.tile is not None
        ]


@dataclass(frozen=True, slots=True)
class TransparencyReport:
    """The report of a period."""

    period: ReportPeriod
    received: int
    transferred: int
    answered: int
    closed_unanswered: int
    figure: Timeliness
    days: tuple[int, ...]  # working days that each answer took
    rows: tuple[Heard, ...]
    details: Details | None

    @property
    def percent(self) -> float | None:
        whole = self.figure.owed
        return charts.share(self.figure.on_time, whole) if whole else None

    @property
    def middle(self) -> float | None:
        """The working days within which half of the answers came."""
        return median(self.days) if self.days else None

    @property
    def requests(self) -> list[tuple[str, str, int | None]]:
        """Number, state and working days of each request."""
        return [(codes.show(one.case.code), one.state, one.days) for one in self.rows]

    @property
    def bands(self) -> list[tuple[str, int]]:
        """The answers by the working days that they took."""
        by_band = Counter(_band(days) for days in self.days)
        return [(label, by_band[label]) for label in [*(words for _, words in BANDS), LONGER]]


def report_of(period: ReportPeriod) -> TransparencyReport:
    heard = _heard(period)
    cases = [one.case for one in heard]
    answered = [case for case in cases if case.is_answered]
    is_detailed = period.number is not None and period.has_ended(clock.today())
    return TransparencyReport(
        period=period,
        received=len(heard),
        transferred=sum(one.was_transferred for one in heard),
        answered=len(answered),
        closed_unanswered=sum(one.is_closed_unanswered for one in heard),
        figure=counted(cases),
        days=tuple(one.days for one in heard if one.days is not None),
        rows=tuple(heard),
        details=details_of(heard, installation().settings.small_cell) if is_detailed else None,
    )


def first_day() -> date | None:
    """When the first contribution came."""
    day: date | None = db.session.scalar(select(func.min(Contribution.received_on)))
    return day


def details_of(heard: Sequence[Heard], k: int) -> Details:
    """The counts that may be published of these contributions."""
    city = {place.code for place in territories.CITY}
    answered = [one for one in heard if one.case.is_answered]
    said = {True: RESOLVED, False: NOT_RESOLVED, None: SAID_NOTHING}
    return Details(
        kinds=_protected((one.case.kind.label for one in heard), k),
        ways=_protected((one.way for one in heard), k),
        territories=_protected(
            (one.case.territory if one.case.territory in city else "" for one in heard), k
        ),
        returns=_protected((RETURNED if one.has_returned else STAYED for one in heard), k),
        satisfaction=_protected((said[one.is_resolved] for one in answered), k),
    )


def _protected(words: Any, k: int) -> dict[str, VisibleCount]:
    by_word: dict[tuple[str, ...], int] = Counter((word,) for word in words)
    shown = disclosure.protect(by_word, k).cells
    return {word: shown[(word,)] for (word,) in sorted(by_word)}


def _heard(period: ReportPeriod) -> list[Heard]:
    """What came in a period, the oldest first. No text is decrypted."""
    in_period = Case.filed_on.between(period.begins_on, period.ends_on)
    of_case = Contribution.case_id == Case.id
    rows = select(
        Case,
        Contribution.way,
        Contribution.stage,
        Contribution.came_back_on,
        Contribution.is_resolved,
    )
    rows = rows.join(Contribution, of_case).where(in_period, Contribution.is_life_risk.is_(False))
    moved = select(CaseStep.case_id).join(Case, Case.id == CaseStep.case_id)
    moved = moved.where(in_period, CaseStep.stage == CaseStage.TRANSFERRED).distinct()
    transferred = set(db.session.scalars(moved))
    return [
        Heard(case, way.value, stage, came_back_on is not None, is_resolved, case.id in transferred)
        for case, way, stage, came_back_on, is_resolved in db.session.execute(
            rows.order_by(Case.filed_on, Case.code)
        )
    ]


def _band(days: int) -> str:
    return next((label for most, label in BANDS if days <= most), LONGER)
