"""What is erased of contributions, and when, as the notice says. The totals stay (DAT-10).

The contact goes one year after the answer, what was said two years after it. What asked for no
answer, and got none, counts from the day on which it came in; what is owed an answer waits for it.
"""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from participa.cases.models import Case, CaseKind
from participa.citizens.service import months_before
from participa.core import audit, clock
from participa.core.db import db
from participa.core.files import sealed_files
from participa.listening.models import Attachment, CaseStage, CaseStep, Contribution
from participa.listening.rights import erasing

MONTHS_OF_CONTACT, MONTHS_OF_CONTENT = 12, 24
DAY_OF_UPLOADS = timedelta(days=1)
BATCH = 100
OVER = (CaseStage.ANSWERED, CaseStage.CLOSED)
WITHOUT_TERM = [kind for kind in CaseKind if kind.term is None]


def erase_contacts() -> int:
    """Empty name and contact; returns the number of contributions."""
    filled = [getattr(Contribution, name) for name in erasing.CONTACT if name.startswith("contact")]
    has_some = or_(Contribution.consent_id.is_not(None), *(column != "" for column in filled))
    rows, erased = _ended(MONTHS_OF_CONTACT).where(has_some), 0
    while found := db.session.scalars(rows).all():
        for contribution in found:
            erasing.forget_contact(contribution)
        erased += len(found)
    return _logged("contact_data", erased)


def erase_contents() -> int:
    """Erase what was said, with its attachments; returns the number of contributions."""
    rows, erased = _ended(MONTHS_OF_CONTENT).where(Contribution.erased_on.is_(None)), 0
    while found := db.session.scalars(rows).all():
        for contribution in found:
            erasing.erase(contribution)
        erased += len(found)
    return _logged("contents", erased)


def erase_uploads() -> int:
    """Erase what a form brought that was never sent; returns the number of files."""
    old = Attachment.added_on < clock.today() - DAY_OF_UPLOADS
    rows, erased = select(Attachment).where(Attachment.case_id.is_(None), old).limit(BATCH), 0
    while found := db.session.scalars(rows.order_by(Attachment.id)).all():
        for attachment in found:
            sealed_files.erase(attachment)
        erased += len(found)
    return _logged("uploads", erased)


def ended_on() -> ColumnElement[date]:
    """SQL: the day of the last answer; without one that of the end, or of the reception."""
    days = [
        select(func.max(CaseStep.taken_on))
        .where(CaseStep.case_id == Contribution.case_id, CaseStep.stage == stage)
        .scalar_subquery()
        for stage in OVER
    ]
    return func.coalesce(days[0], Case.answered_on, days[1], Contribution.received_on)


def _ended(months: int) -> Select[Contribution]:
    asks_nothing = and_(Case.kind.in_(WITHOUT_TERM), Case.filed_as.in_(WITHOUT_TERM))
    is_over = or_(Contribution.stage.in_(OVER), Case.desisted_on.is_not(None), asks_nothing)
    rows = select(Contribution).join(Contribution.case)
    rows = rows.where(is_over, ended_on() <= months_before(clock.today(), months))
    return rows.order_by(Contribution.case_id).limit(BATCH)


def _logged(what: str, rows: int) -> int:
    if rows:
        audit.record("listening.purged", "Contribution", by="participa", what=what, rows=rows)
    return rows


PURGES = (
    ("Contactos de aportes, vencidos", erase_contacts),
    ("Contenido de aportes, vencido", erase_contents),
    ("Fotos y notas de voz que no se enviaron", erase_uploads),
)
