"""The staff's acts on a contribution: transfer, write, answer, close, and what the law adds.

What the person should know becomes a step on their page, and a letter where there is an address.
The audit trail repeats nothing of what anybody wrote.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from participa.cases import legal_clock
from participa.cases import service as cases
from participa.cases.calendar import closed_days
from participa.cases.models import CaseKind
from participa.core import audit, clock, spanish, workdays
from participa.core.db import db
from participa.core.errors import Refused
from participa.listening import letters, steps
from participa.listening.models import (
    Attachment,
    CaseLabel,
    CaseStage,
    Contribution,
    HelpingOffice,
    Message,
    MessageKind,
    PublicationDraft,
)
from participa.staff.models import Account, Office
from participa.staff.signing_in import second_factor

LONGEST = 10_000
TRANSFER_WITHIN = 5  # working days in which it goes to the office that is competent (art. 21)
NO_TEXT = "Escriba el mensaje."
ERASED = "Sus datos ya se borraron: no queda qué responder."
MORE_TIME = "Usted pidió más tiempo para completar lo que falta: tiene un mes más, una sola vez."


def review(contribution: Contribution, by: Account) -> None:
    """Somebody of the office that has it now begins to look at it."""
    if not contribution.is_untouched:
        return
    steps.take(contribution, CaseStage.IN_REVIEW, by, contribution.case.office)
    audit.record("listening.reviewed", contribution, by)


def classify(contribution: Contribution, by: Account, kind: CaseKind) -> None:
    """Say what it is in law, or confirm it. No right gets shorter by it (PQR-08)."""
    is_confirmed = kind is contribution.case.kind
    contribution.classified_on = clock.today()
    if is_confirmed:
        audit.record("listening.kind_confirmed", contribution, by, kind=kind.label)
    else:
        cases.classify(contribution.case, by, kind, part=contribution)


def transfer_until(contribution: Contribution) -> date:
    """The last day to transfer it, by the earlier reading of the law; later is told as late."""
    return workdays.due(contribution.case.filed_on, TRANSFER_WITHIN, closed_days())


def why_not_transferred(contribution: Contribution) -> str:
    """Why it cannot be given to another office now; "" if it can."""
    if contribution.is_open:
        return ""
    return "Ya se respondió. Para trasladarlo, reábralo primero."


def transfer(contribution: Contribution, by: Account, office: Office, reason: str) -> None:
    """Give it to the office that is competent, and tell the person (art. 21; PQR-02)."""
    case = contribution.case
    if office.id == case.office_id:
        raise Refused("Ya lo tiene esa dependencia.", "office")
    if not reason:
        raise Refused("Escriba por qué se traslada: la persona lo leerá.", "reason")
    if contribution.accused_office_id == office.id:
        raise Refused("No se traslada a la dependencia de la que habla la denuncia.", "office")
    if why_not := why_not_transferred(contribution):
        raise Refused(why_not, "office")
    is_late = clock.today() > transfer_until(contribution)
    case.office = office
    steps.take(contribution, CaseStage.TRANSFERRED, by, office, reason)
    letters.tell(contribution, f"Su aporte pasó a {office.name}, que debe responderle.")
    audit.record("listening.transferred", contribution, by, office=office.slug, is_late=is_late)


def ask_help(contribution: Contribution, by: Account, office: Office, question: str) -> None:
    """Ask another office for its part of the answer: it reads the question and the contribution."""
    if contribution.is_corruption:
        raise Refused("Una denuncia de corrupción la ve solo la dependencia que la investiga.")
    if any(one.office_id == office.id for one in contribution.helpers):
        raise Refused("A esa dependencia ya se le pidió su parte.", "office")
    if office.id in (contribution.case.office_id, contribution.accused_office_id):
        raise Refused("Escoja otra dependencia.", "office")
    contribution.helpers.append(HelpingOffice(office=office, question=question))
    audit.record("listening.help_asked", contribution, by, office=office.slug)


def why_not_written(contribution: Contribution) -> str:
    """Why the staff write no more about it; "" while they may. What was erased stays erased."""
    return ERASED if contribution.erased_on is not None else ""


def why_no_part(contribution: Contribution) -> str:
    """Why another office gives no part of the answer any more; "" while it may."""
    return "" if contribution.is_open else "Ya se respondió: su parte no hace falta."


def give_part(contribution: Contribution, by: Account, helper: HelpingOffice, part: str) -> None:
    """What another office says, for the answer."""
    if not part:
        raise Refused(NO_TEXT, "part")
    if why_not := why_no_part(contribution):
        raise Refused(why_not, "part")
    helper.part, helper.gave_on = part, clock.today()
    audit.record("listening.part_given", contribution, by, office=helper.office.slug)


def note(contribution: Contribution, by: Account, text: str) -> Message:
    """Write down something that the staff alone reads."""
    if not text:
        raise Refused(NO_TEXT, "text")
    if why_not := why_not_written(contribution):
        raise Refused(why_not, "text")
    written = steps.write(contribution, MessageKind.NOTE, text, by)
    audit.record("listening.noted", contribution, by)
    return written


def reply(contribution: Contribution, by: Account, text: str) -> Message:
    """Write to the person, before or after the answer."""
    if not text:
        raise Refused(NO_TEXT, "text")
    if why_not := why_not_written(contribution):
        raise Refused(why_not, "text")
    written = steps.write(contribution, MessageKind.REPLY, text, by)
    letters.tell(contribution, "El equipo le escribió un mensaje.")
    audit.record("listening.replied", contribution, by)
    return written


def why_not_answered(contribution: Contribution) -> str:
    """Why it cannot be answered now; "" if it can."""
    if contribution.stage is CaseStage.CLOSED:
        return "Ya está cerrado. Para responder otra vez, reábralo primero."
    if why_not := why_not_written(contribution):
        return why_not
    return "" if contribution.case.office else "Traslade primero: falta quién responde."


def answer(contribution: Contribution, by: Account, text: str) -> Message:
    """Answer in substance. A second answer completes the first, whose day stays."""
    case = contribution.case
    if why_not := why_not_answered(contribution):
        raise Refused(why_not, "text")
    if not text:
        raise Refused("Escriba la respuesta.", "text")
    written = steps.write(contribution, MessageKind.ANSWER, text, by)
    case.answered_on = case.answered_on or clock.today()
    case.answered_by_id = by.id
    steps.take(contribution, CaseStage.ANSWERED, by, case.office)
    letters.tell(contribution, f"La ciudad respondió su aporte. {letters.WAS_IT_SOLVED}")
    audit.record("listening.answered", contribution, by)
    return written


def extend(contribution: Contribution, by: Account, days: int, reason: str) -> None:
    """Lengthen the term before it ends, and tell the person why and until when."""
    cases.extend(contribution.case, by, days, reason, part=contribution)
    until = contribution.case.due_on
    steps.take(contribution, CaseStage.IN_REVIEW, by, contribution.case.office, reason)
    day = f" hasta el {spanish.weekday(until)}" if until else ""
    letters.tell(contribution, f"La ciudad necesita más tiempo para responder{day}.")


def ask_to_complete(contribution: Contribution, by: Account, question: str) -> None:
    """Ask the person for what is missing; the term stands still until they write (art. 17)."""
    if not question:
        raise Refused("Escriba qué falta.", "text")
    cases.ask_to_complete(contribution.case, by, part=contribution)
    steps.write(contribution, MessageKind.REPLY, question, by)
    letters.tell(contribution, "Falta algo para poder responderle: la ciudad se lo pregunta.")


def give_more_time(contribution: Contribution, by: Account, asked_on: date) -> None:
    """Give the person the month more to complete it for which they asked, and tell them."""
    cases.give_more_time(contribution.case, by, asked_on, part=contribution)
    office = contribution.case.office
    steps.take(contribution, CaseStage.IN_REVIEW, by, office, MORE_TIME)
    time = legal_clock.time_to_complete(contribution.case)
    day = f": hasta el {spanish.weekday(time.last_on)}" if time else ""
    letters.tell(contribution, f"Tiene un mes más para completar lo que falta{day}.")


def why_not_closed(contribution: Contribution) -> str:
    """Why it cannot be closed now; "" if it can. What asks for an answer is answered first."""
    case = contribution.case
    if contribution.stage is CaseStage.CLOSED:
        return "Ya está cerrado."
    if case.term is None or case.is_answered or case.desisted_on is not None:
        return ""
    if not case.is_waiting:
        return "Respóndalo antes de cerrarlo: pide una respuesta."
    time = legal_clock.time_to_complete(case)
    if time is None or time.is_over:
        return ""
    return f"La persona tiene hasta el {spanish.weekday(time.last_on)} para completarlo."


def close(contribution: Contribution, by: Account, reason: str) -> None:
    """End it, and tell the person what came of it.

    Who has not completed it in time takes it back (art. 17).
    """
    case = contribution.case
    if why_not := why_not_closed(contribution):
        raise Refused(why_not, "reason")
    if not reason:
        raise Refused("Escriba qué resultó: la persona lo leerá.", "reason")
    if case.is_waiting:
        cases.desist(case)
    steps.take(contribution, CaseStage.CLOSED, by, case.office, reason)
    letters.tell(contribution, "La ciudad cerró su aporte y le cuenta en qué terminó.")
    audit.record("listening.case_closed", contribution, by)


def reopen(contribution: Contribution, by: Account, reason: str) -> None:
    """Go on with one that was answered or closed. Its day of the answer stays."""
    if contribution.is_open:
        raise Refused("No está cerrado.", "reason")
    if not reason:
        raise Refused("Escriba por qué se reabre.", "reason")
    if contribution.erased_on is not None:
        raise Refused(ERASED, "reason")
    case = contribution.case
    case.desisted_on = None
    if _has_written_since(contribution, case.asked_to_complete_on):
        cases.complete(case)  # what they wrote while it was closed had let no term go on
    steps.take(contribution, CaseStage.IN_REVIEW, by, case.office, reason)
    letters.tell(contribution, "La ciudad volvió a abrir su aporte.")
    audit.record("listening.case_reopened", contribution, by)


def _has_written_since(contribution: Contribution, day: date | None) -> bool:
    written = [one.sent_on for one in contribution.messages if one.kind is MessageKind.PERSON]
    return day is not None and any(on >= day for on in written)


def mark_life_risk(contribution: Contribution, by: Account, is_at_risk: bool) -> None:
    """Say that a life may be in danger, or that it is not. Such a case is never published."""
    if contribution.is_life_risk == is_at_risk:
        return
    contribution.is_life_risk = is_at_risk
    if is_at_risk:
        _take_from_public(contribution, by)
    audit.record("listening.life_risk", contribution, by, is_urgent=is_at_risk)


def mark_corruption(
    contribution: Contribution, by: Account, accused: Office | None, control: Office
) -> None:
    """Make it a report of corruption: `control` looks into it, and the accused office cannot see it
    (Ley 1474 de 2011, art. 76; PQR-11).
    """
    if accused is not None and accused.id == control.id:
        raise Refused("La dependencia denunciada no puede ser la que investiga.", "accused")
    contribution.is_corruption, contribution.accused_office = True, accused
    classify(contribution, by, CaseKind.REPORT)
    if control.id != contribution.case.office_id:
        contribution.case.office = control
        steps.take(contribution, CaseStage.TRANSFERRED, by, control)
        letters.tell(contribution, f"Su aporte pasó a {control.name}, que debe responderle.")
    _take_from_public(contribution, by)
    audit.record("listening.marked_corruption", contribution, by)


def label(contribution: Contribution, by: Account, names: Collection[str]) -> None:
    """Give it these labels and no others; one that is not there yet is made."""
    rows = select(CaseLabel).where(CaseLabel.name.in_(names))
    known = {one.name: one for one in db.session.scalars(rows)}
    contribution.labels = [known.get(name) or CaseLabel(name=name) for name in sorted(set(names))]
    audit.record("listening.labelled", contribution, by, labels=sorted(set(names)))


def transcribe(contribution: Contribution, by: Account, attachment: Attachment, text: str) -> None:
    """Write down by hand what a voice note says."""
    attachment.transcript, attachment.transcribed_by_id = text, by.id
    audit.record("listening.transcribed", contribution, by, part=attachment)


def reveal(contribution: Contribution, by: Account) -> None:
    """Note that somebody looked at the name and the contact: who and when, and no data."""
    second_factor.require(by)
    audit.record("listening.revealed", contribution, by)


def _take_from_public(contribution: Contribution, by: Account) -> None:
    """What is never published is hidden if it was, and nothing waits to publish it."""
    case = contribution.case
    waiting = select(PublicationDraft).filter_by(case_id=case.id, decided_at=None)
    for draft in db.session.scalars(waiting):
        draft.decided_at, draft.decided_by_id = clock.now(), by.id
    if case.is_public:
        cases.hide(case, by)
        case.public_text = case.answer = ""
