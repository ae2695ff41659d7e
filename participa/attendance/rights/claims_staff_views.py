"""The claims about data for whoever decides them: those that wait, and one with its terms."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from participa.attendance import claims, documents
from participa.attendance.models import AttendanceList, Attendee, DataClaim
from participa.attendance.rights import deciding, own_data
from participa.attendance.rights.person_fields import stored
from participa.attendance.rights.staff_forms import (
    CorrectClaimForm,
    DecideClaimForm,
    ExtendClaimForm,
)
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web import lists
from participa.core.web.lists import MOMENTS, ListRules, Order, one_of
from participa.events.models import Event
from participa.staff.access import ADMINISTRATORS, allows, current_account, fresh, guard, says
from participa.staff.models import Account

ID = "<int(max=2147483647):id>"
STATES = {
    "En trámite": DataClaim.decided_at.is_(None),
    "Decididos": DataClaim.decided_at.is_not(None),
}
# The oldest first: their term ends first.
LIST = ListRules(
    search=lambda word: lists.contains(word, Event.title, AttendanceList.title),
    orders={"llegada": Order("Llegó", DataClaim.received_on, MOMENTS)},
    first="llegada",
    unique=DataClaim.id,
    filters=(one_of("estado", "Estado", STATES),),
)

bp = guard(
    Blueprint("attendance_claims", __name__, url_prefix="/gestion/datos-personales/reclamos"),
    "reclamos-sobre-los-datos",
)


@bp.get("")
@allows(ADMINISTRATORS)
@fresh
def index():
    rows = select(DataClaim).join(DataClaim.attendee).join(Attendee.attendance_list)
    rows = rows.join(AttendanceList.event)
    loaded = contains_eager(DataClaim.attendee).contains_eager(Attendee.attendance_list)
    listing = LIST.listing(rows, loaded.contains_eager(AttendanceList.event))
    return render_template(
        "attendance_claims/index.html", listing=listing, state_of=claims.state_in_words
    )


@bp.get(f"/{ID}")
@allows(ADMINISTRATORS)
@fresh
def show(id):
    claim = claim_or_404(id)
    return page(
        "show",
        claim,
        filed_by=name_of(claim.filed_by_id) or own_data.HERSELF,
        decided_by=name_of(claim.decided_by_id),
        why_not_extended=deciding.why_not_extended(claim),
    )


@bp.route(f"/{ID}/aceptar", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@fresh
@says("Aceptó el reclamo e hizo lo que pedía. La persona lo lee en su página.")
def accept(id):
    claim = claim_or_404(id)
    form = form_to_accept(claim)
    if form.validate_on_submit() and accepted(form, claim):
        db.session.commit()
        return redirect(url_for("attendance_claims.show", id=claim.id))
    return page("accept", claim, form=form), form.status


def form_to_accept(claim: DataClaim) -> DecideClaimForm | CorrectClaimForm:
    if not deciding.corrects(claim):
        return DecideClaimForm.changing(claim, versions.as_version)
    form = CorrectClaimForm.changing(
        claim, lambda one: versions.as_version(one) | stored(one.attendee)
    )
    form.offer(claim.attendee)
    return form


def accepted(form: Any, claim: DataClaim) -> bool:
    correction = form.correction() if deciding.corrects(claim) else None
    said = current_account(), form.answer.data, correction
    return form.carries_out(deciding.accept, claim, *said) is not None


@bp.route(f"/{ID}/negar", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@fresh
@says("Negó el reclamo. La persona lee por qué en su página.")
def refuse(id):
    claim = claim_or_404(id)
    form = DecideClaimForm.changing(claim, versions.as_version)
    said = current_account(), form.answer.data
    if form.validate_on_submit() and form.carries_out(deciding.refuse, claim, *said):
        db.session.commit()
        return redirect(url_for("attendance_claims.show", id=claim.id))
    return page("refuse", claim, form=form), form.status


@bp.route(f"/{ID}/ampliar", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@fresh
@says("Amplió el plazo. La persona lee por qué en su página.")
def extend(id):
    claim = claim_or_404(id)
    form = ExtendClaimForm.changing(claim, versions.as_version)
    said = current_account(), form.reason.data
    if form.validate_on_submit() and form.carries_out(deciding.extend, claim, *said):
        db.session.commit()
        return redirect(url_for("attendance_claims.show", id=claim.id))
    return page("extend", claim, form=form, why_not=deciding.why_not_extended(claim)), form.status


def claim_or_404(id: int) -> DataClaim:
    claim = db.session.get(DataClaim, id) or abort(404)
    versions.page_is_about(claim.attendee.attendance_list)
    return claim


def page(template: str, claim: DataClaim, **shown: Any) -> str:
    entry = claim.attendee
    facts = {"why_not": deciding.why_not_decided(claim), "corrects": deciding.corrects(claim)}
    facts["words"], facts["look"] = claims.state_in_words(claim)
    return render_template(
        f"attendance_claims/{template}.html",
        claim=claim,
        entry=entry,
        legend=claims.legend(claim),
        masked=documents.masked(entry.document),
        types=documents.TYPES,
        **facts | shown,
    )


def name_of(account_id: int | None) -> str:
    account = db.session.get(Account, account_id) if account_id else None
    return account.name if account else ""
