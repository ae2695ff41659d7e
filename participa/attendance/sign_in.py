"""Put a person on a list: once per document, once per sent form, whatever the way and the order."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import case, delete, select, update

from participa.attendance import documents, queries, waiting_details
from participa.attendance.models import AttendanceList, Attendee, Presence, SignInWay
from participa.attendance.snapshots import ListSnapshot
from participa.citizens import service as citizens
from participa.citizens.fields import answers_of_minor
from participa.citizens.models import Consent
from participa.core import clock, codes, submissions
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Busy, Refused
from participa.core.personal import sealing
from participa.core.submissions import AlreadySent
from participa.core.web.lists import folded
from participa.staff.models import Account

# The channel of the consent (DAT-04), by the way in which the person signed.
CONSENT_CHANNELS = {
    SignInWay.PHONE: "qr",
    SignInWay.DESK: "verbal",
    SignInWay.KIOSK: "kiosk",
    SignInWay.PAPER: "paper",
}
TOLD_ONCE = ("email", "phone", "organisation", "position")  # what a receipt leads to
TRIES = 3
CHANGING = "Alguien cambia esa firma en este momento. Envíe la suya otra vez."
FULL = "El cupo está completo. En la mesa de registro le dicen si se liberó un lugar."


class ListIsFull(Refused):
    """As many people as fit are on the list."""

    def __init__(self) -> None:
        super().__init__(FULL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a person says who they are. Of somebody under 18 nothing is stored (DAT-07)."""

    name: str = ""
    document_type: str = documents.NONE
    document: str = ""  # as `documents.normalised` returns it
    email: str = ""
    phone: str = ""
    organisation: str = ""
    position: str = ""
    signature: str = ""  # an SVG path; empty when the person signs by accepting
    is_minor: bool = False
    purposes: frozenset[str] = frozenset({"attendance"})  # the uses that the person authorised


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """When and how somebody came; `operator` attended the person at the desk."""

    way: SignInWay
    at: datetime = field(default_factory=clock.now)
    session_id: int | None = None
    door: str = ""
    was_offline: bool = False
    is_time_estimated: bool = False
    operator: Account | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The result of `sign`. `since` is the moment since which the person is on the list.

    `is_new` is False when the person was there before. `is_same_name` then says whether the name is
    the one that was given first. `may_read` says whether the receipt may be shown: not to who knows
    somebody's name and document, and not the rest of what it leads to
    (docs/decisions/0050-what-a-second-sign-in-shows.md).
    """

    attendee_id: int
    receipt: str
    since: datetime
    is_new: bool
    is_same_name: bool = True
    may_read: bool = True
    is_withdrawn: bool = False  # this form's entry was a mistake: sending it again changes nothing


def sign(
    listed: ListSnapshot,
    submission_id: str,
    identity: Identity,
    arrival: Arrival,
    details: Mapping[str, Sequence[str]] | None = None,
    *,
    comes_now: bool = True,
) -> SignedIn:
    """Put a person on the list and, if they come now, note that they came.

    `details` are the optional answers of `citizens.fields`, which go apart; of somebody under 18
    nothing sensitive is stored. The same form sent
    again, or another one with the same document, leads to the entry that is there. Raises
    AlreadySent when this form was stored with other content, and ListIsFull.
    """
    if identity.is_minor:
        identity = Identity(is_minor=True, signature="", purposes=frozenset())
        details = answers_of_minor(details or {})
    # Most people sign once: the insert itself meets whoever is there already.
    looks_first = listed.capacity is not None or sealing.has_several_keys()
    found = _signed_before(listed.id, submission_id, identity) if looks_first else None
    if found is None:
        found = _insert_or_find(listed, submission_id, identity, arrival)
    if found.is_new and details:
        waiting_details.add(listed, details, CONSENT_CHANNELS[arrival.way])
    if not found.is_new and arrival.way is not SignInWay.PAPER:
        _prefer_own_signature(found.attendee_id, arrival.way)
    if comes_now and not found.is_withdrawn:
        enter(found.attendee_id, arrival)
    return found


def _prefer_own_signature(attendee_id: int, way: SignInWay) -> None:
    """Somebody typed from paper has signed themselves: undoing the row must not take them off."""
    typed = update(Attendee).where(Attendee.id == attendee_id, Attendee.way == SignInWay.PAPER)
    db.session.execute(typed.values(way=way))


def enter(attendee_id: int, arrival: Arrival) -> bool:
    """Note that somebody on the list came; returns whether that was not noted before."""
    new_id = submissions.insert_once(
        Presence,
        attendee_id=attendee_id,
        session_id=arrival.session_id,
        door=arrival.door,
        entered_at=arrival.at,
    )
    return new_id is not None


def leave(attendee_id: int, session_id: int | None, at: datetime) -> bool:
    """Note that somebody left; returns whether they were there. The last time counts."""
    # One statement: another device may take the presence back at this moment.
    later = case((Presence.entered_at > at, Presence.entered_at), else_=at)
    return _change_presence(attendee_id, session_id, left_at=later)


def come_back(attendee_id: int, session_id: int | None) -> bool:
    """Note that somebody who left is inside again; returns whether they were there before."""
    return _change_presence(attendee_id, session_id, left_at=None)


def _change_presence(attendee_id: int, session_id: int | None, **values: Any) -> bool:
    rows = update(Presence).where(Presence.attendee_id == attendee_id)
    rows = rows.where(Presence.session_id.is_not_distinct_from(session_id)).values(values)
    changed = rows.returning(Presence.id).execution_options(synchronize_session="fetch")
    return db.session.execute(changed).scalar() is not None


def presence_of(attendee_id: int, session_id: int | None) -> Presence | None:
    rows = select(Presence).where(Presence.attendee_id == attendee_id)
    return db.session.scalar(rows.where(Presence.session_id.is_not_distinct_from(session_id)))


def session_now(listed: ListSnapshot, now: datetime) -> int | None:
    """The session that somebody who comes now attends: the first that is not over; else the last.

    None for an event without sessions.
    """
    if not listed.sessions:
        return None
    return next((one.id for one in listed.sessions if now < one.ends_at), listed.sessions[-1].id)


def document_digest(type_code: str, number: str) -> str | None:
    """What is stored of a document so that it is found again; None without a number."""
    if not number:
        return None
    return sealing.digest(queries.DOCUMENT, documents.identity(type_code, number))


def document_columns(type_code: str, number: str) -> dict[str, Any]:
    """The columns of `Attendee` that hold a document."""
    end = number[-documents.SHOWN_DIGITS :]
    return {
        "document_type": type_code,
        "document": number,
        "document_digest": document_digest(type_code, number),
        "document_end": sealing.digest(queries.END, end) if number else None,
    }


def digest_of(submission_id: str, identity: Identity) -> str:
    """What is stored of a form so that a copy is told from another content."""
    return submissions.digest_of(submission_id, _payload(identity))


def _signed_before(list_id: int, submission_id: str, identity: Identity) -> SignedIn | None:
    """The entry of this form, or of this document on this list."""
    columns = (
        Attendee.id,
        Attendee.list_id,
        Attendee.receipt,
        Attendee.signed_at,
        Attendee.received_at,
        Attendee.digest,
        Attendee.withdrawn_at,
        Attendee.search_name,
        *(getattr(Attendee, name) for name in TOLD_ONCE),
    )
    sent = db.session.execute(
        select(*columns).where(Attendee.submission_id == submission_id)
    ).one_or_none()
    if sent is not None:
        digest = digest_of(submission_id, identity)
        # Of an entry that was erased there is nothing to compare: it is this form, and stays so.
        is_same = not sent.digest or hmac.compare_digest(sent.digest, digest)
        if sent.list_id != list_id or not is_same:
            raise AlreadySent(sent.receipt, sent.received_at)
        is_withdrawn = sent.withdrawn_at is not None
        return SignedIn(
            sent.id, sent.receipt, sent.signed_at, is_new=False, is_withdrawn=is_withdrawn
        )
    if not identity.document:
        return None
    same = select(*columns).where(
        Attendee.list_id == list_id,
        queries.document_is(identity.document_type, identity.document),
    )
    person = db.session.execute(same.limit(1)).one_or_none()
    if person is None:
        return None
    is_same_name = person.search_name == queries.search_text(identity.name)
    told = [(getattr(person, name), getattr(identity, name)) for name in TOLD_ONCE]
    knows_it = all(not stored or folded(stored) == folded(typed) for stored, typed in told)
    return SignedIn(
        person.id,
        person.receipt,
        person.signed_at,
        is_new=False,
        is_same_name=is_same_name,
        may_read=is_same_name and knows_it,
    )


def _insert_or_find(
    listed: ListSnapshot, submission_id: str, identity: Identity, arrival: Arrival
) -> SignedIn:
    for _ in range(TRIES):
        found = _insert(listed, submission_id, identity, arrival)
        if found := found or _signed_before(listed.id, submission_id, identity):
            return found
        # The row that the insert met was emptied before it was looked at.
    raise Busy(CHANGING)


def _insert(
    listed: ListSnapshot, submission_id: str, identity: Identity, arrival: Arrival
) -> SignedIn | None:
    """The new entry; None when somebody was faster, with the same form or the same document."""
    if listed.capacity is not None:
        _require_room(listed)
    receipt, key = submissions.receipt(submission_id), current_app.config["SECRET_KEY"].encode()
    consent_id = None
    if identity.purposes and listed.notice is not None:
        channel = CONSENT_CHANNELS[arrival.way]
        notice: Any = listed.notice
        consent_id = citizens.record_consent(notice, identity.purposes, channel, arrival.operator)
    new_id = submissions.insert_once(
        Attendee,
        submission_id=submission_id,
        receipt=receipt,
        certificate=codes.derive(key, f"certificate:{submission_id}", submissions.RECEIPT_LENGTH),
        received_at=clock.now(),
        signed_at=arrival.at,
        digest=digest_of(submission_id, identity),
        list_id=listed.id,
        name=identity.name,
        search_name=queries.search_text(identity.name),
        **document_columns(identity.document_type, identity.document),
        is_minor=identity.is_minor,
        organisation=identity.organisation,
        position=identity.position,
        email=identity.email,
        phone=identity.phone,
        signature=identity.signature,
        way=arrival.way,
        was_offline=arrival.was_offline,
        is_time_estimated=arrival.is_time_estimated,
        consent_id=consent_id,
    )
    if new_id is not None:
        return SignedIn(new_id, receipt, arrival.at, is_new=True)
    db.session.execute(delete(Consent).where(Consent.id == consent_id))
    return None


def _require_room(listed: ListSnapshot) -> None:
    """Raise ListIsFull; concurrent sign-ins to a list with a limit wait for one another."""
    versions.lock(db.session.get_one(AttendanceList, listed.id))
    if queries.on_list(listed.id) >= (listed.capacity or 0):
        raise ListIsFull


def _payload(identity: Identity) -> list[object]:
    """What makes two copies of a form the same."""
    return [
        identity.name,
        identity.document_type,
        identity.document,
        identity.email,
        identity.phone,
        identity.organisation,
        identity.position,
        identity.is_minor,
        sorted(identity.purposes),
    ]
