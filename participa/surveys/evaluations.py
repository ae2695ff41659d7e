"""What the pages of another feature's record say about the surveys that are used there."""

from functools import partial

from flask import url_for

from participa.channels.mentions import EVALUATION, Mention
from participa.channels.wording import ended, when
from participa.core import spanish
from participa.core.installation import installation
from participa.surveys import access_codes, queries
from participa.surveys.models import Anonymity, Survey, SurveyAccess, SurveyUse

WITH_RECEIPT = "Se responde con el radicado de asistencia."


def of_event(event) -> list[Mention]:
    """The surveys that are attached to an event."""
    uses = queries.uses_of("events", event.id)
    people = queries.people_of_uses(uses) if uses else {}
    return [mention(use, people.get(use.id, 0)) for use in uses]


def of_post(post) -> list[Mention]:
    """The extra questions of a listening post, for who was heard there. Only such as lead to
    nobody and ask for no code: an answer must not be joined with what the person said before.
    """
    return [extra(use) for use in queries.uses_of("listening", post.id) if is_offered(use.survey)]


def is_offered(survey: Survey) -> bool:
    """Whether its questions can be asked after something else that a person did."""
    is_for_all = survey.access is SurveyAccess.ANYONE
    return survey.is_open and is_for_all and survey.anonymity is Anonymity.ANONYMOUS


def extra(use: SurveyUse) -> Mention:
    survey = use.survey
    version = survey.current or survey.newest
    count = sum(1 for _ in version.questionnaire.asked)
    more = "una pregunta" if count == 1 else f"{spanish.number(count)} preguntas"
    return Mention(
        title=f"¿Nos responde {more} más?",
        url=url_for("surveys.answer", code=survey.code, en=use.code),
        state=ended(survey.title),
    )


def mention(use: SurveyUse, people: int) -> Mention:
    """The link to answer while it is open, and to the results afterwards."""
    survey = use.survey
    is_given = survey.access is SurveyAccess.GIVEN and survey.is_open
    results = url_for("surveys_results.show", code=survey.code, por="evento", grupo=use.id)
    answers = url_for("surveys.answer", code=survey.code, en=use.code)
    return Mention(
        title=survey.title if survey.is_closed else f"Evalúe el encuentro: {survey.title}",
        url="" if is_given else answers if survey.is_open else results,
        state=" ".join(filter(None, [when(survey), WITH_RECEIPT if is_given else ""])),
        figures=(("Respuestas", counted(people)),),
        staff_url=url_for("surveys_staff.show", code=survey.code),
        minutes=(f"La encuesta «{survey.title}» la respondieron {counted(people)} personas.",),
        fills=EVALUATION,
        own_url=partial(own_url, survey.id, survey.code, use.code) if is_given else None,
    )


def counted(people: int) -> str:
    """A number of answers, or that it is too small to be said."""
    k = installation().settings.small_cell
    return spanish.number(people) if people >= k else f"menos de {k}"


def own_url(survey_id: int, code: str, use: str, proof: str) -> str:
    """The survey with the code of who holds this word; the code is not stored before its use."""
    given = access_codes.given(survey_id, proof)
    return url_for("surveys.answer", code=code, en=use, c=given)
