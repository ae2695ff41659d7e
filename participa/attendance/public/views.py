"""The public pages of the attendance lists."""

from http import HTTPStatus
from typing import NoReturn

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participa.attendance import queries, sign_in, wording
from participa.attendance.public import pages, presence_codes, receipts, screen, tickets
from participa.attendance.public.forms import ArrivalForm, SignForm, identity_of
from participa.attendance.sign_in import ListIsFull, SignedIn
from participa.attendance.snapshots import SNAPSHOTS, ListSnapshot, opened
from participa.channels.wording import beside_state, grouped
from participa.core import links, submissions
from participa.core.db import db
from participa.core.web import limits, showings
from participa.core.web.responses import for_back, shared

NO_INDEX = {"X-Robots-Tag": "noindex"}

bp = Blueprint("attendance", __name__, url_prefix="/asistencia")


@bp.get("")
def index():
    records = queries.published_lists()
    page = render_template(
        "attendance/index.html",
        groups=grouped(records, queries.HEADINGS),
        when={record.id: beside_state(record) for record in records},
    )
    return shared(page)


@bp.route("/<code>", methods=["GET", "POST"])
@limits.limited("attendance.sign")
def sign(code):
    if SNAPSHOTS.leads_to_showing(code):
        return for_back("")
    listed = SNAPSHOTS.find(code) or abort(404)
    if (why_not := wording.shut(listed)) and not pages.registers(listed):
        return shut(listed, why_not)
    if request.method == "GET":
        return empty_form(listed)
    form = pages.form_for(listed)
    if not form.validate():
        return for_back(pages.form_page(listed, form), form.status)
    return send(listed, form)


def empty_form(listed: ListSnapshot) -> Response | str:
    """The empty form; where the code on the screen changes, for who has seen it."""
    if not showings.is_own():
        return for_back("")  # to the address of this showing
    if not listed.has_rotating_code or pages.registers(listed):
        return for_back(pages.fresh(listed))
    seen = request.args.get(links.SEEN, "")
    if not presence_codes.is_current(listed.code, seen):
        if seen:
            limits.count("attendance.screen_code")  # a guess, or a code that is over
        return pages.screen_code_page(listed)
    return for_back(pages.fresh(listed, presence_codes.grant(listed.code)))


def send(listed: ListSnapshot, form: SignForm) -> Response | tuple[str, int]:
    comes_now, identity = not pages.registers(listed), identity_of(form)
    try:
        signed = sign_in.sign(
            listed,
            form.submission_id,
            identity,
            tickets.arrival(listed),
            form.details,
            comes_now=comes_now,
        )
    except submissions.AlreadySent as sent:
        return receipts.already_sent(listed, sent, comes_now)
    except ListIsFull as full:
        db.session.rollback()
        heading, _, sentence = str(full).partition(". ")
        return pages.shut(listed, heading, sentence), full.status
    if signed.is_new and not comes_now:
        tickets.mail_ticket(listed, identity, signed.receipt)
    db.session.commit()
    return done(listed, signed, comes_now)


def done(listed: ListSnapshot, signed: SignedIn, comes_now: bool) -> Response | tuple[str, int]:
    """To the receipt; to who only knows another person's document, or name, it is not shown."""
    if not signed.may_read:
        return receipts.known(listed, signed), HTTPStatus.CONFLICT
    endpoint = "attendance.receipt" if comes_now else "attendance.ticket"
    return redirect(url_for(endpoint, code=listed.code, receipt=signed.receipt), 303)


def shut(listed: ListSnapshot, why_not: str) -> Response | tuple[str, int]:
    """Say since or until when; redirect a form sent again to its receipt."""
    if request.method == "POST" and (receipt := receipts.sent_before(listed)):
        return redirect(url_for("attendance.receipt", code=listed.code, receipt=receipt), 303)
    return pages.shut(listed, why_not), 409 if request.method == "POST" else 200


@bp.get("/<code>/listo/<receipt>")
def receipt(code, receipt):
    listed, entry = opened(code, receipt) or instead_of(code, receipt)
    if not entry.presences:
        return redirect(url_for("attendance.ticket", code=listed.code, receipt=entry.receipt))
    return receipts.receipt_page(listed, entry), NO_INDEX


@bp.route("/<code>/pase/<receipt>", methods=["GET", "POST"])
@limits.limited("attendance.arrive")
def ticket(code, receipt):
    """The ticket of who registered before the day; with it they say that they have come."""
    listed, entry = opened(code, receipt) or instead_of(code, receipt)
    form, done = ArrivalForm(listed), url_for("attendance.receipt", code=code, receipt=receipt)
    if not receipts.takes_arrival(listed, entry):
        if request.method == "POST" and entry.presences:  # a second tap
            return redirect(done, 303)
    elif form.validate_on_submit():
        sign_in.enter(entry.id, tickets.arrival(listed))
        db.session.commit()
        return redirect(done, 303)
    return tickets.page(listed, entry, form), form.status, NO_INDEX


def instead_of(code: str, receipt: str) -> NoReturn:
    """To the page of a signature that was taken off as a mistake; 404 for any other code."""
    listed = SNAPSHOTS.find(code) or abort(404)
    if not queries.was_withdrawn(listed.id, receipt):
        abort(404)
    abort(redirect(url_for("attendance.withdrawn", code=listed.code, receipt=receipt), 303))


@bp.get("/<code>/retirada/<receipt>")
def withdrawn(code, receipt):
    """What happened to a signature that was sent and taken off, and how to sign again."""
    listed = SNAPSHOTS.find(code) or abort(404)
    if not queries.was_withdrawn(listed.id, receipt):
        abort(404)
    return receipts.withdrawn_page(listed), HTTPStatus.GONE, NO_INDEX


@bp.get("/<code>/pantalla/<token>")
def screen_code(code, token):
    """The current code for the projected page of the staff, which holds the token."""
    listed = SNAPSHOTS.find(code) or abort(404)
    if not listed.has_rotating_code or not screen.may_show(listed.code, token):
        abort(404)
    return jsonify(**screen.shown(listed.id, listed.code, listed.event_title))
