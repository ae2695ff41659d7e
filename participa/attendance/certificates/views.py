"""The public pages of a certificate: for the person, and for whoever verifies it."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from participa.attendance import queries
from participa.attendance.certificates import facts, pdf
from participa.attendance.certificates.facts import Certificate
from participa.attendance.certificates.forms import WholeDocumentForm
from participa.attendance.models import Attendee
from participa.attendance.rights.retention import MONTHS_OF_NAMES
from participa.attendance.snapshots import ListSnapshot, opened
from participa.core import codes, qr
from participa.core.files import tagged_pdf
from participa.core.web import limits, link_tokens
from participa.core.web.responses import for_one_person

PURPOSE = "attendance.whole_document"
WHOLE_LASTS = timedelta(minutes=30)
WITHOUT = "sin"  # the value of ?documento= that leaves the document out
LONGEST = 60  # of a typed code, with some spaces
NO_PDF = "Esta instalación no hace la constancia en PDF. Imprima la página."
BOTH = ("GET", "POST")

bp = Blueprint("attendance_certificates", __name__)


@bp.route("/asistencia/<code>/certificado/<receipt>", methods=["GET", "POST"])
@limits.limited("attendance.certificate")
def show(code, receipt):
    """The certificate, and the choice of how much of the document stands on it."""
    listed, entry = opened(code, receipt) or abort(404)
    if why_not := facts.why_not(entry):
        return private("attendance_certificates/show.html", listed=listed, why_not=why_not)
    form = WholeDocumentForm(entry)
    if request.method == "POST":
        limits.attempt(PURPOSE, entry.receipt)
    if entry.document and form.validate_on_submit() and form.carries_out(form.prove, entry):
        limits.succeeded(PURPOSE, entry.receipt)
        token = link_tokens.issue(PURPOSE, [entry.id, entry.document_digest])
        return redirect(
            url_for("attendance_certificates.show", code=code, receipt=receipt, documento=token),
            303,
        )
    certificate = chosen(listed, entry)
    return private(
        "attendance_certificates/show.html",
        form.status,
        listed=listed,
        entry=entry,
        certificate=certificate,
        picture=qr.svg_to_forget(certificate.address, facts.QR_WORDS),
        shows=facts.how_much(entry, certificate.document),
        why_not="",
        form=form,
        choice=request.args.get("documento"),
        has_pdf=tagged_pdf.HAS_PDF,
    )


@bp.get("/asistencia/<code>/certificado/<receipt>.pdf")
@limits.limited("attendance.certificate_pdf", BOTH)
def printed(code, receipt):
    listed, entry = opened(code, receipt) or abort(404)
    why_not = facts.why_not(entry) or ("" if tagged_pdf.HAS_PDF else NO_PDF)
    if why_not:
        return private(
            "attendance_certificates/printed.html", 404, listed=listed, entry=entry, why_not=why_not
        )
    response = Response(pdf.printed(chosen(listed, entry)), content_type="application/pdf")
    name = f"constancia-{entry.certificate}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return for_one_person(response)


@bp.get("/constancia")
def ask():
    """The field for a code that somebody reads on paper."""
    if typed := codes.read(request.args.get("codigo", "")[:LONGEST]):
        return redirect(url_for("attendance_certificates.verify", certificate=codes.show(typed)))
    return private("attendance_certificates/ask.html", is_blank="codigo" in request.args)


@bp.get("/constancia/<certificate>")
@limits.limited("attendance.verification", BOTH)
def verify(certificate):
    """Whether a certificate is valid. One look-up, and one answer for every code that is not."""
    entry = queries.certified(certificate[:LONGEST])
    if entry is None or facts.why_not(entry):
        return private(
            "attendance_certificates/verify.html",
            404,
            entry=None,
            is_blank=False,
            months_of_names=MONTHS_OF_NAMES,
        )
    return private(
        "attendance_certificates/verify.html",
        entry=entry,
        code=codes.show(entry.certificate),
        initials=facts.initials(entry.name),
        day=facts.day_of(entry),
        event=entry.attendance_list.event,
        is_example=entry.attendance_list.is_example,
    )


def chosen(listed: ListSnapshot, entry: Attendee) -> Certificate:
    """The certificate with the document as ?documento= asks: masked, none, or whole."""
    choice = request.args.get("documento", "")
    if choice == WITHOUT:
        return facts.certificate_of(listed, entry, "")
    proved = link_tokens.read(PURPOSE, choice, WHOLE_LASTS) if choice else None
    is_whole = proved == [entry.id, entry.document_digest]
    return facts.certificate_of(listed, entry, facts.document_text(entry, is_whole))


def private(template: str, status: int = 200, **shown: Any) -> Response:
    return for_one_person(render_template(template, **shown), status)
