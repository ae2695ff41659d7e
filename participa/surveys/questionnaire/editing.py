"""The builder's acts on a questionnaire: each takes one and returns another. No database."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from participa.core.errors import Refused
from participa.surveys.questionnaire.questions import (
    LONGEST_LABEL,
    Page,
    Questionnaire,
    SurveyQuestion,
)

LONGEST_KEY = 30
COPY = " (copia)"


class NoSuchQuestion(Refused):
    """The question was taken out meanwhile."""


def put(questionnaire: Questionnaire, question: SurveyQuestion, page: int = -1) -> Questionnaire:
    """Replace the question with this key where it stands, or add it at the end of a page."""
    if question.key in questionnaire.by_key:
        return _replaced(questionnaire, question.key, [question])
    pages = list(questionnaire.pages) or [Page(())]
    pages[page] = replace(pages[page], questions=(*pages[page].questions, question))
    return Questionnaire(tuple(pages))


def remove(questionnaire: Questionnaire, key: str) -> Questionnaire:
    """Without a question; a page that it leaves empty goes too. Refused while one depends on it."""
    found = find(questionnaire, key)
    for other in questionnaire.questions:
        if other.shown_if and key in other.shown_if.questions:
            raise Refused(
                f"«{other.label}» se muestra según «{found.label}». Cambie primero esa regla."
            )
    return _without_empty_pages(_replaced(questionnaire, key, []))


def move(questionnaire: Questionnaire, key: str, by: int) -> Questionnaire:
    """Move a question one place up (-1) or down (1); at the edge of a page into the next one."""
    page = questionnaire.page_of(find(questionnaire, key).key)
    questions = list(questionnaire.pages[page].questions)
    place = [one.key for one in questions].index(key)
    target = place + by
    if 0 <= target < len(questions):
        questions[place], questions[target] = questions[target], questions[place]
        return _with_page(questionnaire, page, questions)
    if not 0 <= page + by < len(questionnaire.pages):
        return questionnaire
    moved = questions.pop(place)
    there = list(questionnaire.pages[page + by].questions)
    there.insert(len(there) if by < 0 else 0, moved)
    changed = _with_page(_with_page(questionnaire, page, questions), page + by, there)
    return _without_empty_pages(changed)


def place(questionnaire: Questionnaire, key: str, page: int, after: str = "") -> Questionnaire:
    """Move a question to a page, below the question `after`; without one to the top of the page."""
    found = find(questionnaire, key)
    if not 0 <= page < len(questionnaire.pages):
        raise NoSuchQuestion("Esa página ya no está. Revise la lista.")
    if after == key:
        return questionnaire
    left = _replaced(questionnaire, key, [])
    there = list(left.pages[page].questions)
    keys = [one.key for one in there]
    if after and after not in keys:
        raise NoSuchQuestion("La pregunta de arriba ya no está en esa página. Elija otro lugar.")
    there.insert(keys.index(after) + 1 if after else 0, found)
    return _without_empty_pages(_with_page(left, page, there))


def with_new_page(questionnaire: Questionnaire, question: SurveyQuestion) -> Questionnaire:
    """Add a question on a page of its own, at the end."""
    return Questionnaire((*questionnaire.pages, Page((question,))))


def split(questionnaire: Questionnaire, key: str, title: str = "") -> Questionnaire:
    """Begin a new page at this question."""
    page = questionnaire.page_of(find(questionnaire, key).key)
    questions = questionnaire.pages[page].questions
    place = [one.key for one in questions].index(key)
    if not place:
        return rename(questionnaire, page, title)
    first = replace(questionnaire.pages[page], questions=questions[:place])
    second = Page(questions[place:], title)
    pages = questionnaire.pages
    return Questionnaire((*pages[:page], first, second, *pages[page + 1 :]))


def join(questionnaire: Questionnaire, page: int) -> Questionnaire:
    """Join a page to the one before."""
    if not 0 < page < len(questionnaire.pages):
        raise NoSuchQuestion("Esa página ya no está. Revise la lista.")
    pages = questionnaire.pages
    both = replace(pages[page - 1], questions=(*pages[page - 1].questions, *pages[page].questions))
    return Questionnaire((*pages[: page - 1], both, *pages[page + 1 :]))


def rename(questionnaire: Questionnaire, page: int, title: str) -> Questionnaire:
    """Give a page another title."""
    if not 0 <= page < len(questionnaire.pages):
        raise NoSuchQuestion("Esa página ya no está. Revise la lista.")
    pages = questionnaire.pages
    return Questionnaire((*pages[:page], replace(pages[page], title=title), *pages[page + 1 :]))


def duplicate(questionnaire: Questionnaire, key: str) -> Questionnaire:
    """A copy of a question below it, with a key of its own."""
    found = find(questionnaire, key)
    label = f"{found.label[: LONGEST_LABEL - len(COPY)]}{COPY}"
    copy = replace(found, label=label, key=new_key(found.label, questionnaire.by_key))
    return _replaced(questionnaire, key, [found, copy])


def find(questionnaire: Questionnaire, key: str) -> SurveyQuestion:
    """The question with this key. Raises NoSuchQuestion."""
    question = questionnaire.by_key.get(key)
    if question is None:
        raise NoSuchQuestion("Esa pregunta ya no está. Revise la lista.")
    return question


def new_key(label: str, taken: Iterable[str]) -> str:
    """A key from the words of a question: "como_se_entero"; with a number if it is taken."""
    used = set(taken)
    base = slug(label) or "pregunta"
    if not base[0].isalpha():
        base = f"p_{base}"[:LONGEST_KEY].rstrip("_")
    return _free(base, used)


def new_codes(labels: Sequence[str], kept: dict[str, str]) -> list[str]:
    """A code for each option; one whose label was there before keeps the code in `kept`."""
    codes: list[str] = []
    for label in labels:
        code = kept.get(label)
        if code is None or code in codes:
            code = _free(slug(label) or "opcion", {*codes, *kept.values()})
        codes.append(code)
    return codes


def slug(words: str) -> str:
    """Lower-case letters without accents, digits and "_"."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY].strip("_")


def _free(base: str, used: set[str]) -> str:
    free, number = base, 2
    while free in used:
        free = f"{base[: LONGEST_KEY - 4]}_{number}"
        number += 1
    return free


def _replaced(
    questionnaire: Questionnaire, key: str, by: Sequence[SurveyQuestion]
) -> Questionnaire:
    page = questionnaire.page_of(find(questionnaire, key).key)
    questions = [
        one
        for question in questionnaire.pages[page].questions
        for one in (by if question.key == key else [question])
    ]
    return _with_page(questionnaire, page, questions)


def _with_page(
    questionnaire: Questionnaire, page: int, questions: Sequence[SurveyQuestion]
) -> Questionnaire:
    pages = list(questionnaire.pages)
    pages[page] = replace(pages[page], questions=tuple(questions))
    return Questionnaire(tuple(pages))


def _without_empty_pages(questionnaire: Questionnaire) -> Questionnaire:
    return Questionnaire(tuple(page for page in questionnaire.pages if page.questions))
