"""The review of topics that residents proposed, before they are published."""

from collections.abc import Collection

from sqlalchemy import select

from participa.channels import moderation
from participa.channels.moderation import ReviewState
from participa.core import audit
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.topics.models import Proposal, Topic, TopicCall


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


def review_together(
    call: TopicCall, by: Account, ids: Collection[int], state: ReviewState, reason: str = ""
) -> None:
    """Publish or reject these proposals; sent twice, this records nothing twice.

    If somebody else decided otherwise about one of them meanwhile, none is reviewed.
    """
    call.touch()
    db.session.flush()  # reviews that arrive meanwhile wait for this one, and then see it
    rows = select(Proposal).where(Proposal.call_id == call.id, Proposal.id.in_(ids))
    rows = rows.order_by(Proposal.id).execution_options(populate_existing=True)
    proposals = db.session.scalars(rows).all()
    reviewed = moderation.review_together(proposals, by, state, reason, "estos temas")
    for proposal, details in reviewed:
        _record(proposal, by, details)


def _review(proposal: Proposal, by: Account, state: ReviewState, reason: str = "") -> None:
    _record(proposal, by, moderation.review(proposal, by, state, reason))


def _record(proposal: Proposal, by: Account, details: dict[str, str]) -> None:
    proposal.merged_topic = proposal.merged_proposal = None
    audit.record("topics.proposal_reviewed", proposal, by, **details)
