"""The question bank: what it has, into a survey, out of one, approve and retire."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.channels import access
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import EDITORS, READERS, WRITERS, allows, current_account, guard, says
from participa.surveys.builder import acts, bank
from participa.surveys.builder.bank import BankEntry
from participa.surveys.builder.bank_forms import FromBankForm, ToBankForm
from participa.surveys.builder.staff_views import own_question
from participa.surveys.models import BankQuestion, Survey

OF_SURVEY = "/<code>/preguntas"

bp = guard(Blueprint("surveys_bank", __name__, url_prefix="/gestion/encuestas"), "una-encuesta")


def own_entry(name: str) -> BankEntry:
    return bank.entry(name) or abort(404)


@bp.get("/banco")
@allows(READERS)
def index():
    return render_template(
        "surveys_bank/index.html",
        blocks=bank.blocks(),
        retired=bank.blocks(retired=True),
        may_decide=current_account().role in EDITORS,
    )


@bp.route(f"{OF_SURVEY}/banco", methods=["GET", "POST"])
@allows(WRITERS)
@says("Trajo las preguntas del banco.")
def take(code):
    """Put questions of the bank into a survey."""
    survey = access.own(Survey, code=code)
    form, blocks = FromBankForm.changing(survey, versions.as_version), bank.blocks()
    pages = survey.newest.questionnaire.pages
    form.offer(blocks, [acts.page_name(place, page.title) for place, page in enumerate(pages)])
    if form.validate_on_submit() and form.carries_out(take_into, form, survey):
        db.session.commit()
        return redirect(url_for("surveys_builder.index", code=code))
    page = render_template("surveys_bank/take.html", survey=survey, form=form, blocks=blocks)
    return page, form.status


def take_into(form: FromBankForm, survey: Survey) -> None:
    chosen = form.chosen.data or ()
    questions = [one.question for one in bank.entries() if one.name in chosen]
    acts.take(survey, current_account(), questions, int(form.page.data or 0))


@bp.route(f"{OF_SURVEY}/<key>/al-banco", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la pregunta en el banco.")
def save(code, key):
    """Put a question of a survey into the bank."""
    survey, question = own_question(code, key)
    form = ToBankForm.creating(lambda made: url_for("surveys_bank.index"))
    form.offer(list(bank.blocks()))
    if form.validate_on_submit() and form.creates(
        bank.save, question, current_account(), form.name
    ):
        db.session.commit()
        return redirect(url_for("surveys_bank.index"))
    page = render_template("surveys_bank/save.html", survey=survey, form=form, question=question)
    return page, form.status


@bp.post("/banco/<name>/aprobar")
@allows(EDITORS)
@says("Aprobó la pregunta.")
def approve(name):
    row: BankQuestion = own_entry(name).row or abort(404)
    bank.approve(versions.as_seen(row), current_account())
    db.session.commit()
    return redirect(url_for("surveys_bank.index"))


@bp.post("/banco/<name>/retirar")
@allows(EDITORS)
@says("Retiró la pregunta del banco. Abajo, en «Retiradas», la puede devolver.")
def retire(name):
    bank.retire(own_entry(name), current_account())
    db.session.commit()
    return redirect(url_for("surveys_bank.index"))


@bp.post("/banco/<name>/devolver")
@allows(EDITORS)
@says("Devolvió la pregunta al banco.")
def restore(name):
    bank.restore(own_entry(name), current_account())
    db.session.commit()
    return redirect(url_for("surveys_bank.index"))
