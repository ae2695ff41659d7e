"""Put on the list what devices have collected without a signal: each entry once, in any order."""

import enum
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from participa.attendance import device_tokens, sign_in
from participa.attendance.device_tokens import Device
from participa.attendance.models import AttendanceList, DoorPass, SignInWay
from participa.attendance.offline import batches, moments
from participa.attendance.offline.batches import QueuedEntry, QueuedForm
from participa.attendance.public import presence_codes
from participa.attendance.public.forms import SignForm, identity_of, sign_form
from participa.attendance.sign_in import Arrival, SignedIn
from participa.attendance.snapshots import ListSnapshot
from participa.core import audit, clock, submissions
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.submissions import AlreadySent, Stale
from participa.staff.models import Account

LATE = timedelta(minutes=1)  # the tablet sends at once what it can
STRANGE = "Esta firma no viene de una página de esta plataforma."
OF_ANOTHER = "Esta firma es de otro listado. Envíela desde la página de su evento."
ALTERED = "Esta firma se cambió después de guardarla en el dispositivo. Así no se recibe."
CHANGED = "Esta firma ya había llegado con otros datos, y esos son los que quedan."
TOO_LATE = "Ya pasó el plazo para recibir firmas guardadas. Lleve el archivo a la oficina."
REVOKED = "Este dispositivo ya no atiende la puerta. Guarde el archivo y entréguelo a la oficina."
REOPEN_FIRST = "El acta del evento ya se cerró con este listado. Reabra primero el evento."
TOO_EARLY = "Este listado todavía no abre. Las firmas se reciben cuando abra."
LOCKED = "El acta del evento ya se cerró. Guarde el archivo y entréguelo a la oficina."


class EntryState(enum.Enum):
    """What became of an entry."""

    STORED = "stored"
    KNOWN = "known"  # the person was on the list
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class QueueAnswer:
    """To one entry. Only a citizen's own phone is told the receipt, which opens their page."""

    id: str
    state: EntryState
    sentence: str = ""
    receipt: str = ""


def receive(
    listed: ListSnapshot, entries: Sequence[QueuedEntry], device_now: datetime | None
) -> list[QueueAnswer]:
    """Store what a device sends by itself, and answer each entry. The caller commits."""
    now = clock.now()
    _locked(listed)
    why_not = why_not_now(listed, now)
    answers = []
    for entry in entries:
        try:
            device, content = read(listed, entry)
            if why_not or is_revoked(device):
                raise Refused(why_not or REVOKED)
            answers.append(_stored(listed, device, entry.id, content, device_now, now))
        except Refused as refusal:
            answers.append(QueueAnswer(entry.id, EntryState.REFUSED, str(refusal)))
    return answers


def receive_file(
    listed: ListSnapshot, entries: Sequence[QueuedEntry], by: Account
) -> list[QueueAnswer]:
    """Store what an official brings in a file, also after the term and of a revoked door.

    The device's clock of that time is not known any more.
    """
    now, record, answers = clock.now(), _locked(listed), []
    if why_not := why_no_file(record):
        raise Refused(why_not)
    for entry in entries:
        try:
            device, content = read(listed, entry)
            answers.append(_stored(listed, device, entry.id, content, None, now, is_in_file=True))
        except Refused as refusal:
            answers.append(QueueAnswer(entry.id, EntryState.REFUSED, str(refusal)))
    counts = Counter(answer.state.value for answer in answers)
    audit.record("attendance.imported", record, by, **counts)
    return answers


def _locked(listed: ListSnapshot) -> AttendanceList:
    """The list, locked: two groups with the same people would each wait for a row of the other, and
    on SQLite a transaction that has read does not get to write once another one has.

    The event comes before it, so that its minutes are not closed in between.
    """
    record = db.session.get_one(AttendanceList, listed.id)
    versions.lock(record.event)
    versions.lock(record)
    return record


def refused(answers: Sequence[QueueAnswer]) -> list[tuple[int, str]]:
    """The place in the file and the reason of each entry that was not taken."""
    return [
        (place, answer.sentence)
        for place, answer in enumerate(answers, start=1)
        if answer.state is EntryState.REFUSED
    ]


def why_no_file(record: AttendanceList) -> str:
    """Why no file can be brought in now; "" if one can."""
    if not record.is_published:
        return "Este listado no está publicado: ningún dispositivo ha firmado en él."
    return REOPEN_FIRST if record.event.is_locked else ""


def why_not_now(listed: ListSnapshot, now: datetime) -> str:
    """Why no device can send entries of this list any more; "" if it can."""
    if is_locked(listed):
        return LOCKED
    if listed.opens_at is not None and now < listed.opens_at:
        return TOO_EARLY
    ended_at = listed.ended_at
    is_over = ended_at is not None and now > ended_at + device_tokens.ACCEPTED_FOR
    return TOO_LATE if is_over else ""


def is_locked(listed: ListSnapshot) -> bool:
    """Whether the minutes of the event are closed, with the number of who came."""
    return db.session.get_one(AttendanceList, listed.id).event.is_locked


def read(listed: ListSnapshot, entry: QueuedEntry) -> tuple[Device, QueuedForm]:
    """The device that made an entry, and what it encrypted.

    Raises Refused unless the entry is of this list, and unaltered.
    """
    device = device_tokens.read(entry.token)
    if device is None or not batches.ID.fullmatch(entry.id):
        raise Refused(STRANGE)
    if device.list_code != listed.code:
        raise Refused(OF_ANOTHER)
    content = device_tokens.opened(entry.token, entry.id, entry.sealed)
    if content is None:
        raise Refused(ALTERED)
    return device, batches.read_content(content)


def from_anybody(entries: Sequence[QueuedEntry]) -> int:
    """How many entries are not of a device of the city, which nobody gets by opening a page."""
    devices = [device_tokens.read(entry.token) for entry in entries]
    return sum(device is None or device.way is SignInWay.PHONE for device in devices)


def is_revoked(device: Device) -> bool:
    """Whether its door pass was revoked, or the account that opened its page was disabled."""
    if device.account_id is not None:
        account = db.session.get(Account, device.account_id)
        return account is None or not account.active
    if device.pass_id is None:
        return False
    row = select(DoorPass.revoked_at).where(DoorPass.id == device.pass_id)
    found = db.session.execute(row).one_or_none()
    return found is None or found.revoked_at is not None


def _stored(
    listed: ListSnapshot,
    device: Device,
    entry_id: str,
    content: QueuedForm,
    device_now: datetime | None,
    now: datetime,
    is_in_file: bool = False,
) -> QueueAnswer:
    form = form_of(listed, content, device_tokens.submission_id(device, entry_id))
    if not form.validate():
        raise Refused(" ".join(sentence for _, sentence in form.problems))
    arrival = arrival_of(listed, device, content, device_now, now)
    if not is_in_file:
        _require_screen(listed, device, arrival)
    try:
        with db.session.begin_nested():
            identity = identity_of(form)
            done = sign_in.sign(listed, form.submission_id, identity, arrival, form.details)
            if not (done.is_new or arrival.is_time_estimated):
                _note_earlier(done, arrival)
    except AlreadySent:
        raise Refused(CHANGED) from None
    is_own = device.way is SignInWay.PHONE and done.may_read
    state = EntryState.STORED if done.is_new else EntryState.KNOWN
    return QueueAnswer(entry_id, state, receipt=done.receipt if is_own else "")


def _require_screen(listed: ListSnapshot, device: Device, arrival: Arrival) -> None:
    """Where the code on the screen changes, a phone signs for as long as its scan is good."""
    is_late = arrival.at > device.issued_at + presence_codes.GRANT_LASTS
    if listed.has_rotating_code and device.way is SignInWay.PHONE and is_late:
        raise Refused(presence_codes.EXPIRED)


def form_of(listed: ListSnapshot, content: QueuedForm, own_id: str) -> SignForm:
    """The form as it would have come online; what it does not ask for is not read.

    A page that was sent and got no answer keeps its own id, under which it may be stored already.
    """
    with suppress(Stale):
        own_id = submissions.read(content.submission, listed.purpose)
    sent = MultiDict(content.fields)
    sent["submission"] = submissions.issue(listed.purpose, own_id)
    return sign_form(listed, sent, needs_screen=False)


def arrival_of(
    listed: ListSnapshot,
    device: Device,
    content: QueuedForm,
    device_now: datetime | None,
    now: datetime,
) -> Arrival:
    moment = moments.corrected(content.signed_at, device_now, now)
    at, is_estimated = moments.plausible(
        moment, listed.opens_at or now, listed.ended_at or now, now
    )
    return Arrival(
        way=device.way,
        at=at,
        session_id=sign_in.session_now(listed, at),
        door=door_named(listed, dict(content.fields).get("door", "")),
        was_offline=is_estimated or now - at > LATE,
        is_time_estimated=is_estimated,
        operator=db.session.get(Account, device.account_id) if device.account_id else None,
    )


def door_named(listed: ListSnapshot, typed: str) -> str:
    """The entrance with this name, or with this number, as it stands in the QR of a door."""
    numbered = {str(number): door for number, door in enumerate(listed.doors, 1)}
    return typed if typed in listed.doors else numbered.get(typed, "")


def _note_earlier(done: SignedIn, arrival: Arrival) -> None:
    """Who came is noted at the first moment that a device knows, in whatever order they send."""
    presence = sign_in.presence_of(done.attendee_id, arrival.session_id)
    if presence is not None and arrival.at < presence.entered_at:
        presence.entered_at = arrival.at
