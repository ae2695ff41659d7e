"""A case: the question of a resident, the office that answers it, the answer and its term."""

import enum
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.core import clock, submissions, workdays
from participa.core.db import db
from participa.staff.models import Account, Office

LARGEST_ID = 2**53 - 1  # a larger number loses digits in JSON and in spreadsheets
CODE_LENGTH = submissions.RECEIPT_LENGTH
NEAR = timedelta(days=5)


def random_id() -> int:
    """A new primary key. Random: consecutive numbers would reveal the order of questions."""
    return secrets.randbelow(LARGEST_ID) + 1


class CaseKind(enum.Enum):
    """The kind of a case: its label, and the legal term to answer in working days."""

    QUESTION = ("Pregunta", 15)  # Ley 1757 de 2015, art. 56 f (RDC-04)

    def __init__(self, label: str, term: int):
        self.label = label
        self.term = term


class Case(db.Model):
    """A question of a resident that the city has to answer. Its author is not stored.

    The deadline is not stored: it follows from the day of filing and the term of the kind.
    """

    __tablename__ = "resident_case"  # CASE is a reserved word of SQL

    # On SQLite a plain INTEGER, so that rows lie in the order of this key and no row number exists.
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
        default=random_id,
    )
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    kind: Mapped[CaseKind] = mapped_column(default=CaseKind.QUESTION)
    # The name of the channel, which links the case to its record in a table of its own.
    source: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # What the public reads instead, without names, documents and telephones; "" for the text.
    public_text: Mapped[str] = mapped_column(Text, default="")
    # A day without a time: the same time as that of an answer would link the question to it.
    filed_on: Mapped[date]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]
    # The last day on which what the public read of it was hidden or became another text.
    withdrawn_on: Mapped[date | None]
    office: Mapped[Office | None] = relationship()
    answered_by: Mapped[Account | None] = relationship()

    @property
    def shown_text(self) -> str:
        """The question as the public reads it."""
        return self.public_text or self.text

    @property
    def due_on(self) -> date:
        """The last day to answer."""
        return workdays.due(self.filed_on, self.kind.term)

    @property
    def is_answered(self) -> bool:
        return self.answered_on is not None

    @property
    def is_public(self) -> bool:
        return self.published_at is not None

    @property
    def is_late(self) -> bool:
        """Whether the term ended before today."""
        return self.due_on < clock.today()

    @property
    def is_near(self) -> bool:
        """Whether the term ends in the next days, or has ended."""
        return self.due_on <= clock.today() + NEAR
