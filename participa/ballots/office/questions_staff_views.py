"""Staff pages for the questions of a box, until it opens."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.ballots.lifecycle import service
from participa.ballots.models import BoxQuestion, QuestionKind
from participa.ballots.office.staff_forms import BoxQuestionForm, initial_question_values
from participa.ballots.office.staff_views import own_box
from participa.channels.access import may_write
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says

ID = "int(max=2147483647)"
bp = guard(
    Blueprint("ballots_questions", __name__, url_prefix="/gestion/urnas/<uuid>/preguntas"),
    "prepararla",
)


def own_question(uuid: str, id: int) -> BoxQuestion:
    """The question with this id, or 404 if it is of another box."""
    box = own_box(uuid)
    return next((question for question in box.questions if question.id == id), None) or abort(404)


@bp.get("")
@allows(READERS)
def index(uuid):
    box = own_box(uuid)
    return render_template(
        "ballots_questions/index.html",
        box=box,
        limits=limits,
        may_change=may_write() and box.opened_at is None,
    )


def limits(question: BoxQuestion) -> str:
    """How many options can be chosen, for the kinds where the official sets it; else ""."""
    if question.kind not in {QuestionKind.SEVERAL, QuestionKind.PRIORITIES}:
        return ""
    return f": {question.asked.limits_in_words}"


@bp.route("/nueva", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la pregunta nueva.")
def add(uuid):
    box = own_box(uuid)
    form = BoxQuestionForm.creating(
        lambda made: url_for("ballots_questions.change", uuid=uuid, id=made.id)
    )
    if form.validate_on_submit() and form.creates(
        service.ask, box, current_account(), **form.facts
    ):
        db.session.commit()
        return redirect(url_for("ballots_questions.index", uuid=uuid))
    return render_template("ballots_questions/add.html", form=form, box=box), form.status


@bp.route(f"/<{ID}:id>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la pregunta.")
def change(uuid, id):
    question = own_question(uuid, id)
    box = question.box
    form = BoxQuestionForm.changing(question, initial_question_values)
    if form.validate_on_submit() and form.carries_out(
        service.change_question, question, current_account(), **form.facts
    ):
        db.session.commit()
        return redirect(url_for("ballots_questions.index", uuid=uuid))
    return render_template("ballots_questions/change.html", form=form, box=box), form.status


@bp.post(f"/<{ID}:id>/quitar")
@allows(WRITERS)
@says("Quitó la pregunta.")
def remove(uuid, id):
    service.remove_question(versions.as_seen(own_question(uuid, id)), current_account())
    db.session.commit()
    return redirect(url_for("ballots_questions.index", uuid=uuid))


@bp.post(f"/<{ID}:id>/<any(subir, bajar):way>")
@allows(WRITERS)
@says("Movió la pregunta.")
def move(uuid, id, way):
    offset = -1 if way == "subir" else 1
    service.move_question(versions.as_seen(own_question(uuid, id)), current_account(), offset)
    db.session.commit()
    return redirect(url_for("ballots_questions.index", uuid=uuid))
