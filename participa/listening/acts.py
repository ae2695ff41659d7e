"""The staff's acts on a contribution: transfer, write, answer, close, and what the law adds.

What the person should know becomes a step on their page, and a letter where there is an address.
The audit trail repeats nothing of what anybody wrote.
"""

from participa.cases import legal_clock
from participa.cases import service as cases
from participa.core import audit, clock, spanish
from participa.core.errors import Refused
from participa.listening import letters, steps
from participa.listening.models import (
    CaseStage,
    Contribution,
    HelpingOffice,
    Message,
    MessageKind,
)
from participa.staff.models import Account, Office

LONGEST = 10_000
NO_TEXT = "Escriba el mensaje."


def review(contribution: Contribution, by: Account) -> None:
    """Somebody has begun to look at it."""
    if contribution.stage is not CaseStage.RECEIVED:
        return
    steps.take(contribution, CaseStage.IN_REVIEW, by, contribution.case.office)
    audit.record("listening.reviewed", contribution, by)


def transfer(contribution: Contribution, by: Account, office: Office, reason: str) -> None:
    """Give it to the office that is competent, and tell the person (art. 21; PQR-02)."""
    case = contribution.case
    if office.id == case.office_id:
        raise Refused("Ya lo tiene esa dependencia.", "office")
    if not reason:
        raise Refused("Escriba por qué se traslada: la persona lo leerá.", "reason")
    if contribution.accused_office_id == office.id:
        raise Refused("No se traslada a la dependencia de la que habla la denuncia.", "office")
    cases.assign(case, by, office)
    steps.take(contribution, CaseStage.TRANSFERRED, by, office, reason)
    letters.tell(contribution, f"Su aporte pasó a {office.name}, que debe responderle.")
    audit.record("listening.transferred", contribution, by, office=office.slug)


def ask_help(contribution: Contribution, by: Account, office: Office, question: str) -> None:
    """Ask another office for its part of the answer."""
    if any(one.office_id == office.id for one in contribution.helpers):
        raise Refused("A esa dependencia ya se le pidió su parte.", "office")
    if office.id in (contribution.case.office_id, contribution.accused_office_id):
        raise Refused("Escoja otra dependencia.", "office")
    contribution.helpers.append(HelpingOffice(office=office, question=question))
    audit.record("listening.help_asked", contribution, by, office=office.slug)


def give_part(contribution: Contribution, by: Account, helper: HelpingOffice, part: str) -> None:
    """What another office says, for the answer."""
    if not part:
        raise Refused(NO_TEXT, "part")
    helper.part, helper.gave_on = part, clock.today()
    audit.record("listening.part_given", contribution, by, office=helper.office.slug)


def note(contribution: Contribution, by: Account, text: str) -> Message:
    """Write down something that the staff alone reads."""
    if not text:
        raise Refused(NO_TEXT, "text")
    written = steps.write(contribution, MessageKind.NOTE, text, by)
    audit.record("listening.noted", contribution, by)
    return written


def reply(contribution: Contribution, by: Account, text: str) -> Message:
    """Write to the person, before or after the answer."""
    if not text:
        raise Refused(NO_TEXT, "text")
    written = steps.write(contribution, MessageKind.REPLY, text, by)
    letters.tell(contribution, "El equipo le escribió un mensaje.")
    audit.record("listening.replied", contribution, by)
    return written


def answer(contribution: Contribution, by: Account, text: str) -> Message:
    """Answer in substance. A second answer completes the first, whose day stays."""
    case = contribution.case
    if case.office is None:
        raise Refused("Diga primero qué dependencia responde.", "office")
    if not text:
        raise Refused("Escriba la respuesta.", "text")
    written = steps.write(contribution, MessageKind.ANSWER, text, by)
    case.answered_on = case.answered_on or clock.today()
    case.answered_by_id = by.id
    steps.take(contribution, CaseStage.ANSWERED, by, case.office)
    letters.tell(contribution, "La ciudad respondió su aporte.")
    audit.record("listening.answered", contribution, by)
    return written


def extend(contribution: Contribution, by: Account, days: int, reason: str) -> None:
    """Lengthen the term before it ends, and tell the person why and until when."""
    cases.extend(contribution.case, by, days, reason)
    until = contribution.case.due_on
    steps.take(contribution, CaseStage.IN_REVIEW, by, contribution.case.office, reason)
    day = f" hasta el {spanish.weekday(until)}" if until else ""
    letters.tell(contribution, f"La ciudad necesita más tiempo para responder{day}.")


def ask_to_complete(contribution: Contribution, by: Account, question: str) -> None:
    """Ask the person for what is missing; the term stands still until they write (art. 17)."""
    if not question:
        raise Refused("Escriba qué falta.", "text")
    cases.ask_to_complete(contribution.case, by)
    steps.write(contribution, MessageKind.REPLY, question, by)
    letters.tell(contribution, "Falta algo para poder responderle: la ciudad se lo pregunta.")


def close(contribution: Contribution, by: Account, reason: str) -> None:
    """End it. What asks for an answer is answered first."""
    case = contribution.case
    if case.term is not None and not case.is_answered and not case.is_waiting:
        raise Refused("Respóndalo antes de cerrarlo: pide una respuesta.", "reason")
    if contribution.stage is CaseStage.CLOSED:
        raise Refused("Ya está cerrado.", "reason")
    if not reason:
        raise Refused("Escriba qué resultó: la persona lo leerá.", "reason")
    if case.is_waiting:
        _end_the_waiting(contribution)
    steps.take(contribution, CaseStage.CLOSED, by, case.office, reason)
    letters.tell(contribution, "La ciudad cerró su aporte y le cuenta en qué terminó.")
    audit.record("listening.case_closed", contribution, by)


def _end_the_waiting(contribution: Contribution) -> None:
    """The person did not complete it in time, which counts as taking it back (art. 17)."""
    time = legal_clock.time_to_complete(contribution.case)
    if time is not None and not time.is_over:
        until = spanish.weekday(time.last_on)
        raise Refused(f"La persona tiene hasta el {until} para completarlo.", "reason")
    cases.desist(contribution.case)


def reopen(contribution: Contribution, by: Account, reason: str) -> None:
    """Go on with one that was closed."""
    if contribution.stage is not CaseStage.CLOSED:
        raise Refused("No está cerrado.", "reason")
    if not reason:
        raise Refused("Escriba por qué se reabre.", "reason")
    if contribution.erased_on is not None:
        raise Refused("Sus datos ya se borraron: no queda qué responder.", "reason")
    contribution.case.desisted_on = None
    steps.take(contribution, CaseStage.IN_REVIEW, by, contribution.case.office, reason)
    letters.tell(contribution, "La ciudad volvió a abrir su aporte.")
    audit.record("listening.case_reopened", contribution, by)


def mark_life_risk(contribution: Contribution, by: Account, is_at_risk: bool) -> None:
    """Say that a life may be in danger, or that it is not. Such a case is never published."""
    if contribution.is_life_risk == is_at_risk:
        return
    contribution.is_life_risk = is_at_risk
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
    if control.id != contribution.case.office_id:
        cases.assign(contribution.case, by, control)
        steps.take(contribution, CaseStage.TRANSFERRED, by, control)
    audit.record("listening.marked_corruption", contribution, by)
