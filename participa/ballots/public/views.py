"""Public pages: the list of boxes, voting, and the receipt of an open consultation."""

from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, url_for

from participa.ballots import queries
from participa.ballots.public import forms, pages, wording
from participa.ballots.public.forms import AnswerForm, AssistedForm
from participa.ballots.snapshots import SNAPSHOTS, BoxSnapshot
from participa.ballots.voting import casting, open_consultation, receipts, sealed_papers
from participa.ballots.voting.casting import Deposit
from participa.channels.flow import Stage
from participa.channels.wording import grouped
from participa.core import codes, submissions
from participa.core.db import db
from participa.core.web import limits, security
from participa.core.web.responses import for_back, shared

bp = Blueprint("ballots", __name__, url_prefix="/urna")


@bp.get("")
def index():
    boxes = queries.opened_boxes()
    page = render_template(
        "ballots/index.html",
        groups=grouped(boxes, queries.HEADINGS, "state"),
        when={box.id: wording.when(box) for box in boxes},
    )
    return shared(page)


@bp.route("/<uuid>", methods=["GET", "POST"])
@limits.limited("ballots.answer")
def show(uuid):
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.is_open:
        return closed_response(box)
    if box.is_secret:
        return shared(pages.voting(box)) if request.method != "POST" else abort(405)
    return answer(box)


def answer(box: BoxSnapshot):
    """The form of an open consultation: fill in, review, send."""
    if request.method != "POST":
        return for_back(pages.fresh(box))
    form = forms.form_for(AnswerForm, box)
    match form.stage():
        case Stage.FORM:
            return for_back(pages.filled(box, form), form.status)
        case Stage.REVIEW:
            return for_back(pages.review(box, form), form.status)
        case Stage.SEND:
            receipt = open_consultation.answer(box, form.submission_id, form.votes)
            db.session.commit()
            return to_receipt(box, receipt)


def to_receipt(box: BoxSnapshot, receipt: str):
    with_check = receipts.with_check(box, receipt)
    return redirect(url_for("ballots.receipt", uuid=box.uuid, receipt=with_check), 303)


def closed_response(box: BoxSnapshot, page: str = pages.SHOW):
    """The page of a box that accepts no votes. A retry of a stored vote still gets its receipt."""
    if request.method != "POST":
        return pages.closed(box, page)
    if response := response_to_retry(box):
        return response
    return pages.closed(box, page), HTTPStatus.CONFLICT


def response_to_retry(box: BoxSnapshot):
    """Redirect to the receipt if this form is already stored, else None."""
    if box.is_secret:
        return response_to_assisted_retry(box)
    token = request.form.get("submission", "")
    try:
        submission_id = submissions.read(token, box.purpose(AnswerForm.way))
    except submissions.Stale:
        return None
    is_stored = sealed_papers.is_stored(submission_id)
    return to_receipt(box, submissions.receipt(submission_id)) if is_stored else None


def response_to_assisted_retry(box: BoxSnapshot):
    form = forms.form_for(AssistedForm, box)
    if not form.validate():
        return None
    sent = casting.assistance_of(box, form.read_code, form.votes, form.submission_id)
    deposit = casting.submitted(box.id, sent)
    return to_ballot(box, deposit) if deposit else None


def to_ballot(box: BoxSnapshot, deposit: Deposit):
    return redirect(address_of(box, deposit), 303)


def address_of(box: BoxSnapshot, deposit: Deposit) -> str:
    """Address of a ballot's page; the anchor shows "Listo." right after the deposit."""
    return url_for("ballots.trackers", uuid=box.uuid, rastreo=deposit.tracker, _anchor="listo")


@bp.get("/<uuid>/comprobante/<receipt>")
def receipt(uuid, receipt):
    """The receipt of an answer. Its check in the address proves that the box issued it."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if box.is_secret or not receipts.is_valid(box, receipt):
        abort(404)
    page = render_template(
        "ballots/receipt.html",
        box=box,
        reference=codes.show(receipt),
        next_steps=list(wording.next_steps(box)),
    )
    return page, {"X-Robots-Tag": "noindex"}


@bp.get("/<uuid>/quiosco")
def kiosk(uuid):
    """Voting on a shared tablet: nothing about a voter stays on it for the next one.

    The only page that may use a camera, to scan a card.
    """
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.is_secret:
        return redirect(url_for("ballots.show", uuid=box.uuid))
    if not box.is_open:
        return pages.closed(box, pages.KIOSK)
    response = shared(pages.voting(box, pages.KIOSK))
    response.headers["Permissions-Policy"] = security.OWN_CAMERA
    return response
