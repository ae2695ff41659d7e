"""The channels that file cases. Each provides the origins of its cases; none is named here.

`participa/app.py` lists them. A page loads the origins of all its cases at once: one SELECT per
channel.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_

from participa.cases.models import Case
from participa.core.installation import installation


@dataclass(frozen=True, slots=True)
class Origin:
    """The record of a channel in which a case was filed, as pages name and link it."""

    title: str
    url: str
    staff_url: str  # the staff's list of its cases
    office_id: int | None  # the office that owns the record


@dataclass(frozen=True, slots=True)
class CaseSource:
    """A channel that files cases. `name` is what it passes to `service.file`."""

    name: str
    origins: Callable[[Collection[int]], Mapping[int, Origin]]  # by id of the case
    of_office: Callable[[int], Select[int]]  # ids of the cases whose record this office owns
    # It stores the text itself, and lists, answers and follows its cases on pages of its own.
    has_own_pages: bool = False


def with_origins(cases: Collection[Case]) -> list[tuple[Case, Origin]]:
    """The same cases in the same order, each with its origin."""
    by_id: dict[int, Origin] = {}
    for name in sorted({case.source for case in cases}):
        ids = [case.id for case in cases if case.source == name]
        by_id.update(_sources()[name].origins(ids))
    return [(case, by_id[case.id]) for case in cases]


def origin(case: Case) -> Origin:
    return with_origins([case])[0][1]


def is_of_office(office_id: int) -> ColumnElement[bool]:
    """SQL: the case was assigned to this office, or its record of origin belongs to the office."""
    owned = [Case.id.in_(source.of_office(office_id)) for source in _sources().values()]
    return or_(Case.office_id == office_id, *owned)


def is_kept_here() -> ColumnElement[bool]:
    """SQL: the case is listed, answered and followed on the pages that all channels share."""
    own = [source.name for source in _sources().values() if source.has_own_pages]
    return Case.source.not_in(own)


def _sources() -> dict[str, CaseSource]:
    return {source.name: source for source in installation().case_sources}
