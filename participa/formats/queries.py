"""Official formats with what their pages show, the formats to choose, and decisions about QR."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from participa.core import clock
from participa.core.audit import AuditEntry, name_of
from participa.core.db import db
from participa.formats.models import (
    PUBLIC,
    FormatTwin,
    FormatVersion,
    OfficialFormat,
    VersionState,
)
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.models import Account

MOST = 500  # formats on the public register; a city has some dozens
FEW = 50
PACKAGE = "formats."
# The measures of the tasks that every format counts for; that of the planning format is another.
OF_EVERY_FORMAT = tuple(f"{PACKAGE}{name}" for name in ("with_variables", "updated", "with_qr"))
# Loads what the properties of a format read, in one statement each, however many formats.
WITH_PARTS = (
    selectinload(OfficialFormat.versions).joinedload(FormatVersion.file),
    selectinload(OfficialFormat.twins),
    joinedload(OfficialFormat.office),
)


def has_version(*states: VersionState) -> ColumnElement[bool]:
    """SQL: a version of the format is in one of these states."""
    return exists().where(
        FormatVersion.format_id == OfficialFormat.id, FormatVersion.state.in_(states)
    )


def in_force() -> ColumnElement[bool]:
    """SQL: the same as `FormatVersion.is_in_force`."""
    return and_(
        FormatVersion.state.in_(PUBLIC),
        FormatVersion.valid_from_on <= clock.today(),
        or_(FormatVersion.obsolete_at.is_(None), FormatVersion.obsolete_at > clock.now()),
    )


def in_state(state: VersionState) -> ColumnElement[bool]:
    """SQL: the same as `OfficialFormat.state`."""
    approved, reviewed = VersionState.APPROVED, VersionState.IN_REVIEW
    has_any = exists().where(FormatVersion.format_id == OfficialFormat.id)
    match state:
        case VersionState.APPROVED:
            return has_version(approved)
        case VersionState.IN_REVIEW:
            return and_(~has_version(approved), has_version(reviewed))
        case VersionState.DRAFT:
            draft = and_(~has_version(approved, reviewed), has_version(VersionState.DRAFT))
            return or_(draft, ~has_any)
        case _:
            others = has_version(approved, reviewed, VersionState.DRAFT)
            return and_(~others, has_any)


def register() -> list[OfficialFormat]:
    """All formats in the order of their codes, with versions and twins."""
    rows = select(OfficialFormat).options(*WITH_PARTS).order_by(OfficialFormat.reference)
    return list(db.session.scalars(rows.limit(MOST)))


def format_of(reference: str) -> OfficialFormat | None:
    """The format with this code, with versions and twins."""
    rows = select(OfficialFormat).filter_by(reference=reference).options(*WITH_PARTS)
    return db.session.scalar(rows)


def version_of(official: OfficialFormat, version_id: int) -> FormatVersion | None:
    return db.session.scalar(select(FormatVersion).filter_by(id=version_id, format_id=official.id))


def formats_to_choose(current_id: int = 0) -> list[tuple[int, str]]:
    """Id and name of each format in force, and of the one that a record already has."""
    has_one = exists().where(FormatVersion.format_id == OfficialFormat.id, in_force())
    rows = select(OfficialFormat.id, OfficialFormat.reference, OfficialFormat.name)
    rows = rows.where(or_(has_one, OfficialFormat.id == current_id))
    found = db.session.execute(rows.order_by(OfficialFormat.reference).limit(MOST))
    return [(id, f"{reference} · {name}") for id, reference, name in found]


def format_by_id(id: int) -> OfficialFormat | None:
    return db.session.get(OfficialFormat, id) if id else None


def counted_tasks(tasks: Sequence[Task]) -> list[Task]:
    """Those of these tasks that every format of the current plan counts for."""
    plan = plans.current_plan()
    year = plan.year if plan else None
    return [task for task in tasks if task.year == year and task.measure in OF_EVERY_FORMAT]


def twin_of(source: str, record_id: int) -> FormatTwin | None:
    """The digital form that a record of a channel is, if it was made with a format."""
    return db.session.scalar(
        select(FormatTwin)
        .join(FormatTwin.format)
        .options(contains_eager(FormatTwin.format))
        .where(FormatTwin.source == source, FormatTwin.record_id == record_id)
        .where(FormatTwin.ended_at.is_(None))
    )


def chosen_format_id(source: str, record_id: int) -> int:
    """The id of the format with which a record was made; 0 for none."""
    twin = twin_of(source, record_id)
    return twin.format_id if twin else 0


def format_id_of(record: Any) -> int:
    """The same for a record of a channel, which says its channel and its id."""
    return chosen_format_id(record.channel, record.id)


def qr_decisions(official: OfficialFormat) -> Sequence[AuditEntry]:
    """Every decision about the QR of a format, the newest first, as the audit trail has it."""
    rows = select(AuditEntry).where(
        AuditEntry.subject == name_of(official), AuditEntry.action == f"{PACKAGE}qr_decided"
    )
    return db.session.scalars(rows.order_by(AuditEntry.number.desc()).limit(FEW)).all()


def versions_in_review(account: Account) -> list[FormatVersion]:
    """The versions that wait for somebody other than their sender, the oldest first."""
    rows = _versions().where(
        FormatVersion.state == VersionState.IN_REVIEW, FormatVersion.sent_by_id != account.id
    )
    return list(db.session.scalars(rows.order_by(FormatVersion.sent_at).limit(FEW)))


def returned_versions(account: Account) -> list[FormatVersion]:
    """The versions of an account that came back, the oldest first."""
    rows = _versions().where(
        FormatVersion.state == VersionState.DRAFT,
        FormatVersion.returned_because != "",
        FormatVersion.sent_by_id == account.id,
    )
    return list(db.session.scalars(rows.order_by(FormatVersion.sent_at).limit(FEW)))


def _versions() -> Select[tuple[FormatVersion]]:
    return (
        select(FormatVersion)
        .join(FormatVersion.format)
        .options(contains_eager(FormatVersion.format))
    )
