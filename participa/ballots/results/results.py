"""The published result of a box: per question the counts, in numbers and in words."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from participa.ballots import archive_store
from participa.ballots.models import BallotBox, BoxHead, OpenAnswer, QuestionKind
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import open_consultation
from participa.belenios import canonical, questions
from participa.belenios.questions import Outcome, Question
from participa.channels.wording import early_closing
from participa.core import spanish
from participa.core.db import db
from participa.core.tables.cells import Column, Table

BLANK = "Voto en blanco"
LIMIT = 5_000_000  # bytes of a record


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question with its counts; `paper` are the paper votes, never added to the others."""

    number: int
    kind: QuestionKind
    outcome: Outcome
    ballots: int
    paper: Outcome | None = None

    @property
    def question(self) -> Question:
        return self.outcome.question

    @property
    def is_scale(self) -> bool:
        return self.kind is QuestionKind.SCALE

    @property
    def mean(self) -> Fraction | None:
        """Mean of a scale whose first option counts 1, the next 2, and so on."""
        return self.outcome.mean(range(1, len(self.question.answers) + 1))

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Option and votes, for a chart: a scale in its order, others by votes."""
        pairs = list(zip(self.question.answers, self.outcome.counts, strict=True))
        if not self.is_scale:
            pairs.sort(key=lambda pair: -pair[1])
        return [*pairs, *([(BLANK, self.outcome.blank)] if self.question.has_blank else [])]

    @property
    def lines(self) -> list[tuple[str, int, int | None]]:
        """Option, votes, and paper votes or None, in the order of the question."""
        paper = self.paper.counts if self.paper else [None] * len(self.outcome.counts)
        lines = list(zip(self.question.answers, self.outcome.counts, paper, strict=True))
        if self.question.has_blank:
            lines.append((BLANK, self.outcome.blank, self.paper.blank if self.paper else None))
        return lines

    @property
    def sentence(self) -> str:
        """The result as a Spanish sentence; a tie names all its options."""
        if not sum(self.outcome.counts):
            return "Nadie escogió una opción."
        if self.is_scale and self.mean is not None:
            mean = spanish.number(round(float(self.mean), 1))
            rated = spanish.number(sum(self.outcome.counts))
            return f"Promedio: {mean} de {len(self.question.answers)}, entre {rated} papeletas."
        most = max(self.outcome.counts)
        pairs = zip(self.question.answers, self.outcome.counts, strict=True)
        top = [answer for answer, count in pairs if count == most]
        results_of = f"{spanish.number(most)} de {spanish.number(self.ballots)} papeletas"
        if len(top) > 1:
            return f"Empatan {spanish.listed(top)}, con {results_of}."
        return f"Lo más escogido: {top[0]}, con {results_of}."


def results_of(box: BallotBox, definition: BoxSnapshot) -> list[QuestionResult]:
    """The result of a finished box, or the live results published so far; empty before that."""
    counted = _counts(box)
    if counted is None:
        return []
    counts, ballots = counted
    paper: list[Any] = box.paper.counts if box.paper else [None] * len(counts)
    return [
        QuestionResult(
            number,
            asked.kind,
            questions.outcome(asked.question, line),
            ballots,
            questions.outcome(asked.question, by_hand) if by_hand else None,
        )
        for number, (asked, line, by_hand) in enumerate(
            zip(definition.asked, counts, paper, strict=True), start=1
        )
    ]


def published_results(box: BallotBox, definition: BoxSnapshot) -> list[QuestionResult]:
    """The result per question; for a finished box, cached until the paper count changes."""
    if not box.is_finished:
        return results_of(box, definition)
    found: list[QuestionResult] | None = definition.rendered.get("results")
    if found is None:
        found = definition.rendered["results"] = results_of(box, definition)
    return found


def published_ballots(box: BallotBox) -> int:
    """Number of ballots in the published result."""
    counted = _counts(box)
    return counted[1] if counted else 0


def _counts(box: BallotBox) -> tuple[list[list[int]], int] | None:
    """Votes per question and slot, and the number of ballots; None while nothing is public."""
    if box.is_secret:
        return _archived_counts(box)
    if box.is_finished:
        votes = list(db.session.scalars(_answers(box.id)))
        asked_questions = [question.asked for question in box.questions]
        return open_consultation.totals(asked_questions, votes), len(votes)
    head = db.session.get(BoxHead, box.id)
    if not box.shows_live or head is None or head.published is None:
        return None
    return head.published, head.published_ballots


def _archived_counts(box: BallotBox) -> tuple[list[list[int]], int] | None:
    """The counts in the archive, once it has a result."""
    result, totals = (
        archive_store.first_event(box, archive_store.RESULT),
        archive_store.first_event(box, archive_store.TALLY),
    )
    if result is None or totals is None:
        return None
    counts = canonical.read(archive_store.records(result.body)[0], "El resultado", LIMIT)["result"]
    sized = canonical.read(archive_store.records(totals.body)[1], "El total", LIMIT)
    return counts, sized["num_tallied"]


def _answers(box_id: int) -> Any:
    """Ordered by random id, so the order reveals nothing."""
    return select(OpenAnswer.votes).where(OpenAnswer.box_id == box_id).order_by(OpenAnswer.id)


COLUMNS = (
    Column("question_number", "Número", "Número de la pregunta", "number"),
    Column("question", "Pregunta", "Lo que se preguntó"),
    Column("answer", "Opción", "La opción, o «Voto en blanco»"),
    Column("ballots", "Papeletas", "Cuántas papeletas la escogieron en la urna virtual", "number"),
    Column("paper", "En papel", "Cuántas en papel, contadas a mano y aparte", "number"),
)


def table(box: BallotBox, definition: BoxSnapshot) -> Table:
    """The counts as a file: one row per option."""
    rows = [
        [result.number, result.question.text, answer, count, by_hand]
        for result in results_of(box, definition)
        for answer, count, by_hand in result.lines
    ]
    return Table("resultado", box.title, COLUMNS, rows, early_closing(box))


def answers_table(box: BallotBox) -> Table:
    """The answers to an open consultation, one row each, sorted by their text."""
    columns = tuple(
        Column(f"question_{number}", f"Pregunta {number}", question.text)
        for number, question in enumerate(box.questions, start=1)
    )
    asked = [question.asked for question in box.questions]
    votes = db.session.scalars(_answers(box.id)) if box.is_finished else ()
    rows = sorted(
        [_vote_text(question, vote) for question, vote in zip(asked, answer, strict=True)]
        for answer in votes
    )
    return Table("respuestas", box.title, columns, rows, early_closing(box))


def _vote_text(question: Question, vote: list[int] | None) -> str:
    return BLANK if vote is None else "; ".join(question.answers[place] for place in vote)
