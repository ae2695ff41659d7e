"""An event with its plan: sessions, agenda, people in charge, checklist, photographs, notices."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.channels.models import Channel
from participa.channels.phases import Phase
from participa.core import clock
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.core.submissions import Submission
from participa.formats.models import OfficialFormat
from participa.groups.models import MeetingGroup
from participa.staff.models import Account, Office


class EventKind(enum.Enum):
    """The kind of an event, with its label."""

    HEARING = "Audiencia pública"
    DIALOGUE = "Diálogo territorial"
    TABLE = "Mesa de diálogo"
    FORUM = "Foro"
    FAIR = "Feria"
    MEETING = "Reunión"
    VIRTUAL = "Encuentro virtual"


class EventState(enum.Enum):
    """The states of an event, in order; the last two take it out of the calendar."""

    PLANNED = "Planeado"
    CALLED = "Convocado"
    UNDER_WAY = "En curso"
    HELD = "Realizado"
    CLOSED = "Cerrado"
    POSTPONED = "Aplazado"
    CANCELLED = "Cancelado"


STATE_OF_PHASE = {
    Phase.DRAFT: EventState.PLANNED,
    Phase.SCHEDULED: EventState.CALLED,
    Phase.OPEN: EventState.UNDER_WAY,
    Phase.CLOSED: EventState.HELD,
}


# The bodies that meet at an event, such as the Comité Territorial.
EVENT_GROUPS = Table(
    "event_group",
    db.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "group_id",
        ForeignKey("meeting_group.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class Event(Channel, db.Model):
    """An event of the strategy, from its plan to its minutes.

    `opens_at` and `closes_at` are the moments at which it begins and ends. `closed_at` is the
    moment of its minutes: from then on it is locked.
    """

    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("capacity > 0", name="capacity_is_positive"),
        CheckConstraint("budget >= 0", name="budget_is_not_negative"),
    )
    channel = "events"

    kind: Mapped[EventKind] = mapped_column(default=EventKind.HEARING)
    convened: Mapped[str] = mapped_column(Text, default="")  # the groups of people, in words
    territory: Mapped[str] = mapped_column(String(2), default="")  # "" for the whole city
    place: Mapped[str] = mapped_column(Text, default="")
    map_url: Mapped[str] = mapped_column(Text, default="")
    online_url: Mapped[str] = mapped_column(Text, default="")
    capacity: Mapped[int | None]
    methodology: Mapped[str] = mapped_column(Text, default="")
    moderation: Mapped[str] = mapped_column(Text, default="")
    report_url: Mapped[str] = mapped_column(Text, default="")  # of the report to read beforehand
    prior_information: Mapped[str] = mapped_column(Text, default="")
    prior_information_on: Mapped[date | None]
    call_channels: Mapped[str] = mapped_column(Text, default="")
    called_on: Mapped[date | None]  # the day on which the call begins
    logistics: Mapped[str] = mapped_column(Text, default="")
    accessibility: Mapped[str] = mapped_column(Text, default="")
    video_url: Mapped[str] = mapped_column(Text, default="")  # transmission or recording (ACC-04)
    easy_reading: Mapped[str] = mapped_column(Text, default="")
    risks: Mapped[str] = mapped_column(Text, default="")
    budget: Mapped[int | None] = mapped_column(BigInteger)  # pesos
    takes_questions: Mapped[bool] = mapped_column(default=True)
    # The planning format with which it is planned (task 6.1).
    format_id: Mapped[int | None] = mapped_column(ForeignKey("official_format.id"), index=True)
    postponed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    groups: Mapped[list[MeetingGroup]] = relationship(
        secondary=EVENT_GROUPS, order_by=MeetingGroup.id
    )
    format: Mapped[OfficialFormat | None] = relationship()
    sessions: Mapped[list["EventSession"]] = relationship(
        order_by="EventSession.starts_at", cascade="all, delete-orphan"
    )
    agenda: Mapped[list["AgendaItem"]] = relationship(
        # What has no hour yet stands at the end.
        order_by=lambda: (AgendaItem.starts == "", AgendaItem.starts, AgendaItem.id),
        cascade="all, delete-orphan",
    )
    people: Mapped[list["EventPerson"]] = relationship(
        order_by="EventPerson.id", cascade="all, delete-orphan"
    )
    checklist: Mapped[list["ChecklistItem"]] = relationship(
        order_by="ChecklistItem.id", cascade="all, delete-orphan"
    )
    photographs: Mapped[list["Photograph"]] = relationship(
        order_by="Photograph.id", cascade="all, delete-orphan"
    )
    notices: Mapped[list["EventNotice"]] = relationship(
        order_by="EventNotice.id", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> EventState:
        if self.cancelled_at is not None:
            return EventState.CANCELLED
        if self.postponed_at is not None:
            return EventState.POSTPONED
        return EventState.CLOSED if self.is_locked else STATE_OF_PHASE[self.phase]

    @property
    def is_locked(self) -> bool:
        """Whether its minutes are closed: nothing of it changes any more."""
        return self.closed_at is not None

    @property
    def is_off(self) -> bool:
        """Whether it is postponed without a date, or cancelled."""
        return self.cancelled_at is not None or self.postponed_at is not None

    @property
    def is_over(self) -> bool:
        """Whether its time has passed; that of a postponed event is not known."""
        if self.closes_at is None or self.postponed_at is not None:
            return False
        return self.closes_at <= clock.now()

    @property
    def is_virtual(self) -> bool:
        return bool(self.online_url) and not self.place

    def audit_facts(self) -> dict[str, Any]:
        return {
            **super().audit_facts(),
            "kind": self.kind.name,
            "place": self.place,
            "online_url": self.online_url,
            "capacity": self.capacity,
            "tasks": [f"{task.code} ({task.year})" for task in self.tasks],
        }


class EventSession(db.Model):
    """One of several sessions of an event, when it does not happen in one go."""

    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(Text, default="")  # "" for that of the event
    capacity: Mapped[int | None]


class AgendaItem(db.Model):
    """A point of the agenda. `source_url` leads to the topic that brought it here."""

    __table_args__ = (UniqueConstraint("event_id", "source_url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    starts: Mapped[str] = mapped_column(String(5), default="")  # "09:30", in the city's time
    title: Mapped[str] = mapped_column(Text)
    speaker: Mapped[str] = mapped_column(Text, default="")
    source_title: Mapped[str] = mapped_column(Text, default="")
    source_url: Mapped[str | None] = mapped_column(Text)
    event: Mapped[Event] = relationship(back_populates="agenda")


class EventPerson(db.Model):
    """Somebody of an office with a duty at the event: moderates, attends the door, writes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    position: Mapped[str] = mapped_column(Text)  # a post, not a person's name
    duty: Mapped[str] = mapped_column(Text)
    office: Mapped[Office | None] = relationship()


class ChecklistMoment(enum.Enum):
    """When an item of the checklist is due, in order."""

    BEFORE = "Antes"
    DURING = "Durante"
    AFTER = "Después"


class ChecklistItem(db.Model):
    """Something to do before, during or after the event."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    moment: Mapped[ChecklistMoment]
    text: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    done_by: Mapped[Account | None] = relationship()


class Photograph(db.Model):
    """A picture of the event, drawn anew without its metadata."""

    __table_args__ = (UniqueConstraint("event_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    description: Mapped[str] = mapped_column(Text)  # for those who do not see it, and its caption
    file: Mapped[StoredFile] = relationship()


class NoticeCause(enum.Enum):
    """What a public notice of an event tells."""

    RESCHEDULED = "Cambió de fecha"
    MOVED = "Cambió de lugar"
    RECONNECTED = "Cambió el enlace para conectarse"
    RENAMED = "Cambió de nombre"
    RETYPED = "Cambió de tipo"
    RELOCATED = "Cambió de territorio"
    RESIZED = "Cambió el cupo"
    REMAPPED = "Cambió el enlace del mapa"
    REPORT_REPLACED = "Cambió el informe para leer antes"
    SUPPORT_CHANGED = "Cambiaron los apoyos de accesibilidad"
    POSTPONED = "Se aplazó"
    CANCELLED = "Se canceló"


class EventNotice(db.Model):
    """A change that those who were called must learn, with its reason. Public, never erased.

    `before` is what was announced: the date, the place, the name.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    cause: Mapped[NoticeCause]
    before: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())


class SupportRequest(Submission, db.Model):
    """What a resident needs to take part. Erased 30 days after the event, or 180 if it has no date.

    It may reveal a disability: it is shown to those who prepare the event and to nobody else.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    need: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text, default="")
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)  # as it was read
    received_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    attended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
