"""What changed between two versions of a questionnaire, and whether answers stay comparable."""

from collections.abc import Iterator
from dataclasses import dataclass

from participa.surveys.questionnaire.questions import Questionnaire, SurveyQuestion


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A sentence about one question; `breaks` when answers before and after cannot be added."""

    key: str
    sentence: str
    breaks: bool = False


def changes(before: Questionnaire, after: Questionnaire) -> list[QuestionChange]:
    """What a version changes, in the order of the questions."""
    return [*_kept(before, after), *_gone(before, after)]


def is_comparable(before: Questionnaire, after: Questionnaire) -> bool:
    return not any(change.breaks for change in changes(before, after))


def _kept(before: Questionnaire, after: Questionnaire) -> Iterator[QuestionChange]:
    for question in after.questions:
        earlier = before.by_key.get(question.key)
        if earlier is None:
            yield QuestionChange(question.key, f"Nueva: «{question.label}».")
        elif question.signature != earlier.signature:
            sentence = (
                f"«{earlier.label}» se responde de otra manera: sus respuestas se cuentan aparte."
            )
            yield QuestionChange(question.key, sentence, breaks=True)
        elif question.shown_if != earlier.shown_if:
            sentence = f"«{earlier.label}» se muestra a otras personas."
            yield QuestionChange(question.key, sentence, breaks=True)
        elif _words(question) != _words(earlier):
            yield QuestionChange(question.key, f"Otras palabras en «{earlier.label}».")


def _gone(before: Questionnaire, after: Questionnaire) -> Iterator[QuestionChange]:
    for question in before.questions:
        if question.key not in after.by_key:
            sentence = f"Ya no se pregunta «{question.label}»."
            yield QuestionChange(question.key, sentence, breaks=question.type.is_answered)


def _words(question: SurveyQuestion) -> tuple[object, ...]:
    return (question.label, question.hint, question.labels, question.row_labels)
