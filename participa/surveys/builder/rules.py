"""The acts on the «Mostrar si» of a question, and what it may look at: earlier answers only."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from participa.core.errors import Refused
from participa.staff.models import Account
from participa.surveys.builder import acts
from participa.surveys.models import Survey, SurveyVersion
from participa.surveys.questionnaire import editing
from participa.surveys.questionnaire.conditions import Clause, Condition
from participa.surveys.questionnaire.questions import Questionnaire, QuestionType, SurveyQuestion

MOST_GROUPS, MOST_CLAUSES = 20, 100
TOO_MANY = "Esa regla tiene demasiados casos. Haga una más sencilla, o dos preguntas."
Groups = Sequence[tuple[Clause, ...]]


def earlier(questionnaire: Questionnaire, key: str) -> list[SurveyQuestion]:
    """The questions before this one that a condition can look at."""
    found: list[SurveyQuestion] = []
    for question in questionnaire.questions:
        if question.key == key:
            break
        if question.type.is_answered:
            found.append(question)
    return found


def subjects(questionnaire: Questionnaire, key: str) -> Iterator[tuple[str, str]]:
    """Value and words of each earlier answer: of a table, one for each of its statements."""
    for question in earlier(questionnaire, key):
        if question.type is QuestionType.MATRIX:
            for row in question.rows:
                yield f"{question.key}.{row.code}", f"{question.label} {row.label}"
        else:
            yield question.key, question.label


def subject(
    questionnaire: Questionnaire, key: str, asked: str
) -> tuple[SurveyQuestion, str] | None:
    """The earlier question and the row that an address names; None for another word."""
    if asked not in dict(subjects(questionnaire, key)):
        return None
    name, _, row = asked.partition(".")
    return questionnaire.by_key[name], row


def add(survey: Survey, by: Account, key: str, groups: Groups, widens: bool) -> SurveyVersion:
    """Let the question be shown also, or only, in these cases."""
    present = _groups(survey, key)
    if widens or not present:
        joined = [*present, *groups]
    else:
        joined = [(*one, *other) for one in present for other in groups]
    joined = list(dict.fromkeys(tuple(dict.fromkeys(group)) for group in joined))
    if len(joined) > MOST_GROUPS or sum(map(len, joined)) > MOST_CLAUSES:
        raise Refused(TOO_MANY)
    return _put(survey, by, key, joined)


def remove(survey: Survey, by: Account, key: str, group: int, clause: int) -> SurveyVersion:
    """Take one comparison out; a group without any goes too."""
    present = [list(one) for one in _groups(survey, key)]
    if group >= len(present) or clause >= len(present[group]):
        raise Refused("Esa parte de la regla ya no está. Revísela.")
    del present[group][clause]
    return _put(survey, by, key, [tuple(one) for one in present if one])


def clear(survey: Survey, by: Account, key: str) -> SurveyVersion:
    """Show the question to everybody."""
    return _put(survey, by, key, [])


def _groups(survey: Survey, key: str) -> Groups:
    condition = editing.find(survey.newest.questionnaire, key).shown_if
    return condition.groups if condition else ()


def _put(survey: Survey, by: Account, key: str, groups: Groups) -> SurveyVersion:
    found = editing.find(survey.newest.questionnaire, key)
    condition = Condition(tuple(groups)) if groups else None
    return acts.change(survey, by, replace(found, shown_if=condition))
