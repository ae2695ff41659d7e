"""The pages after a form was sent: the receipt, and what else may have become of it."""

from http import HTTPStatus
from typing import Any

from flask import current_app, render_template, request, url_for

from participa.attendance import queries, sign_in, wording
from participa.attendance.models import Attendee
from participa.attendance.public import pages
from participa.attendance.sign_in import SignedIn
from participa.attendance.snapshots import ListSnapshot
from participa.channels import registry
from participa.channels.mentions import EVALUATION, Mention
from participa.channels.wording import ended
from participa.core import clock, codes, submissions
from participa.core.db import db
from participa.core.submissions import AlreadySent
from participa.events.models import Event

# Pages of others that lead from the receipt, and appear there once they exist.
CERTIFICATE, OWN_DATA = "attendance_certificates.show", "attendance_own.show"


def entry_of(list_id: int, typed: str) -> Attendee | None:
    """The entry of this list with this receipt, unless it was a mistake."""
    entry = queries.attendee_with(typed)
    return entry if entry is not None and entry.list_id == list_id else None


def sent_before(listed: ListSnapshot) -> str | None:
    """The receipt of the form of this request, if it arrived in time."""
    token = request.form.get("submission", "")
    purposes = (listed.purpose, pages.before(listed))
    found = (submissions.receipt_of(Attendee, token, purpose) for purpose in purposes)
    return next(filter(None, found), None)


def takes_arrival(listed: ListSnapshot, entry: Attendee) -> bool:
    """Whether the person can say now that they have come: not yet, or not to this session."""
    if not listed.is_open or listed.is_off:
        return False
    session_id = sign_in.session_now(listed, clock.now())
    return all(one.session_id != session_id for one in entry.presences)


def receipt_page(listed: ListSnapshot, entry: Attendee) -> str:
    return render_template(
        "attendance/receipt.html",
        entry=entry,
        reference=codes.show(entry.receipt),
        since=wording.since(first_entrance(entry)),
        takes_arrival=takes_arrival(listed, entry),
        certificate=address_of(CERTIFICATE, listed.code, entry),
        own_data=address_of(OWN_DATA, listed.code, entry),
        surveys=surveys(db.session.get_one(Event, listed.event_id)),
        **pages.about(listed),
    )


def first_entrance(entry: Attendee) -> Any:
    return entry.presences[0].entered_at if entry.presences else entry.signed_at


def address_of(endpoint: str, code: str, entry: Attendee) -> str:
    """The address of a page of this entry; "" where this installation has no such page."""
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, code=code, receipt=entry.receipt)


def surveys(event: Event) -> list[Mention]:
    """The evaluations of the event that can be answered."""
    mentions = registry.mentions_of(event, "events")
    return [one for one in mentions if one.fills == EVALUATION and one.url]


def known(listed: ListSnapshot, signed: SignedIn) -> str:
    """The document is on the list under another name: nothing of that person is shown."""
    return render_template(
        pages.PAGE,
        part="attendance/_known.html",
        heading="Ese documento ya está en el listado",
        since=ended(wording.since(signed.since)),
        **pages.about(listed),
    )


def already_sent(
    listed: ListSnapshot, sent: AlreadySent, comes_now: bool
) -> tuple[str, HTTPStatus]:
    """The same showing of the form, sent again with something else in it."""
    page = render_template(
        pages.PAGE,
        part="attendance/_already.html",
        heading="Esta firma ya se envió" if comes_now else "Esta inscripción ya se envió",
        sent=sent,
        **pages.about(listed),
    )
    return page, sent.status
