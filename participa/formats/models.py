"""An official format, its versions, the digital forms that are it, and the events that used it."""

import enum
import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.core import clock
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.plan.models import Fulfils
from participa.staff.models import Account, Office

# DE-FORC-012: capital letters, numbers, hyphens and dots; it is also an address.
REFERENCE = re.compile(r"[A-Z0-9]+(?:[-.][A-Z0-9]+)*")
LONGEST_REFERENCE = 30
NUMBER = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3}){0,2}")
LONGEST_NUMBER = 12
IS_APPROVED = text("state = 'APPROVED'")


class VersionState(enum.Enum):
    """The steps of a version from its author to its end."""

    DRAFT = "Borrador"
    IN_REVIEW = "En revisión"
    APPROVED = "Aprobado"
    OBSOLETE = "Obsoleto"

    @property
    def look(self) -> str:
        """The CSS class for the state's colour and shape."""
        return LOOKS[self]


LOOKS = {
    VersionState.DRAFT: "",
    VersionState.IN_REVIEW: "going",
    VersionState.APPROVED: "done",
    VersionState.OBSOLETE: "late",
}
OPEN = frozenset({VersionState.DRAFT, VersionState.IN_REVIEW})
PUBLIC = frozenset({VersionState.APPROVED, VersionState.OBSOLETE})


class OfficialFormat(Fulfils, db.Model):
    """A format of the procedure, as the quality system of the city numbers it.

    `applies_qr` is empty until somebody decides; «no aplica» has its reason, and so has a format
    that needs no variables.
    """

    __table_args__ = (
        CheckConstraint(
            "applies_qr IS NULL OR applies_qr OR applies_qr_reason <> ''",
            name="without_qr_has_a_reason",
        ),
        CheckConstraint(
            "needs_variables OR needs_variables_reason <> ''",
            name="without_variables_has_a_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(LONGEST_REFERENCE), unique=True)
    name: Mapped[str] = mapped_column(Text)
    process: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    needs_variables: Mapped[bool] = mapped_column(default=True)
    needs_variables_reason: Mapped[str] = mapped_column(Text, default="")
    needs_variables_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    needs_variables_on: Mapped[date | None]
    applies_qr: Mapped[bool | None]
    applies_qr_reason: Mapped[str] = mapped_column(Text, default="")
    applies_qr_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    applies_qr_on: Mapped[date | None]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    # Grows with every change, so that no button acts on an older page.
    version: Mapped[int] = mapped_column(default=1)
    is_example: Mapped[bool] = mapped_column(default=False)
    office: Mapped[Office | None] = relationship()
    created_by: Mapped[Account | None] = relationship(foreign_keys=[created_by_id])
    applies_qr_by: Mapped[Account | None] = relationship(foreign_keys=[applies_qr_by_id])
    needs_variables_by: Mapped[Account | None] = relationship(foreign_keys=[needs_variables_by_id])
    versions: Mapped[list["FormatVersion"]] = relationship(
        back_populates="format", order_by="FormatVersion.id", cascade="all, delete-orphan"
    )
    twins: Mapped[list["FormatTwin"]] = relationship(
        back_populates="format", order_by="FormatTwin.id", cascade="all, delete-orphan"
    )
    uses: Mapped[list["FormatUse"]] = relationship(
        back_populates="format", order_by="FormatUse.id", cascade="all, delete-orphan"
    )

    @property
    def current(self) -> "FormatVersion | None":
        """The version in force today; at most one is."""
        return next((one for one in reversed(self.versions) if one.is_in_force), None)

    @property
    def coming_version(self) -> "FormatVersion | None":
        """The approved version whose first day has not come."""
        return next((one for one in self.versions if one.is_coming), None)

    @property
    def open_version(self) -> "FormatVersion | None":
        """The version that is being written or reviewed; at most one is."""
        return next((one for one in self.versions if one.state in OPEN), None)

    @property
    def public_versions(self) -> list["FormatVersion"]:
        """The versions that are or were in force, the newest first."""
        return [one for one in reversed(self.versions) if one.state in PUBLIC]

    @property
    def has_public_versions(self) -> bool:
        return bool(self.public_versions)

    @property
    def state(self) -> VersionState:
        """The state of the whole: that of the approved version, else of the one that is open."""
        approved = next((one for one in self.versions if one.is_approved), None)
        if version := approved or self.open_version:
            return version.state
        return VersionState.OBSOLETE if self.versions else VersionState.DRAFT

    @property
    def public_twins(self) -> list["FormatTwin"]:
        """The digital forms that anybody can open, the newest first."""
        return [one for one in reversed(self.twins) if one.is_public]

    def touch(self) -> None:
        """Increase the version. The database adds one, so two changes at once give two versions."""
        self.version = type(self).version + 1  # an SQL expression

    def audit_facts(self) -> dict[str, Any]:
        """The values that the audit trail stores before and after a change."""
        return {
            "reference": self.reference,
            "name": self.name,
            "needs_variables": self.needs_variables,
            "needs_variables_reason": self.needs_variables_reason,
            "tasks": [f"{task.code} ({task.year})" for task in self.tasks],
        }


class FormatVersion(db.Model):
    """One version of a format: written, reviewed by somebody else, in force, and replaced.

    `declared_blocks` are the families of variables (formats.lint.Family) that its file carries, as
    the reviewer ticked them when approving it. An approved version is in force from
    `valid_from_on`; the one before stays in force until then, its `obsolete_at`.
    """

    __table_args__ = (
        UniqueConstraint("format_id", "number"),
        CheckConstraint("approved_by_id <> sent_by_id", name="approver_is_another"),
        Index(
            "uq_format_version_approved",
            "format_id",
            unique=True,
            sqlite_where=IS_APPROVED,
            postgresql_where=IS_APPROVED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    format_id: Mapped[int] = mapped_column(ForeignKey("official_format.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(LONGEST_NUMBER))
    state: Mapped[VersionState] = mapped_column(default=VersionState.DRAFT)
    valid_from_on: Mapped[date]
    isolucion: Mapped[str] = mapped_column(Text, default="")
    change_note: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    sent_at: Mapped[datetime | None]
    returned_because: Mapped[str] = mapped_column(Text, default="")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    declared_blocks: Mapped[list[str]] = mapped_column(JSON, default=list)
    obsolete_because: Mapped[str] = mapped_column(Text, default="")
    obsolete_at: Mapped[datetime | None]
    format: Mapped[OfficialFormat] = relationship(back_populates="versions")
    file: Mapped[StoredFile | None] = relationship()
    sent_by: Mapped[Account | None] = relationship(foreign_keys=[sent_by_id])
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def title(self) -> str:
        return f"{self.format.reference}, versión {self.number}"

    @property
    def place(self) -> tuple[int, ...]:
        return place_of(self.number)

    @property
    def is_draft(self) -> bool:
        return self.state is VersionState.DRAFT

    @property
    def is_in_review(self) -> bool:
        return self.state is VersionState.IN_REVIEW

    @property
    def is_approved(self) -> bool:
        return self.state is VersionState.APPROVED

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def is_due(self) -> bool:
        """Whether its first day has come."""
        return self.valid_from_on <= clock.today()

    @property
    def is_coming(self) -> bool:
        """Whether it is approved, and its first day has not come."""
        return self.is_approved and not self.is_due

    @property
    def is_in_force(self) -> bool:
        has_begun = self.is_public and self.is_due
        return has_begun and (self.obsolete_at is None or self.obsolete_at > clock.now())

    @property
    def shown_state(self) -> VersionState:
        """Its state for people: what is in force until another begins is not obsolete yet."""
        return VersionState.APPROVED if self.is_in_force else self.state

    @property
    def never_began(self) -> bool:
        """Whether it ended before its first day."""
        ended_at = self.obsolete_at
        return ended_at is not None and clock.local(ended_at).date() < self.valid_from_on

    @property
    def carried_blocks(self) -> list[str]:
        """The families that its file carries; what has no file carries none."""
        return self.declared_blocks if self.file_id is not None else []

    @property
    def lacks_isolucion(self) -> bool:
        """Whether it is approved without a reference of the quality system."""
        return self.is_approved and not self.isolucion

    @property
    def file_name(self) -> str:
        return f"{self.format.reference} v{self.number} {self.format.name}"


def place_of(number: str) -> tuple[int, ...]:
    """The parts of a version number, to compare: 10 is later than 9, 2.1 than 2."""
    return tuple(int(part) for part in number.split("."))


class FormatTwin(db.Model):
    """A form made in participa that is this format: a topic call, a ballot box, a survey.

    Its channel registers it, publishes it and ends it. `variables` are the ids of what it asks.
    """

    __table_args__ = (
        Index(
            "uq_format_twin_record",
            "source",
            "record_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    format_id: Mapped[int] = mapped_column(
        ForeignKey("official_format.id", ondelete="CASCADE"), index=True
    )
    source: Mapped[str] = mapped_column(Text)  # the name of the channel
    record_id: Mapped[int]  # of its record; no foreign key, for each channel has its own table
    title: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)  # where its short link leads
    code: Mapped[str] = mapped_column(Text)  # of its short link
    variables: Mapped[list[str]] = mapped_column(JSON, default=list)
    registered_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    published_at: Mapped[datetime | None]  # empty while only the staff sees it
    ended_at: Mapped[datetime | None]  # it stopped being this format
    format: Mapped[OfficialFormat] = relationship(back_populates="twins")

    @property
    def is_public(self) -> bool:
        return self.published_at is not None and self.ended_at is None

    @property
    def address(self) -> str:
        """Its page, without the mark that the printed code adds."""
        return self.path.partition("?")[0]


class FormatUse(db.Model):
    """Something that was planned with the format, such as an event with the planning format."""

    __table_args__ = (UniqueConstraint("format_id", "source", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    format_id: Mapped[int] = mapped_column(ForeignKey("official_format.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(Text)
    record_id: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    used_on: Mapped[date]
    format: Mapped[OfficialFormat] = relationship(back_populates="uses")
