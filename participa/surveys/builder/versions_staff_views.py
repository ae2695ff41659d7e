"""The staff's pages of the versions: what a draft changes, publish it, discard it."""

from flask import Blueprint, redirect, render_template, url_for

from participa.channels import access
from participa.channels.access import may_write
from participa.channels.forms import ActForm
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.surveys import queries, service
from participa.surveys.builder.version_forms import PublishVersionForm
from participa.surveys.models import Survey
from participa.surveys.questionnaire import comparing

bp = guard(
    Blueprint(
        "surveys_versions", __name__, url_prefix="/gestion/encuestas/<code>/preguntas/version"
    ),
    "una-encuesta",
)


@bp.get("")
@allows(READERS)
def compare(code):
    """What the draft changes of the questions that people answer now, in words."""
    survey = access.own(Survey, code=code)
    form = PublishVersionForm.changing(survey, versions.as_version)
    return render_template("surveys_versions/compare.html", **compared(survey, form))


def compared(survey: Survey, form: PublishVersionForm) -> dict[str, object]:
    draft, current = survey.draft, survey.current
    changes = []
    if draft is not None and current is not None:
        changes = comparing.changes(current.questionnaire, draft.questionnaire)
    return {
        "survey": survey,
        "form": form,
        "changes": changes,
        "breaks": [change for change in changes if change.breaks],
        "has_answers": queries.has_answers(survey.id),
        "why_not": service.why_no_version(survey),
        "may_write": may_write(),
    }


@bp.route("/publicar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Publicó los cambios: desde ahora se responde la versión nueva.")
def publish(code):
    survey = access.own(Survey, code=code)
    form = PublishVersionForm.changing(survey, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        service.publish_version, survey, current_account(), bool(form.accepts_break.data)
    ):
        db.session.commit()
        return redirect(url_for("surveys_staff.show", code=code))
    return render_template("surveys_versions/publish.html", **compared(survey, form)), form.status


@bp.route("/descartar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Descartó los cambios.")
def discard(code):
    survey = access.own(Survey, code=code)
    form = ActForm.changing(survey, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        service.discard_draft, survey, current_account()
    ):
        db.session.commit()
        return redirect(url_for("surveys_builder.index", code=code))
    return render_template("surveys_versions/discard.html", survey=survey, form=form), form.status
