"""The bodies that meet, and who belongs to each of them."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.core import clock
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.plan.models import Fulfils
from participa.staff.models import Account, Office


class GroupKind(enum.Enum):
    """The kinds of bodies that the plan of the rendición de cuentas knows."""

    LEAD_TEAM = "Equipo líder"
    COMMITTEE = "Comité Territorial"
    NODE = "Nodo territorial"
    TABLE = "Mesa de trabajo"


class MemberKind(enum.Enum):
    """Who is a member: a department of the city, another body, or a person by their position."""

    OFFICE = "Dependencia"
    EXTERNAL = "Entidad externa"
    PERSON = "Persona en un cargo"


class MemberState(enum.Enum):
    """Where the acceptance of a member stands; the value is what pages say."""

    UNINVITED = "Sin invitar"
    INVITED = "Por responder"
    EXPIRED = "Invitación vencida"
    ACCEPTED = "Aceptó"
    DECLINED = "No aceptó"
    WITHDRAWN = "Retirado"

    @property
    def look(self) -> str:
        """The class of its mark on a page."""
        return LOOKS.get(self, "")


LOOKS = {
    MemberState.INVITED: "going",
    MemberState.EXPIRED: "late",
    MemberState.ACCEPTED: "done",
    MemberState.DECLINED: "late",
}


class MeetingGroup(Fulfils, db.Model):
    """A body that is called together, whose members accept, and that a founding act forms.

    It is public from `called_at` on.
    """

    __table_args__ = (
        CheckConstraint("founded_on >= called_on", name="founded_after_the_call"),
        CheckConstraint("act_filed_at IS NULL OR founded_on IS NOT NULL", name="act_has_its_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    kind: Mapped[GroupKind]
    name: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text, default="")
    territory: Mapped[str] = mapped_column(Text, default="")
    call_text: Mapped[str] = mapped_column(Text, default="")
    called_on: Mapped[date | None]
    called_at: Mapped[datetime | None]
    # The founding act: a text that the members who accepted sign, or a file.
    founded_on: Mapped[date | None]
    founding_place: Mapped[str] = mapped_column(Text, default="")
    founding_text: Mapped[str] = mapped_column(Text, default="")
    act_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    act_filed_at: Mapped[datetime | None]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    version: Mapped[int] = mapped_column(default=1)
    is_example: Mapped[bool] = mapped_column(default=False)
    office: Mapped[Office | None] = relationship()
    created_by: Mapped[Account | None] = relationship()
    act_file: Mapped[StoredFile | None] = relationship()
    members: Mapped[list["GroupMember"]] = relationship(
        back_populates="group", order_by="GroupMember.id", cascade="all, delete-orphan"
    )

    @property
    def is_public(self) -> bool:
        return self.called_at is not None

    @property
    def has_act(self) -> bool:
        return self.act_filed_at is not None

    @property
    def present_members(self) -> list["GroupMember"]:
        """Those who have accepted or still may."""
        return [one for one in self.members if one.is_accepted or one.is_pending]

    @property
    def is_called_later(self) -> bool:
        """Whether its call was published here on a later day than the one that was typed."""
        return self.called_at is not None and clock.local(self.called_at).date() != self.called_on

    @property
    def is_filed_later(self) -> bool:
        """Whether its act was stored here on a later day than that of the act."""
        filed_at = self.act_filed_at
        return filed_at is not None and clock.local(filed_at).date() != self.founded_on

    @property
    def paragraphs(self) -> list[str]:
        """Those of the founding act that was written here."""
        return [part.strip() for part in self.founding_text.split("\n\n") if part.strip()]

    def touch(self) -> None:
        """Increase the version. The database adds one, so two changes at once give two versions."""
        self.version = MeetingGroup.version + 1  # an SQL expression

    def audit_facts(self) -> dict[str, Any]:
        """The values that the audit trail stores before and after a change."""
        return {
            "name": self.name,
            "kind": self.kind.name,
            "tasks": [f"{task.code} ({task.year})" for task in self.tasks],
        }


class GroupMember(db.Model):
    """An office, another body or a person in a position, invited to belong to a group.

    The invitation is a link; the table has only the digest of its random part.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("meeting_group.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[MemberKind]
    # Of the body; of a person, public once they have accepted.
    name: Mapped[str] = mapped_column(Text)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    position: Mapped[str] = mapped_column(Text, default="")
    # Where the invitation is sent; never public.
    email: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    invited_at: Mapped[datetime | None]
    token_digest: Mapped[str | None] = mapped_column(String(64))
    invitation_expires_at: Mapped[datetime | None]
    # Whether the staff were shown the link of the last invitation, to hand it over: it was not
    # mailed. Public beside the acceptance.
    is_handed_over: Mapped[bool] = mapped_column(default=False)
    accepted_at: Mapped[datetime | None]
    # Who accepted in the name of the member, as they wrote it.
    accepted_name: Mapped[str] = mapped_column(Text, default="")
    declined_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]
    group: Mapped[MeetingGroup] = relationship(back_populates="members")
    office: Mapped[Office | None] = relationship()

    @property
    def is_pending(self) -> bool:
        """Whether they still may answer."""
        return not (self.accepted_at or self.declined_at or self.withdrawn_at)

    @property
    def is_accepted(self) -> bool:
        return self.accepted_at is not None and self.withdrawn_at is None

    @property
    def is_expired(self) -> bool:
        end = self.invitation_expires_at
        return self.is_pending and end is not None and clock.now() >= end

    @property
    def may_be_invited(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def state(self) -> MemberState:
        if self.withdrawn_at is not None:
            return MemberState.WITHDRAWN
        if self.accepted_at is not None:
            return MemberState.ACCEPTED
        if self.declined_at is not None:
            return MemberState.DECLINED
        if self.is_expired:
            return MemberState.EXPIRED
        return MemberState.INVITED if self.invited_at else MemberState.UNINVITED

    @property
    def public_name(self) -> str:
        """The body, or the position of a person: it names nobody who has not accepted."""
        return self.position if self.kind is MemberKind.PERSON else self.name

    @property
    def represented_by(self) -> str:
        """Who accepted, with their position where the public name does not have it."""
        parts = [self.accepted_name]
        if self.kind is not MemberKind.PERSON and self.position:
            parts.append(self.position)
        return ", ".join(filter(None, parts))

    @property
    def signed_as(self) -> str:
        """The position and the body of who signs the founding act."""
        body = "" if self.kind is MemberKind.PERSON else self.name
        return ", ".join(filter(None, [self.position, body]))
