"""The staff read the questions to somebody and write down what they answer."""

from flask import Blueprint, redirect, render_template, url_for

from participa.channels import access
from participa.channels.flow import Stage
from participa.core import codes, submissions
from participa.core.db import db
from participa.core.files import files
from participa.staff.access import WRITERS, allows, current_account, guard, say, says
from participa.surveys import queries as surveys
from participa.surveys import wording
from participa.surveys.access_codes import CodeRefused
from participa.surveys.models import Survey
from participa.surveys.paper import assisted, queries
from participa.surveys.paper.assisted_forms import SpokenSurveyForm
from participa.surveys.public import pages
from participa.surveys.snapshots import SurveySnapshot, snapshot_of

TAKE = "surveys_assisted/take.html"

bp = guard(
    Blueprint("surveys_assisted", __name__, url_prefix="/gestion/encuestas/<code>/tomar"),
    "una-encuesta-de-viva-voz",
)


@bp.route("", methods=["GET", "POST"])
@allows(WRITERS)
@files.takes_files
@says("Guardó la respuesta.")
def take(code):
    """Consent, the questions, what was answered read again, and the receipt."""
    survey = access.own(Survey, code=code)
    snapshot = snapshot_of(survey)
    if not snapshot.is_open:
        why_not = wording.shut(snapshot)
        part = "surveys_assisted/_shut.html"
        return render_template(TAKE, part=part, survey=survey, why_not=why_not)
    form = SpokenSurveyForm(snapshot, f"surveys.assisted:{snapshot.code}:{snapshot.number}")
    match form.stage():
        case Stage.FORM:
            page = questions(survey, snapshot, form)
        case Stage.REVIEW:
            page = pages.review(snapshot, form, TAKE, preview=True)
        case Stage.SEND:
            return send(survey, snapshot, form)
    db.session.commit()  # what was attached
    return page, form.status


def questions(survey: Survey, snapshot: SurveySnapshot, form: SpokenSurveyForm) -> str:
    return render_template(
        TAKE,
        part="surveys_assisted/_questions.html",
        form=form,
        pages=snapshot.questionnaire.pages,
        consents=queries.verbal_consents(survey.id),
        **pages.facts(snapshot),
    )


def send(survey: Survey, snapshot: SurveySnapshot, form: SpokenSurveyForm):
    by = current_account()
    try:
        receipt = assisted.take(survey, snapshot, form.submission_id, form.filled_by(by), by)
    except submissions.AlreadySent as sent:
        say("Esa respuesta ya se había enviado, y quedó como estaba.")
        return redirect(url_for("surveys_assisted.taken", code=survey.code, receipt=sent.receipt))
    except CodeRefused as refusal:
        db.session.rollback()
        form.reject(str(refusal), refusal.field)
        form.is_rejected = True
        return questions(survey, snapshot, form), form.status
    db.session.commit()
    return redirect(url_for("surveys_assisted.taken", code=survey.code, receipt=receipt))


@bp.get("/<receipt>")
@allows(WRITERS)
def taken(code, receipt):
    """What the person is given; nothing of what they answered."""
    survey = access.own(Survey, code=code)
    stored = surveys.response_of(survey.id, receipt)
    return render_template(
        "surveys_assisted/taken.html",
        survey=survey,
        reference=codes.show(stored.receipt) if stored else "",
        next_steps=list(wording.next_steps(snapshot_of(survey))),
    )
