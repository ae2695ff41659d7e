"""Queries on offices, accounts, sessions and the audit trail."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.staff.access import works_for
from participa.staff.models import SESSION_LIFETIME, Account, Office, StaffSession

PAGE = 50  # rows


def offices(with_retired: bool = False) -> list[Office]:
    """Offices with their aliases loaded, ordered by name; the group of all offices is last."""
    rows = select(Office).options(selectinload(Office.aliases))
    if not with_retired:
        rows = rows.where(Office.retired_at.is_(None))
    return list(db.session.scalars(rows.order_by(Office.level == "grupo", Office.name)))


def offices_to_choose(account: Account, current: Office | None = None) -> list[Office]:
    """The offices that this account may assign to a record.

    The record's current office is always included, even if retired or not the account's own.
    """
    allowed = [office for office in offices() if works_for(account, [office.id])]
    return [*allowed, current] if current is not None and current not in allowed else allowed


def alias_table() -> dict[str, Office]:
    """All offices, also retired ones, by official name and by alias.

    An official name takes precedence over another office's alias.
    """
    all_offices = offices(with_retired=True)
    table = {alias.name: office for office in all_offices for alias in office.aliases}
    return table | {office.name: office for office in all_offices}


def accounts() -> list[Account]:
    rows = select(Account).options(joinedload(Account.office))
    return list(db.session.scalars(rows.order_by(Account.active.desc(), Account.name, Account.id)))


def open_sessions(account: Account) -> list[StaffSession]:
    """Open sessions of the account, latest first, at most PAGE."""
    rows = select(StaffSession).where(
        StaffSession.account_id == account.id,
        StaffSession.ended_at.is_(None),
        StaffSession.confirmed_at.is_not(None),
        StaffSession.started_at > clock.now() - SESSION_LIFETIME,
    )
    return list(db.session.scalars(rows.order_by(StaffSession.started_at.desc()).limit(PAGE)))


def sessions_by_account() -> dict[int, int]:
    """Number of open sessions by account id; accounts without any are missing."""
    counts = select(StaffSession.account_id, func.count().label("open")).where(
        StaffSession.ended_at.is_(None),
        StaffSession.confirmed_at.is_not(None),
        StaffSession.started_at > clock.now() - SESSION_LIFETIME,
    )
    rows = db.session.execute(counts.group_by(StaffSession.account_id))
    return {row.account_id: row.open for row in rows}


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of audit entries, latest first; `total` counts all matching entries."""

    entries: list[AuditEntry]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def audit_actions() -> list[str]:
    actions = select(AuditEntry.action).distinct().order_by(AuditEntry.action)
    return list(db.session.scalars(actions))


def audit_entries(action: str = "", actor: str = "", subject: str = "") -> Select:
    rows = select(AuditEntry).order_by(AuditEntry.number.desc())
    filters = {"action": action, "actor": actor, "subject": subject}
    return rows.filter_by(**{name: value for name, value in filters.items() if value})


def audit_page(rows: Select, page: int) -> AuditPage:
    """The page with this number, from 1; numbers out of range give the nearest page."""
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    entries = db.session.scalars(rows.limit(PAGE).offset((page - 1) * PAGE))
    return AuditPage(list(entries), total, page)
