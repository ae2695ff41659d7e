"""The pages after a form was sent: the receipt, and what else may have become of it."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import render_template, request

from participa.attendance import sign_in, wording
from participa.attendance.certificates import facts as certificates
from participa.attendance.models import Attendee
from participa.attendance.public import pages
from participa.attendance.sign_in import SignedIn
from participa.attendance.snapshots import ListSnapshot
from participa.channels import registry
from participa.channels.mentions import EVALUATION, Mention
from participa.core import clock, codes, submissions
from participa.core.submissions import AlreadySent
from participa.plan import queries as plans


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
        has_certificate=not certificates.why_not(entry),
        surveys=surveys(entry),
        fulfils=plans.references(entry.attendance_list.tasks),
        **pages.about(listed) | {"next_sheet": pages.sheet_at(listed, door_of(listed, entry))},
    )


def door_of(listed: ListSnapshot, entry: Attendee) -> int | None:
    """The number of the door through which the person came last."""
    door = entry.presences[-1].door if entry.presences else ""
    return listed.doors.index(door) + 1 if door in listed.doors else None


def first_entrance(entry: Attendee) -> Any:
    return entry.presences[0].entered_at if entry.presences else entry.signed_at


def surveys(entry: Attendee) -> list[Mention]:
    """The evaluations of the event that this person can answer: those that want a code have one
    of their own, once the person has come. Nothing stored joins the two.
    """
    mentions = registry.mentions_of(entry.attendance_list.event, "events")
    own = [with_own_code(one, entry) for one in mentions if one.fills == EVALUATION]
    return [one for one in own if one.url]


def with_own_code(mention: Mention, entry: Attendee) -> Mention:
    if mention.own_url is None or not entry.presences:
        return mention
    return replace(mention, url=mention.own_url(entry.receipt))


def known(listed: ListSnapshot, signed: SignedIn) -> str:
    """The document is on the list: nothing of that person is shown, not even the hour."""
    return render_template(
        pages.PAGE,
        part="attendance/_known.html",
        heading="Ese documento ya está en el listado",
        is_same_name=signed.is_same_name,
        **pages.about(listed),
    )


def withdrawn_page(listed: ListSnapshot) -> str:
    """The form was sent, and the staff took its entry off: a new form is another signature."""
    return render_template(
        "attendance/withdrawn.html",
        takes_signatures=not wording.shut(listed) or pages.registers(listed),
        sentence=wording.instead(listed),
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
