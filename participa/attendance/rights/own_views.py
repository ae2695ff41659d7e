"""A person's own data on a list, opened with the receipt: read, correct, limit, erase (DAT-08)."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from participa.attendance import claims, documents, wording
from participa.attendance.models import Attendee, ClaimKind
from participa.attendance.rights import own_data, retention
from participa.attendance.rights.forms import EraseOwnForm, OwnClaimForm, OwnDataForm, RevokeForm
from participa.attendance.snapshots import ListSnapshot, opened
from participa.citizens.models import CHANNELS, Consent
from participa.core import codes
from participa.core.db import db
from participa.core.web import limits
from participa.core.web.responses import for_one_person

DONE = {
    "corregido": "Guardamos lo que corrigió.",
    "retirada": "Retiró la autorización.",
    "reclamo": "Recibimos su reclamo. Sus datos quedan marcados hasta que se decida.",
}

bp = Blueprint("attendance_own", __name__, url_prefix="/asistencia/<code>/mis-datos/<receipt>")


@bp.get("")
def show(code, receipt):
    listed, entry = opened(code, receipt) or abort(404)
    consent = own_data.consent_of(entry)
    return page(
        "show",
        listed,
        entry,
        when=wording.event_when(listed),
        done=DONE.get(request.args.get("listo", ""), ""),
        consent=consent,
        acts=acts(entry, consent),
        terms=retention.terms_of(entry.attendance_list, consent),
        why_not=own_data.why_not_corrected(entry),
        claims=claims.claims_of([entry]),
        kind=documents.TYPES[entry.document_type].name,
        masked=documents.masked(entry.document),
    )


def acts(entry: Attendee, consent: Consent | None) -> list[tuple[str, str]]:
    """What the person can do here: the pages of this module, and the words of their links."""
    offered = (
        ("correct", "Corregir mis datos", not own_data.why_not_corrected(entry)),
        ("revoke", "Retirar una autorización", bool(own_data.revocable(consent))),
        ("proof", "Ver la prueba de lo que autoricé", consent is not None),
        ("erase", "Borrar mis datos", not own_data.why_not_corrected(entry)),
        ("claim", "Hacer un reclamo", not claims.why_not_filed(entry)),
    )
    return [(name, words) for name, words, is_offered in offered if is_offered]


@bp.route("/corregir", methods=["GET", "POST"])
@limits.limited("attendance.own_data")
def correct(code, receipt):
    listed, entry = opened(code, receipt) or abort(404)
    if own_data.why_not_corrected(entry):
        return to_own(code, receipt)
    form = OwnDataForm(entry)
    if form.validate_on_submit() and corrected(form, entry):
        db.session.commit()
        return to_own(code, receipt, listo="corregido")
    return page("correct", listed, entry, form.status, form=form)


def corrected(form: OwnDataForm, entry: Attendee) -> bool:
    asked_for = own_data.HERSELF, form.correction()
    return form.carries_out(own_data.correct, entry, *asked_for) is not None


@bp.route("/autorizaciones", methods=["GET", "POST"])
@limits.limited("attendance.own_data")
def revoke(code, receipt):
    listed, entry = opened(code, receipt) or abort(404)
    consent = own_data.consent_of(entry)
    if not own_data.revocable(consent):
        return to_own(code, receipt)
    form = RevokeForm(entry, consent)
    if form.validate_on_submit():
        own_data.revoke(entry, own_data.HERSELF, form.uses.data or ())
        db.session.commit()
        return to_own(code, receipt, listo="retirada")
    return page("revoke", listed, entry, form.status, form=form)


@bp.route("/borrar", methods=["GET", "POST"])
@limits.limited("attendance.own_data")
def erase(code, receipt):
    listed, entry = opened(code, receipt) or abort(404)
    if own_data.why_not_corrected(entry):
        return to_own(code, receipt)
    form = EraseOwnForm(entry)
    if form.validate_on_submit():
        own_data.erase(entry, own_data.HERSELF)
        db.session.commit()
        return to_own(code, receipt)
    return page("erase", listed, entry, form.status, form=form)


@bp.route("/reclamo", methods=["GET", "POST"])
@limits.limited("attendance.own_data")
def claim(code, receipt):
    """What the person cannot change by themselves, or contests (DAT-08)."""
    listed, entry = opened(code, receipt) or abort(404)
    form = OwnClaimForm(entry)
    if form.validate_on_submit() and claimed(form, entry):
        db.session.commit()
        return to_own(code, receipt, listo="reclamo")
    if request.method == "GET" and claims.why_not_filed(entry):
        return to_own(code, receipt)
    return page("claim", listed, entry, form.status, form=form)


def claimed(form: OwnClaimForm, entry: Attendee) -> bool:
    said = form.submission_id, ClaimKind[form.kind.data], form.motive.data
    return form.carries_out(claims.file, entry, own_data.HERSELF, *said) is not None


@bp.get("/prueba")
def proof(code, receipt):
    """What the person authorised, as the law lets them ask for it (DAT-04), to print."""
    listed, entry = opened(code, receipt) or abort(404)
    consent = own_data.consent_of(entry) or abort(404)
    return page(
        "proof",
        listed,
        entry,
        consent=consent,
        channel=CHANNELS[consent.channel],
        reference=codes.show(entry.receipt),
    )


def to_own(code: str, receipt: str, **named: Any) -> Any:
    return redirect(url_for("attendance_own.show", code=code, receipt=receipt, **named), 303)


def page(
    name: str, listed: ListSnapshot, entry: Attendee, status: int = 200, **shown: Any
) -> Response:
    drawn = render_template(f"attendance_own/{name}.html", listed=listed, entry=entry, **shown)
    return for_one_person(drawn, status)
