"""An attendance list, the people on it, and when each of them came.

What somebody says about sex, age, group or territory is never here: it goes to `PopulationSlip`,
which has no way back to a person (DAT-05).
"""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.channels.models import Channel
from participa.citizens.models import random_key
from participa.citizens.notices import CLAIM_DAYS, CLAIM_EXTRA, MARK_DAYS
from participa.core import clock, workdays
from participa.core.db import db
from participa.core.personal.sealing import Sealed
from participa.core.submissions import RECEIPT_LENGTH, Submission
from participa.events.models import Event


class AttendanceList(Channel, db.Model):
    """The list of who attends an event; one per event. `code` is printed in the QR of its poster.

    `opens_at` and `closes_at` are the hours in which people can sign.
    """

    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("capacity > 0", name="capacity_is_positive"),
    )
    channel = "attendance"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    doors: Mapped[list[str]] = mapped_column(JSON, default=list)  # none: one entrance
    capacity: Mapped[int | None]
    has_rotating_code: Mapped[bool] = mapped_column(default=False)  # against signing from home
    takes_exits: Mapped[bool] = mapped_column(default=False)
    takes_registrations: Mapped[bool] = mapped_column(default=False)  # before the day
    asks_contact: Mapped[bool] = mapped_column(default=True)
    asks_organisation: Mapped[bool] = mapped_column(default=False)
    asks_image: Mapped[bool] = mapped_column(default=False)  # consent to photographs and video
    reopened_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()

    @property
    def poster_doors(self) -> tuple[str, ...]:
        """The doors with a poster of their own; none where everybody comes in by the same one."""
        return tuple(self.doors) if len(self.doors) > 1 else ()

    def audit_facts(self) -> dict[str, Any]:
        return {
            **super().audit_facts(),
            "doors": ", ".join(self.doors or ()),
            "capacity": self.capacity,
            "has_rotating_code": self.has_rotating_code,
            "tasks": [f"{task.code} ({task.year})" for task in self.tasks],
        }


class SignInWay(enum.Enum):
    """How somebody came onto the list."""

    PHONE = "Con su celular"
    DESK = "En la mesa"
    KIOSK = "En la tableta"
    PAPER = "En papel"


class Attendee(Submission, db.Model):
    """A person on a list, or one who registered beforehand and has not come yet.

    There is at most one row per document, and at most one per sent form. The row outlives its
    personal data, which are emptied at the end of the retention (DAT-10), at the person's request
    (DAT-09), or when the entry was a mistake (`withdrawn_at`): so totals never change afterwards.
    """

    __table_args__ = (
        Index("ix_attendee_list_document", "list_id", "document_digest", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("attendance_list.id"))
    name: Mapped[str] = mapped_column(Text, default="")
    search_name: Mapped[str] = mapped_column(Text, default="")  # small letters without accents
    document_type: Mapped[str] = mapped_column(String(4), default="SD")
    document: Mapped[str] = mapped_column(Sealed, default="")
    document_digest: Mapped[str | None] = mapped_column(String(64))  # of type and number
    document_end: Mapped[str | None] = mapped_column(String(64))  # of its last digits
    is_minor: Mapped[bool] = mapped_column(default=False)  # then no name, document or contact
    organisation: Mapped[str] = mapped_column(Sealed, default="")
    position: Mapped[str] = mapped_column(Sealed, default="")
    email: Mapped[str] = mapped_column(Sealed, default="")
    phone: Mapped[str] = mapped_column(Sealed, default="")
    signature: Mapped[str] = mapped_column(Sealed, default="")  # an SVG path; "" by acceptance
    way: Mapped[SignInWay]
    was_offline: Mapped[bool] = mapped_column(default=False)
    is_time_estimated: Mapped[bool] = mapped_column(default=False)  # the device's clock was wrong
    # Asked of third parties to prove the attendance; the receipt opens the person's own page.
    certificate: Mapped[str] = mapped_column(String(RECEIPT_LENGTH), unique=True)
    consent_id: Mapped[str | None] = mapped_column(ForeignKey("consent.id"), index=True)
    signed_at: Mapped[datetime]  # on the person's device, where that is credible
    received_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None]  # a mistake: it does not count
    erased_at: Mapped[datetime | None]  # its personal data are gone: it counts
    mailed_at: Mapped[datetime | None]  # the certificate was sent by mail
    attendance_list: Mapped[AttendanceList] = relationship()
    presences: Mapped[list["Presence"]] = relationship(order_by="Presence.id")


class Presence(db.Model):
    """That a person came to the event, or to one of its sessions: when and through which door."""

    __table_args__ = (
        Index("ix_presence_attendee_session", "attendee_id", "session_id", unique=True),
        # NULL differs from NULL in a unique index: without sessions one presence is enough.
        Index(
            "ix_presence_attendee_alone",
            "attendee_id",
            unique=True,
            sqlite_where=text("session_id IS NULL"),
            postgresql_where=text("session_id IS NULL"),
        ),
        Index(
            "ix_presence_session",
            "session_id",
            sqlite_where=text("session_id IS NOT NULL"),
            postgresql_where=text("session_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id"))
    door: Mapped[str] = mapped_column(Text, default="")
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class DoorPass(db.Model):
    """A link with which one device without an account attends the door of one event.

    The first device that opens it keeps it: a link that is passed on opens nothing.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("attendance_list.id"), index=True)
    label: Mapped[str] = mapped_column(Text)  # "Puerta norte"
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)  # of the link
    device_digest: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the device
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    attendance_list: Mapped[AttendanceList] = relationship()


class ClaimKind(enum.Enum):
    """What a claim asks for."""

    CORRECT = "Corregir un dato"
    ERASE = "Borrar los datos"
    USE = "Otra cosa: cómo se usan los datos"


class ClaimOutcome(enum.Enum):
    """How a claim ended."""

    ACCEPTED = "Aceptado"
    REFUSED = "Negado"
    ENDED = "Terminado: los datos se borraron"


class DataClaim(db.Model):
    """What a person claims about their data on a list, until the city decides it (DAT-08).

    From when it is stored until it is decided the entry is marked «reclamo en trámite», with the
    motive. The terms are not stored: they follow from the day on which it was received (Ley 1581
    de 2012, art. 15).
    """

    __table_args__ = (
        # One at a time: a second one would be about data that the first one changes.
        Index(
            "ix_data_claim_pending",
            "attendee_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (outcome IS NULL)", name="is_decided_with_an_outcome"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), index=True)
    submission_id: Mapped[str] = mapped_column(String(32), unique=True)  # of the form
    kind: Mapped[ClaimKind]
    motive: Mapped[str] = mapped_column(Sealed)
    received_on: Mapped[date]  # complete, by whatever way
    filed_at: Mapped[datetime]  # the entry is marked since then
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # or by the person
    extended_at: Mapped[datetime | None]
    delay_reason: Mapped[str] = mapped_column(Sealed, default="")
    outcome: Mapped[ClaimOutcome | None]
    answer: Mapped[str] = mapped_column(Sealed, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    attendee: Mapped[Attendee] = relationship()

    @property
    def is_pending(self) -> bool:
        return self.decided_at is None

    @property
    def mark_by_on(self) -> date:
        """The last day to mark the entry."""
        return workdays.due(self.received_on, MARK_DAYS)

    @property
    def due_on(self) -> date:
        """The last day to decide it, with the extension if there is one."""
        due_on = workdays.due(self.received_on, CLAIM_DAYS)
        return due_on if self.extended_at is None else workdays.add(due_on, CLAIM_EXTRA)

    @property
    def is_late(self) -> bool:
        return self.due_on < clock.today()


class CertificateMailing(db.Model):
    """The certificates of a list, sent by mail at somebody's request. Later ones go to the rest."""

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("attendance_list.id"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    job_id: Mapped[int | None]  # jobs are erased earlier
    sent: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]


class WaitingDetails(db.Model):
    """Optional answers about a person, encrypted, until they are mixed with those of others."""

    __table_args__: Any = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_key)
    list_id: Mapped[int] = mapped_column(ForeignKey("attendance_list.id"), index=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    content: Mapped[str] = mapped_column(Sealed)
    received_on: Mapped[date]
