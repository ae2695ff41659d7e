"""What the staff does next with a survey: one sentence, and where."""

from dataclasses import dataclass

from flask import url_for

from participa.surveys import service
from participa.surveys.models import Survey


@dataclass(frozen=True, slots=True)
class SurveyStep:
    """The next step; without an address there is nothing to open."""

    sentence: str
    address: str = ""
    words: str = ""


def next_step(survey: Survey) -> SurveyStep | None:
    """The step for the state in which the survey is; None when nothing waits."""
    if survey.archived_at is not None:
        return SurveyStep("Está en el archivo. Sus resultados siguen en su dirección.")
    if not survey.is_published:
        return _before_publishing(survey)
    if survey.draft is not None and not survey.is_closed:
        return SurveyStep(
            "Hay cambios en las preguntas que la gente todavía no ve.",
            url_for("surveys_versions.compare", code=survey.code),
            "Ver los cambios",
        )
    return SurveyStep("Reparta el enlace, el QR o el cartel.") if survey.is_open else None


def _before_publishing(survey: Survey) -> SurveyStep:
    builder = url_for("surveys_builder.index", code=survey.code)
    if not any(True for _ in survey.newest.questionnaire.asked):
        sentence = "Escriba las preguntas, o tráigalas del banco."
        return SurveyStep(sentence, builder, "Escribir las preguntas")
    if service.missing_requirements(survey):
        edit = url_for("surveys_staff.edit", code=survey.code)
        return SurveyStep("Complete lo que falta.", edit, "Completar")
    preview = url_for("surveys_builder.preview", code=survey.code)
    return SurveyStep("Pruébela como la verá la gente. Después publíquela.", preview, "Probarla")
