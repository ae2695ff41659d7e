"""Ballots that come in, and where each can be found afterwards."""

from http import HTTPStatus
from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from participa.ballots.public import forms, pages, wording
from participa.ballots.public.forms import AssistedForm, SlipForm
from participa.ballots.public.views import address_of, bp, shut, to_ballot
from participa.ballots.snapshots import SNAPSHOTS, BoxSnapshot
from participa.ballots.voting import casting, tracker_search, voter_details
from participa.ballots.voting.tracker_search import FoundBallot
from participa.channels.flow import Stage
from participa.core import links, qr
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.web import limits
from participa.core.web.responses import shared

SLIP = "ballots/slip.html"
LONGEST = 100  # signs of a search: a tracker has 43, and blanks between them
TOO_BIG = "Lo que llegó es demasiado grande para ser una papeleta."


@bp.post("/<uuid>/papeletas")
@limits.limited("ballots.cast")
def cast(uuid):
    """Take an encrypted ballot, byte for byte, and say where it can be found."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.is_secret:
        abort(404)
    try:
        deposit = casting.cast(box, request.get_data(cache=False))
    except RequestEntityTooLarge:
        return jsonify(problem=TOO_BIG, field=""), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except Refused as refusal:
        db.session.rollback()
        told = {"problem": wording.ended(str(refusal)), "field": refusal.field}
        return jsonify(told), refusal.status
    db.session.commit()
    return jsonify(tracker=deposit.tracker, address=address_of(box, deposit))


@bp.get("/<uuid>/papeletas")
def trackers(uuid):
    """All ballots of the box; with a tracker, the one that a voter looks for."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.is_secret or box.opened_at is None:
        abort(404)
    typed = request.args.get("rastreo", "")[:LONGEST]
    if not typed:
        return ballots(box)
    found = tracker_search.search(box.id, typed)
    alone = found[0] if len(found) == 1 else None
    page = render_template(
        "ballots/trackers.html",
        part="ballots/_ballot.html" if alone else "ballots/_search.html",
        typed=typed,
        found=found,
        **(told(box, alone) if alone else {}),
        **pages.about(box),
    )
    return page, 200 if found else 404, {"X-Robots-Tag": "noindex"}


def ballots(box: BoxSnapshot):
    """The whole list, page by page."""
    shelf = tracker_search.tracker_page(box.id, number(request.args.get("pagina", "")))
    told = {"part": "ballots/_search.html", "typed": "", "found": [], "shelf": shelf}
    return shared(render_template("ballots/trackers.html", **told, **pages.about(box)), 0)


def told(box: BoxSnapshot, found: FoundBallot) -> dict[str, Any]:
    """What the page of one ballot says of it."""
    path = url_for("ballots.trackers", uuid=box.uuid, rastreo=found.tracker)
    return {
        "one": found,
        "groups": wording.grouped(found.tracker),
        "next_steps": list(wording.next_steps(box)),
        "link": links.absolute(path),
        "picture": qr.svg(links.absolute(path), "Código QR de la página de esta papeleta"),
        "is_kiosk": is_at_kiosk(),
        "takes_slips": box.takes_slips,
    }


def is_at_kiosk() -> bool:
    """Whether the voter stands at a tablet that goes back to its beginning."""
    return request.args.get("quiosco") == "1"


def number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 1


@bp.route("/<uuid>/asistida", methods=["GET", "POST"])
@limits.limited("ballots.assisted")
def assisted(uuid):
    """Voting without a browser that can encrypt: the server sees the vote, and says so first."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.takes_assisted:
        abort(404)
    if not box.is_open:
        return shut(box, pages.ASSISTED)
    form = forms.form_for(AssistedForm, box)
    match form.stage():
        case Stage.FORM:
            return pages.assisted(box, form), form.status
        case Stage.REVIEW:
            return pages.assisted(box, form, pages.REVIEW), form.status
        case Stage.SEND:
            return deposit_for(box, form)


def deposit_for(box: BoxSnapshot, form: AssistedForm):
    ballot = (box, form.read_code, form.votes, form.submission_id)
    deposit = form.carries_out(casting.cast_assisted, *ballot)
    if deposit is None:
        return pages.assisted(box, form), HTTPStatus.UNPROCESSABLE_ENTITY
    db.session.commit()
    return to_ballot(box, deposit)


@bp.route("/<uuid>/sobre-usted", methods=["GET", "POST"])
@limits.limited("ballots.slip")
def slip(uuid):
    """What a voter may tell of themselves. Nothing leads from here to a ballot, nor back."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.variables:
        abort(404)
    if not box.takes_slips:
        return shut(box, SLIP)
    form = SlipForm(box)
    told = (box, form.submission_id, form.details) if form.validate_on_submit() else None
    if told and form.carries_out(voter_details.store, *told):
        db.session.commit()
        at_kiosk = "1" if is_at_kiosk() else None
        return redirect(url_for("ballots.thanks", uuid=box.uuid, quiosco=at_kiosk), 303)
    about = {"box": box, "is_kiosk": is_at_kiosk(), "part": "ballots/_slip.html"}
    return render_template(SLIP, form=form, **about), form.status


@bp.get("/<uuid>/sobre-usted/gracias")
def thanks(uuid):
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.variables:
        abort(404)
    return shared(render_template("ballots/thanks.html", box=box, is_kiosk=is_at_kiosk()))
