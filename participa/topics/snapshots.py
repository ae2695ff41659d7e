"""What a process remembers of a published call, so that answering it asks the database once.

One small SELECT tells the version that stands now; everything else comes from memory and is read
again only when the version has moved. Processes therefore need not tell one another anything.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from participa.citizens import queries as citizens
from participa.citizens.models import Notice
from participa.citizens.queries import NoticeInForce
from participa.core import codes
from participa.core.db import autocommit_connection, db
from participa.core.installation import installation
from participa.topics.models import CallState, TopicCall, call_state


@dataclass(frozen=True, slots=True)
class OfferedTopic:
    """A topic as the form offers it."""

    id: int
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """A call as its form needs it. It belongs to no session, so threads may share it."""

    id: int
    version: int
    code: str
    title: str
    why: str
    choose_up_to: int
    opens_at: datetime | None
    closes_at: datetime | None
    published_at: datetime | None
    closed_at: datetime | None
    results_on: date | None
    decided_by_on: date | None
    allows_proposals: bool
    allows_questions: bool
    shows_live: bool
    is_example: bool
    variables: tuple[str, ...]  # none while there is no notice to tell what they are for
    topics: tuple[OfferedTopic, ...]
    notice: NoticeInForce | None
    drawn: dict[str, Any] = field(default_factory=dict)  # what the views drew for this version

    @property
    def state(self) -> CallState:
        return call_state(self.published_at, self.opens_at, self.closes_at, self.closed_at)

    @property
    def is_open(self) -> bool:
        return self.state is CallState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state is CallState.CLOSED

    @property
    def ended_at(self) -> datetime | None:
        moments = [moment for moment in (self.closed_at, self.closes_at) if moment is not None]
        return min(moments, default=None)

    @property
    def options(self) -> tuple[int, ...]:
        return tuple(topic.id for topic in self.topics)

    @property
    def purpose(self) -> str:
        """What the form's token is good for: this call and no other."""
        return f"topics.answer:{self.code}"


FACTS = (
    "id",
    "version",
    "code",
    "title",
    "why",
    "choose_up_to",
    "opens_at",
    "closes_at",
    "published_at",
    "closed_at",
    "results_on",
    "decided_by_on",
    "allows_proposals",
    "allows_questions",
    "shows_live",
    "is_example",
)


# Made once, and of tables: putting a statement together, or letting the mapper look at it, costs
# more than SQLite needs to answer it.
CALLS, NOTICES = TopicCall.__table__, Notice.__table__
NEWEST_NOTICE = (
    select(func.max(NOTICES.c.id)).where(NOTICES.c.purpose == "topics").scalar_subquery()
)
STANDING = select(CALLS.c.id, CALLS.c.version, NEWEST_NOTICE.label("notice")).where(
    CALLS.c.code == bindparam("code"), CALLS.c.published_at.is_not(None)
)


def find_published(code: str) -> CallSnapshot | None:
    """The call of this code as it stands now; None while nobody has published it."""
    with autocommit_connection() as connection:
        row = connection.execute(STANDING, {"code": codes.read(code)}).one_or_none()
    if row is None:
        return None
    remembered: dict[int, CallSnapshot] = installation().cache("topic_calls")
    found = remembered.get(row.id)
    if found is None or (found.version, found.notice and found.notice.id) != row[1:]:
        found = remembered[row.id] = snapshot_of(db.session.get_one(TopicCall, row.id))
    return found


def snapshot_of(call: TopicCall) -> CallSnapshot:
    """The call as its form needs it, also while it is a draft that somebody previews."""
    notice = citizens.newest_notice("topics")
    return CallSnapshot(
        **{name: getattr(call, name) for name in FACTS},
        variables=tuple(call.variables) if notice else (),
        topics=tuple(
            OfferedTopic(topic.id, topic.title, topic.description) for topic in call.topics
        ),
        notice=notice,
    )
