"""Which contributions an account may see: row by row, and before any LIMIT (PQR-11)."""

from flask import abort
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from participa.cases.models import Case
from participa.core import codes
from participa.core.db import db
from participa.core.editing import versions
from participa.listening.models import Contribution, HelpingOffice
from participa.staff.access import current_account, works_for
from participa.staff.models import Account, Role


def visible_to(account: Account) -> ColumnElement[bool]:
    """A SELECT condition on Contribution joined with its Case.

    A Responsable sees what the own office answers or has a part in. A report of corruption is seen
    by the office that looks into it and by administrators, and by nobody of the office reported.
    """
    office_id = account.office_id or 0
    is_accused = and_(
        Contribution.accused_office_id.is_not(None), Contribution.accused_office_id == office_id
    )
    if account.role is Role.ADMINISTRATOR:
        return ~is_accused
    asked = aliased(HelpingOffice)
    is_helping = exists(
        select(asked.id).where(asked.case_id == Contribution.case_id, asked.office_id == office_id)
    )
    is_own = or_(Case.office_id == office_id, is_helping)
    is_plain = or_(Contribution.is_corruption.is_(False), Case.office_id == office_id)
    seen = and_(is_plain, ~is_accused)
    return and_(is_own, seen) if account.role is Role.RESPONSIBLE else seen


def answered_by(account: Account) -> ColumnElement[bool]:
    """The same, without what an office only has a part in."""
    if account.role is not Role.RESPONSIBLE:
        return visible_to(account)
    return and_(visible_to(account), Case.office_id == (account.office_id or 0))


def own(radicado: str) -> Contribution:
    """The contribution with this number; 404 when it is missing or not for this account."""
    rows = select(Contribution).join(Contribution.case).where(Case.code == codes.read(radicado))
    rows = rows.where(visible_to(current_account()))
    found = db.session.scalar(rows.options(joinedload(Contribution.case)))
    if found is None:
        abort(404)
    record: Contribution = versions.page_is_about(found)
    return record


def answers(account: Account, contribution: Contribution) -> bool:
    """Whether the account acts for the office that answers; one that helps reads its question."""
    return works_for(account, [contribution.case.office_id or 0])


def answerable(radicado: str) -> Contribution:
    """The contribution with this number; 404 also for an office that only has a part in it."""
    found = own(radicado)
    if not answers(current_account(), found):
        abort(404)
    return found
