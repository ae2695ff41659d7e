"""What an event leaves: questions, commitments with their history, signed minutes."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.cases.models import Case
from participa.core import clock
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.core.submissions import Submission
from participa.events.models import Event
from participa.staff.models import Account, Office


class AskedBy(enum.Enum):
    """The way by which a question reached the event."""

    WEB = "En la página"
    QR = "Con el código QR"
    WHATSAPP = "Por WhatsApp"
    CARD = "En una tarjeta"
    SPOKEN = "De viva voz"


class QuestionSent(Submission, db.Model):
    """That a form with a question was sent, so that a copy makes no second case."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    received_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))


class EventQuestion(db.Model):
    """The event at which a resident's case was asked (RDC-04)."""

    case_id: Mapped[int] = mapped_column(
        ForeignKey("resident_case.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    asked_by: Mapped[AskedBy]
    theme: Mapped[str] = mapped_column(Text, default="")  # similar questions share one
    is_answered_there: Mapped[bool] = mapped_column(default=False)
    event: Mapped[Event] = relationship()
    case: Mapped[Case] = relationship()


class CommitmentState(enum.Enum):
    """How far a commitment is; `is_settled` says whether its term no longer runs."""

    PENDING = "Pendiente"
    UNDER_WAY = "En curso"
    KEPT = "Cumplido"
    NOT_KEPT = "No se cumplió"

    @property
    def is_settled(self) -> bool:
        return self in {CommitmentState.KEPT, CommitmentState.NOT_KEPT}


class Commitment(db.Model):
    """Something that the city committed itself to at an event: what, who, until when (RDC-07).

    One of a called event that was removed stays with its number, the day and the reason.
    """

    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]  # counts within the event
    text: Mapped[str] = mapped_column(Text)
    deliverable: Mapped[str] = mapped_column(Text, default="")
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("resident_case.id", ondelete="SET NULL"), index=True
    )
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    position: Mapped[str] = mapped_column(Text, default="")  # the post in charge
    due_on: Mapped[date]
    state: Mapped[CommitmentState] = mapped_column(default=CommitmentState.PENDING)
    progress: Mapped[str] = mapped_column(Text, default="")
    evidence_url: Mapped[str] = mapped_column(Text, default="")
    evidence_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    settled_on: Mapped[date | None]
    removed_at: Mapped[datetime | None]
    removed_because: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    version: Mapped[int] = mapped_column(default=1)
    event: Mapped[Event] = relationship()
    case: Mapped[Case | None] = relationship()
    office: Mapped[Office] = relationship()
    evidence_file: Mapped[StoredFile | None] = relationship()
    changes: Mapped[list["CommitmentChange"]] = relationship(
        order_by="CommitmentChange.id", cascade="all, delete-orphan"
    )

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def is_overdue(self) -> bool:
        is_running = not self.state.is_settled and not self.is_removed
        return is_running and self.due_on < clock.today()


class CommitmentChange(db.Model):
    """One change of a commitment: what stood before, when and by whom it was changed (RDC-07)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(
        ForeignKey("commitment.id", ondelete="CASCADE"), index=True
    )
    before: Mapped[dict[str, Any]] = mapped_column(JSON)  # label → text, of what changed
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    changed_by: Mapped[Account] = relationship()


class MinutesDraft(db.Model):
    """What the staff write for the minutes of an event until they close it. Guarded by the event:
    whoever changes it locks the event, and counts its version."""

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    summary: Mapped[str] = mapped_column(Text, default="")
    attended: Mapped[int | None]  # counted by hand; None where an attendance list counts
    by_group: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # of HEAD_GROUPS
    has_no_commitments: Mapped[bool] = mapped_column(default=False)
    # The official format of minutes, whose code is printed on them.
    format_id: Mapped[int | None] = mapped_column(ForeignKey("official_format.id"), index=True)


class Minutes(db.Model):
    """The minutes of an event: a document that its totals were computed into, and its hash.

    Numbered within the year; who reopens the event leaves the revision as it is and makes the next.
    """

    __table_args__ = (
        UniqueConstraint("year", "number", "revision"),
        UniqueConstraint("event_id", "revision"),
        CheckConstraint("revision > 0", name="revision_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    year: Mapped[int]
    number: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))  # of the document as canonical JSON
    # The cases of the published questions in the document, in its order: not part of it.
    question_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    format_id: Mapped[int | None] = mapped_column(ForeignKey("official_format.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    reopened_at: Mapped[datetime | None]
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reopened_because: Mapped[str | None] = mapped_column(Text)
    event: Mapped[Event] = relationship()
    made_by: Mapped[Account] = relationship(foreign_keys=[made_by_id])
    signatures: Mapped[list["MinutesSignature"]] = relationship(
        order_by="MinutesSignature.id", cascade="all, delete-orphan"
    )


class MinutesSignature(db.Model):
    """The account that signed minutes. What is signed is the hash.

    `position` is what the person typed; `signed_as` the role and the office of the account then.
    """

    __table_args__ = (UniqueConstraint("minutes_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    position: Mapped[str] = mapped_column(Text)
    signed_as: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    account: Mapped[Account] = relationship()
