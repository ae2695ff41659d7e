"""A condition as a person reads it: «¿Fue al encuentro?» es «Sí»."""

from collections.abc import Mapping

from participa.core import spanish
from participa.surveys.questionnaire.conditions import Clause, Condition, Operator, sizes
from participa.surveys.questionnaire.questions import QuestionType, SurveyQuestion

AMONG_SEVERAL = {Operator.IS: "incluye", Operator.IS_NOT: "no incluye"}
Questions = Mapping[str, SurveyQuestion]


def in_words(condition: Condition, questions: Questions) -> str:
    """The whole condition: clauses are joined by «y», groups by «o»."""
    if (short := _one_of(condition, questions)) is not None:
        return short
    groups = [
        " y ".join(clause_in_words(clause, questions) for clause in group)
        for group in condition.groups
    ]
    return "; o ".join(groups)


def _one_of(condition: Condition, questions: Questions) -> str | None:
    """«Fue» es «Sí» o «Tal vez»: when only one answer is looked at, and it may be any of these."""
    first, *others = list(condition.clauses)
    looks_at = (first.question, first.row, Operator.IS)
    are_alike = all(
        len(group) == 1 and (group[0].question, group[0].row, group[0].operator) == looks_at
        for group in condition.groups
    )
    question = questions.get(first.question)
    if not (others and are_alike and question):
        return None
    rest = [_value(clause, question) for clause in others]
    return " o ".join([clause_in_words(first, questions), *rest])


def clause_in_words(clause: Clause, questions: Questions) -> str:
    question = questions.get(clause.question)
    if question is None:
        return f"«{clause.question}» {clause.operator.label}"
    row = question.row_labels.get(clause.row, "")
    subject = f"«{question.label}»{f', en «{row}»,' if row else ''}"
    if not clause.operator.needs_value:
        return f"{subject} {clause.operator.label}"
    return f"{subject} {verb(clause.operator, question)} {_value(clause, question)}"


def verb(operator: Operator, question: SurveyQuestion) -> str:
    """How an answer to this question is compared; of several options, whether one is among them."""
    is_several = question.type in {QuestionType.SEVERAL, QuestionType.ORDER}
    return AMONG_SEVERAL.get(operator, operator.label) if is_several else operator.label


def _value(clause: Clause, question: SurveyQuestion) -> str:
    if label := question.labels.get(clause.value):
        return f"«{label}»"
    number = next(sizes([clause.value]), None)
    shown = spanish.number(number, 6) if number is not None else f"«{clause.value}»"
    return f"{shown} {question.unit}".strip()
