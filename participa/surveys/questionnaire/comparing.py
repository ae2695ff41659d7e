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
    return [*_kept(before, after), *_gone(before, after), *_arranged(before, after)]


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
        elif question != earlier:
            yield from (QuestionChange(question.key, one) for one in _lesser(question, earlier))


def _gone(before: Questionnaire, after: Questionnaire) -> Iterator[QuestionChange]:
    for question in before.questions:
        if question.key not in after.by_key:
            sentence = f"Ya no se pregunta «{question.label}»."
            yield QuestionChange(question.key, sentence, breaks=question.type.is_answered)


def _lesser(question: SurveyQuestion, earlier: SurveyQuestion) -> Iterator[str]:
    """Changes after which the answers can still be added."""
    if question.label != earlier.label:
        yield f"«{earlier.label}» ahora dice «{question.label}»."
    elif _words(question) != _words(earlier):
        yield f"Otras palabras en «{earlier.label}»."
    if question.is_required != earlier.is_required:
        now = "es obligatoria" if question.is_required else "se puede dejar sin responder"
        yield f"«{question.label}» ahora {now}."
    if question.shows != earlier.shows:
        yield f"Los resultados de «{question.label}» se publican en otro momento."
    if _limits(question) != _limits(earlier):
        yield f"«{question.label}» recibe otras respuestas: cambian sus límites."
    if _look(question) != _look(earlier):
        yield f"«{question.label}» se ve de otra manera."


def _arranged(before: Questionnaire, after: Questionnaire) -> Iterator[QuestionChange]:
    """The order of the questions that stay, and the pages on which they stand."""
    kept = [question.key for question in before.questions if question.key in after.by_key]
    now = [question.key for question in after.questions if question.key in before.by_key]
    if kept != now:
        yield QuestionChange("", "Las preguntas van en otro orden.")
    elif _pages(before, kept) != _pages(after, kept):
        yield QuestionChange("", "Las preguntas se reparten en otras páginas.")
    if [page.title for page in before.pages] != [page.title for page in after.pages]:
        yield QuestionChange("", "Cambian los títulos de las páginas.")


def _pages(questionnaire: Questionnaire, keys: list[str]) -> list[int]:
    return [questionnaire.page_of(key) for key in keys]


def _limits(question: SurveyQuestion) -> tuple[object, ...]:
    return (
        question.least,
        question.most,
        question.decimals,
        question.first_on,
        question.last_on,
        question.has_none,
        question.is_personal,
    )


def _look(question: SurveyQuestion) -> tuple[object, ...]:
    return (question.is_shuffled, question.has_faces)


def _words(question: SurveyQuestion) -> tuple[object, ...]:
    return (question.label, question.hint, question.labels, question.row_labels)
