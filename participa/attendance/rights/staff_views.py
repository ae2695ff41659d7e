"""The staff's page of what a person asks about their data: find, show, correct, erase (DAT-08)."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.attendance import claims, documents
from participa.attendance.models import Attendee, ClaimKind, DataClaim
from participa.attendance.rights import own_data, retention, search
from participa.attendance.rights.person_fields import stored
from participa.attendance.rights.search import PersonSearch, SearchOver
from participa.attendance.rights.staff_forms import (
    CorrectPersonForm,
    ErasePersonForm,
    FileClaimForm,
    FindPersonForm,
)
from participa.citizens.models import CHANNELS
from participa.core import clock, submissions
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import ADMINISTRATORS, allows, current_account, fresh, guard, says

LARGEST = 2**31 - 1

bp = guard(
    Blueprint("attendance_rights", __name__, url_prefix="/gestion/datos-personales"),
    "derechos-sobre-los-datos",
)


@bp.route("", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@fresh
@says("Buscó los datos. La búsqueda quedó en el registro.")
def find():
    form = FindPersonForm()
    if form.validate_on_submit() and (token := form.carries_out(searched, form)):
        db.session.commit()
        return redirect(url_for("attendance_rights.show", token=token), 303)
    return render_template("attendance_rights/find.html", form=form), form.status


def searched(form: FindPersonForm) -> str:
    typed = form.identity(), form.receipt.data or "", form.reason.data or ""
    return search.search(*typed, current_account())


@bp.get("/<token>")
@allows(ADMINISTRATORS)
@fresh
def show(token):
    """All that is stored about the person, to print and hand over."""
    try:
        found = opened(token)
    except SearchOver as over:
        return render_template("attendance_rights/show.html", over=str(over)), over.status
    consents = {entry.id: own_data.consent_of(entry) for entry in found.entries}
    return render_template(
        "attendance_rights/show.html",
        over="",
        found=found,
        consents=consents,
        terms={
            entry.id: retention.terms_of(entry.attendance_list, consents[entry.id])
            for entry in found.entries
        },
        masked={entry.id: documents.masked(entry.document) for entry in found.entries},
        types=documents.TYPES,
        channels=CHANNELS,
        kept=[entry for entry in found.entries if entry.erased_at is None],
        why_not=own_data.why_not_corrected,
        claims=claims.claims_of(found.entries),
        legend=claims.legend,
        pending=claims.pending_by_entry([entry.id for entry in found.entries]),
    )


@bp.route(f"/<token>/<int(max={LARGEST}):id>/corregir", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@fresh
@says("Corrigió los datos de la persona.")
def correct(token, id):
    found = opened(token)
    entry = next((one for one in found.entries if one.id == id), None) or abort(404)
    form = CorrectPersonForm.changing(entry, stored)
    form.offer(entry)
    why_not = own_data.why_not_corrected(entry)
    if form.validate_on_submit() and corrected(form, entry, found):
        db.session.commit()
        return redirect(url_for("attendance_rights.show", token=token), 303)
    page = render_template(
        "attendance_rights/correct.html", form=form, found=found, entry=entry, why_not=why_not
    )
    return page, form.status


def corrected(form: CorrectPersonForm, entry: Attendee, found: PersonSearch) -> bool:
    asked_for = current_account(), form.correction(), found.reason
    return form.carries_out(own_data.correct, entry, *asked_for) is not None


@bp.route(f"/<token>/<int(max={LARGEST}):id>/reclamo", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@fresh
@says("Registró el reclamo. Los datos quedan marcados hasta que se decida.")
def claim(token, id):
    """What the person claims in another way than on their own page."""
    found = opened(token)
    entry = next((one for one in found.entries if one.id == id), None) or abort(404)
    form = FileClaimForm.creating(address_of_claim, data={"received_on": clock.today()})
    if form.validate_on_submit() and (made := form.creates(filed, form, entry, found)):
        db.session.commit()
        return redirect(address_of_claim(made))
    page = render_template(
        "attendance_rights/claim.html",
        form=form,
        found=found,
        entry=entry,
        why_not=claims.why_not_filed(entry),
    )
    return page, form.status


def filed(form: FileClaimForm, entry: Attendee, found: PersonSearch) -> DataClaim:
    said = ClaimKind[form.kind.data], form.motive.data or "", form.received_on.data
    id_of_form = submissions.read(form.creation, form.purpose)
    return claims.file(entry, current_account(), id_of_form, *said, found.reason)


def address_of_claim(made: DataClaim) -> str:
    return url_for("attendance_claims.show", id=made.id)


@bp.route("/<token>/borrar", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@fresh
@says("Borró los datos de la persona. Quedan los totales, sin nada que diga quién.")
def erase(token):
    found = opened(token)
    form = ErasePersonForm()
    if form.validate_on_submit():
        search.erase_all(found, current_account())
        db.session.commit()
        return redirect(url_for("attendance_rights.show", token=token), 303)
    kept = [entry for entry in found.entries if entry.erased_at is None]
    page = render_template("attendance_rights/erase.html", form=form, found=found, kept=kept)
    return page, form.status


def opened(token: str) -> PersonSearch:
    """The search of this address; raises SearchOver."""
    found = search.opened(token, current_account())
    for entry in found.entries:
        versions.page_is_about(entry.attendance_list)
    return found
