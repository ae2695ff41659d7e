"""Questionnaires as XLSForm: bring one from Excel, Kobo or ODK, and take one there."""

import io
from typing import Any

from flask import Blueprint, redirect, render_template, send_file, url_for

from participa.channels import access
from participa.channels.forms import end_of_day_in
from participa.core import clock
from participa.core.db import db
from participa.core.files import files
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.surveys import service, wording
from participa.surveys.exchange import xlsform_writing
from participa.surveys.exchange.staff_forms import ImportForm
from participa.surveys.models import Survey
from participa.surveys.questionnaire import rule_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_LINES = 200  # of a report

bp = guard(Blueprint("surveys_exchange", __name__, url_prefix="/gestion/encuestas"), "una-encuesta")


@bp.route("/importar", methods=["GET", "POST"])
@allows(WRITERS)
@files.takes_files
@says("Creó el borrador con las preguntas del archivo.")
def upload():
    """Read a file and show what it becomes; with its button, create the draft."""
    form = ImportForm.creating(lambda made: url_for("surveys_staff.show", code=made.code))
    is_sound = form.validate_on_submit()
    if is_sound and form.creates_now and (survey := form.creates(create_from, form)):
        db.session.commit()
        return redirect(url_for("surveys_builder.index", code=survey.code))
    page = render_template("surveys_exchange/upload.html", form=form, **shown_of(form))
    return page, 200 if is_sound and not form.errors else form.status


def create_from(form: ImportForm) -> Survey:
    by = current_account()
    facts: dict[str, Any] = {"title": form.title.data}
    until = end_of_day_in(30)
    facts["closes_at"] = clock.at_city(until.date(), until.hour)
    if by.is_limited_to_office:
        facts["office_id"] = by.office_id
    return service.create(by, form.questionnaire, [], **facts)


def shown_of(form: ImportForm) -> dict[str, Any]:
    """Template values of the preview of a file."""
    found = form.found
    if found is None:
        return {"found": None}
    by_key = found.questionnaire.by_key
    return {
        "found": found,
        "lines": found.lines[:SHOWN_LINES],
        "more": max(0, len(found.lines) - SHOWN_LINES),
        "length": wording.length(found.questionnaire),
        "rule": lambda one: rule_words.in_words(one.shown_if, by_key),
    }


@bp.get("/<code>/xlsform.xlsx")
@allows(READERS)
def xlsform(code):
    """The newest questions as XLSForm, which ODK, Kobo and participa read."""
    survey = access.own(Survey, code=code)
    version, file = survey.newest, io.BytesIO()
    xlsform_writing.write(version.questionnaire, survey.title, survey.code, version.number, file)
    file.seek(0)
    name = f"encuesta-{survey.code}-v{version.number}.xlsx"
    return send_file(file, XLSX, as_attachment=True, download_name=name)
