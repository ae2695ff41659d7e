"""The acts on a case: filing by a channel; assigning, answering, redacting, publishing, hiding."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import delete, insert

from participa.cases import legal_clock
from participa.cases.calendar import closed_days
from participa.cases.models import Case, CaseKind, CasePriority, Priority, random_id
from participa.core import audit, clock, spanish, submissions, workdays
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.staff.models import Account, Office

# Built once and from the table: an insert built from the model per call doubles the CPU of a
# resident's form.
INSERT = insert(Case.__table__)
COMPLETE_WITHIN = 10  # working days in which the city may ask to complete a petition (art. 17)


def file(
    source: str,
    code: str,
    text: str,
    office_id: int | None = None,
    kind: CaseKind = CaseKind.QUESTION,
    filed_on: date | None = None,
    **facts: Any,
) -> int:
    """Insert a case and return its id.

    The resident follows the case with `code`; `source` names the channel. `office_id` is the
    office that answers until somebody assigns another one. The term runs from `filed_on`: today,
    or the earlier day of a question on paper. `facts` are other columns: `topic`, `territory`,
    `is_after_hours`.
    """
    case_id = random_id()
    values = {"id": case_id, "code": code, "kind": kind, "source": source, "text": text}
    values |= {"office_id": office_id, "filed_on": filed_on or clock.today(), "filed_as": kind}
    db.session.execute(INSERT, values | facts)
    return case_id


def file_once(source: str, code: str, kind: CaseKind, **facts: Any) -> int | None:
    """Insert a case whose text the channel stores; None when there is one with this code."""
    values = {"id": random_id(), "code": code, "kind": kind, "filed_as": kind, "source": source}
    values |= {"text": "", "filed_on": clock.today()}
    return submissions.insert_once(Case, **(values | facts))


def is_after_hours() -> bool:
    """Whether what is filed now counts from the next working day (art. 54)."""
    return clock.local(clock.now()).hour >= installation().settings.filing_cutoff


def classify(case: Case, by: Account, kind: CaseKind, part: Any = None) -> None:
    """Say what it is in law. It never gets a longer term than it was filed with (PQR-08).

    `part` is the record of the channel, under which its page finds the act; so it is below.
    """
    if kind is case.kind:
        return
    before, case.kind = case.kind, kind
    audit.record("cases.classified", case, by, part, before=before.label, after=kind.label)


def why_not_extended(case: Case) -> str:
    """Why the term cannot be extended now; "" if it can."""
    if case.is_answered:
        return "Ya se respondió: no hay qué prorrogar."
    if case.extended_on is not None:
        return "Este término ya se prorrogó una vez. La ley no permite otra."
    if case.due_on is None or case.is_late:
        return "El término ya venció o está detenido. Solo se prorroga antes."
    return "" if case.most_extra else "La ley no permite prorrogar el término de esta clase."


def extend(case: Case, by: Account, days: int, reason: str, part: Any = None) -> None:
    """Give the city more working days to answer, once and before the term ends (art. 14, par.)."""
    if why_not := why_not_extended(case):
        raise Refused(why_not, "days")
    most = case.most_extra
    if not 1 <= days <= most:
        raise Refused(f"Prorrogue entre 1 y {most} días hábiles: no más del doble.", "days")
    if not reason:
        raise Refused("Escriba por qué: la persona lo leerá.", "reason")
    case.extra_days, case.extended_on, case.extension_reason = days, clock.today(), reason
    audit.record("cases.extended", case, by, part, days=days)


def why_not_asked_to_complete(case: Case) -> str:
    """Why the person cannot be asked to complete it now; "" if they can."""
    if case.term is None:
        return "No pide una respuesta: no hay término que detener. Escríbale a la persona."
    if case.asked_to_complete_on is not None:
        return "Ya se pidió completarla una vez."
    if case.is_answered:
        return "Ya se respondió."
    if clock.today() <= workdays.due(case.filed_on, COMPLETE_WITHIN, closed_days()):
        return ""
    return (
        f"Solo se puede pedir en los primeros {COMPLETE_WITHIN} días hábiles. Responda con lo que "
        "hay."
    )


def ask_to_complete(case: Case, by: Account, part: Any = None) -> None:
    """Stop the term until the person completes what they asked, within ten days (art. 17)."""
    if why_not := why_not_asked_to_complete(case):
        raise Refused(why_not)
    case.asked_to_complete_on = clock.today()
    audit.record("cases.completion_asked", case, by, part)


def why_no_more_time(case: Case) -> str:
    """Why the person cannot be given more time to complete it; "" if they can."""
    time = legal_clock.time_to_complete(case)
    if time is None:
        return "No se le ha pedido completar nada."
    if case.more_time_asked_on is not None:
        return "Ya se le dio un mes más. La ley no permite otro."
    if case.is_answered or case.desisted_on is not None:
        return "Ya terminó: no hay qué completar."
    if case.completed_on is not None and time.is_over:
        return "La persona ya escribió, y su mes terminó: el término de la ciudad corre."
    return ""


def give_more_time(case: Case, by: Account, asked_on: date, part: Any = None) -> None:
    """Give the person another month to complete it, once; they asked for it within the first.

    The message in which they asked has let the term go on: it stands still again.
    """
    time = legal_clock.time_to_complete(case)
    if (why_not := why_no_more_time(case)) or time is None or case.asked_to_complete_on is None:
        raise Refused(why_not, "asked_on")
    if not case.asked_to_complete_on <= asked_on <= min(time.last_on, clock.today()):
        last = spanish.weekday(min(time.last_on, clock.today()))
        first = spanish.weekday(case.asked_to_complete_on)
        raise Refused(f"Tuvo que pedirlo entre el {first} y el {last}.", "asked_on")
    case.more_time_asked_on, case.completed_on = asked_on, None
    audit.record("cases.more_time_given", case, by, part, requested_on=asked_on.isoformat())


def complete(case: Case) -> None:
    """The person completed it: the term goes on the next day."""
    if case.is_waiting:
        case.completed_on = clock.today()


def desist(case: Case) -> None:
    """The person takes it back (art. 18), or has not completed it in time (art. 17)."""
    if case.is_answered:
        raise Refused("Ya se respondió: no hay de qué desistir.")
    case.desisted_on = case.desisted_on or clock.today()


def priorities(case: Case) -> list[Priority]:
    """Why it goes before others; empty for most."""
    stored = db.session.get(CasePriority, case.id)
    return [Priority[name] for name in stored.reasons] if stored else []


def prioritise(case: Case, by: Account, reasons: Collection[Priority], part: Any = None) -> None:
    """Put a case before others, for these reasons or for none. The trail does not repeat them."""
    db.session.execute(delete(CasePriority).where(CasePriority.case_id == case.id))
    if reasons:
        db.session.add(CasePriority(case_id=case.id, reasons=sorted(one.name for one in reasons)))
    audit.record("cases.prioritised", case, by, part, is_urgent=bool(reasons))


def assign(case: Case, by: Account, office: Office, part: Any = None) -> None:
    case.office = office
    audit.record("cases.assigned", case, by, part, office=office.slug)


def answer(case: Case, by: Account, text: str, answered_on: date | None = None) -> None:
    """Store the answer, or a correction of it; the day of the first answer stays.

    `answered_on` is an earlier day than today, on which it was given by word of mouth.
    """
    if case.office is None:
        raise Refused("Diga primero qué dependencia responde.", "office")
    if not text:
        raise Refused("Escriba la respuesta.", "answer")
    if case.is_public and text != case.answer:
        case.withdrawn_on = clock.today()
    case.answer = text
    case.answered_on = case.answered_on or answered_on or clock.today()
    case.answered_by_id = by.id
    audit.record("cases.answered", case, by)


def redact(case: Case, by: Account, text: str) -> None:
    """Let the public read another text than the resident's, which stays for the staff.

    The trail does not repeat either of them.
    """
    shown = "" if text == case.text else text
    if shown == case.public_text:
        return
    if case.is_public:
        case.withdrawn_on = clock.today()
    case.public_text = shown
    audit.record("cases.redacted", case, by)


def publish(case: Case, by: Account) -> None:
    """Make the question and its answer public."""
    if not case.is_answered:
        raise Refused("Responda la pregunta antes de publicarla.", "answer")
    case.published_at = clock.now()
    audit.record("cases.published", case, by)


def hide(case: Case, by: Account) -> None:
    case.published_at, case.withdrawn_on = None, clock.today()
    audit.record("cases.hidden", case, by)
