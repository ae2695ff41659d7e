"""Extra questions of a post: surveys that are offered to people after they were heard."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.channels import access
from participa.channels.access import may_write
from participa.core.db import db
from participa.core.editing import versions
from participa.listening.models import ListeningPost
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.staff.models import Role
from participa.surveys import queries, service
from participa.surveys.attaching import AttachSurveyForm
from participa.surveys.evaluations import is_offered
from participa.surveys.models import Anonymity, Survey, SurveyAccess, SurveyUse

SOURCE = ListeningPost.channel

bp = guard(
    Blueprint("listening_extra", __name__, url_prefix="/gestion/escuchaderos/<code>/preguntas"),
    "las-preguntas-adicionales",
)


@bp.route("", methods=["GET", "POST"])
@allows(READERS)
@says("Puso la encuesta en el escuchadero.")
def show(code):
    post = access.own(ListeningPost, code=code)
    uses = queries.attached_to(SOURCE, post.id)
    form = AttachSurveyForm.creating(lambda made: url_for("listening_extra.show", code=code))
    form.offer(surveys_for(post), uses)
    if may_write() and form.validate_on_submit() and form.creates(attach, post, form.chosen):
        db.session.commit()
        return redirect(url_for("listening_extra.show", code=code))
    return render_template(
        "listening_extra/show.html",
        post=post,
        form=form,
        uses=uses,
        is_offered={use.id: is_offered(use.survey) for use in uses},
        people=queries.people_of_uses(uses),
        results={use.id: results_of(use.survey) for use in uses},
        may_write=may_write(),
    ), form.status


def attach(post: ListeningPost, survey: Survey) -> SurveyUse:
    return service.attach(survey, current_account(), SOURCE, post.id, post.code, post.title)


def surveys_for(post: ListeningPost) -> list[Survey]:
    """Those that lead to nobody and ask for no code: else an answer would lead to what was said."""
    return [
        one
        for one in queries.attachable_to(SOURCE, post.id, current_account())
        if one.access is SurveyAccess.ANYONE and one.anonymity is Anonymity.ANONYMOUS
    ]


def results_of(survey: Survey) -> str:
    """Where this account sees the results: those of another office as everybody sees them."""
    account = current_account()
    is_own = account.role is not Role.RESPONSIBLE or survey.office_id == account.office_id
    return url_for("surveys_figures.show" if is_own else "surveys_results.show", code=survey.code)


@bp.post("/<int(max=2147483647):id>/quitar")
@allows(WRITERS)
@says("Quitó la encuesta del escuchadero.")
def detach(code, id):
    post = access.own(ListeningPost, code=code)
    use = queries.attached_use(SOURCE, post.id, id) or abort(404)
    service.detach(versions.as_seen(use), current_account())
    db.session.commit()
    return redirect(url_for("listening_extra.show", code=code))
