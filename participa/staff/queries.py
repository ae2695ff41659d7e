"""Questions about offices, accounts, sessions and the audit trail."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.staff.access import works_for
from participa.staff.models import LONGEST, Account, Office, StaffSession

PAGE = 50


def offices(with_retired: bool = False) -> list[Office]:
    """Offices with their other names, by name; the group of all of them comes last."""
    rows = select(Office).options(selectinload(Office.aliases))
    if not with_retired:
        rows = rows.where(Office.retired_at.is_(None))
    return list(db.session.scalars(rows.order_by(Office.level == "grupo", Office.name)))


def offices_to_choose(account: Account, kept: Office | None = None) -> list[Office]:
    """What this account may put a record under; the office that it has already stays, whatever
    became of it.
    """
    found = [office for office in offices() if works_for(account, [office.id])]
    return [*found, kept] if kept is not None and kept not in found else found


def alias_table() -> dict[str, Office]:
    """Each written name, official or not, with the office that it means; retired ones too.

    An official name beats another office's alias.
    """
    everyone = offices(with_retired=True)
    table = {alias.name: office for office in everyone for alias in office.aliases}
    return table | {office.name: office for office in everyone}


def accounts() -> list[Account]:
    rows = select(Account).options(joinedload(Account.office))
    return list(db.session.scalars(rows.order_by(Account.active.desc(), Account.name, Account.id)))


def open_sessions(account: Account) -> list[StaffSession]:
    """Where the account is signed in now, the latest first."""
    rows = select(StaffSession).where(
        StaffSession.account_id == account.id,
        StaffSession.ended_at.is_(None),
        StaffSession.confirmed_at.is_not(None),
        StaffSession.started_at > clock.now() - LONGEST,
    )
    return list(db.session.scalars(rows.order_by(StaffSession.started_at.desc()).limit(PAGE)))


def sessions_by_account() -> dict[int, int]:
    """How many open sessions each account has."""
    alive = select(StaffSession.account_id, func.count().label("open")).where(
        StaffSession.ended_at.is_(None),
        StaffSession.confirmed_at.is_not(None),
        StaffSession.started_at > clock.now() - LONGEST,
    )
    rows = db.session.execute(alive.group_by(StaffSession.account_id))
    return {row.account_id: row.open for row in rows}


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Fifty acts, the latest first, and how many there are in all."""

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
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    entries = db.session.scalars(rows.limit(PAGE).offset((page - 1) * PAGE))
    return AuditPage(list(entries), total, page)
