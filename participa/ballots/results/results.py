"""What a box says in the end: per question the counts, in numbers and in words."""

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
from participa.core import spanish
from participa.core.db import db
from participa.core.tables.cells import Column, Table

BLANK = "Voto en blanco"
LIMIT = 5_000_000


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question with its counts; `paper` is the line of the paper cards, counted apart."""

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
        """Of a scale whose options count from 1, the lowest, up."""
        return self.outcome.mean(range(1, len(self.question.answers) + 1))

    @property
    def rows(self) -> list[tuple[str, int]]:
        """For a chart: the order of a scale stays, of others the most chosen comes first."""
        pairs = list(zip(self.question.answers, self.outcome.counts, strict=True))
        if not self.is_scale:
            pairs.sort(key=lambda pair: -pair[1])
        return [*pairs, *([(BLANK, self.outcome.blank)] if self.question.has_blank else [])]

    @property
    def lines(self) -> list[tuple[str, int, int | None]]:
        """Every option in the order of the question, with its count and that of the paper."""
        paper = self.paper.counts if self.paper else [None] * len(self.outcome.counts)
        lines = list(zip(self.question.answers, self.outcome.counts, paper, strict=True))
        if self.question.has_blank:
            lines.append((BLANK, self.outcome.blank, self.paper.blank if self.paper else None))
        return lines

    @property
    def sentence(self) -> str:
        """The result in words, ties named."""
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
    """The result of a box that finished, or the groups told so far of an open consultation."""
    found = _counts(box)
    if found is None:
        return []
    counts, ballots = found
    paper: list[Any] = box.paper.counts if box.paper else [None] * len(counts)
    return [
        QuestionResult(
            number,
            one.kind,
            questions.outcome(one.question, line),
            ballots,
            questions.outcome(one.question, by_hand) if by_hand else None,
        )
        for number, (one, line, by_hand) in enumerate(
            zip(definition.asked, counts, paper, strict=True), start=1
        )
    ]


def published_ballots(box: BallotBox) -> int:
    """Of how many ballots the result speaks."""
    found = _counts(box)
    return found[1] if found else 0


def _counts(box: BallotBox) -> tuple[list[list[int]], int] | None:
    if box.is_secret:
        return _opened(box)
    if box.is_finished:
        votes = list(db.session.scalars(_answers(box.id)))
        asked = [question.asked for question in box.questions]
        return open_consultation.totals(asked, votes), len(votes)
    head = db.session.get(BoxHead, box.id)
    if not box.shows_live or head is None or head.published is None:
        return None
    return head.published, head.published_ballots


def _opened(box: BallotBox) -> tuple[list[list[int]], int] | None:
    """What the archive says of itself."""
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
    """Ordered by a key of chance, which tells nothing."""
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
        [told.number, told.question.text, answer, count, by_hand]
        for told in results_of(box, definition)
        for answer, count, by_hand in told.lines
    ]
    return Table("resultado", box.title, COLUMNS, rows)


def answers_table(box: BallotBox) -> Table:
    """The answers to an open consultation one by one, ordered by what they say."""
    columns = tuple(
        Column(f"question_{number}", f"Pregunta {number}", question.text)
        for number, question in enumerate(box.questions, start=1)
    )
    asked = [question.asked for question in box.questions]
    votes = db.session.scalars(_answers(box.id)) if box.is_finished else ()
    rows = sorted([_words(one, vote) for one, vote in zip(asked, v, strict=True)] for v in votes)
    return Table("respuestas", box.title, columns, rows)


def _words(question: Question, vote: list[int] | None) -> str:
    return BLANK if vote is None else "; ".join(question.answers[place] for place in vote)
