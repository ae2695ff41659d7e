"""Publication of a contribution in two steps: an official proposes a text, another approves it.

The original stays encrypted as it came. The audit trail says how much was taken out, and of which
kind; never what.
"""

from sqlalchemy import select

from participa.cases import service as cases
from participa.cases import traces
from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.listening import letters
from participa.listening.answers import redaction
from participa.listening.models import Contribution, MessageKind, PublicationDraft, VerbalRecord
from participa.staff.models import Account

LIFE_RISK = "Habla de un riesgo para la vida: nunca se publica."
CORRUPTION = "Es una denuncia de corrupción: nunca se publica."
ERASED = "Sus datos ya se borraron: no hay qué publicar."
UNANSWERED = "Respóndalo antes de publicarlo."
LINKED = "Se respondió junto con otras peticiones iguales: su respuesta pública es la de aquella."
NOT_THERE = "Ya no hay una propuesta que revisar."


def why_not_public(contribution: Contribution) -> str:
    """Why it cannot be published; "" if it can."""
    reasons = (
        (contribution.is_life_risk, LIFE_RISK),
        (contribution.is_corruption, CORRUPTION),
        (contribution.erased_on is not None, ERASED),
        (contribution.analogous_to_id is not None, LINKED),
        (not contribution.case.is_answered, UNANSWERED),
    )
    return next((sentence for is_so, sentence in reasons if is_so), "")


def why_not_reviewed(draft: PublicationDraft, account: Account) -> str:
    """Why this account does not decide about a proposal; "" if it does."""
    if draft.decided_at is not None:
        return NOT_THERE
    if draft.proposed_by_id == account.id:
        return "Usted lo propuso: lo revisa otra persona."
    return ""


def drafts_of(contribution: Contribution) -> list[PublicationDraft]:
    """All its proposals, the newest first."""
    rows = select(PublicationDraft).filter_by(case_id=contribution.case_id)
    return list(db.session.scalars(rows.order_by(PublicationDraft.id.desc())))


def waiting_draft(contribution: Contribution) -> PublicationDraft | None:
    """The proposal that waits for another person."""
    drafts = drafts_of(contribution)
    return drafts[0] if drafts and drafts[0].decided_at is None else None


def answer_of(contribution: Contribution) -> str:
    """What the city answered, as the person reads it."""
    answers = [one.text for one in contribution.messages if one.kind is MessageKind.ANSWER]
    return "\n\n".join(answers)


def proposed(contribution: Contribution) -> dict[str, str]:
    """The texts to begin with: those of the last proposal, else the original ones."""
    drafts = drafts_of(contribution)
    if drafts:
        return {"text": drafts[0].text, "answer": drafts[0].answer}
    return {"text": contribution.text, "answer": answer_of(contribution)}


def still_named(contribution: Contribution, text: str) -> list[str]:
    """What a text has of the contact and the papers of its author, in words."""
    record = db.session.get(VerbalRecord, contribution.case_id)
    return redaction.own_data(
        text,
        names=[contribution.contact_name, record.person if record else ""],
        mail=contribution.contact_email,
        numbers={
            "el teléfono": contribution.contact_phone,
            "el documento": record.document if record else "",
        },
    )


def propose(
    contribution: Contribution, by: Account, text: str, answer: str, is_checked: bool = False
) -> PublicationDraft:
    """Propose what the public reads; it takes the place of a proposal that waits.

    What names the author is refused. What may name somebody passes with `is_checked`.
    """
    if why_not := why_not_public(contribution):
        raise Refused(why_not)
    for field, words in (("text", text), ("answer", answer)):
        if not words:
            raise Refused("Escriba lo que leerá la gente.", field)
        if named := still_named(contribution, words):
            raise Refused(f"Quite {' y '.join(named)} de la persona que escribió.", field)
    left = traces.kinds(f"{text}\n{answer}")
    if left and not is_checked:
        raise Refused(
            f"Todavía parece haber {' y '.join(left)}. Quítelo, o marque que no señala a nadie.",
            "checked",
        )
    if earlier := waiting_draft(contribution):
        _decide(earlier, by, None)
    cuts = redaction.cuts(contribution.text, text, answer_of(contribution), answer)
    draft = PublicationDraft(
        case_id=contribution.case_id, text=text, answer=answer, cuts=cuts, proposed_by_id=by.id
    )
    db.session.add(draft)
    audit.record("listening.publication_proposed", contribution, by, cuts=cuts)
    return draft


def accept(contribution: Contribution, draft: PublicationDraft, by: Account) -> None:
    """Make it public as it was proposed, and tell the person that it is."""
    if why_not := why_not_reviewed(draft, by) or why_not_public(contribution):
        raise Refused(why_not)
    case = contribution.case
    if case.is_public and (case.public_text, case.answer) != (draft.text, draft.answer):
        case.withdrawn_on = clock.today()
    _decide(draft, by, True)
    case.public_text, case.answer = draft.text, draft.answer
    cases.publish(case, by)
    audit.record("listening.publication_accepted", contribution, by, cuts=draft.cuts)
    letters.tell(contribution, "La respuesta a su aporte ya es pública, sin lo que lo identifica.")


def refuse(contribution: Contribution, draft: PublicationDraft, by: Account, reason: str) -> None:
    """Give it back with a reason, which the staff read."""
    if why_not := why_not_reviewed(draft, by):
        raise Refused(why_not)
    if not reason:
        raise Refused("Escriba qué falta, para quien lo propuso.", "reason")
    _decide(draft, by, False, reason)
    audit.record("listening.publication_refused", contribution, by)


def take_back(contribution: Contribution, by: Account) -> None:
    """Whoever proposed it thinks again."""
    draft = waiting_draft(contribution)
    if draft is None:
        raise Refused(NOT_THERE)
    if draft.proposed_by_id != by.id:
        raise Refused("Lo propuso otra persona: revíselo y devuélvalo.")
    _decide(draft, by, None)
    audit.record("listening.publication_taken_back", contribution, by)


def hide(contribution: Contribution, by: Account) -> None:
    """Take it out of public sight at once. The texts stay encrypted in their proposal."""
    case = contribution.case
    if not case.is_public:
        raise Refused("No está publicado.")
    cases.hide(case, by)
    case.public_text = case.answer = ""


def _decide(
    draft: PublicationDraft, by: Account, is_accepted: bool | None, reason: str = ""
) -> None:
    """`is_accepted` is None if the proposal was replaced by a later one or withdrawn."""
    draft.decided_at, draft.decided_by_id = clock.now(), by.id
    draft.is_accepted, draft.reason = is_accepted, reason
