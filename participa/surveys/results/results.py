"""The results of a survey that may be shown now, for everybody and for the staff."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from participa.channels.moderation import ReviewState
from participa.core import spanish
from participa.core.db import db
from participa.surveys import access_codes
from participa.surveys.counting import days, published, reading
from participa.surveys.counting.items import CountedQuestion
from participa.surveys.counting.published import PublishedCounts, SeenStage
from participa.surveys.models import Survey, WrittenAnswer
from participa.surveys.questionnaire.questions import OTHER
from participa.surveys.results import cards, comparing, conditional, coverage, margin, naming
from participa.surveys.results.cards import QuestionFigures, Rows
from participa.surveys.results.comparing import ComparedItem
from participa.surveys.results.margin import Reached

NO_GROUPS = (
    "Como la encuesta se reabrió, ya no se compara por grupos: la diferencia señalaría a pocas "
    "personas."
)
MOST_TEXTS = 30  # of one question, on the page for everybody


@dataclass(frozen=True, slots=True)
class ResultCard:
    """One question on a page: what was answered, compared, and the texts that were approved."""

    result: QuestionFigures
    compared: list[ComparedItem] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    more_texts: int = 0


@dataclass(frozen=True, slots=True)
class SurveyResults:
    """What a page or a file shows. `reason` says why there is nothing; `waiting` are the questions
    whose results come at the closing.
    """

    reason: str
    people: int = 0
    stage: SeenStage = SeenStage.NOTHING
    cards: tuple[ResultCard, ...] = ()
    waiting: tuple[str, ...] = ()
    over_time: Rows = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    dimensions: dict[str, str] = field(default_factory=dict)
    dimension: str = ""
    groups: dict[str, str] = field(default_factory=dict)  # that can be chosen alone
    group: str = ""
    hidden_groups: list[str] = field(default_factory=list)

    @property
    def is_shown(self) -> bool:
        return not self.reason

    @property
    def is_live(self) -> bool:
        return self.stage is SeenStage.LIVE

    @property
    def is_before_reopening(self) -> bool:
        return self.stage is SeenStage.FIRST_CLOSING

    @property
    def hides_something(self) -> bool:
        return any(card.result.hides_something for card in self.cards)

    @property
    def sentence(self) -> str:
        if not self.is_shown:
            return self.reason
        verb = "Respondió" if self.people == 1 else "Respondieron"
        return f"{verb} {spanish.several(self.people, 'persona', 'personas')}."


def for_public(survey: Survey, dimension: str = "", group: str | None = None) -> SurveyResults:
    """What everybody may see now. Comparisons come once the survey has closed."""
    found = published.for_public(survey)
    questions = reading.questions_of(reading.versions_of(survey.id))
    shown = [one for one in questions if found.shows(one.question.shows)]
    waiting = tuple(
        one.question.label
        for one in questions
        if not found.shows(one.question.shows) and one.question.shows.name != "NEVER"
    )
    reason = why_nothing(survey, found, shown)
    if reason:
        return SurveyResults(reason, waiting=waiting if survey.is_open else ())
    return _results(survey, found, shown, waiting, dimension if found.is_final else "", group)


def for_staff(survey: Survey, dimension: str = "", group: str | None = None) -> SurveyResults:
    """The same for the staff: also the questions that are never published."""
    found = published.for_staff(survey)
    questions = reading.questions_of(reading.versions_of(survey.id))
    if reason := why_nothing(survey, found, questions):
        return SurveyResults(reason)
    return _results(survey, found, questions, (), dimension, group)


def why_nothing(survey: Survey, found: PublishedCounts, shown: Sequence[CountedQuestion]) -> str:
    """Why nothing is shown; "" if something is."""
    k = published.small_cell()
    if found.stage is SeenStage.NOTHING:
        if not survey.is_open:
            return "Todavía no hay respuestas."
        return (
            f"Los resultados aparecen al día siguiente, cuando hayan llegado {2 * k} respuestas, "
            "para no señalar a nadie."
        )
    if found.counts.people == 0:
        return "No llegaron respuestas."
    if found.counts.people < k:
        return f"Con menos de {k} respuestas no se publica nada, para no señalar a nadie."
    if not shown:
        closing = "Los resultados se publican al cierre, para todos al mismo tiempo."
        return closing if survey.is_open else "Los resultados de esta encuesta no se publican."
    return ""


def _results(
    survey: Survey,
    found: PublishedCounts,
    questions: Sequence[CountedQuestion],
    waiting: tuple[str, ...],
    dimension: str,
    group: str | None,
) -> SurveyResults:
    k, counts, uses = published.small_cell(), found.counts, naming.titles_of(survey.uses)
    dimensions = comparing.offered(counts, uses, k) if found.is_final else {}
    if dimension not in dimensions:
        dimension, group = "", None
    groups = {}
    if dimension:
        visible = comparing.groups_of(counts, dimension, uses, k)
        groups = {
            one or "-": naming.group_label(dimension, one, uses)
            for one in naming.in_order(dimension, visible)
        }
    only = {"-": ""}.get(group or "", group) if group in groups else None
    texts = published_texts(survey.id)
    made = []
    figures = cards.results_of(questions, counts, k)
    for result in conditional.beside_each_other(figures, counts, k):
        side = []
        if dimension:
            side = comparing.compared(result, counts, dimension, uses, k, only)
        key = result.question.key
        written = [*texts.get(key, []), *texts.get(f"{key}.{OTHER}", [])]
        made.append(ResultCard(result, side, written[:MOST_TEXTS], len(written[MOST_TEXTS:])))
    grouped = days.together(reading.local_days(counts), k)
    hidden = comparing.hidden_groups(counts, dimension, uses, k) if dimension else []
    return SurveyResults(
        reason="",
        people=counts.people,
        stage=found.stage,
        cards=tuple(made),
        waiting=waiting,
        over_time=[(naming.days_label(one), one.people) for one in grouped],
        note=[*margin.note(_reached(survey, found, k)), *_without_groups(found)],
        dimensions=dimensions,
        dimension=dimension,
        groups=groups,
        group=group or "" if only is not None else "",
        hidden_groups=[naming.group_label(dimension, one, uses) for one in hidden],
    )


def _without_groups(found: PublishedCounts) -> list[str]:
    return [NO_GROUPS] if found.is_final and not found.counts.groups else []


def _reached(survey: Survey, found: PublishedCounts, k: int) -> Reached:
    codes = sum(access_codes.counts(survey.id).values()) if survey.access.needs_code else 0
    farthest = coverage.farthest(found.counts, k) if found.is_final else None
    return Reached(survey.access, found.counts.people, codes, farthest)


def published_texts(survey_id: int) -> dict[str, list[str]]:
    """What the public may read of the open answers, by question, in no order of arrival."""
    rows = select(WrittenAnswer).where(
        WrittenAnswer.survey_id == survey_id, WrittenAnswer.state == ReviewState.PUBLISHED
    )
    texts: dict[str, list[str]] = {}
    for one in db.session.scalars(rows.order_by(WrittenAnswer.id)):
        texts.setdefault(one.question, []).append(one.public_text or one.text)
    return texts
