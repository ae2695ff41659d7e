"""Links with which one device without an account attends the door of one event.

The secret of a link and that of the device which claimed it are stored as digests only. Both are
derived from the form that asked for them: sent twice, it leads to the same link or device.
"""

import enum
import hmac
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import current_app
from sqlalchemy import select, update

from participa.attendance.models import AttendanceList, DoorPass
from participa.core import audit, clock, codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.web.link_tokens import digest_of
from participa.staff.models import Account

GRACE = timedelta(hours=4)  # after the list's hour of closing, for exits and corrections
USED_AGAIN_AFTER = timedelta(minutes=1)  # least time between two stored uses of a device
TOKEN_LENGTH, SECRET_LENGTH = 26, 51  # 130 and 255 bits
LONGEST_LABEL = 40
MANY = 100
NOT_OPEN = "Publique el listado y deje que abra antes de repartir enlaces de puerta."
OVER = "Este listado ya cerró: un enlace de puerta no serviría."


class UnknownPass(Refused):
    """The link or the device opens no door: it never did, or it is over. Both look the same."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self) -> None:
        super().__init__(
            "Este enlace no abre ninguna puerta. Puede estar incompleto, haber terminado con el "
            "evento o estar retirado. Pida otro a quien organiza."
        )


class PassInUse(Refused):
    """Another device has claimed this link."""

    def __init__(self) -> None:
        super().__init__(
            "Este enlace ya está en uso en otro aparato, y sirve en uno solo. Pida uno para este "
            "aparato a quien organiza."
        )


class PassState(enum.Enum):
    """The life of a door pass; the value is its Spanish name."""

    UNUSED = "Sin usar"
    IN_USE = "En uso"
    REVOKED = "Retirado"
    OVER = "Terminó con el evento"


def state(door_pass: DoorPass) -> PassState:
    """Where a pass stands now, by the server's clock."""
    if door_pass.revoked_at is not None:
        return PassState.REVOKED
    if _is_over(door_pass, clock.now()):
        return PassState.OVER
    return PassState.UNUSED if door_pass.claimed_at is None else PassState.IN_USE


def is_alive(door_pass: DoorPass) -> bool:
    return state(door_pass) in {PassState.UNUSED, PassState.IN_USE}


def passes_of(list_id: int) -> list[DoorPass]:
    """The passes of a list, the newest first."""
    rows = select(DoorPass).where(DoorPass.list_id == list_id)
    return list(db.session.scalars(rows.order_by(DoorPass.id.desc()).limit(MANY)))


def actor(door_pass: DoorPass) -> str:
    """Who acts, in the audit trail: the device, by the name that the staff gave it."""
    return f"Puerta: {door_pass.label}"


def token_of(submission_id: str) -> str:
    """The secret of the link that this showing of the staff's form makes."""
    return _derived("link", submission_id, TOKEN_LENGTH)


def create(record: AttendanceList, label: str, token: str, by: Account) -> DoorPass:
    """Make a link with this secret for one device; raises Refused unless the list is published."""
    if why_not := why_not_created(record):
        raise Refused(why_not, "label")
    assert record.closes_at is not None  # noqa: S101 - a published list has its hours
    door_pass = DoorPass(
        list_id=record.id,
        label=label,
        token_digest=digest_of(token),
        expires_at=record.closes_at + GRACE,
        created_at=clock.now(),
    )
    db.session.add(door_pass)
    audit.record("attendance.pass_created", record, by, label=label)
    return door_pass


def why_not_created(record: AttendanceList) -> str:
    """Why no link can be made now; "" if one can."""
    if record.is_closed:
        return OVER
    return "" if record.is_published else NOT_OPEN


def revoke(door_pass: DoorPass, by: Account) -> None:
    """Shut the link and the device that claimed it, at once and for good."""
    now = clock.now()
    is_open = update(DoorPass).where(DoorPass.id == door_pass.id, DoorPass.revoked_at.is_(None))
    if db.session.execute(is_open.values(revoked_at=now).returning(DoorPass.id)).scalar():
        record = db.session.get_one(AttendanceList, door_pass.list_id)
        audit.record("attendance.pass_revoked", record, by, label=door_pass.label)


def pass_of(token: str) -> DoorPass:
    """The pass of a link that still opens a door; raises UnknownPass."""
    digest = digest_of(codes.read(token))
    return _alive(db.session.scalar(select(DoorPass).where(DoorPass.token_digest == digest)))


def device_of(submission_id: str) -> str:
    """The secret of the device on which this showing of the page was accepted."""
    return _derived("device", submission_id, SECRET_LENGTH)


def claim(door_pass: DoorPass, device: str) -> None:
    """Bind the pass to this device; idempotent. Raises PassInUse if another device has it."""
    mine = digest_of(device)
    free = update(DoorPass).where(DoorPass.id == door_pass.id, DoorPass.device_digest.is_(None))
    values = {"device_digest": mine, "claimed_at": clock.now(), "used_at": clock.now()}
    if db.session.execute(free.values(values).returning(DoorPass.id)).scalar():
        record = db.session.get_one(AttendanceList, door_pass.list_id)
        audit.record("attendance.pass_claimed", record, actor(door_pass))
        return
    db.session.refresh(door_pass)
    if not is_device(door_pass, device):
        raise PassInUse


def is_device(door_pass: DoorPass, device: str) -> bool:
    """Whether this is the device that claimed the pass."""
    return hmac.compare_digest(door_pass.device_digest or "", digest_of(device))


def pass_on_device(device: str, list_code: str) -> DoorPass:
    """The pass that this device holds for this list; raises UnknownPass."""
    row = select(DoorPass).where(DoorPass.device_digest == digest_of(device))
    found = _alive(db.session.scalar(row))
    if not hmac.compare_digest(found.attendance_list.code, codes.read(list_code)):
        raise UnknownPass
    return found


def note_use(door_pass: DoorPass) -> None:
    """Store that the device is at work, at most once in USED_AGAIN_AFTER."""
    now = clock.now()
    if door_pass.used_at is None or now - door_pass.used_at >= USED_AGAIN_AFTER:
        used = update(DoorPass).where(DoorPass.id == door_pass.id).values(used_at=now)
        db.session.execute(used.execution_options(synchronize_session=False))


def _alive(door_pass: DoorPass | None) -> DoorPass:
    if door_pass is None or not is_alive(door_pass):
        raise UnknownPass
    return door_pass


def _is_over(door_pass: DoorPass, now: datetime) -> bool:
    """Dead with the event: some hours after its list; at once if that is closed by hand."""
    record = door_pass.attendance_list
    if record.closed_at is not None or now >= door_pass.expires_at:
        return True
    return record.closes_at is not None and now >= record.closes_at + GRACE


def _derived(what: str, submission_id: str, length: int) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"attendance.door.{what}:{submission_id}", length)
