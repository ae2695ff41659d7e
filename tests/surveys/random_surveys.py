"""Random questionnaires, and random answers to them, for the property tests."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from participa.citizens.territories import CITY, neighbourhoods
from participa.surveys.questionnaire.answering import PLACE, field_name
from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import (
    NONE,
    OTHER,
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    Showing,
    SurveyQuestion,
)

WORDS = st.text("abc áéñ¿?", min_size=1, max_size=12).map(str.strip).filter(bool)
CHOICES = st.integers(2, 5).map(
    lambda count: tuple(Choice(f"o{n}", f"Opción {n}") for n in range(count))
)


@st.composite
def questions(draw, number: int, before: list[SurveyQuestion]) -> SurveyQuestion:
    type = draw(st.sampled_from(QuestionType))
    facts = {
        "key": f"p{number}",
        "type": type,
        "label": f"{draw(WORDS)} {number}",
        "hint": draw(st.just("") | WORDS),
        "is_required": draw(st.booleans()),
        "has_none": type.is_answered and type is not QuestionType.FILE and draw(st.booleans()),
        "shows": draw(st.sampled_from(Showing)),
        "shown_if": draw(conditions(before)) if before and draw(st.booleans()) else None,
    }
    if type.has_choices:
        facts["choices"] = draw(CHOICES)
        facts["is_shuffled"] = draw(st.booleans())
    if type in {QuestionType.ONE, QuestionType.SEVERAL}:
        facts["has_other"] = draw(st.booleans())
    match type:
        case QuestionType.SEVERAL:
            most = draw(st.integers(1, len(facts["choices"])))
            facts |= {"least": Decimal(draw(st.integers(1, most))), "most": Decimal(most)}
        case QuestionType.SCALE:
            facts |= {"least": Decimal(draw(st.sampled_from([0, 1]))), "most": Decimal(5)}
            facts["low_label"] = draw(st.just("") | WORDS)
        case QuestionType.MATRIX:
            facts["rows"] = (Choice("f1", "Una"), Choice("f2", "Dos"))
        case QuestionType.NUMBER:
            facts |= {"least": Decimal(-5), "most": Decimal("1000.5"), "decimals": 1}
            facts["unit"] = draw(st.sampled_from(["", "personas"]))
        case QuestionType.DATE:
            facts |= {"first_on": date(2024, 1, 1), "last_on": date(2027, 1, 1)}
        case _:
            pass
    return SurveyQuestion(**facts)


@st.composite
def conditions(draw, before: list[SurveyQuestion]) -> Condition:
    return Condition(
        tuple(
            draw(
                st.lists(
                    clauses(before).map(lambda one: (one,)), min_size=1, max_size=2, unique=True
                )
            )
        )
    )


@st.composite
def clauses(draw, before: list[SurveyQuestion]) -> Clause:
    other = draw(st.sampled_from(before))
    offered = (
        list(other.labels) if other.type.has_choices or other.type is QuestionType.SCALE else []
    )
    row = draw(st.sampled_from(list(other.row_labels) or [""]))
    if not offered:
        answered = draw(st.sampled_from([Operator.ANSWERED, Operator.NOT_ANSWERED]))
        return Clause(other.key, answered, "", row)
    operator = draw(st.sampled_from([Operator.IS, Operator.IS_NOT, Operator.ANSWERED]))
    value = draw(st.sampled_from(offered)) if operator.needs_value else ""
    return Clause(other.key, operator, value, row)


@st.composite
def questionnaires(draw, most: int = 8) -> Questionnaire:
    made: list[SurveyQuestion] = []
    for number in range(draw(st.integers(1, most))):
        made.append(draw(questions(number, made)))
    cut = draw(st.integers(0, len(made)))
    pages = [tuple(made[:cut]), tuple(made[cut:])]
    return Questionnaire(tuple(Page(one, draw(st.just("") | WORDS)) for one in pages if one))


@st.composite
def forms(draw, questionnaire: Questionnaire) -> MultiDict:
    """What a browser could send: for each question a valid answer, or none."""
    sent: MultiDict = MultiDict()
    for question in questionnaire.asked:
        if draw(st.integers(0, 3)):
            for name, value in draw(fields(question)):
                sent.add(name, value)
    return sent


@st.composite
def fields(draw, question: SurveyQuestion) -> list[tuple[str, str]]:
    """The fields of a valid answer to a question."""
    is_chosen_alone = question.type not in {QuestionType.TERRITORY, QuestionType.MATRIX}
    if question.has_none and is_chosen_alone and not draw(st.integers(0, 4)):
        return [(field_name(question), NONE)]
    return FIELDS[question.type](draw, question)


def chosen(draw, question: SurveyQuestion) -> list[tuple[str, str]]:
    code = draw(st.sampled_from([code for code in question.labels if code != NONE]))
    return [(field_name(question), code), *draw(others(question, [code]))]


def several(draw, question: SurveyQuestion) -> list[tuple[str, str]]:
    offered = [code for code in question.labels if code != NONE]
    low, high = int(question.least or 1), int(question.most or len(offered))
    codes = draw(st.lists(st.sampled_from(offered), min_size=low, max_size=high, unique=True))
    return [*((field_name(question), code) for code in codes), *draw(others(question, codes))]


def of_each_row(draw, question: SurveyQuestion) -> list[tuple[str, str]]:
    offered = st.sampled_from(list(question.labels))
    return [(field_name(question, row), draw(offered)) for row in question.row_labels]


def ordered(draw, question: SurveyQuestion) -> list[tuple[str, str]]:
    order = draw(st.permutations([choice.code for choice in question.choices]))
    return [(field_name(question, code), str(place)) for place, code in enumerate(order, 1)]


def written(draw, question: SurveyQuestion) -> list[tuple[str, str]]:
    return [(field_name(question), draw(WORDS))]


def quantity(draw, question: SurveyQuestion) -> list[tuple[str, str]]:
    return [(field_name(question), draw(st.sampled_from(["0", "12", "3,5", "-5", "1000.5"])))]


def day(draw, question: SurveyQuestion) -> list[tuple[str, str]]:
    days = st.dates(date(2024, 1, 1), date(2027, 1, 1))
    return [(field_name(question), draw(days).isoformat())]


def territory(draw, question: SurveyQuestion) -> list[tuple[str, str]]:
    found = draw(st.sampled_from(CITY))
    place = draw(st.sampled_from([None, *neighbourhoods(found.code)]))
    barrio = [(field_name(question, PLACE), place.code)] if place else []
    return [(field_name(question), found.code), *barrio]


FIELDS = {
    QuestionType.ONE: chosen,
    QuestionType.SCALE: chosen,
    QuestionType.SEVERAL: several,
    QuestionType.MATRIX: of_each_row,
    QuestionType.ORDER: ordered,
    QuestionType.SHORT: written,
    QuestionType.LONG: written,
    QuestionType.NUMBER: quantity,
    QuestionType.DATE: day,
    QuestionType.TERRITORY: territory,
    QuestionType.STATEMENT: lambda draw, question: [],
    QuestionType.FILE: lambda draw, question: [],
}


@st.composite
def others(draw, question: SurveyQuestion, chosen: list[str]) -> list[tuple[str, str]]:
    return [(field_name(question, OTHER), draw(WORDS))] if OTHER in chosen else []


@st.composite
def filled(draw) -> tuple[Questionnaire, MultiDict]:
    questionnaire = draw(questionnaires())
    return questionnaire, draw(forms(questionnaire))
