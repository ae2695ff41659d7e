"""The questions of an event: for the staff's list, for its public page, and their counts."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from participa.cases.models import Case
from participa.core import codes
from participa.core.db import db
from participa.events.models import Event
from participa.events.record_models import EventQuestion

OTHERS = "Otras preguntas"  # the heading of those without a theme
MOST = 200  # on one page: answers that are read, questions that are answered together


@dataclass(frozen=True, slots=True)
class PublicQuestions:
    """The part of an event's page about its questions; those without an answer are only counted."""

    received: int
    answered: int  # with a published answer
    themes: tuple[tuple[str, tuple[Case, ...]], ...]

    @property
    def pending(self) -> int:
        return self.received - self.answered

    @property
    def shown(self) -> int:
        """How many answers are here: MOST at most."""
        return sum(len(cases) for _, cases in self.themes)

    @property
    def has_only_others(self) -> bool:
        """Whether no question has a theme, so that a heading would say nothing."""
        return [theme for theme, _ in self.themes] == [OTHERS]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with the number of its questions and of those without a published answer."""

    name: str
    questions: int
    pending: int


def called_event(code: str) -> Event | None:
    """The published event at this address."""
    rows = select(Event).where(Event.code == codes.read(code), Event.published_at.is_not(None))
    return db.session.scalar(rows)


def question_at(event: Event, code: str) -> Case | None:
    """The question of this event that the holder of the code asked."""
    rows = select(Case).join(EventQuestion, EventQuestion.case_id == Case.id)
    return db.session.scalar(
        rows.where(EventQuestion.event_id == event.id, Case.code == codes.read(code))
    )


def visible_questions(event_id: int, office_id: int | None) -> Select[EventQuestion]:
    """The questions of an event, or those that one office answers, with case and office joined."""
    rows = select(EventQuestion).join(EventQuestion.case).outerjoin(Case.office)
    rows = rows.where(EventQuestion.event_id == event_id)
    return rows if office_id is None else rows.where(Case.office_id == office_id)


def unanswered(
    event_id: int, office_id: int | None, theme: str | None = None, case_id: int | None = None
) -> list[EventQuestion]:
    """The questions without an answer, by theme and the oldest first; one theme, or one question.

    At most MOST.
    """
    rows = visible_questions(event_id, office_id).where(Case.answered_on.is_(None))
    if theme is not None:
        rows = rows.where(EventQuestion.theme == theme)
    if case_id is not None:
        rows = rows.where(EventQuestion.case_id == case_id)
    rows = rows.options(contains_eager(EventQuestion.case).contains_eager(Case.office))
    order = (EventQuestion.theme == "", EventQuestion.theme, Case.filed_on, Case.id)
    return list(db.session.scalars(rows.order_by(*order).limit(MOST)))


def themes_of(event_id: int) -> list[Theme]:
    """The themes of an event's questions in alphabetical order; not the questions without one.

    At most MOST.
    """
    pending = func.count().filter(Case.published_at.is_(None))
    rows = select(EventQuestion.theme, func.count(), pending).join(EventQuestion.case)
    rows = rows.where(EventQuestion.event_id == event_id, EventQuestion.theme != "")
    rows = rows.group_by(EventQuestion.theme).order_by(EventQuestion.theme).limit(MOST)
    return [Theme(*row) for row in db.session.execute(rows)]


def is_public() -> ColumnElement[bool]:
    """SQL: answered, in a way that everybody reads. What is not is pending."""
    return Case.published_at.is_not(None) & Case.answered_on.is_not(None)


def public_questions(event_id: int) -> PublicQuestions:
    """The published answers of an event by theme, and how many questions there are. Two SELECTs."""
    counts = select(func.count(), func.count().filter(is_public())).select_from(EventQuestion)
    counts = counts.join(EventQuestion.case).where(EventQuestion.event_id == event_id)
    received, answered = db.session.execute(counts).one()
    if not answered:
        return PublicQuestions(received, answered, ())
    rows = (
        select(EventQuestion.theme, Case).join(EventQuestion.case).options(joinedload(Case.office))
    )
    rows = rows.where(EventQuestion.event_id == event_id, is_public())
    order = (EventQuestion.theme == "", EventQuestion.theme, Case.filed_on, Case.id)
    themes: dict[str, list[Case]] = {}
    for theme, case in db.session.execute(rows.order_by(*order).limit(MOST)):
        themes.setdefault(theme or OTHERS, []).append(case)
    grouped = tuple((theme, tuple(cases)) for theme, cases in themes.items())
    return PublicQuestions(received, answered, grouped)


def of_cases(event_id: int, ids: Collection[int]) -> list[EventQuestion]:
    """These questions of the event as they are stored now."""
    rows = select(EventQuestion).options(joinedload(EventQuestion.case))
    rows = rows.where(EventQuestion.event_id == event_id, EventQuestion.case_id.in_(ids))
    rows = rows.order_by(EventQuestion.case_id).execution_options(populate_existing=True)
    return list(db.session.scalars(rows))


def questions_to_point_at(event_id: int) -> list[Case]:
    """The questions that a commitment of this event may come from, the oldest first."""
    rows = select(Case).join(EventQuestion, EventQuestion.case_id == Case.id)
    rows = rows.where(EventQuestion.event_id == event_id).order_by(Case.filed_on, Case.id)
    return list(db.session.scalars(rows.limit(MOST)))
