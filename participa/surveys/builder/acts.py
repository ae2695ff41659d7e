"""The builder's acts on a survey, each one change of its questions with its words for the trail."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from participa.core import spanish
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.surveys import service
from participa.surveys.models import Survey, SurveyVersion
from participa.surveys.questionnaire import documents, editing
from participa.surveys.questionnaire.documents import BrokenQuestionnaire
from participa.surveys.questionnaire.questions import Questionnaire, SurveyQuestion
from participa.surveys.service import Edit


def edit(survey: Survey, by: Account, act: Edit, what: str, key: str = "") -> SurveyVersion:
    """`service.edit`; a rule that another question breaks by it is told with that question."""
    questions = survey.newest.questionnaire.by_key
    try:
        return service.edit(survey, by, act, what)
    except BrokenQuestionnaire as broken:
        other = questions.get(broken.key)
        if other is None or broken.key == key:
            raise
        raise Refused(f"No se puede, por «{other.label}»: {broken}") from broken


def add(survey: Survey, by: Account, question: SurveyQuestion, page: int) -> SurveyVersion:
    """Add a question at the end of a page, or on a new one."""

    def put(questionnaire: Questionnaire) -> Questionnaire:
        if page >= len(questionnaire.pages):
            return editing.with_new_page(questionnaire, question)
        return editing.put(questionnaire, question, page)

    return edit(survey, by, put, f"Agregó «{question.label}»", question.key)


def take(
    survey: Survey, by: Account, questions: Sequence[SurveyQuestion], page: int
) -> SurveyVersion:
    """Put questions of the bank at the end of a page, with keys of their own."""

    def put(questionnaire: Questionnaire) -> Questionnaire:
        for question in questions:
            taken = questionnaire.by_key
            key = editing.new_key(question.key, taken)
            asked = replace(question, key=key)
            if page >= len(questionnaire.pages):
                questionnaire = editing.with_new_page(questionnaire, asked)
            else:
                questionnaire = editing.put(questionnaire, asked, page)
        return questionnaire

    many = spanish.several(len(questions), "pregunta", "preguntas")
    return edit(survey, by, put, f"Trajo {many} del banco")


def change(survey: Survey, by: Account, question: SurveyQuestion) -> SurveyVersion:
    """Put a question in the place of the one with its key."""

    def put(questionnaire: Questionnaire) -> Questionnaire:
        editing.find(questionnaire, question.key)
        return editing.put(questionnaire, question)

    return edit(survey, by, put, f"Cambió «{question.label}»", question.key)


def remove(survey: Survey, by: Account, key: str) -> SurveyVersion:
    label = editing.find(survey.newest.questionnaire, key).label
    return edit(survey, by, lambda one: editing.remove(one, key), f"Quitó «{label}»")


def move(survey: Survey, by: Account, key: str, step: int) -> SurveyVersion:
    label = editing.find(survey.newest.questionnaire, key).label
    return edit(survey, by, lambda one: editing.move(one, key, step), f"Movió «{label}»", key)


def place(survey: Survey, by: Account, key: str, page: int, after: str) -> SurveyVersion:
    label = editing.find(survey.newest.questionnaire, key).label
    act = f"Movió «{label}»"
    return edit(survey, by, lambda one: editing.place(one, key, page, after), act, key)


def duplicate(survey: Survey, by: Account, key: str) -> SurveyVersion:
    label = editing.find(survey.newest.questionnaire, key).label
    return edit(survey, by, lambda one: editing.duplicate(one, key), f"Duplicó «{label}»", key)


def split(survey: Survey, by: Account, question: SurveyQuestion) -> SurveyVersion:
    """Begin a page at this question."""
    act = f"Empezó una página en «{question.label}»"
    return edit(survey, by, lambda one: editing.split(one, question.key), act)


def join(survey: Survey, by: Account, page: int) -> SurveyVersion:
    """Join a page to the one before."""
    act = f"Unió la página {page + 1} con la anterior"
    return edit(survey, by, lambda one: editing.join(one, page), act)


def rename(survey: Survey, by: Account, page: int, title: str) -> SurveyVersion:
    act = f"Cambió el título de la página {page + 1}"
    return edit(survey, by, lambda one: editing.rename(one, page, title), act)


def dependents(questionnaire: Questionnaire, key: str) -> list[SurveyQuestion]:
    """The questions that are shown by the answers to this one."""
    return [
        one for one in questionnaire.questions if one.shown_if and key in one.shown_if.questions
    ]


def movable(questionnaire: Questionnaire) -> dict[str, tuple[bool, bool]]:
    """By key, whether a question can move up and down without passing one that it depends on."""
    questions = questionnaire.questions
    found = {}
    for number, question in enumerate(questions):
        above = questions[number - 1] if number else None
        below = questions[number + 1] if number + 1 < len(questions) else None
        page = questionnaire.page_of(question.key)
        is_first = above is None and page == 0
        is_last = below is None and page == len(questionnaire.pages) - 1
        found[question.key] = (
            not is_first and not _depends(question, above),
            not is_last and not _depends(below, question),
        )
    return found


def _depends(later: SurveyQuestion | None, earlier: SurveyQuestion | None) -> bool:
    """Whether the first is shown by the answer to the second."""
    if later is None or earlier is None or later.shown_if is None:
        return False
    return earlier.key in later.shown_if.questions


def places(questionnaire: Questionnaire, key: str) -> Iterator[tuple[str, str, str]]:
    """Where a question can go: group, value and words of each place, that break no condition."""
    for page, group in enumerate(questionnaire.pages):
        name = page_name(page, group.title)
        others = [one for one in group.questions if one.key != key]
        for after in ["", *(one.key for one in others)]:
            moved = editing.place(questionnaire, key, page, after)
            if moved != questionnaire and not any(documents.broken_rules(moved)):
                words = f"«{questionnaire.by_key[after].label}»" if after else "Al comienzo"
                yield name, f"{page}.{after}", words


def page_name(page: int, title: str) -> str:
    return f"Página {page + 1}: {title}" if title else f"Página {page + 1}"
