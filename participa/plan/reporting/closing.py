"""Close and reopen periods, and close a plan: a closed period fixes its reports, a closed plan
its whole board."""

from sqlalchemy import update

from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.plan import document
from participa.plan.board import current_board
from participa.plan.models import Period, Plan, Reopening
from participa.plan.service import PlanClosed, lock_open
from participa.staff.models import Account


class PeriodClosed(Refused):
    pass


class PeriodOpen(Refused):
    pass


class WrongYear(Refused):
    pass


class NotPublished(Refused):
    """The plan is a draft."""


def lock_open_period(period: Period) -> None:
    """Lock the row of the period so that it cannot close before this transaction ends.

    Raises PeriodClosed or PlanClosed when it is closed already.
    """
    still_open = update(Period).where(Period.id == period.id, Period.closed_at.is_(None))
    if not db.session.execute(still_open.values(name=Period.name)).rowcount:  # type: ignore[attr-defined]
        db.session.refresh(period.plan)
        if period.plan.is_closed:  # nobody can reopen its periods
            raise PlanClosed(f"El plan {period.plan.year} ya cerró y no recibe más cambios.")
        raise PeriodClosed(
            f"«{period.name}» ya cerró: sus reportes no se pueden cambiar. "
            "Si hay un error, pida que reabran el periodo.",
            "period_id",
        )


def close_period(period: Period, by: Account) -> None:
    lock_open(period.plan)
    lock_open_period(period)
    period.closed_at = clock.now()
    audit.record("plan.period_closed", period, by, period=period.name)


def reopen_period(period: Period, reason: str, by: Account) -> None:
    """Open a closed period again, so that its reports can change. The reason is published."""
    lock_open(period.plan)
    closed = update(Period).where(Period.id == period.id, Period.closed_at.is_not(None))
    if not db.session.execute(closed.values(closed_at=None)).rowcount:  # type: ignore[attr-defined]
        raise PeriodOpen(f"«{period.name}» ya está abierto.")
    db.session.add(Reopening(period_id=period.id, reason=reason))
    audit.record("plan.period_reopened", period, by, period=period.name, reason=reason)


def close_plan(plan: Plan, typed_year: str, by: Account) -> str:
    """Store the board as it is now and return its SHA-256. Cannot be undone."""
    if typed_year != str(plan.year):
        raise WrongYear(f"Para cerrar el plan, escriba su año: {plan.year}.", "year")
    if plan.is_draft:
        raise NotPublished(f"El plan {plan.year} es un borrador. Publíquelo antes de cerrarlo.")
    now = clock.now()
    still_open = update(Plan).where(Plan.id == plan.id, Plan.closed_at.is_(None))
    if not db.session.execute(still_open.values(closed_at=now)).rowcount:  # type: ignore[attr-defined]
        raise PlanClosed(f"El plan {plan.year} ya estaba cerrado.")
    open_periods = update(Period).where(Period.plan_id == plan.id, Period.closed_at.is_(None))
    db.session.execute(open_periods.values(closed_at=now))
    db.session.expire_all()
    frozen = document.board_document(current_board(plan))
    digest = document.digest(frozen)
    plan.closing = {"sha256": digest, "document": frozen}
    audit.record("plan.closed", plan, by, year=plan.year, sha256=digest)
    return digest
