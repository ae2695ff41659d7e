"""Printed sheets of a survey, from the printer to the day on which their answers count.

What is typed of a sheet stands under its number until the batch is settled. Then the answers become
responses, in a shuffled order, and every row about a sheet is erased: no response ever had a number
(docs/decisions/0055-sheets-of-a-survey-forget-their-number.md).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.core import clock
from participa.core.db import db
from participa.core.personal.sealing import Sealed
from participa.staff.models import Account
from participa.surveys.models import Survey, SurveyUse, SurveyVersion


class SurveySheetBatch(db.Model):
    """Sheets of one version that were printed together; `code` is the QR on them.

    Their numbers go on from those of the batch before. `used`, `unused` and `void` are how many
    came back with answers, blank, and torn or illegible, as counted on the paper.
    """

    __table_args__ = (
        UniqueConstraint("survey_id", "first_number"),
        CheckConstraint("size BETWEEN 1 AND 500", name="has_sheets"),
        CheckConstraint(
            "(used IS NULL) = (unused IS NULL) AND (used IS NULL) = (void IS NULL)",
            name="counted_whole",
        ),
    )
    shown_with = ("sheets",)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"), index=True)
    use_id: Mapped[int | None] = mapped_column(ForeignKey("survey_use.id"), index=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    label: Mapped[str] = mapped_column(Text)
    first_number: Mapped[int]
    size: Mapped[int]
    printed_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    used: Mapped[int | None]
    unused: Mapped[int | None]
    void: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    # What is left of the sheets once it is settled.
    entered: Mapped[int] = mapped_column(default=0)
    typed_twice: Mapped[int] = mapped_column(default=0)
    different: Mapped[int] = mapped_column(default=0)
    survey: Mapped[Survey] = relationship()
    version: Mapped[SurveyVersion] = relationship()
    use: Mapped[SurveyUse | None] = relationship()
    printed_by: Mapped[Account | None] = relationship()
    sheets: Mapped[list["SurveySheet"]] = relationship(
        back_populates="batch", order_by="SurveySheet.number", cascade="all, delete-orphan"
    )

    @property
    def last_number(self) -> int:
        return self.first_number + self.size - 1

    @property
    def numbers(self) -> range:
        return range(self.first_number, self.last_number + 1)

    @property
    def is_settled(self) -> bool:
        return self.settled_at is not None

    @property
    def is_counted(self) -> bool:
        return self.used is not None


class SurveySheet(db.Model):
    """A sheet that somebody typed, until its batch is settled. It holds no answer."""

    __table_args__ = (Index("ix_survey_sheet_batch_number", "batch_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("survey_sheet_batch.id", ondelete="CASCADE"))
    number: Mapped[int]
    keyed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # Typed a second time by somebody else, to learn how often the first one errs (NET-06).
    is_sampled: Mapped[bool] = mapped_column(default=False)
    rekeyed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    is_different: Mapped[bool] = mapped_column(default=False)
    is_decided: Mapped[bool] = mapped_column(default=False)
    batch: Mapped[SurveySheetBatch] = relationship(back_populates="sheets")
    keyed_by: Mapped[Account] = relationship(foreign_keys=[keyed_by_id])
    typed: Mapped["SheetAnswers"] = relationship(
        back_populates="sheet", cascade="all, delete-orphan"
    )

    @property
    def waits_for_second(self) -> bool:
        return self.is_sampled and self.rekeyed_by_id is None

    @property
    def waits_for_decision(self) -> bool:
        return self.is_different and not self.is_decided


class SheetAnswers(db.Model):
    """What was typed of a sheet, once or twice: encrypted, and erased when its batch is settled."""

    sheet_id: Mapped[int] = mapped_column(
        ForeignKey("survey_sheet.id", ondelete="CASCADE"), primary_key=True
    )
    fields: Mapped[str] = mapped_column(Sealed)
    second_fields: Mapped[str] = mapped_column(Sealed, default="")
    sheet: Mapped[SurveySheet] = relationship(back_populates="typed")


class VerbalConsents(db.Model):
    """How many people told an operator on a day that they agree to be asked (DAT-04).

    Apart from what they answered: of an anonymous answer nobody knows who wrote it down.
    """

    __table_args__ = (UniqueConstraint("survey_id", "given_on", "operator_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    given_on: Mapped[date]
    operator_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    count: Mapped[int] = mapped_column(default=0)
    operator: Mapped[Account] = relationship()
