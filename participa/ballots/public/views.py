"""What everybody sees of the ballot boxes: which there are, and the page where people vote."""

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
from participa.core.web import limits
from participa.core.web.responses import shared

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
        return shut(box)
    if box.is_secret:
        return shared(pages.voting(box)) if request.method != "POST" else abort(405)
    return answer(box)


def answer(box: BoxSnapshot):
    """The open consultation: marked, reviewed, sent."""
    if request.method != "POST":
        return pages.fresh(box)
    form = forms.form_for(AnswerForm, box)
    match form.stage():
        case Stage.FORM:
            return pages.filled(box, form), form.status
        case Stage.REVIEW:
            return pages.review(box, form), form.status
        case Stage.SEND:
            receipt = open_consultation.answer(box, form.submission_id, form.votes)
            db.session.commit()
            return to_receipt(box, receipt)


def to_receipt(box: BoxSnapshot, receipt: str):
    shown = receipts.with_check(box, receipt)
    return redirect(url_for("ballots.receipt", uuid=box.uuid, receipt=shown), 303)


def shut(box: BoxSnapshot, page: str = pages.SHOW):
    """Since or until when; but what had arrived before the closing still has its receipt."""
    if request.method != "POST":
        return pages.shut(box, page)
    if came := arrived(box):
        return came
    return pages.shut(box, page), HTTPStatus.CONFLICT


def arrived(box: BoxSnapshot):
    """The answer to a second sending of what is in the box already; None for anything else."""
    token = request.form.get("submission", "")
    try:
        if box.is_secret:
            submission_id = submissions.read(token, box.purpose(AssistedForm.way))
            deposit = casting.submitted(box.id, submission_id)
            return to_ballot(box, deposit) if deposit else None
        submission_id = submissions.read(token, box.purpose(AnswerForm.way))
    except submissions.Stale:
        return None
    is_kept = sealed_papers.is_stored(submission_id)
    return to_receipt(box, submissions.receipt(submission_id)) if is_kept else None


def to_ballot(box: BoxSnapshot, deposit: Deposit):
    return redirect(address_of(box, deposit), 303)


def address_of(box: BoxSnapshot, deposit: Deposit) -> str:
    """The page of a ballot; its anchor says that it has just arrived, until somebody reloads."""
    return url_for("ballots.trackers", uuid=box.uuid, rastreo=deposit.tracker, _anchor="listo")


@bp.get("/<uuid>/comprobante/<receipt>")
def receipt(uuid, receipt):
    """What an answer leaves: the address itself proves that it arrived here."""
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
    """Voting at a tablet that an attendant looks after: nothing of a voter stays for the next."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.is_secret:
        return redirect(url_for("ballots.show", uuid=box.uuid))
    if not box.is_open:
        return pages.shut(box, pages.KIOSK)
    return shared(pages.voting(box, pages.KIOSK))
