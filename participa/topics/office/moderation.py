"""The review of topics that residents proposed, before they are published."""

from collections.abc import Collection

from sqlalchemy import select

from participa.channels.moderation import ReviewState, review
from participa.core import audit
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.topics.models import Proposal, Topic, TopicCall

REVIEWED_MEANWHILE = (
    "Otra persona ya revisó estos temas. No se guardó nada: si los demás siguen bien marcados, "
    "guarde otra vez. Los que ya están se cambian en su propia página."
)


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
    others = [one for one in proposals if not _is_as_asked(one, state, reason)]
    if others:
        listed = "; ".join(f"«{one.text}»: {_in_words(one)}" for one in others)
        raise Refused(f"{REVIEWED_MEANWHILE} {listed}.", "chosen")
    for proposal in proposals:
        if proposal.is_pending:
            _review(proposal, by, state, reason)


def _is_as_asked(proposal: Proposal, state: ReviewState, reason: str) -> bool:
    """Whether it waits for its review, or was reviewed with this very result."""
    return proposal.is_pending or (proposal.state is state and proposal.reason == reason)


def _in_words(proposal: Proposal) -> str:
    because = f", porque {proposal.reason.rstrip('.')}" if proposal.reason else ""
    return f"{proposal.state.value}{because}"


def _review(proposal: Proposal, by: Account, state: ReviewState, reason: str = "") -> None:
    details = review(proposal, by, state, reason)
    proposal.merged_topic = proposal.merged_proposal = None
    audit.record("topics.proposal_reviewed", proposal, by, **details)
