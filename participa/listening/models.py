"""A listening post, what people say there, and the path of each contribution.

A contribution is a `Case` with more to it. What identifies somebody, and what they say, is
encrypted; the case holds what the public may read of it.
"""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.cases.models import Case
from participa.channels.models import Channel
from participa.core import clock, codes
from participa.core.db import db
from participa.core.files.sealed_files import HoldsSealedFile
from participa.core.personal.sealing import Sealed
from participa.core.submissions import Submission
from participa.staff.models import Account, Office

FULL_NAME = "Escuchadero de rendición de cuentas"


class PostKind(enum.Enum):
    """Where a post listens."""

    PHYSICAL = "En un lugar"
    VIRTUAL = "En línea"


class ListeningPost(Channel, db.Model):
    """A place, or a page, where the city listens. `code` is printed in the QR of its poster.

    `opens_at` and `closes_at` are its season, `hours` the hours in which somebody attends.
    """

    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)
    channel = "listening"

    kind: Mapped[PostKind] = mapped_column(default=PostKind.PHYSICAL)
    place: Mapped[str] = mapped_column(Text, default="")
    territory: Mapped[str] = mapped_column(Text, default="")  # "" for the whole city
    link: Mapped[str] = mapped_column(Text, default="")  # of the video call of a virtual one
    hours: Mapped[str] = mapped_column(Text, default="")
    supports: Mapped[str] = mapped_column(Text, default="")  # accessible: ramp, sign language …
    takes_voice: Mapped[bool] = mapped_column(default=True)
    takes_photos: Mapped[bool] = mapped_column(default=True)

    def audit_facts(self) -> dict[str, Any]:
        return {
            **super().audit_facts(),
            "place": self.place,
            "hours": self.hours,
            "tasks": [f"{task.code} ({task.year})" for task in self.tasks],
        }


class PostCheck(db.Model):
    """Whether the page of a post answered, as the daily check found it."""

    __table_args__ = (Index("ix_post_check_post_at", "post_id", "checked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("listening_post.id"))
    checked_at: Mapped[datetime]
    is_ok: Mapped[bool]
    fault: Mapped[str] = mapped_column(Text, default="")


class Way(enum.Enum):
    """How a contribution came in."""

    WEB = "En línea"
    DESK = "En la mesa del escuchadero"
    STREET = "En la calle"
    PHONE = "Por teléfono"
    PAPER = "En papel"


class CaseStage(enum.Enum):
    """How far a contribution is, as the person who wrote it reads it."""

    RECEIVED = "Recibido"
    IN_REVIEW = "En revisión"
    TRANSFERRED = "Trasladado"
    ANSWERED = "Respondido"
    CLOSED = "Cerrado"


UNTOUCHED = (CaseStage.RECEIVED, CaseStage.TRANSFERRED)
DONE = (CaseStage.ANSWERED, CaseStage.CLOSED)

contribution_label = Table(
    "contribution_label",
    db.metadata,
    Column("case_id", ForeignKey("contribution.case_id", ondelete="CASCADE"), primary_key=True),
    Column(
        "label_id", ForeignKey("case_label.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)


class CaseLabel(db.Model):
    """A word with which the staff group contributions."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)


class Contribution(Submission, db.Model):
    """What somebody said to the city. Of an anonymous one there is no contact and no time of day.

    `submission_id` is not the id of the form but a keyed digest of it: from the id follows the
    secret code, of which a slow hash alone is stored. `receipt` is the case's code, the radicado.
    """

    case_id: Mapped[int] = mapped_column(
        ForeignKey("resident_case.id"), primary_key=True, autoincrement=False
    )
    post_id: Mapped[int] = mapped_column(ForeignKey("listening_post.id"), index=True)
    way: Mapped[Way] = mapped_column(default=Way.WEB)
    stage: Mapped[CaseStage] = mapped_column(default=CaseStage.RECEIVED)
    wants_answer: Mapped[bool]
    is_anonymous: Mapped[bool]
    text: Mapped[str] = mapped_column(Sealed)
    contact_name: Mapped[str] = mapped_column(Sealed, default="")
    contact_email: Mapped[str] = mapped_column(Sealed, default="")
    contact_phone: Mapped[str] = mapped_column(Sealed, default="")
    email_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    code_hash: Mapped[str] = mapped_column(Sealed)
    is_code_hidden: Mapped[bool] = mapped_column(default=False)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    # The case whose published answer is the answer to this one too (art. 22; PQR-07).
    analogous_to_id: Mapped[int | None] = mapped_column(ForeignKey("resident_case.id"), index=True)
    consent_id: Mapped[str | None] = mapped_column(ForeignKey("consent.id"), index=True)
    is_life_risk: Mapped[bool] = mapped_column(default=False)  # never published, never echoed
    is_corruption: Mapped[bool] = mapped_column(default=False)
    accused_office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    classified_on: Mapped[date | None]  # when an official said what it is in law
    is_resolved: Mapped[bool | None]  # what the person says of the answer
    comment: Mapped[str] = mapped_column(Sealed, default="")  # with that
    came_back_on: Mapped[date | None]  # when the person last used the code
    # Stands in the links that the code opens; «Salir» adds one, which ends the earlier links.
    link_number: Mapped[int] = mapped_column(default=0)
    received_on: Mapped[date]
    received_at: Mapped[datetime | None]  # of one that is not anonymous (PQR-04)
    digest: Mapped[str] = mapped_column(String(64))
    erased_on: Mapped[date | None]  # its personal data are gone: it still counts
    case: Mapped[Case] = relationship(foreign_keys=case_id)
    analogous_to: Mapped[Case | None] = relationship(foreign_keys=analogous_to_id)
    post: Mapped[ListeningPost] = relationship()
    accused_office: Mapped[Office | None] = relationship()
    labels: Mapped[list[CaseLabel]] = relationship(
        secondary=contribution_label, order_by=CaseLabel.name
    )
    messages: Mapped[list["Message"]] = relationship(order_by="Message.id")
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")
    steps: Mapped[list["CaseStep"]] = relationship(order_by="CaseStep.id")
    helpers: Mapped[list["HelpingOffice"]] = relationship(order_by="HelpingOffice.id")

    @property
    def id(self) -> int:
        """As the audit trail names it."""
        return self.case_id

    @property
    def is_open(self) -> bool:
        """Whether the staff still have to do something: neither answered nor closed."""
        return self.stage not in DONE

    @property
    def is_untouched(self) -> bool:
        """Whether nobody of the office that has it has begun to look at it."""
        return self.stage in UNTOUCHED

    @property
    def version(self) -> list[Any]:
        """What the staff decide upon: it changes with every message, step and decision."""
        case = self.case
        own: list[Any] = [self.stage, self.classified_on, self.is_life_risk, self.is_corruption]
        own += [self.accused_office_id, self.erased_on]
        law: list[Any] = [case.kind, case.office_id, case.extra_days, case.answered_on]
        law += [case.asked_to_complete_on, case.completed_on, case.desisted_on]
        law += [case.more_time_asked_on]
        rows: list[Any] = [*self.steps, *self.messages, *self.attachments]
        parts = [one.id for one in rows]
        helpers = [(one.id, one.part) for one in self.helpers]
        return [own, law, parts, helpers]

    @property
    def shown_number(self) -> str:
        """The radicado as it is printed: 7K3F-2QXM-9TBC."""
        return codes.show(self.receipt)


class MessageKind(enum.Enum):
    """Who wrote a message, and to whom. A note is read by the staff alone."""

    PERSON = "Usted"
    REPLY = "El equipo"
    ANSWER = "La respuesta"
    NOTE = "Nota interna"


class Message(db.Model):
    """A message about a contribution, in either direction."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.case_id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[MessageKind]
    text: Mapped[str] = mapped_column(Sealed)
    sent_on: Mapped[date] = mapped_column(default=lambda: clock.today())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # Of a person's message: the form that brought it, so that a second copy adds nothing.
    submission_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    by: Mapped[Account | None] = relationship()


class AttachmentKind(enum.Enum):
    """What somebody attached."""

    VOICE = "Nota de voz"
    PHOTO = "Foto"


class Attachment(HoldsSealedFile, db.Model):
    """A photograph or a voice note.

    Until its form is sent it belongs to nobody but the form, whose digest is `upload`.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("contribution.case_id", ondelete="CASCADE"), index=True
    )
    upload: Mapped[str | None] = mapped_column(String(64), index=True)
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[AttachmentKind]
    transcript: Mapped[str] = mapped_column(Sealed, default="")  # typed by hand
    transcribed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    added_on: Mapped[date] = mapped_column(default=lambda: clock.today())


class CaseStep(db.Model):
    """A step on the way of a contribution, which the person reads: the day, and no hour."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.case_id", ondelete="CASCADE"), index=True
    )
    stage: Mapped[CaseStage]
    taken_on: Mapped[date] = mapped_column(default=lambda: clock.today())
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    reason: Mapped[str] = mapped_column(Sealed, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    office: Mapped[Office | None] = relationship()


class HelpingOffice(db.Model):
    """Another office that has a part in the answer."""

    __table_args__ = (UniqueConstraint("case_id", "office_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("contribution.case_id", ondelete="CASCADE"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    asked_on: Mapped[date] = mapped_column(default=lambda: clock.today())
    question: Mapped[str] = mapped_column(Sealed, default="")
    part: Mapped[str] = mapped_column(Sealed, default="")  # what it says
    gave_on: Mapped[date | None]
    office: Mapped[Office] = relationship()


class VerbalRecord(db.Model):
    """What the law asks of a petition made by word of mouth, beside its case (Decreto 1166)."""

    case_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.case_id", ondelete="CASCADE"), primary_key=True
    )
    taken_at: Mapped[datetime]
    person: Mapped[str] = mapped_column(Sealed, default="")  # as they identify themselves
    document: Mapped[str] = mapped_column(Sealed, default="")
    asked: Mapped[str] = mapped_column(Sealed)  # the object of the petition
    reasons: Mapped[str] = mapped_column(Sealed, default="")
    documents: Mapped[str] = mapped_column(Sealed, default="")  # that the person hands over
    language: Mapped[str] = mapped_column(Text, default="")  # when it is not Spanish
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    taken_by: Mapped[Account] = relationship()


class RoutingRule(db.Model):
    """Which office answers a topic in a territory; "" stands for any. The closest rule counts."""

    __table_args__ = (UniqueConstraint("topic", "territory"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(Text, default="")
    territory: Mapped[str] = mapped_column(Text, default="")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    office: Mapped[Office] = relationship()


class AnswerTemplate(db.Model):
    """A beginning of an answer, in plain language, that an official completes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text, unique=True)
    text: Mapped[str] = mapped_column(Text)


class PublicationDraft(db.Model):
    """What one person proposes that the public reads of a case, until another one agrees.

    `cuts` counts what was taken out, by kind: {"name": 1, "phone": 2}.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.case_id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(Sealed)
    answer: Mapped[str] = mapped_column(Sealed)
    cuts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    proposed_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    is_accepted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(Text, default="")  # of a refusal


class MeToo(db.Model):
    """That somebody said «a mí también» of a published case: once per showing of its button."""

    submission_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("resident_case.id", ondelete="CASCADE"), index=True
    )
    said_on: Mapped[date] = mapped_column(default=lambda: clock.today())


class CaseOutcome(db.Model):
    """What changed because of what was heard: in words, with a commitment or a task of the plan."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.case_id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(Text)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    told_on: Mapped[date] = mapped_column(default=lambda: clock.today())
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
