"""A topic call, its topics, the answers and texts of residents, and the city's decisions."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.cases.models import Case
from participa.channels.models import Channel
from participa.channels.moderation import ReviewedText
from participa.core import clock, submissions
from participa.core.db import db


class Ranking(TypeDecorator[tuple[int, ...]]):
    """Ids of topics, best first, as short text: "12,5,7"."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else ",".join(map(str, value))

    def process_result_value(self, value, dialect):
        return None if value is None else tuple(map(int, value.split(",")))


class TopicCall(Channel, db.Model):
    """A call that asks residents which topics the city should account for.

    `code` is printed in the QR of its poster.
    """

    __table_args__ = (
        CheckConstraint("choose_up_to BETWEEN 1 AND 10", name="chooses_one_to_ten"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
    )
    channel = "topics"

    choose_up_to: Mapped[int] = mapped_column(default=3)
    reopened_at: Mapped[datetime | None]
    results_on: Mapped[date | None]
    decided_by_on: Mapped[date | None]
    allows_proposals: Mapped[bool] = mapped_column(default=True)
    allows_questions: Mapped[bool] = mapped_column(default=True)
    shows_live: Mapped[bool] = mapped_column(default=False)
    topics: Mapped[list["Topic"]] = relationship(
        back_populates="call", order_by="Topic.position", cascade="all, delete-orphan"
    )

    def audit_facts(self) -> dict[str, Any]:
        return {
            **super().audit_facts(),
            "choose_up_to": self.choose_up_to,
            "topics": len(self.topics),
            "tasks": [f"{task.code} ({task.year})" for task in self.tasks],
        }


class Decision(enum.Enum):
    """The city's decision about a topic (RDC-06)."""

    PENDING = "Por decidir"
    TAKEN = "Entra a la agenda"
    NOT_TAKEN = "No entra a la agenda"


class Topic(db.Model):
    """One of the topics of a call, with the city's decision about it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(
        ForeignKey("topic_call.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[Decision] = mapped_column(default=Decision.PENDING)
    decision_text: Mapped[str] = mapped_column(Text, default="")
    agenda_url: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date | None]
    call: Mapped[TopicCall] = relationship(back_populates="topics")

    @property
    def is_decided(self) -> bool:
        return self.decision is not Decision.PENDING


class TopicAnswer(submissions.Submission, db.Model):
    """The ranking of one person. It has no name, no document and no address."""

    __table_args__ = (
        Index("ix_topic_answer_call_territory", "call_id", "territory"),
        Index("ix_topic_answer_call_received", "call_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("topic_call.id"))
    ranking: Mapped[tuple[int, ...]] = mapped_column(Ranking)
    territory: Mapped[str] = mapped_column(String(2))
    neighbourhood: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    # Keyed, so that the content cannot be guessed and compared from the database alone.
    digest: Mapped[str] = mapped_column(String(64))


class Proposal(ReviewedText, db.Model):
    """A topic proposed by a resident; public only after the staff has reviewed it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("topic_call.id"), index=True)
    territory: Mapped[str] = mapped_column(String(2))
    merged_topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("topic.id", ondelete="SET NULL"), index=True
    )
    merged_proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    call: Mapped[TopicCall] = relationship()
    merged_topic: Mapped[Topic | None] = relationship()
    merged_proposal: Mapped["Proposal | None"] = relationship(remote_side=[id])

    @property
    def state_in_words(self) -> str:
        """An accepted proposal is public from the closing on, with the results."""
        if not self.is_published:
            return self.state.value
        return "Publicada" if self.call.is_closed else "Aceptada: se publica al cierre"


class TopicQuestion(db.Model):
    """The call in which a resident's case was filed. No column leads to the answer of the call."""

    case_id: Mapped[int] = mapped_column(
        ForeignKey("resident_case.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    call_id: Mapped[int] = mapped_column(ForeignKey("topic_call.id"), index=True)
    call: Mapped[TopicCall] = relationship()
    case: Mapped[Case] = relationship()
