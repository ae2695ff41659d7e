"""What is counted of a questionnaire: each question over its versions, and each of its parts.

An item divides everybody who answered the survey: each person is in exactly one of its cells. A
question has one item, a table of a scale one for each statement. Options that can be chosen
together, and places of an order, are picks beside it: a person may be in several of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from participa.surveys.questionnaire.conditions import Value
from participa.surveys.questionnaire.questions import (
    NONE,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)

# Cells beside the codes of choices, which never begin with "_" and are never empty.
NOT_ANSWERED = ""
NOT_ASKED = "_no"
ANSWERED = "_si"
APART = (NONE, NOT_ANSWERED, NOT_ASKED)  # cells of those who gave no answer to count
PICKS = "#"

Mark = tuple[str, str]  # an item, and the cell of it in which a person is


@dataclass(frozen=True, slots=True)
class CountedQuestion:
    """A question as it was asked in some versions, with the words of the newest of them.

    `id` is its key; where an older version asked it in a way that cannot be added, the key and the
    number of that version.
    """

    id: str
    question: SurveyQuestion
    numbers: frozenset[int]

    @property
    def items(self) -> list[str]:
        """The items of the question, in order."""
        if self.question.type is QuestionType.MATRIX:
            return [f"{self.id}.{row.code}" for row in self.question.rows]
        return [self.id]

    @property
    def picks(self) -> str:
        return f"{self.id}{PICKS}"


def counted_questions(
    versions: Sequence[tuple[int, Questionnaire]],
) -> tuple[CountedQuestion, ...]:
    """The questions of these versions, oldest first; those that can be added are one.

    The order is that of the newest version; what it no longer asks comes last.
    """
    found: dict[tuple[object, ...], tuple[SurveyQuestion, set[int]]] = {}
    for number, questionnaire in reversed(versions):
        for question in questionnaire.asked:
            same = (question.key, question.signature)
            found.setdefault(same, (question, set()))[1].add(number)
    taken: set[str] = set()
    counted = []
    for question, numbers in found.values():
        id = question.key if question.key not in taken else f"{question.key}@{max(numbers)}"
        taken.add(question.key)
        counted.append(CountedQuestion(id, question, frozenset(numbers)))
    return tuple(counted)


def marks(counted: CountedQuestion, question: SurveyQuestion, value: Value) -> Iterator[Mark]:
    """Where an answer puts a person in the items of its question, and what it picks."""
    if question.type is QuestionType.MATRIX:
        chosen = value if isinstance(value, dict) else {}
        for row in question.rows:
            yield f"{counted.id}.{row.code}", chosen.get(row.code, NOT_ANSWERED)
    else:
        yield counted.id, cell_of(question, value)
        yield from ((counted.picks, pick) for pick in picks_of(question, value))


def cell_of(question: SurveyQuestion, value: Value) -> str:
    """The cell of an answer that was given."""
    if value in (NONE, [NONE]):
        return NONE
    match question.type:
        case QuestionType.ONE | QuestionType.SCALE | QuestionType.NUMBER:
            return str(value)
        case QuestionType.DATE:
            return str(value)[:7]  # its month
        case QuestionType.TERRITORY | QuestionType.ORDER:
            return value[0] if isinstance(value, list) else str(value)
    return ANSWERED


def picks_of(question: SurveyQuestion, value: Value) -> Iterator[str]:
    """The options that were chosen together, or "place.code" of what was put in order."""
    if value == [NONE] or not isinstance(value, list):
        return
    if question.type is QuestionType.SEVERAL:
        yield from value
    elif question.type is QuestionType.ORDER:
        yield from (f"{place}.{code}" for place, code in enumerate(value, 1))
