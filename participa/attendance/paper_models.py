"""Sheets that people sign by hand, and what became of each of their rows.

None of it holds personal data: what stands on a row goes to `Attendee`, and the optional answers
of the slips to `WaitingDetails`.
"""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.attendance.models import AttendanceList, Attendee
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.staff.models import Account


class SheetKind(enum.Enum):
    """What is printed: a list that people sign one under another, or one slip for each person."""

    LIST = "Hoja"
    SLIPS = "Lote de fichas"


class RowState(enum.Enum):
    """What became of a row of a sheet."""

    OPEN = "Por digitar"  # it was typed, and that was undone
    KEYED = "Digitada"
    MERGED = "Unida"  # the person was on the list already
    EMPTY = "Vacía"
    ILLEGIBLE = "Ilegible"


class PaperSheet(db.Model):
    """A printed sheet of an attendance list, or a batch of slips; `code` is its QR.

    Sheets are numbered on the list, and so are their rows: those of this sheet begin at
    `first_row`. `signed` is how many of them carry a signature, as counted on the paper.
    """

    __table_args__ = (
        Index("ix_paper_sheet_list_number", "list_id", "number", unique=True),
        CheckConstraint("rows BETWEEN 1 AND 200", name="has_rows"),
        CheckConstraint("signed BETWEEN 0 AND rows", name="signed_rows_are_rows"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("attendance_list.id"))
    number: Mapped[int]
    kind: Mapped[SheetKind]
    first_row: Mapped[int]
    rows: Mapped[int]
    code: Mapped[str] = mapped_column(String(8), unique=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id"), index=True)
    printed_at: Mapped[datetime]
    printed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    returned_at: Mapped[datetime | None]  # it came back from the event, and was counted
    signed: Mapped[int | None]
    voided_at: Mapped[datetime | None]  # lost, torn, or never used
    void_reason: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime | None]  # what was typed was compared with the paper
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    scanned_at: Mapped[datetime | None]
    attendance_list: Mapped[AttendanceList] = relationship()
    printed_by: Mapped[Account] = relationship()
    scan: Mapped[StoredFile | None] = relationship()
    lines: Mapped[list["PaperRow"]] = relationship(
        back_populates="sheet", order_by="PaperRow.number"
    )

    @property
    def name(self) -> str:
        """Hoja 3; Lote de fichas 4."""
        return f"{self.kind.value} {self.number}"

    @property
    def called(self) -> str:
        """The name inside a sentence: la hoja 3; el lote de fichas 4."""
        article = "el" if self.is_slips else "la"
        return f"{article} {self.name.lower()}"

    @property
    def last_row(self) -> int:
        return self.first_row + self.rows - 1

    @property
    def numbers(self) -> range:
        """The numbers of its rows."""
        return range(self.first_row, self.last_row + 1)

    @property
    def is_slips(self) -> bool:
        return self.kind is SheetKind.SLIPS


class PaperRow(db.Model):
    """A row of a sheet that somebody typed or marked; a row without one waits for it.

    `attendee` is the entry that it proves. `proposed` may be the same person under another entry:
    a member of the staff decides (`decided_at`), and nothing is merged before. The other columns
    of a merged row say what undoing takes back.
    """

    __table_args__: Any = (Index("ix_paper_row_sheet_number", "sheet_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("paper_sheet.id"))
    number: Mapped[int]
    state: Mapped[RowState]
    attempt: Mapped[int] = mapped_column(default=0)  # how often it was undone
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"), index=True)
    proposed_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"), index=True)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    gave_document: Mapped[bool] = mapped_column(default=False)  # to the entry it was merged into
    gave_presence: Mapped[bool] = mapped_column(default=False)  # that entry had not come yet
    entered_before_at: Mapped[datetime | None]  # if it had: when, before the merge
    keyed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    keyed_at: Mapped[datetime]
    # Typed a second time by somebody else, to learn how often the first one errs (NET-06).
    sampled_at: Mapped[datetime | None]
    rekeyed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    rekeyed_at: Mapped[datetime | None]
    is_different: Mapped[bool | None]
    sheet: Mapped[PaperSheet] = relationship(back_populates="lines")
    attendee: Mapped[Attendee | None] = relationship(foreign_keys=[attendee_id])
    proposed: Mapped[Attendee | None] = relationship(foreign_keys=[proposed_id])
    keyed_by: Mapped[Account] = relationship(foreign_keys=[keyed_by_id])

    @property
    def is_open(self) -> bool:
        return self.state is RowState.OPEN

    @property
    def is_merged(self) -> bool:
        return self.state is RowState.MERGED

    @property
    def waits_for_decision(self) -> bool:
        """Whether somebody has yet to say if it is the same person as `proposed`."""
        return (
            self.state is RowState.KEYED
            and self.proposed_id is not None
            and self.decided_at is None
        )


class PaperDetails(db.Model):
    """The halves of slips with the optional answers of a list, counted: they have no number.

    `returned` is how many came back, as counted on the paper. Moments and who typed them are not
    stored, since their order would lead to people.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("attendance_list.id"), unique=True)
    returned: Mapped[int | None]
    keyed: Mapped[int] = mapped_column(default=0)
    blank: Mapped[int] = mapped_column(default=0)  # nobody answered anything on it
    illegible: Mapped[int] = mapped_column(default=0)

    @property
    def handled(self) -> int:
        return self.keyed + self.blank + self.illegible
