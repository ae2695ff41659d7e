"""How events are called, the pieces that explain accountability, and who gets the calls by mail."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.core import clock
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.events.models import Event, EventNotice
from participa.plan.models import Fulfils
from participa.staff.models import Account, Office

IS_CALL = text("notice_id IS NULL")


class Medium(enum.Enum):
    """A medium by which people are called to an event, with its label."""

    PRESS = "Prensa"
    RADIO = "Radio"
    TELEVISION = "Televisión"
    LOUDSPEAKER = "Perifoneo"
    SOCIAL = "Redes sociales"
    MAIL = "Correo"
    WHATSAPP = "WhatsApp"
    BOARD = "Cartelera"
    WEB = "Sitio web"


# The mass media until administrators decide otherwise.
MASS_MEDIA = (Medium.PRESS, Medium.RADIO, Medium.TELEVISION, Medium.SOCIAL)


class OutreachSettings(db.Model):
    """The city's rule for «called through mass media»: which media, and how many. One row."""

    __table_args__ = (
        CheckConstraint("id = 1", name="is_the_only_one"),
        CheckConstraint("threshold > 0", name="threshold_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    threshold: Mapped[int] = mapped_column(default=1)  # distinct mass media with proof
    mass_media: Mapped[list[str]] = mapped_column(JSON)  # names of Medium
    version: Mapped[int] = mapped_column(default=1)

    @property
    def media(self) -> tuple[Medium, ...]:
        """The mass media, in the order of the enum."""
        return tuple(medium for medium in Medium if medium.name in self.mass_media)


class CallPiece(db.Model):
    """One thing that called people to an event: a radio spot, a notice in a paper, a post.

    It counts once it has a proof: a stored file (a photograph among them) or a link.
    """

    __table_args__ = (CheckConstraint("estimated_reach > 0", name="reach_is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    medium: Mapped[Medium]
    done_on: Mapped[date]
    piece: Mapped[str] = mapped_column(Text)
    estimated_reach: Mapped[int | None]  # people
    proof_url: Mapped[str] = mapped_column(Text, default="")
    proof_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    event: Mapped[Event] = relationship()
    proof_file: Mapped[StoredFile | None] = relationship()

    @property
    def has_proof(self) -> bool:
        return bool(self.proof_url) or self.proof_file_id is not None


class PieceKind(enum.Enum):
    """The kind of a piece of the pedagogic strategy, with its label."""

    BOOKLET = "Cartilla"
    VIDEO = "Video"
    PAGE = "Página"
    WORKSHOP = "Taller"
    GRAPHIC = "Pieza gráfica"
    SPOT = "Cuña de radio"
    OTHER = "Otra"


class TeachingPiece(Fulfils, db.Model):
    """A piece that explains what accountability is: planned for a day, then published (task 5.1).

    Its content is a page in plain language, a link, a file, or several of them.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[PieceKind]
    audience: Mapped[str] = mapped_column(Text, default="")
    planned_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text, default="")  # Markdown
    url: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)
    is_example: Mapped[bool] = mapped_column(default=False)
    file: Mapped[StoredFile | None] = relationship()
    office: Mapped[Office | None] = relationship()
    created_by: Mapped[Account | None] = relationship()

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_overdue(self) -> bool:
        return not self.is_published and self.planned_on < clock.today()

    @property
    def has_content(self) -> bool:
        return bool(self.text or self.url) or self.file_id is not None

    def audit_facts(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "kind": self.kind.name,
            "planned_on": self.planned_on.isoformat(),
            "tasks": [f"{task.code} ({task.year})" for task in self.tasks],
        }


class PieceChange(db.Model):
    """A piece that left the plan, or that was late and got another day. Public, never erased.

    It has what the page says and no key of the piece, which may be deleted.
    """

    __table_args__ = (CheckConstraint("reason <> ''", name="has_a_reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    planned_on: Mapped[date]  # before the change
    moved_to_on: Mapped[date | None]  # empty when the piece was discarded
    reason: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    is_example: Mapped[bool] = mapped_column(default=False)


class Subscriber(db.Model):
    """Somebody who asked for the calls by mail. Without a confirmation, erased after a week.

    `consent_id` is the proof of the authorisation, stored when the address was confirmed (DAT-04).
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text, unique=True)  # to write to; asked for nothing else
    key: Mapped[str] = mapped_column(String(32))  # makes the mailed links good for this row alone
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    consent_id: Mapped[str | None] = mapped_column(ForeignKey("consent.id"), index=True)
    asked_at: Mapped[datetime]
    letters: Mapped[int] = mapped_column(default=1)  # that asked for the confirmation
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)


class Mailing(db.Model):
    """The call of an event, sent once to all subscribers; once more when the date has changed.

    With `notice_id` it is not the call but a public notice of a change, sent once to those to whom
    the call was sent.

    `last_id` is the last subscriber whose letter is stored: who continues begins after it.
    """

    __table_args__ = (
        Index(
            "uq_mailing_event_id_opens_at",
            "event_id",
            "opens_at",
            unique=True,
            sqlite_where=IS_CALL,
            postgresql_where=IS_CALL,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    notice_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_notice.id", ondelete="CASCADE"), unique=True
    )
    opens_at: Mapped[datetime]  # the date that it tells
    job_id: Mapped[int | None] = mapped_column(
        ForeignKey("job.id", ondelete="SET NULL"), index=True
    )
    asked_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    sent: Mapped[int] = mapped_column(default=0)
    last_id: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    notice: Mapped[EventNotice | None] = relationship()
    asked_by: Mapped[Account | None] = relationship()
