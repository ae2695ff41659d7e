"""What residents wrote: proposals are read before they are published, questions are answered."""

from datetime import date

from participa.core import audit, clock, workdays
from participa.core.errors import Refused
from participa.staff.models import Account, Office
from participa.topics.models import Proposal, ProposalState, Question, Topic

TERM = 15  # working days to answer (RDC-04)


def publish_proposal(proposal: Proposal, by: Account) -> None:
    _review(proposal, by, ProposalState.PUBLISHED)


def reject_proposal(proposal: Proposal, by: Account, reason: str) -> None:
    if not reason:
        raise Refused("Escriba por qué no se publica.", "reason")
    _review(proposal, by, ProposalState.REJECTED, reason)


def merge_proposal(proposal: Proposal, by: Account, into: Topic | Proposal | None) -> None:
    """Say that it asks for the same as a topic of the list, or as a proposal already published."""
    if into is None:
        raise Refused("Elija a qué tema se une.", "into")
    if into is proposal:
        raise Refused("Una propuesta no se une a sí misma.", "into")
    if into.call_id != proposal.call_id:
        raise Refused("Elija un tema de la misma convocatoria.", "into")
    if isinstance(into, Proposal) and into.state is not ProposalState.PUBLISHED:
        raise Refused("Solo se une a una propuesta publicada.", "into")
    _review(proposal, by, ProposalState.MERGED)
    proposal.merged_topic = into if isinstance(into, Topic) else None
    proposal.merged_proposal = into if isinstance(into, Proposal) else None


def _review(proposal: Proposal, by: Account, state: ProposalState, reason: str = "") -> None:
    before = proposal.state.name
    proposal.state = state
    proposal.reason = reason
    proposal.merged_topic = proposal.merged_proposal = None
    proposal.reviewed_at = clock.now()
    proposal.reviewed_by_id = by.id
    # The text stays out of the trail: a neighbour may have written a name in it.
    audit.record("topics.proposal_reviewed", proposal, by, before=before, after=state.name)


def assign(question: Question, by: Account, office: Office) -> None:
    question.office = office
    audit.record("topics.question_assigned", question, by, office=office.slug)


def answer_question(question: Question, by: Account, answer: str) -> None:
    if question.office is None:
        raise Refused("Diga primero qué dependencia responde.", "office")
    if not answer:
        raise Refused("Escriba la respuesta.", "answer")
    question.answer = answer
    question.answered_on = question.answered_on or clock.today()
    question.answered_by_id = by.id
    audit.record("topics.question_answered", question, by)


def publish_question(question: Question, by: Account) -> None:
    """Show the question and its answer to everybody; who asked is not known."""
    if not question.is_answered:
        raise Refused("Responda la pregunta antes de publicarla.", "answer")
    question.published_at = clock.now()
    audit.record("topics.question_published", question, by)


def hide_question(question: Question, by: Account) -> None:
    question.published_at = None
    audit.record("topics.question_hidden", question, by)


def due(question: Question) -> date:
    """The last day to answer: the rule is kept, the date is derived (RDC-04)."""
    return workdays.due(question.filed_on, TERM)


def term_in_words(question: Question) -> tuple[str, str]:
    """How the term stands, in words, with the class of its state."""
    last = due(question)
    if question.answered_on is not None:
        if question.answered_on <= last:
            return "Respondida a tiempo", "done"
        return "Respondida fuera de término", "late"
    days = (last - clock.today()).days
    if days < 0:
        return "Vencida", "late"
    if days == 0:
        return "Vence hoy", "late"
    return ("Vence mañana" if days == 1 else f"Vence en {days} días"), "going"
