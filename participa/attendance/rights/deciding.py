"""The city decides a claim about data: it does what was asked, refuses with its reason, or takes
longer and says why (Ley 1581 de 2012, art. 15). The person reads each of the three (DAT-08).
"""

from contextlib import suppress

from participa.attendance import claims
from participa.attendance.models import Attendee, ClaimKind, ClaimOutcome, DataClaim
from participa.attendance.rights import own_data
from participa.attendance.rights.own_data import CorrectedData
from participa.core import clock, links, spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.jobs import mail
from participa.staff.models import Account

PATH = "/asistencia/{code}/mis-datos/{receipt}"
DECIDED = "Este reclamo ya se decidió."
EXTENDED = "El plazo de este reclamo ya se amplió. La ley lo permite una sola vez."
OVER = "El plazo ya venció: la ley pide avisar de la demora antes. Decida el reclamo."
NO_ANSWER = "Escriba la respuesta: la persona la lee."
COMPLAIN = "Si no está de acuerdo, puede quejarse ante la Superintendencia de Industria y Comercio."


def accept(
    claim: DataClaim, by: Account, answer: str, correction: CorrectedData | None = None
) -> None:
    """Do what the claim asks for, and tell the person what was done."""
    entry = _to_decide(claim)
    if not answer:
        raise Refused(NO_ANSWER, "answer")
    address, reason = entry.email, f"Reclamo {claim.id}"
    if claim.kind is ClaimKind.CORRECT and correction is not None:
        own_data.correct(entry, by, correction, reason)
    claims.end(claim, ClaimOutcome.ACCEPTED, answer, by)
    claims.log("attendance.claim_accepted", claim, by)
    if claim.kind is ClaimKind.ERASE:
        own_data.erase(entry, by, reason)
    _tell(entry, entry.email or address, f"Aceptamos su reclamo.\n\n{answer}")


def refuse(claim: DataClaim, by: Account, answer: str) -> None:
    """The data stay as they are; the person reads why."""
    entry = _to_decide(claim)
    if not answer:
        raise Refused(NO_ANSWER, "answer")
    claims.end(claim, ClaimOutcome.REFUSED, answer, by)
    claims.log("attendance.claim_refused", claim, by)
    _tell(entry, entry.email, f"No aceptamos su reclamo.\n\n{answer}\n\n{COMPLAIN}")


def extend(claim: DataClaim, by: Account, reason: str) -> None:
    """Take some days more, once and before the term is over; the person reads why."""
    entry = _to_decide(claim)
    if why_not := why_not_extended(claim):
        raise Refused(why_not)
    claim.extended_at, claim.delay_reason = clock.now(), reason
    claims.log("attendance.claim_extended", claim, by)
    due_on = spanish.weekday(claim.due_on)
    _tell(entry, entry.email, f"{reason}\n\nLo respondemos a más tardar el {due_on}.")


def why_not_decided(claim: DataClaim) -> str:
    """Why it cannot be decided now; "" if it can."""
    return "" if claim.is_pending else DECIDED


def why_not_extended(claim: DataClaim) -> str:
    """Why its term cannot be extended now; "" if it can."""
    if not claim.is_pending:
        return DECIDED
    if claim.extended_at is not None:
        return EXTENDED
    return OVER if claim.is_late else ""


def corrects(claim: DataClaim) -> bool:
    """Whether accepting it changes data that can be changed."""
    is_correction = claim.kind is ClaimKind.CORRECT
    return is_correction and not own_data.why_not_corrected(claim.attendee)


def _to_decide(claim: DataClaim) -> Attendee:
    """The entry of a pending claim, both locked; raises Refused for one that was decided."""
    versions.lock(claim.attendee)
    versions.lock(claim)
    if why_not := why_not_decided(claim):
        raise Refused(why_not)
    return claim.attendee


def _tell(entry: Attendee, address: str, told: str) -> None:
    """By mail, where there is one; on the person's own page it stands in any case."""
    if not address:
        return
    record = entry.attendance_list
    own = links.absolute(PATH.format(code=record.code, receipt=entry.receipt))
    body = (
        f"Usted reclamó por sus datos en el listado de «{record.event.title}».\n\n{told}\n\n"
        f"Lo puede ver aquí. No pase este enlace: abre sus datos.\n{own}\n"
    )
    with suppress(Refused):  # an address that was typed wrong
        mail.send(address, "Su reclamo sobre sus datos personales", body)
    db.session.flush()
