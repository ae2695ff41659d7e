"""The public data of a call, cached per process by its version."""

from dataclasses import dataclass
from datetime import date

from participa.channels.snapshots import (
    Snapshot,
    SnapshotCache,
    answering_office_id,
    columns_of,
    notice_of,
)
from participa.topics.models import TopicCall


@dataclass(frozen=True, slots=True)
class OfferedTopic:
    """A topic as the form shows it."""

    id: int
    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSnapshot(Snapshot):
    """The data that the public pages of a call need."""

    choose_up_to: int
    results_on: date | None
    decided_by_on: date | None
    allows_proposals: bool
    allows_questions: bool
    shows_live: bool
    topics: tuple[OfferedTopic, ...]
    answering_office_id: int | None  # of the questions that residents send with the form

    @property
    def options(self) -> tuple[int, ...]:
        return tuple(topic.id for topic in self.topics)

    @property
    def purpose(self) -> str:
        """The purpose signed into the form's token, which is valid for this call only."""
        return f"topics.answer:{self.code}"


def snapshot_of(call: TopicCall) -> CallSnapshot:
    """The snapshot of a call; also of a draft, for its preview."""
    notice, variables = notice_of(call)
    return CallSnapshot(
        **columns_of(call, CallSnapshot),
        variables=variables,
        notice=notice,
        topics=tuple(
            OfferedTopic(topic.id, topic.title, topic.description) for topic in call.topics
        ),
        answering_office_id=answering_office_id(call),
    )


SNAPSHOTS = SnapshotCache(TopicCall, "code", snapshot_of)
