"""The answers of a survey leave as a file: with a reason and a trace (DAT-13)."""

from flask import Blueprint, abort, render_template

from participa.channels import access
from participa.channels.access import may_write
from participa.core.db import db
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    fresh,
    guard,
    with_second_factor,
)
from participa.surveys import queries
from participa.surveys.models import Survey
from participa.surveys.results import exports
from participa.surveys.results.exports_forms import AnswersExportForm

bp = guard(
    Blueprint("surveys_answers", __name__, url_prefix="/gestion/encuestas/<code>/respuestas"),
    "una-encuesta",
)


@bp.route("", methods=["GET", "POST"])
@allows(READERS)
def export(code):
    """One row per response, without personal data."""
    survey, form = access.own(Survey, code=code), AnswersExportForm()
    if form.validate_on_submit() and (answer := form.carries_out(file_of, form, survey)):
        db.session.commit()
        return answer
    return render_template(
        "surveys_answers/export.html",
        form=form,
        survey=survey,
        rows=exports.number_of(survey),
        people=queries.people(survey.id),
        has_personal=exports.has_personal(survey) and may_write(),
    ), form.status


@bp.route("/con-datos-personales", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@fresh
def export_personal(code):
    """The same with names and contacts: a confirmed password besides."""
    survey, form = access.own(Survey, code=code), AnswersExportForm()
    asked = exports.personal_questions(survey) or abort(404)
    if form.validate_on_submit() and (answer := form.carries_out(file_of, form, survey, True)):
        db.session.commit()
        return answer
    return render_template(
        "surveys_answers/export_personal.html",
        form=form,
        survey=survey,
        rows=exports.number_of(survey),
        asked=[question.label for question in asked],
    ), form.status


def file_of(form: AnswersExportForm, survey: Survey, personal: bool = False):
    choices = form.kind.data, form.how.data, form.reason.data
    return exports.deliver(survey, current_account(), *choices, personal)
