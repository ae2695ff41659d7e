"""Casting ballots, looking them up by tracker, and the optional details about voters."""

from http import HTTPStatus
from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from participa.ballots.public import forms, pages, wording
from participa.ballots.public.forms import AssistedForm, SlipForm
from participa.ballots.public.views import address_of, bp, closed_response, to_ballot
from participa.ballots.snapshots import SNAPSHOTS, BoxSnapshot
from participa.ballots.voting import (
    casting,
    code_states,
    group_commit,
    second_vote,
    tracker_search,
    voter_details,
)
from participa.ballots.voting.tracker_search import FoundBallot
from participa.channels.flow import Stage
from participa.core import links, qr
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.web import limits
from participa.core.web.bodies import any_body
from participa.core.web.responses import for_back, forgotten, shared

SLIP_PAGE = "ballots/slip.html"
LONGEST_SEARCH = 100  # characters: a tracker has 43, and perhaps blanks between them
LONGEST_DIGEST = 100  # bytes: a digest has 64
SECOND_PART = "Second-Part"  # request header: the typed digits
PAGE_VERSION = "Page-Version"  # request header: of the page that sends a ballot
OLD_PAGE = (
    "Esta página cambió mientras estaba abierta, y su voto no entró. Recárguela y vote otra vez."
)
RELOAD: dict[type[Refused], str] = {
    casting.NotABallot: "Si la página llevaba tiempo abierta, recárguela y vote otra vez.",
    second_vote.SecondPartNeeded: "Para escribirlas, recargue la página.",
    second_vote.TriesSpent: "",  # a reload is of no use: the table gives the tries back
}
TOO_BIG = "Lo que llegó es demasiado grande para ser una papeleta."


@bp.post("/<uuid>/papeletas")
@limits.limited("ballots.cast")
@any_body
def cast(uuid):
    """Store an encrypted ballot, the bytes of the request, with those of others. Answers JSON.

    `tracker` and `address` of the ballot's page, or `problem` and `field` of a refusal. The field
    "page" means that the page is older than this server and has to be loaded again. An older page
    whose ballot is good is not stopped.
    """
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.is_secret:
        abort(404)
    try:
        second = request.headers.get(SECOND_PART, "")
        checked = casting.examine(box, request.get_data(cache=False), second)
        deposit = group_commit.deposit(checked)
    except RequestEntityTooLarge:
        return jsonify(problem=TOO_BIG, field=""), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except Refused as refusal:
        db.session.rollback()
        return jsonify(told(refusal)), refusal.status
    return jsonify(tracker=deposit.tracker, address=address_of(box, deposit))


def told(refusal: Refused) -> dict[str, str]:
    """What a page shows of a refusal."""
    problem = wording.ended(str(refusal))
    version = request.headers.get(PAGE_VERSION)
    if version is None:  # another program, or a page from before this header
        problem = f"{problem} {RELOAD.get(type(refusal), '')}".rstrip()
    elif version != pages.version() and isinstance(refusal, casting.NotABallot):
        return {"problem": OLD_PAGE, "field": "page"}
    return {"problem": problem, "field": refusal.field}


@bp.post("/<uuid>/codigo")
@limits.limited("ballots.code")
@any_body
def code_state(uuid):
    """Whether a code may still vote, before anybody answers questions with it. Answers JSON.

    The body is the digest of the public credential that the browser derives from the code; the code
    never comes here. This tells an outsider nothing new: the roll and the credential of each ballot
    are published in the archive from the opening on, so anybody can compute who of them voted, and
    void cards are published too. It does not tell how often a second part was tried.
    """
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.is_secret:
        abort(404)
    digest = request.get_data(cache=False)[:LONGEST_DIGEST].decode("ascii", "replace")
    state = code_states.state_of(box, digest)
    return jsonify(state=state.name.lower(), problem=code_states.SENTENCES.get(state, ""))


@bp.get("/<uuid>/papeletas")
def trackers(uuid):
    """The list of all ballots or, with `rastreo`, those whose tracker starts like this."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.is_secret or box.opened_at is None:
        abort(404)
    typed = request.args.get("rastreo", "")[:LONGEST_SEARCH]
    if not typed:
        return ballot_list(box)
    matches = tracker_search.search(box.id, typed)
    only_match = matches[0] if len(matches) == 1 else None
    page = render_template(
        "ballots/trackers.html",
        part="ballots/_ballot.html" if only_match else "ballots/_search.html",
        typed=typed,
        matches=matches,
        **pages.about(box) | (ballot_context(box, only_match) if only_match else {}),
    )
    return page, 200 if matches else 404, {"X-Robots-Tag": "noindex"}


def ballot_list(box: BoxSnapshot):
    """One page of the list of all ballots."""
    listing = tracker_search.tracker_page(box.id, page_number(request.args.get("pagina", "")))
    context = {"part": "ballots/_search.html", "typed": "", "matches": [], "listing": listing}
    return shared(render_template("ballots/trackers.html", **context, **pages.about(box)), 0)


def ballot_context(box: BoxSnapshot, ballot: FoundBallot) -> dict[str, Any]:
    """Template values for the page of one ballot."""
    path = url_for("ballots.trackers", uuid=box.uuid, rastreo=ballot.tracker)
    return {
        "ballot": ballot,
        "groups": wording.tracker_groups(ballot.tracker),
        "next_steps": list(wording.next_steps(box)),
        "link": links.absolute(path),
        "picture": qr.svg(links.absolute(path), "Código QR de la página de esta papeleta"),
        "is_kiosk": is_at_kiosk(),
        "takes_slips": box.takes_slips,
    }


def is_at_kiosk() -> bool:
    """Whether the page is shown on a shared tablet, which returns to its first page."""
    return request.args.get("quiosco") == "1"


def page_number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 1


@bp.route("/<uuid>/asistida", methods=["GET", "POST"])
@limits.limited("ballots.assisted")
def assisted(uuid):
    """Voting without JavaScript: the server encrypts the vote, and the page warns of that."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.takes_assisted:
        abort(404)
    if not box.is_open:
        return closed_response(box, pages.ASSISTED)
    form = forms.form_for(AssistedForm, box)
    match form.stage():
        case Stage.FORM if request.method == "POST":  # code and vote, which no browser may store
            return pages.assisted(box, form), form.status
        case Stage.FORM:
            return for_back(pages.assisted(box, form))
        case Stage.REVIEW:
            return pages.assisted(box, form, pages.REVIEW), form.status
        case Stage.SEND:
            return deposit_assisted(box, form)


def deposit_assisted(box: BoxSnapshot, form: AssistedForm):
    deposit = form.carries_out(encrypt_and_cast, box, form)
    if deposit is None:
        return pages.assisted(box, form), HTTPStatus.UNPROCESSABLE_ENTITY
    db.session.commit()
    return forgotten(to_ballot(box, deposit))


def encrypt_and_cast(box: BoxSnapshot, form: AssistedForm) -> casting.Deposit:
    """Cast the ballot of the form. A form that another vote was sent with gets a new token."""
    ballot = (form.read_code, form.votes, form.submission_id, form.read_second)
    try:
        return casting.cast_assisted(box, *ballot)
    except casting.SentBefore:
        form.start_over()
        raise


@bp.route("/<uuid>/sobre-usted", methods=["GET", "POST"])
@limits.limited("ballots.slip")
def slip(uuid):
    """Optional details about the voter. Nothing links them to a ballot."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.variables:
        abort(404)
    if not box.takes_slips:
        return closed_response(box, SLIP_PAGE)
    form = SlipForm(box)
    details = (box, form.submission_id, form.details) if form.validate_on_submit() else None
    if details and form.carries_out(voter_details.store, *details):
        db.session.commit()
        at_kiosk = "1" if is_at_kiosk() else None
        thanked = redirect(url_for("ballots.thanks", uuid=box.uuid, quiosco=at_kiosk), 303)
        return forgotten(thanked)
    about = {"box": box, "is_kiosk": is_at_kiosk(), "part": "ballots/_slip.html"}
    page = render_template(SLIP_PAGE, form=form, **about)
    if request.method == "POST" or is_at_kiosk():  # what was answered, or a tablet that many use
        return page, form.status
    return for_back(page)


@bp.get("/<uuid>/sobre-usted/gracias")
def thanks(uuid):
    box = SNAPSHOTS.find(uuid) or abort(404)
    if not box.variables:
        abort(404)
    return shared(render_template("ballots/thanks.html", box=box, is_kiosk=is_at_kiosk()))
