"""Claims about the data of an entry: filing, the mark that they leave, what ends them (DAT-08).

How a claim is decided is in `participa.attendance.rights.deciding`. A claim is no case of
`participa.cases`: docs/decisions/0054-a-claim-is-not-a-case.md says why.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update

from participa.attendance.models import (
    AttendanceList,
    Attendee,
    ClaimKind,
    ClaimOutcome,
    DataClaim,
)
from participa.core import audit, clock, spanish, submissions
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.staff.models import Account

LEGEND = "Reclamo en trámite"
PENDING = "Ya hay un reclamo en trámite sobre estos datos. Espere a que se decida."
WITHDRAWN = "Esta firma se quitó del listado: no quedan datos sobre los que reclamar."
DECIDE_FIRST = "Esta firma tiene un reclamo en trámite. Se puede quitar cuando se decida."
TWO = "Las dos firmas tienen un reclamo en trámite. Decida primero uno de los dos."
NOT_YET = "Escriba el día en que llegó el reclamo: hoy o uno anterior."


def legend(claim: DataClaim) -> str:
    """Reclamo en trámite desde el 3 de marzo de 2026. Motivo: no estuve en ese evento."""
    return f"{LEGEND} desde el {spanish.day(claim.filed_at)}. Motivo: {claim.motive}"


def state_in_words(claim: DataClaim) -> tuple[str, str]:
    """The state of a claim and of its term, and the CSS class of it."""
    if claim.outcome is not None:
        return claim.outcome.value, "done"
    days = (claim.due_on - clock.today()).days
    if days < 0:
        return f"{LEGEND}, vencido", "late"
    if days == 0:
        return f"{LEGEND}, vence hoy", "late"
    return f"{LEGEND}, vence en {spanish.several(days, 'día', 'días')}", "going"


def is_marked() -> ColumnElement[bool]:
    """SQL: an entry about which a claim is pending."""
    mine = DataClaim.attendee_id == Attendee.id
    return exists().where(mine, DataClaim.decided_at.is_(None)).correlate(Attendee)


def has_claims() -> ColumnElement[bool]:
    """SQL: an entry about which there is a claim, pending or decided."""
    return exists().where(DataClaim.attendee_id == Attendee.id).correlate(Attendee)


def pending_on(entry: Attendee) -> DataClaim | None:
    return pending_by_entry([entry.id]).get(entry.id)


def pending_by_entry(entry_ids: Collection[int]) -> dict[int, DataClaim]:
    """The pending claim of each of these entries that has one."""
    return _by_entry(DataClaim.attendee_id.in_(entry_ids)) if entry_ids else {}


def pending_of_list(list_id: int) -> dict[int, DataClaim]:
    """The same of a whole list."""
    of_list = select(Attendee.id).where(Attendee.list_id == list_id)
    return _by_entry(DataClaim.attendee_id.in_(of_list))


def _by_entry(condition: ColumnElement[bool]) -> dict[int, DataClaim]:
    rows = select(DataClaim).where(condition, DataClaim.decided_at.is_(None))
    return {claim.attendee_id: claim for claim in db.session.scalars(rows.order_by(DataClaim.id))}


def claims_of(entries: Collection[Attendee]) -> Sequence[DataClaim]:
    """Every claim about these entries, the newest first."""
    rows = select(DataClaim).where(DataClaim.attendee_id.in_([one.id for one in entries]))
    return db.session.scalars(rows.order_by(DataClaim.id.desc())).all()


def why_not_filed(entry: Attendee) -> str:
    """Why no claim about an entry can be filed now; "" if one can."""
    if entry.withdrawn_at is not None:
        return WITHDRAWN
    return PENDING if pending_on(entry) is not None else ""


def file(
    entry: Attendee,
    by: Account | str,
    submission_id: str,
    kind: ClaimKind,
    motive: str,
    received_on: date | None = None,
    reason: str = "",
) -> DataClaim:
    """Store a claim, with which the entry is marked; a form sent again leads to the same one.

    `by` is the person or, on their behalf, an account; `received_on` is the day on which the claim
    was received whole, by default today. Raises Refused while another one is pending.
    """
    versions.lock(entry)
    if (known := _of_form(entry, submission_id)) is not None:
        return known
    if why_not := why_not_filed(entry):
        raise Refused(why_not)
    received_on = received_on or clock.today()
    if received_on > clock.today():
        raise Refused(NOT_YET, "received_on")
    submissions.insert_once(
        DataClaim,
        attendee_id=entry.id,
        submission_id=submission_id,
        kind=kind,
        motive=motive,
        received_on=received_on,
        filed_at=clock.now(),
        filed_by_id=by.id if isinstance(by, Account) else None,
    )
    claim = _of_form(entry, submission_id)
    if claim is None:
        raise Refused(PENDING)  # another request was faster
    because = {"reason": reason} if reason else {}
    log("attendance.claim_filed", claim, by, **because)
    return claim


def _of_form(entry: Attendee, submission_id: str) -> DataClaim | None:
    return db.session.scalar(
        select(DataClaim).filter_by(attendee_id=entry.id, submission_id=submission_id)
    )


def end(
    claim: DataClaim, outcome: ClaimOutcome, answer: str = "", by: Account | None = None
) -> None:
    """The claim is decided; its mark goes. Of an entry without data the motive goes too."""
    claim.outcome, claim.answer, claim.decided_at = outcome, answer, clock.now()
    claim.decided_by_id = by.id if by else None
    if claim.attendee.erased_at is not None:
        claim.motive = ""
    db.session.flush()


def forget(entry: Attendee) -> None:
    """The data of an entry are erased: a pending claim is over, and no motive stays."""
    if (claim := pending_on(entry)) is not None:
        is_done = claim.kind is ClaimKind.ERASE
        end(claim, ClaimOutcome.ACCEPTED if is_done else ClaimOutcome.ENDED)
    emptied = update(DataClaim).where(DataClaim.attendee_id == entry.id).values(motive="")
    db.session.execute(emptied.execution_options(synchronize_session="fetch"))


def move(gone: Attendee, kept: Attendee) -> None:
    """Two entries are one person: what that person claims is about the one that stays."""
    if pending_on(gone) is not None and pending_on(kept) is not None:
        raise Refused(TWO)
    moved = update(DataClaim).where(DataClaim.attendee_id == gone.id).values(attendee_id=kept.id)
    db.session.execute(moved.execution_options(synchronize_session="fetch"))


def delete_of(entry_ids: Collection[int]) -> None:
    """Delete the claims about entries whose data are over."""
    gone = delete(DataClaim).where(DataClaim.attendee_id.in_(entry_ids))
    db.session.execute(gone.execution_options(synchronize_session=False))


def log(verb: str, claim: DataClaim, by: Account | str, **details: Any) -> None:
    """The trail names entry and claim, and says nothing of what was claimed."""
    record = db.session.get_one(AttendanceList, claim.attendee.list_id)
    audit.record(verb, record, by, part=claim, entry=claim.attendee_id, **details)
