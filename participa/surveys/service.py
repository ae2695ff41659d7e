"""The staff's acts on a survey: create, change, edit its questionnaire, publish, close, archive."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from participa.channels import lifecycle
from participa.channels.lifecycle import Frozen, NotReady
from participa.core import audit, clock, codes, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import queue
from participa.formats import queries as formats
from participa.formats import service as format_service
from participa.formats.models import OfficialFormat
from participa.plan.models import Task
from participa.staff.models import Account
from participa.surveys import queries, unlinking
from participa.surveys.counting import published
from participa.surveys.models import Anonymity, Survey, SurveyAccess, SurveyUse, SurveyVersion
from participa.surveys.questionnaire import comparing, documents
from participa.surveys.questionnaire.questions import Questionnaire

PATH = "/encuestas/{code}?canal=qr"
# Columns that may change after the first answer: they do not alter what was promised or asked.
SAFE = ("why", "closes_at", "results_on", "resume_until_on", "layout", "allows_correction")
FROZEN = (
    "Ya hay respuestas: quién responde y cuánto se sabe de cada persona quedan como están. "
    "Para otra cosa, duplique la encuesta."
)
COPIED = ("access", "anonymity", "layout", "allows_correction")
USUAL = {"access": SurveyAccess.ANYONE, "anonymity": Anonymity.ANONYMOUS}
Edit = Callable[[Questionnaire], Questionnaire]

IN_ARCHIVE = "Esta encuesta está en el archivo. Sáquela de ahí primero."


def create(
    by: Account | None,
    questionnaire: Questionnaire,
    tasks: Sequence[Task],
    official: OfficialFormat | None = None,
    **facts: Any,
) -> Survey:
    """Store a new draft with the first version of its questionnaire, made with an official format
    or with none.
    """
    survey = Survey(code=codes.new(), **(USUAL | facts))
    document = documents.dump(documents.check(questionnaire))
    survey.versions = [SurveyVersion(number=1, document=document)]
    _consistent(survey)
    lifecycle.create(survey, PATH.format(code=survey.code), by, tasks)
    choose_format(survey, by, official)
    return survey


def choose_format(survey: Survey, by: Account | None, official: OfficialFormat | None) -> None:
    """Let the survey be this official format from now on, or none."""
    if official is None:
        format_service.end_twin(survey.channel, survey.id, by=by)
        return
    format_service.register_twin(
        official,
        survey.channel,
        survey.id,
        survey.title,
        PATH.format(code=survey.code),
        survey.code,
        set(survey.variables),
        by=by,
    )
    if survey.is_published:
        format_service.publish_twin(survey.channel, survey.id)


def change(
    survey: Survey, by: Account, tasks: Sequence[Task], earlier_because: str = "", **facts: Any
) -> None:
    """Change a survey: all of it before the first answer, only the columns in SAFE afterwards."""
    before = survey.audit_facts()
    if queries.has_answers(survey.id):
        facts = lifecycle.only_safe(survey, facts, (*SAFE, "title", "office_id"), FROZEN)
    if survey.is_closed and facts.get("closes_at") != survey.closes_at:
        raise Refused("Para recibir respuestas otra vez use «Reabrir», con su motivo.", "closes_at")
    if survey.is_published and survey.tasks and not tasks:
        raise Refused("Una encuesta publicada cumple al menos una tarea del plan.", "tasks")
    lifecycle.change(survey, by, facts, tasks, before, earlier_because)
    format_service.refresh_twin(survey.channel, survey.id, survey.title, set(survey.variables))
    _consistent(survey)


def edit(survey: Survey, by: Account, act: Edit, what: str) -> SurveyVersion:
    """Apply an act of `questionnaire.editing` to the draft of the questionnaire.

    A published questionnaire stays as it is: the first act on it begins the next version, and one
    that changes nothing begins none. `what` says in Spanish what was done, for the audit trail.
    Raises BrokenQuestionnaire and Refused.
    """
    if survey.is_closed:
        raise Frozen("Esta encuesta ya cerró: sus preguntas quedan como están.")
    changed = documents.check(act(survey.newest.questionnaire))
    if changed == survey.newest.questionnaire:
        return survey.newest
    version = survey.draft
    if version is None:
        version = SurveyVersion(number=survey.newest.number + 1, document="")
        survey.versions.append(version)
    version.document = documents.dump(changed)
    survey.touch()
    db.session.flush()
    audit.record("surveys.questions_changed", survey, by, what=what, number=version.number)
    return version


def discard_draft(survey: Survey, by: Account) -> None:
    """Go back to the questionnaire that people answer."""
    if survey.draft is None or survey.current is None:
        raise Refused("No hay cambios por descartar.")
    survey.versions.remove(survey.draft)
    survey.touch()
    audit.record("surveys.draft_discarded", survey, by)


def publish(survey: Survey, by: Account | str) -> None:
    if survey.is_published:
        raise NotReady("Esta encuesta ya está publicada.")
    if survey.archived_at is not None:
        raise NotReady(IN_ARCHIVE)
    lifecycle.publish(survey, by, missing_requirements(survey))
    survey.newest.published_at = clock.now()
    format_service.publish_twin(survey.channel, survey.id)


def publish_version(survey: Survey, by: Account, accepts_break: bool = False) -> None:
    """Let people answer the draft of the questionnaire from now on.

    Answers keep the version that they were given to. Raises NotReady when some of them could not
    be compared any more, unless that is accepted.
    """
    draft, current = survey.draft, survey.current
    why_not = why_no_version(survey)
    if draft is None or current is None or why_not:
        raise NotReady(why_not)
    breaks = queries.has_answers(survey.id) and not comparing.is_comparable(
        current.questionnaire, draft.questionnaire
    )
    if breaks and not accepts_break:
        raise NotReady(
            "Con estos cambios, respuestas de antes y de después no se pueden sumar. Márquelo si "
            "lo acepta: se cuentan aparte.",
            "accepts_break",
        )
    draft.published_at = clock.now()
    survey.touch()
    audit.record("surveys.version_published", survey, by, number=draft.number, breaks=breaks)


def why_no_version(survey: Survey) -> str:
    """Why no other version of the questions can be published now; "" if one can."""
    if survey.current is None:
        return "Esta encuesta no está publicada: sus preguntas se publican con ella."
    if survey.draft is None or survey.draft.questionnaire == survey.current.questionnaire:
        return "No hay cambios en las preguntas por publicar."
    if survey.is_closed:
        return "Esta encuesta ya cerró: sus preguntas quedan como están."
    if not any(True for _ in survey.draft.questionnaire.asked):
        return "La versión nueva no pregunta nada. Escriba por lo menos una pregunta."
    if _asks_names(survey):
        return "La encuesta es anónima: quite las preguntas con datos personales."
    return ""


def missing_requirements(survey: Survey) -> list[str]:
    """What the survey lacks to be published, as phrases of a sentence."""
    is_asking = any(True for _ in survey.newest.questionnaire.asked)
    checks = [
        (is_asking, "por lo menos una pregunta"),
        (survey.closes_at is not None, "la fecha de cierre"),
        (bool(survey.tasks), "la tarea del plan que cumple"),
        (
            survey.closes_at is None or survey.closes_at > clock.now(),
            "un cierre que no haya pasado",
        ),
        (not _asks_names(survey), "quitar los datos personales, o dejar de ser anónima"),
    ]
    return [phrase for is_met, phrase in checks if not is_met]


def close(survey: Survey, by: Account, reason: str = "") -> None:
    if why_not := why_not_closed(survey):
        raise NotReady(why_not)
    lifecycle.close(survey, by, reason)
    queue.after_commit(unlinking.REGULARLY)


def why_not_closed(survey: Survey) -> str:
    """Why it cannot be closed now; "" if it can."""
    if survey.is_closed:
        return "Esta encuesta ya está cerrada."
    return "" if survey.is_published else "Esta encuesta no está publicada: no hay qué cerrar."


def reopen(survey: Survey, by: Account, closes_at: datetime, reason: str) -> None:
    """Take answers again until a new closing date; the reason stays in the audit trail."""
    if why_not := why_not_reopened(survey):
        raise NotReady(why_not)
    published.keep_before_reopening(survey)
    lifecycle.reopen(survey, by, closes_at, reason)


def why_not_reopened(survey: Survey) -> str:
    """Why it cannot be reopened now; "" if it can."""
    if survey.archived_at is not None:
        return IN_ARCHIVE
    return "" if survey.is_closed else "Esta encuesta no está cerrada."


def duplicate(survey: Survey, by: Account) -> Survey:
    """A new draft with the newest questionnaire; dates, codes and answers are not copied."""
    official = formats.format_by_id(formats.format_id_of(survey))
    facts = lifecycle.copy_of(survey, 120, *COPIED)
    return create(by, survey.newest.questionnaire, survey.tasks, official, **facts)


def archive(survey: Survey, by: Account) -> None:
    """Take it out of the lists; its pages and results stay at their addresses."""
    if survey.is_published and not survey.is_closed:  # one that is scheduled opens by itself
        raise Refused("Cierre la encuesta antes de archivarla.")
    if survey.archived_at is not None:
        raise Refused("Esta encuesta ya está archivada.")
    survey.archived_at = clock.now()
    survey.touch()
    audit.record("surveys.archived", survey, by)


def unarchive(survey: Survey, by: Account) -> None:
    """Undo `archive`."""
    if survey.archived_at is None:
        raise Refused("Esta encuesta no está archivada.")
    survey.archived_at = None
    survey.touch()
    audit.record("surveys.unarchived", survey, by)


def attach(
    survey: Survey, by: Account, source: str, source_id: int, code: str, title: str
) -> SurveyUse:
    """Let another feature's record use this survey; its link carries the record's code. Once."""
    for use in survey.uses:
        if (use.source, use.source_id) == (source, source_id):
            use.title = title
            return use
    use = SurveyUse(source=source, source_id=source_id, code=code, title=title)
    survey.uses.append(use)
    survey.touch()
    db.session.flush()
    audit.record("surveys.attached", survey, by, where=title)
    return use


def detach(use: SurveyUse, by: Account) -> None:
    """Take a survey off a record for which nobody has answered it."""
    if queries.has_answers_of(use.id):
        raise Refused("Ya hay respuestas sobre este encuentro: la encuesta queda con él.")
    survey = use.survey
    survey.uses.remove(use)
    survey.touch()
    audit.record("surveys.detached", survey, by, where=use.title)


def _asks_names(survey: Survey) -> bool:
    """Whether an anonymous survey asks for what is stored as a personal datum."""
    questions = survey.newest.questionnaire.questions
    is_anonymous = survey.anonymity is Anonymity.ANONYMOUS
    return is_anonymous and any(question.is_personal for question in questions)


def _consistent(survey: Survey) -> None:
    lifecycle.check_dates(survey)
    closes_on = survey.closes_at and clock.local(spanish.as_end(survey.closes_at)).date()
    if survey.results_on and closes_on and survey.results_on < closes_on:
        raise Refused("Los resultados se publican el día del cierre o después.", "results_on")
    if survey.resume_until_on and closes_on and survey.resume_until_on > closes_on:
        raise Refused("Lo guardado no puede durar más que la encuesta.", "resume_until_on")
