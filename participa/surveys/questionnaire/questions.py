"""A questionnaire: pages of questions, each with its type, its choices and its bounds."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from participa.surveys.questionnaire.conditions import Condition

# Codes of choices never begin with "_", so that these can stand among them.
OTHER = "_otra"
NONE = "_ns"
OTHER_LABEL = "Otra, ¿cuál?"
NONE_LABEL = "No sabe / No aplica"
FACE_WORDS = ("Muy mal", "Mal", "Regular", "Bien", "Muy bien")  # the words of faces without others

MOST_QUESTIONS = 200
MOST_CHOICES = 100
LONGEST_LABEL = 500
LONGEST_HINT = 1000
LONGEST_SHORT, LONGEST_LONG = 200, 4000  # letters of a written answer, at most


class QuestionType(enum.Enum):
    """How a question is answered. The value is stored in questionnaires."""

    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"
    MATRIX = "matrix"
    ORDER = "order"
    SHORT = "short"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    TERRITORY = "territory"
    STATEMENT = "statement"
    FILE = "file"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def is_text(self) -> bool:
        return self in {QuestionType.SHORT, QuestionType.LONG}

    @property
    def has_choices(self) -> bool:
        return self in WITH_CHOICES

    @property
    def is_answered(self) -> bool:
        """Whether it asks for anything; a statement is only read."""
        return self is not QuestionType.STATEMENT


LABELS = {
    QuestionType.ONE: "Una opción",
    QuestionType.SEVERAL: "Varias opciones",
    QuestionType.SCALE: "Escala",
    QuestionType.MATRIX: "Tabla de una escala",
    QuestionType.ORDER: "Poner en orden",
    QuestionType.SHORT: "Texto corto",
    QuestionType.LONG: "Texto largo",
    QuestionType.NUMBER: "Número",
    QuestionType.DATE: "Fecha",
    QuestionType.TERRITORY: "Comuna y barrio",
    QuestionType.STATEMENT: "Solo texto para leer",
    QuestionType.FILE: "Foto o documento",
}
WITH_CHOICES = {
    QuestionType.ONE,
    QuestionType.SEVERAL,
    QuestionType.MATRIX,
    QuestionType.ORDER,
}
WITH_OTHER = {QuestionType.ONE, QuestionType.SEVERAL}
# Types with a number of least and most: chosen options, ends of the scale, letters, a quantity.
WITH_BOUNDS = {
    QuestionType.SEVERAL,
    QuestionType.SCALE,
    QuestionType.ORDER,
    QuestionType.SHORT,
    QuestionType.LONG,
    QuestionType.NUMBER,
}


class Showing(enum.Enum):
    """When the public sees the results of a question."""

    NOW = "now"
    AT_CLOSING = "at_closing"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Choice:
    """An option, a statement of a table, or a word of a scale."""

    code: str
    label: str


@dataclass(frozen=True, kw_only=True)
class SurveyQuestion:
    """One question. `key` names it in every version of its questionnaire.

    `choices` are the options; of a table, its columns; of a scale, the words of its steps, if each
    has one. `least` and `most` mean what WITH_BOUNDS says of the type.
    """

    key: str
    type: QuestionType
    label: str
    hint: str = ""
    is_required: bool = False
    has_none: bool = False  # offers «No sabe / No aplica»
    has_other: bool = False  # offers «Otra, ¿cuál?»
    is_shuffled: bool = False  # each person sees the options in an order of their own
    has_faces: bool = False  # a scale of five faces with words
    is_personal: bool = False  # a short text that is stored encrypted, as a name or a telephone
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()  # of a table
    least: Decimal | None = None
    most: Decimal | None = None
    decimals: int = 0  # of a number
    unit: str = ""  # of a number: "personas"
    low_label: str = ""  # at the ends of a scale
    high_label: str = ""
    first_on: date | None = None
    last_on: date | None = None
    shown_if: Condition | None = None
    shows: Showing = Showing.AT_CLOSING

    @cached_property
    def labels(self) -> dict[str, str]:
        """Label by code of everything that can be chosen, in order."""
        if self.type is QuestionType.SCALE:
            offered = {str(step): self.step_label(step) for step in self.steps}
        else:
            offered = {choice.code: choice.label for choice in self.choices}
        if self.has_other:
            offered[OTHER] = OTHER_LABEL
        if self.has_none:
            offered[NONE] = NONE_LABEL
        return offered

    @cached_property
    def row_labels(self) -> dict[str, str]:
        return {row.code: row.label for row in self.rows}

    @property
    def steps(self) -> range:
        """The numbers of a scale."""
        first = 1 if self.least is None else int(self.least)
        last = 5 if self.most is None else int(self.most)
        return range(first, last + 1)

    def step_word(self, step: int) -> str:
        """The word of a step of a scale; "" for none. A face always has one."""
        words = {choice.code: choice.label for choice in self.choices}
        ends = {self.steps[0]: self.low_label, self.steps[-1]: self.high_label}
        faces = dict(zip(self.steps, FACE_WORDS, strict=False)) if self.has_faces else {}
        return words.get(str(step)) or ends.get(step, "") or faces.get(step, "")

    def step_label(self, step: int) -> str:
        """ "4", or with its word: "4, bueno"."""
        word = self.step_word(step)
        return f"{step}, {word[0].lower()}{word[1:]}" if word else str(step)

    @property
    def longest(self) -> int:
        """Letters of a written answer, at most."""
        limit = LONGEST_SHORT if self.type is QuestionType.SHORT else LONGEST_LONG
        return min(limit, int(self.most)) if self.most else limit

    @property
    def signature(self) -> tuple[object, ...]:
        """What two versions must have in common for their answers to be counted together.

        Words may be corrected; what can be chosen, and how, may not change.
        """
        return (
            self.type,
            tuple(choice.code for choice in self.choices),
            tuple(row.code for row in self.rows),
            self.has_other,
            (self.least, self.most) if self.type in COUNTED_BOUNDS else None,
            self.unit,
        )


# A number of letters may grow without making answers incomparable; these may not.
COUNTED_BOUNDS = {QuestionType.SCALE, QuestionType.SEVERAL, QuestionType.ORDER}


@dataclass(frozen=True, slots=True)
class Page:
    """Questions that are shown together."""

    questions: tuple[SurveyQuestion, ...]
    title: str = ""


@dataclass(frozen=True)
class Questionnaire:
    """The pages of a survey, in order."""

    pages: tuple[Page, ...] = ()

    @cached_property
    def questions(self) -> tuple[SurveyQuestion, ...]:
        """All questions and statements, in order."""
        return tuple(question for page in self.pages for question in page.questions)

    @cached_property
    def by_key(self) -> dict[str, SurveyQuestion]:
        return {question.key: question for question in self.questions}

    @property
    def asked(self) -> Iterator[SurveyQuestion]:
        """The questions without the statements."""
        return (question for question in self.questions if question.type.is_answered)

    @property
    def has_conditions(self) -> bool:
        return any(question.shown_if for question in self.questions)

    @cached_property
    def one_by_one(self) -> "Questionnaire":
        """The same with a page for each question; what is only read stands above the next one."""
        pages: list[Page] = []
        for page in self.pages:
            title, above = page.title, []
            for question in page.questions:
                above.append(question)
                if question.type.is_answered:
                    pages.append(Page(tuple(above), title))
                    title, above = "", []
            if above:
                pages.append(Page(tuple(above), title))
        return Questionnaire(tuple(pages))

    def page_of(self, key: str) -> int:
        """The index of the page with this question. Raises KeyError for another key."""
        for number, page in enumerate(self.pages):
            if any(question.key == key for question in page.questions):
                return number
        raise KeyError(key)
