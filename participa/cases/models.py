"""A case: the question of a resident, the office that answers it, the answer and its term."""

import enum
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.cases import petitions
from participa.cases.calendar import closed_days
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
    """The kind of a case; the value is its code among the kinds of petition."""

    QUESTION = "RC"
    OPINION = ""  # asks for nothing; whoever reads that it does makes it one of the others
    GENERAL = "PG"
    PRIVATE = "PP"
    INFORMATION = "PD"
    CONSULTATION = "CO"
    COMPLAINT = "QU"
    CLAIM = "RE"
    SUGGESTION = "SU"
    REPORT = "DE"
    PRAISE = "FE"
    AUTHORITY = "PA"
    DATA_QUERY = "HC"
    DATA_CLAIM = "HR"

    @property
    def label(self) -> str:
        if self is CaseKind.QUESTION:
            return "Pregunta"
        return petitions.types()[self.value].name if self.value else "Opinión"

    @property
    def term(self) -> int | None:
        """The legal term to answer, in working days; None for what asks for nothing."""
        return petitions.types()[self.value].term if self.value else None

    @property
    def most_extra(self) -> int:
        """By how many working days the term may be extended, at most."""
        longest = petitions.types()[self.value].longest if self.value else None
        return longest - self.term if longest and self.term else 0


class Case(db.Model):
    """What a resident asks of the city. Its author is not stored here.

    The deadline is not stored: it follows from the day of filing, the term of the kind, and what
    stopped or lengthened it. `text` is empty where the channel stores it itself, encrypted.
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
    # Filed after the hour from which the city counts the next working day (art. 54).
    is_after_hours: Mapped[bool] = mapped_column(default=False)
    # The kind at filing: another one never makes the term end later (PQR-08).
    filed_as: Mapped[CaseKind] = mapped_column(default=CaseKind.QUESTION)
    extra_days: Mapped[int] = mapped_column(default=0)  # working days, of an extension
    extended_on: Mapped[date | None]
    extension_reason: Mapped[str] = mapped_column(Text, default="")
    # The person was asked to complete it: from the next day none counts until they have (art. 17).
    asked_to_complete_on: Mapped[date | None]
    # The day on which the person asked for more time to complete it, which they got once (art. 17).
    more_time_asked_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    # The person took it back, or did not complete it in time: nothing is due (arts. 17 and 18).
    desisted_on: Mapped[date | None]
    topic: Mapped[str] = mapped_column(Text, default="")  # one of `themes.topics`
    territory: Mapped[str] = mapped_column(Text, default="")  # a code of citizens/territories
    me_too: Mapped[int] = mapped_column(default=0)  # people who said «a mí también»
    external_number: Mapped[str] = mapped_column(Text, default="")  # in the city's own system
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
    def due_on(self) -> date | None:
        """The last day to answer; None while the term stands still, and without a term."""
        return self._due_on(self.counts_from)

    @property
    def alert_on(self) -> date | None:
        """The last day by the earlier of the two readings of the law, by which staff are warned."""
        return self._due_on(self.filed_on)

    @property
    def counts_from(self) -> date:
        """The day of filing, by the hour from which the city counts the next working day."""
        if not self.is_after_hours:
            return self.filed_on
        return workdays.add(workdays.filed_on(self.filed_on, closed_days()), 1, closed_days())

    @property
    def is_waiting(self) -> bool:
        """Whether the person was asked to complete it and has not."""
        was_asked = self.asked_to_complete_on is not None and self.desisted_on is None
        return was_asked and self.completed_on is None

    @property
    def term(self) -> int | None:
        """The working days to answer, with their extension: the shorter of what it was filed as and
        what it is.
        """
        terms = [kind.term for kind in (self.kind, self.filed_as) if kind.term is not None]
        return min(terms) + min(self.extra_days, self.most_extra) if terms else None

    @property
    def most_extra(self) -> int:
        """By how many working days its term may be extended, at most: the double is never passed,
        also when it becomes of another kind afterwards.
        """
        return min((one.most_extra for one in (self.kind, self.filed_as) if one.term), default=0)

    @property
    def stopped_days(self) -> frozenset[date]:
        """The days on which the term stood still because the person had to complete it."""
        if self.asked_to_complete_on is None or self.completed_on is None:
            return frozenset()
        length = (self.completed_on - self.asked_to_complete_on).days
        return frozenset(
            self.asked_to_complete_on + timedelta(days=step) for step in range(1, length + 1)
        )

    def _due_on(self, filed_on: date) -> date | None:
        if self.term is None or self.is_waiting or self.desisted_on is not None:
            return None
        return workdays.due(filed_on, self.term, closed_days() | self.stopped_days)

    @property
    def is_answered(self) -> bool:
        return self.answered_on is not None

    @property
    def is_public(self) -> bool:
        return self.published_at is not None

    @property
    def is_late(self) -> bool:
        """Whether the term ended before today."""
        return self.due_on is not None and self.due_on < clock.today()

    @property
    def is_near(self) -> bool:
        """Whether the term ends in the next days, or has ended."""
        return self.alert_on is not None and self.alert_on <= clock.today() + NEAR

    @property
    def is_on_time(self) -> bool:
        """Whether it was answered by its last day; what has no term always is."""
        return self.answered_on is not None and not (self.due_on and self.due_on < self.answered_on)


class CasePriority(db.Model):
    """Why a case goes before others (arts. 5 and 20; PQR-06); it may tell of somebody's health."""

    case_id: Mapped[int] = mapped_column(
        ForeignKey("resident_case.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    reasons: Mapped[list[str]] = mapped_column(JSON)  # names of `Priority`


class Priority(enum.Enum):
    """What makes a case urgent."""

    RIGHT = "Un derecho fundamental en riesgo"
    LIFE = "Peligro para la vida o la salud"
    JOURNALIST = "Un periodista en su oficio"
    CHILD = "Una niña, un niño o un adolescente"
    DISABILITY = "Una persona con discapacidad"
    PREGNANCY = "Una mujer gestante"
    OLDER = "Una persona mayor"
