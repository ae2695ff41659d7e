"""Queries on offices, accounts, sessions and the audit trail."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

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


def office_names() -> dict[str, str]:
    """Id, as text, and name of each office, also of retired ones, for the filter of a list."""
    rows = select(Office.id, Office.name).order_by(Office.name, Office.id)
    return {str(id): name for id, name in db.session.execute(rows)}


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


def open_sessions(account: Account) -> list[StaffSession]:
    """Open sessions of the account, latest first, at most PAGE."""
    rows = select(StaffSession).where(
        StaffSession.account_id == account.id,
        StaffSession.ended_at.is_(None),
        StaffSession.confirmed_at.is_not(None),
        StaffSession.started_at > clock.now() - SESSION_LIFETIME,
    )
    return list(db.session.scalars(rows.order_by(StaffSession.started_at.desc()).limit(PAGE)))


def sessions_by_account(accounts: Collection[Account]) -> dict[int, int]:
    """Number of open sessions by account id; accounts without any are missing."""
    counts = select(StaffSession.account_id, func.count().label("open")).where(
        StaffSession.account_id.in_([account.id for account in accounts]),
        StaffSession.ended_at.is_(None),
        StaffSession.confirmed_at.is_not(None),
        StaffSession.started_at > clock.now() - SESSION_LIFETIME,
    )
    rows = db.session.execute(counts.group_by(StaffSession.account_id))
    return {row.account_id: row.open for row in rows}


def audit_actions() -> list[str]:
    actions = select(AuditEntry.action).distinct().order_by(AuditEntry.action)
    return list(db.session.scalars(actions))
