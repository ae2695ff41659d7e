"""The review of topics that residents proposed, before they are published."""

from participa.channels.moderation import ReviewState, review
from participa.core import audit
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.topics.models import Proposal, Topic


def publish_proposal(proposal: Proposal, by: Account) -> None:
    _review(proposal, by, ReviewState.PUBLISHED)


def reject_proposal(proposal: Proposal, by: Account, reason: str) -> None:
    _review(proposal, by, ReviewState.REJECTED, reason)


def merge_proposal(proposal: Proposal, by: Account, into: Topic | Proposal | None) -> None:
    """Mark a proposal as a duplicate of a topic of the call or of a published proposal."""
    if into is None:
        raise Refused("Elija a qué tema se une.", "into")
    if into is proposal:
        raise Refused("Una propuesta no se une a sí misma.", "into")
    if into.call_id != proposal.call_id:
        raise Refused("Elija un tema de la misma convocatoria.", "into")
    if isinstance(into, Proposal) and not into.is_published:
        raise Refused("Solo se une a una propuesta publicada.", "into")
    _review(proposal, by, ReviewState.MERGED)
    proposal.merged_topic = into if isinstance(into, Topic) else None
    proposal.merged_proposal = into if isinstance(into, Proposal) else None


def _review(proposal: Proposal, by: Account, state: ReviewState, reason: str = "") -> None:
    details = review(proposal, by, state, reason)
    proposal.merged_topic = proposal.merged_proposal = None
    audit.record("topics.proposal_reviewed", proposal, by, **details)
