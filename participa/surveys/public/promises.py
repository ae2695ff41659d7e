"""What the page of a survey guarantees and what it does not, from its configuration. Pure."""

from collections.abc import Iterator

from participa.channels.promises import Promise, promised
from participa.core import spanish
from participa.surveys.models import Anonymity, SurveyAccess
from participa.surveys.questionnaire.questions import Questionnaire, Showing
from participa.surveys.snapshots import SurveySnapshot


def promises_of(survey: SurveySnapshot, small_cell: int) -> tuple[Promise, ...]:
    """The promises of this configuration, and its limits after them.

    The first two stand outside «Ver todo»: what is known of the person, and who may answer.
    """
    person, access = [*_about_the_person(survey.anonymity)], [*_about_access(survey.access)]
    guarantees = [
        person[0],
        access[0],
        *person[1:],
        *access[1:],
        *_about_results(survey.questionnaire, small_cell),
        *_about_variables(bool(survey.variables)),
        *_about_correction(survey),
    ]
    limits = [
        *_limits_of_access(survey.access),
        *_limits_of_texts(survey.questionnaire),
        *_limits_of_correction(survey),
    ]
    return promised(guarantees, limits)


def _about_the_person(anonymity: Anonymity) -> Iterator[str]:
    match anonymity:
        case Anonymity.ANONYMOUS:
            yield "Es anónima: no guardamos quién responde, con qué código ni a qué hora."
            yield "De cuándo respondió se guarda solo el día."
        case Anonymity.CONFIDENTIAL:
            yield "Es confidencial: quién respondió nunca se publica."
            yield "Puede saberlo solo el personal autorizado."
        case Anonymity.IDENTIFIED:
            yield "Es identificada: sus respuestas quedan con los datos que usted escriba."
            yield "Esos datos se guardan cifrados."


def _about_access(access: SurveyAccess) -> Iterator[str]:
    if access is SurveyAccess.ANYONE:
        yield "Puede responder cualquier persona, sin cuenta y sin decir quién es."
    else:
        yield "Responde solo quien tenga un código."
        yield "Cada código sirve para una sola respuesta."


def _about_results(questionnaire: Questionnaire, small_cell: int) -> Iterator[str]:
    shows = {question.shows for question in questionnaire.asked}
    if shows == {Showing.NEVER}:
        yield "Los resultados no se publican: los lee el equipo que organiza."
        return
    if Showing.NOW in shows:
        yield "Los resultados se ven desde hoy. Se actualizan cada varias respuestas."
    else:
        yield "Los resultados se publican al cierre, nunca antes."
    yield f"Se publican totales, y de ningún grupo de menos de {small_cell} personas."


def _about_variables(asks: bool) -> Iterator[str]:
    if asks:
        yield "Los datos sobre usted son opcionales."
        yield "Los sensibles se guardan aparte de sus respuestas."


def _about_correction(survey: SurveySnapshot) -> Iterator[str]:
    if survey.allows_correction:
        yield "Con su radicado usted puede corregir sus respuestas hasta el cierre."
    if survey.resume_until_on:
        day = spanish.day(survey.resume_until_on)
        yield f"Puede guardar lo que lleva y seguir en otro aparato hasta el {day}."


def _limits_of_access(access: SurveyAccess) -> Iterator[str]:
    if not access.needs_code:
        yield "No impide que alguien responda dos veces: en el mismo celular solo le avisa."


def _limits_of_texts(questionnaire: Questionnaire) -> Iterator[str]:
    if any(question.type.is_text and not question.is_personal for question in questionnaire.asked):
        yield "Si escribe nombres o teléfonos en sus respuestas, quien las lee los ve."


def _limits_of_correction(survey: SurveySnapshot) -> Iterator[str]:
    if survey.allows_correction:
        yield "Quien tenga su radicado puede ver y cambiar sus respuestas: guárdelo."
    else:
        yield "La respuesta enviada no se cambia."
