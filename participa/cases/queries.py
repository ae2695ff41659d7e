"""Cases by code, cases without a public answer, and public answers."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from participa.cases import sources
from participa.cases.models import Case
from participa.core.db import db

MANY = 50


def case_by_code(code: str) -> Case | None:
    """The case that is followed with its code alone."""
    rows = select(Case).filter_by(code=code).where(sources.is_kept_here())
    return db.session.scalar(rows)


def unpublished_cases(office_id: int | None = None, most: int = MANY) -> list[Case]:
    """Cases without a public answer, the oldest first; all of them, or those of one office."""
    rows = select(Case).where(Case.published_at.is_(None), sources.is_kept_here())
    if office_id is not None:
        rows = rows.where(sources.is_of_office(office_id))
    return list(db.session.scalars(rows.order_by(Case.filed_on, Case.id).limit(most)))


def visible_cases(office_id: int | None) -> Select:
    """All cases, or those of one office, with the office that answers them joined."""
    rows = select(Case).outerjoin(Case.office).where(sources.is_kept_here())
    return rows if office_id is None else rows.where(sources.is_of_office(office_id))


def public_answers() -> list[Case]:
    """Cases with a published answer, the newest publication first."""
    rows = select(Case).options(joinedload(Case.office))
    rows = rows.where(Case.published_at.is_not(None), Case.answered_on.is_not(None))
    return list(db.session.scalars(rows.order_by(Case.published_at.desc(), Case.id).limit(MANY)))
