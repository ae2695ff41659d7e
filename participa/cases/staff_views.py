"""The staff's list of cases, and the page of one: assign it, answer it, publish the answer."""

from typing import Any

from flask import Blueprint, redirect, render_template
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from participa.cases import queries, service, sources, traces, wording
from participa.cases.listing import LIST
from participa.cases.models import LARGEST_ID, Case
from participa.cases.staff_forms import CaseAnswerForm
from participa.core import spanish
from participa.core.db import db
from participa.staff import queries as offices
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    require_office,
    say,
    says,
)
from participa.staff.fields import office_choices
from participa.staff.models import Office

NOTHING = "No había nada nuevo que guardar: todo sigue como estaba."

bp = guard(
    Blueprint("cases_staff", __name__, url_prefix="/gestion/radicados"), "responder-las-preguntas"
)


@bp.get("")
@allows(READERS)
def index():
    account = current_account()
    cases = queries.visible_cases(account.only_office_id)
    listing = LIST.listing(cases, contains_eager(Case.office))
    return render_template(
        "cases_staff/index.html",
        listing=listing,
        cases=[
            (case, *wording.term_in_words(case), origin)
            for case, origin in sources.with_origins(listing.rows)
        ],
        may_write=account.role in WRITERS,
    )


@bp.route(f"/<int(max={LARGEST_ID}):id>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la respuesta.")
def answer(id):
    case = db.first_or_404(select(Case).filter_by(id=id).where(sources.is_kept_here()))
    origin = sources.origin(case)
    require_office([origin.office_id or 0, case.office_id or 0])
    form = CaseAnswerForm.changing(case, stored)
    form.office.choices = office_choices(offices.offices())
    if form.validate_on_submit() and form.carries_out(apply, form, case):
        db.session.commit()
        return redirect(origin.staff_url)
    words, look = wording.term_in_words(case)
    page = render_template(
        "cases_staff/answer.html",
        form=form,
        case=case,
        origin=origin,
        words=words,
        look=look,
        text=traces.pieces(case.text),
        left=left_in(form),
    )
    return page, form.status


def left_in(form: CaseAnswerForm) -> list[str]:
    """What the texts that the public reads, or would read, still have of a person."""
    return traces.kinds(f"{form.public_text.data or ''}\n{form.answer.data or ''}")


def stored(case: Case) -> dict[str, Any]:
    """The values of the form for this case."""
    office_id = case.office_id or sources.origin(case).office_id or 0
    return {
        "answer": case.answer,
        "office": office_id,
        "public_text": case.shown_text,
        "published": case.is_public,
    }


def apply(form: CaseAnswerForm, case: Case) -> None:
    """Carry out each act that the form asks for and that changes something; say which."""
    by = current_account()
    done = []
    office = db.session.get(Office, form.office.data or 0)
    if office is not None and office is not case.office:
        service.assign(case, by, office)
        done.append("asignó la dependencia que responde")
    if form.public_text.data and form.public_text.data != case.shown_text:
        service.redact(case, by, form.public_text.data)
        done.append("cambió el texto de la pregunta que se publica")
    if form.answer.data and form.answer.data != case.answer:
        service.answer(case, by, form.answer.data)
        done.append("guardó la respuesta")
    if form.published.data and not case.is_public:
        service.publish(case, by)
        done.append("publicó la pregunta y la respuesta")
    if not form.published.data and case.is_public:
        service.hide(case, by)
        done.append("dejó de publicar la pregunta y la respuesta")
    say(f"Usted {spanish.listed(done)}." if done else NOTHING)
