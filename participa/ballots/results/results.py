"""The published result of a box: per question the counts, in numbers and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from participa.ballots import archive_store, minimum
from participa.ballots.kinds import blank_label
from participa.ballots.models import BallotBox, BoxHead, OpenAnswer, QuestionKind
from participa.ballots.results import hand_counts
from participa.ballots.snapshots import AskedQuestion, BoxSnapshot
from participa.ballots.voting import open_consultation
from participa.belenios import canonical, questions
from participa.belenios.questions import Outcome, Question
from participa.channels.wording import early_closing
from participa.core import spanish
from participa.core.db import db
from participa.core.tables.cells import Column, Table

LIMIT = 5_000_000  # bytes of a record
ONLY_THE_SUM = (
    "Hubo pocas respuestas en la urna virtual: se contaron junto con el papel y se publica solo "
    "la suma."
)
Counts = Sequence[int]  # per slot; a blank vote, if offered, has the first one


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option: votes in the box and on paper, and their sum; None is not published apart."""

    answer: str
    virtual: int | None
    paper: int | None
    total: int


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question with its counts; `total` includes the paper votes, if there are any.

    `outcome` is that of the electronic votes alone; None if only the sum is published.
    """

    number: int
    kind: QuestionKind
    total: Outcome
    ballots: int
    outcome: Outcome | None
    paper: Outcome | None = None
    is_secret: bool = True  # its box

    @property
    def question(self) -> Question:
        return self.total.question

    @property
    def unit(self) -> str:
        return "papeletas" if self.is_secret else "respuestas"

    @property
    def is_scale(self) -> bool:
        return self.kind is QuestionKind.SCALE

    @property
    def mean(self) -> Fraction | None:
        """Mean of a scale whose first option counts 1, the next 2, and so on."""
        return self.total.mean(range(1, len(self.question.answers) + 1))

    @property
    def lines(self) -> list[OptionLine]:
        """The options in the order of the question; the blank vote last."""
        names = [
            *self.question.answers,
            *([blank_label(self.is_secret)] if self.question.has_blank else []),
        ]
        return [
            OptionLine(name, virtual, paper, total)
            for name, virtual, paper, total in zip(
                names,
                self._votes(self.outcome),
                self._votes(self.paper),
                self._votes(self.total),
                strict=True,
            )
        ]

    @property
    def sorted_lines(self) -> list[OptionLine]:
        """The options for a chart: a scale in its order, others by votes; the blank vote last."""
        lines = self.lines
        blank = [lines.pop()] if self.question.has_blank else []
        return [*(lines if self.is_scale else sorted(lines, key=lambda line: -line.total)), *blank]

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Option and votes, for a chart with one bar for each option."""
        return [(line.answer, line.total) for line in self.sorted_lines]

    @property
    def paired_rows(self) -> list[tuple[str, int | None, int | None, int]]:
        """Option, electronic votes, paper votes and their sum, for a chart with paper."""
        lines = self.sorted_lines
        return [(line.answer, line.virtual, line.paper, line.total) for line in lines]

    def _votes(self, outcome: Outcome | None) -> list[Any]:
        slots = len(self.question.answers) + int(self.question.has_blank)
        if outcome is None:
            return [None] * slots
        return [*outcome.counts, *([outcome.blank] if self.question.has_blank else [])]

    @property
    def sentence(self) -> str:
        """The result as a Spanish sentence; a tie names all its options."""
        return self._sentence if self.paper is None else f"Se suman urna y papel. {self._sentence}"

    @property
    def _sentence(self) -> str:
        counts = self.total.counts
        if not sum(counts):
            return "Nadie escogió una opción."
        if self.is_scale and self.mean is not None:
            mean = spanish.number(round(float(self.mean), 1))
            rated = spanish.number(sum(counts))
            return f"Promedio: {mean} de {len(self.question.answers)}, entre {rated} {self.unit}."
        most = max(counts)
        pairs = zip(self.question.answers, counts, strict=True)
        top = [answer for answer, count in pairs if count == most]
        results_of = f"{spanish.number(most)} de {spanish.number(self.ballots)} {self.unit}"
        if len(top) > 1:
            return f"Empatan {spanish.listed(top)}, con {results_of}."
        return f"Lo más escogido: {top[0]}, con {results_of}."


def results_of(box: BallotBox, definition: BoxSnapshot) -> list[QuestionResult]:
    """The result of a finished box, or the live results published so far; empty before that."""
    counted = _counts(box)
    if counted is None:
        return []
    counts, ballots = counted
    paper = box.paper
    by_hand: list[Any] = [None] * len(counts)
    if paper is not None and paper.counts is not None:
        by_hand, ballots = paper.counts, ballots + paper.valid
    is_summed = minimum.is_summed(box)
    return [
        _result(number, asked, (None if is_summed else line), slots, ballots, line)
        for number, (asked, line, slots) in enumerate(
            zip(definition.asked, counts, by_hand, strict=True), start=1
        )
    ]


def _result(
    number: int,
    asked: AskedQuestion,
    virtual: Counts | None,
    by_hand: Counts | None,
    ballots: int,
    total: Counts,
) -> QuestionResult:
    """The result of one question; the paper votes `by_hand` are added to `total`."""
    if by_hand is not None:
        total = [left + right for left, right in zip(total, by_hand, strict=True)]
    outcome, paper = (
        None if counts is None else questions.outcome(asked.question, counts)
        for counts in (virtual, by_hand)
    )
    whole = questions.outcome(asked.question, total)
    return QuestionResult(number, asked.kind, whole, ballots, outcome, paper, asked.is_secret)


def paper_alone(box: BallotBox, definition: BoxSnapshot) -> list[QuestionResult]:
    """The paper votes of a box that ended without a result; empty below the minimum."""
    paper = box.paper
    if not box.is_without_result or paper is None or paper.counts is None:
        return []
    if paper.valid < minimum.fewest_of(box):
        return []
    return [
        _result(number, asked, None, None, paper.valid, counts)
        for number, (asked, counts) in enumerate(
            zip(definition.asked, paper.counts, strict=True), start=1
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
    if box.is_finished and not minimum.is_summed(box):
        votes = list(db.session.scalars(_answers(box.id)))
        asked_questions = [question.asked for question in box.questions]
        return open_consultation.totals(asked_questions, votes), len(votes)
    head = db.session.get(BoxHead, box.id)
    if head is None or head.published is None or not (box.shows_live or box.is_finished):
        return None
    if head.published_ballots < minimum.fewest_of(box):
        return None  # a box that opened before there was a minimum
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
    Column("answer", "Opción", "La opción, o en blanco"),
    Column("ballots", "Papeletas", "Cuántas papeletas la escogieron en la urna virtual", "number"),
    Column("paper", "En papel", "Cuántas en papel, contadas a mano", "number"),
    Column("total", "En total", "Urna y papel", "number"),
)


def table(box: BallotBox, definition: BoxSnapshot) -> Table:
    """The counts as a file: one row per option."""
    rows = [
        [result.number, result.question.text, line.answer, line.virtual, line.paper, line.total]
        for result in results_of(box, definition)
        for line in result.lines
    ]
    return Table("resultado", box.title, COLUMNS, rows, _note(box))


def _note(box: BallotBox) -> str:
    """What whoever reads the whole table should know, in Spanish sentences."""
    notes = [early_closing(box), minimum.extension(box)]
    if minimum.is_summed(box):
        notes.append(ONLY_THE_SUM)
    if hand_counts.lacks_paper(box):
        notes.append(hand_counts.LACKS_PAPER)
    notes += [correction.sentence for correction in hand_counts.corrections(box)]
    return " ".join(filter(None, notes))


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
    return (
        blank_label(is_secret=False)
        if vote is None
        else "; ".join(question.answers[place] for place in vote)
    )
