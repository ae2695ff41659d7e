"""The acts on a case: filing by a channel; assigning, answering, redacting, publishing, hiding."""

from datetime import date

from sqlalchemy import insert

from participa.cases.models import Case, CaseKind, random_id
from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account, Office

# Built once and from the table: an insert built from the model per call doubles the CPU of a
# resident's form.
INSERT = insert(Case.__table__)


def file(
    source: str,
    code: str,
    text: str,
    office_id: int | None = None,
    kind: CaseKind = CaseKind.QUESTION,
    filed_on: date | None = None,
) -> int:
    """Insert a case and return its id.

    The resident follows the case with `code`; `source` names the channel. `office_id` is the
    office that answers until somebody assigns another one. The term runs from `filed_on`: today,
    or the earlier day of a question on paper.
    """
    case_id = random_id()
    values = {"id": case_id, "code": code, "kind": kind, "source": source, "text": text}
    values |= {"office_id": office_id, "filed_on": filed_on or clock.today()}
    db.session.execute(INSERT, values)
    return case_id


def assign(case: Case, by: Account, office: Office) -> None:
    case.office = office
    audit.record("cases.assigned", case, by, office=office.slug)


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
