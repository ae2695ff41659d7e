"""Topics that residents proposed: read by the staff before they are published."""

from participa.core import audit, clock
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.topics.models import Proposal, ProposalState, Topic


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
