"""A survey, the versions of its questionnaire, its codes, and what people answered.

An anonymous answer has no way back to a person, and the schema says so: its row may hold no code,
no operator and no moment, only a day; its key is random, so that rows lie in no order of arrival.
The mode of a survey is part of the key to which its answers refer, so that the database refuses to
change it while there is one.
"""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.cases.models import random_id
from participa.channels.models import Channel
from participa.channels.moderation import ReviewedText
from participa.core import clock
from participa.core.db import db
from participa.core.files.sealed_files import HoldsSealedFile
from participa.core.personal.sealing import Sealed
from participa.core.submissions import Submission
from participa.staff.models import Account
from participa.surveys.questionnaire import documents
from participa.surveys.questionnaire.questions import Questionnaire

CODE_LENGTH = 12  # of a code with which one person answers once
RESUME_LENGTH = 16  # of a code with which a person goes on later


def big_key() -> Any:
    """A primary key that is random: consecutive ones would tell who answered after whom."""
    return mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
        default=random_id,
    )


class SurveyAccess(enum.Enum):
    """Who may answer."""

    ANYONE = "Cualquier persona"
    CODE = "Quien tenga un código de un solo uso"
    GIVEN = "Solo a quien otra parte de participa le dé un código"

    @property
    def needs_code(self) -> bool:
        return self is not SurveyAccess.ANYONE


class Anonymity(enum.Enum):
    """What an answer says of the person. It is fixed once there is an answer."""

    ANONYMOUS = "Anónima"
    CONFIDENTIAL = "Confidencial"
    IDENTIFIED = "Identificada"


class Layout(enum.Enum):
    """How the questions are shown."""

    PAGES = "Por páginas"
    ONE_BY_ONE = "Una pregunta a la vez"


class Survey(Channel, db.Model):
    """A questionnaire for people to answer; `code` is printed in the QR of its poster."""

    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        UniqueConstraint("id", "anonymity"),
    )
    channel = "surveys"

    access: Mapped[SurveyAccess] = mapped_column(default=SurveyAccess.ANYONE)
    anonymity: Mapped[Anonymity] = mapped_column(default=Anonymity.ANONYMOUS)
    layout: Mapped[Layout] = mapped_column(default=Layout.PAGES)
    # Until when an unfinished answer can be gone on with elsewhere; None where it cannot be saved.
    resume_until_on: Mapped[date | None]
    allows_correction: Mapped[bool] = mapped_column(default=True)
    results_on: Mapped[date | None]  # the announced day of the results
    archived_at: Mapped[datetime | None]
    versions: Mapped[list["SurveyVersion"]] = relationship(
        back_populates="survey", order_by="SurveyVersion.number", cascade="all, delete-orphan"
    )
    uses: Mapped[list["SurveyUse"]] = relationship(
        back_populates="survey", order_by="SurveyUse.id", cascade="all, delete-orphan"
    )

    @property
    def current(self) -> "SurveyVersion | None":
        """The version that people answer now."""
        return next((one for one in reversed(self.versions) if one.is_published), None)

    @property
    def draft(self) -> "SurveyVersion | None":
        """The version on which somebody works."""
        return next((one for one in reversed(self.versions) if not one.is_published), None)

    @property
    def newest(self) -> "SurveyVersion":
        """The draft, else the version that people answer. Each survey has one from the start."""
        return self.versions[-1]

    def audit_facts(self) -> dict[str, Any]:
        return {
            **super().audit_facts(),
            "access": self.access.name,
            "anonymity": self.anonymity.name,
            "tasks": [f"{task.code} ({task.year})" for task in self.tasks],
        }


class SurveyVersion(db.Model):
    """A questionnaire of a survey. Immutable once it is published: answers refer to it."""

    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    number: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    survey: Mapped[Survey] = relationship(back_populates="versions")

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def questionnaire(self) -> Questionnaire:
        return documents.load(self.document)


class SurveyUse(db.Model):
    """Where a survey is used: at an event, at a list. `code` stands in the address of its link."""

    __table_args__ = (UniqueConstraint("survey_id", "source", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    source: Mapped[str] = mapped_column(Text)  # name of the feature: "events"
    source_id: Mapped[int]
    code: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(Text)
    survey: Mapped[Survey] = relationship(back_populates="uses")


class CodeUse(enum.Enum):
    """What became of a single-use code."""

    UNUSED = "Sin usar"
    USED = "Usado"
    VOID = "Anulado"


class SurveyCodeBatch(db.Model):
    """Codes that were made together. They follow from `nonce` and the installation's key, so that
    slips can be printed again while the database alone opens nothing.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    label: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    nonce: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    printed_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    survey: Mapped[Survey] = relationship()
    made_by: Mapped[Account | None] = relationship()


class SurveyCode(db.Model):
    """A code with which one person answers once. Only its keyed digest is stored, and not the day
    of its use: where few answer, a day leads to the answer of that day.
    """

    __table_args__ = (Index("ix_survey_code_survey_state", "survey_id", "state"),)

    id: Mapped[int] = big_key()
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("survey_code_batch.id"), index=True)
    place: Mapped[int | None]  # in its batch, from 1
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[CodeUse] = mapped_column(default=CodeUse.UNUSED)
    source: Mapped[str] = mapped_column(Text, default="")  # the feature that gave it
    survey: Mapped[Survey] = relationship()
    batch: Mapped[SurveyCodeBatch | None] = relationship()


class SurveyResponse(Submission, db.Model):
    """What one person answered. `answers` holds everything but texts, personal data and files."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["survey_id", "anonymity"], ["survey.id", "survey.anonymity"], name="keeps_its_mode"
        ),
        CheckConstraint(
            "anonymity <> 'ANONYMOUS' OR "
            "(code_id IS NULL AND received_at IS NULL AND operator_id IS NULL)",
            name="leads_to_nobody",
        ),
        UniqueConstraint("id", "anonymity"),
        Index("ix_survey_response_survey_day", "survey_id", "received_on"),
    )

    id: Mapped[int] = big_key()
    survey_id: Mapped[int]
    anonymity: Mapped[Anonymity]
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"), index=True)
    use_id: Mapped[int | None] = mapped_column(ForeignKey("survey_use.id"), index=True)
    code_id: Mapped[int | None] = mapped_column(ForeignKey("survey_code.id"), unique=True)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    channel: Mapped[str] = mapped_column(Text)
    territory: Mapped[str] = mapped_column(Text, default="")
    # What results are compared by, of those who said it; sensitive facts are never stored here.
    sex: Mapped[str] = mapped_column(Text, default="")
    age: Mapped[str] = mapped_column(Text, default="")
    received_on: Mapped[date] = mapped_column(default=lambda: clock.today())
    received_at: Mapped[datetime | None]
    corrected_on: Mapped[date | None]
    digest: Mapped[str] = mapped_column(String(64))
    version: Mapped[SurveyVersion] = relationship()
    use: Mapped[SurveyUse | None] = relationship()
    operator: Mapped[Account | None] = relationship()
    texts: Mapped[list["WrittenAnswer"]] = relationship(
        back_populates="response", cascade="all, delete-orphan"
    )


class WrittenAnswer(ReviewedText, db.Model):
    """What somebody wrote: an open answer, or an option of their own under `<key>._otra`."""

    __table_args__ = (Index("ix_written_answer_question", "survey_id", "question", "state"),)

    id: Mapped[int] = big_key()
    response_id: Mapped[int] = mapped_column(
        ForeignKey("survey_response.id", ondelete="CASCADE"), index=True
    )
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    question: Mapped[str] = mapped_column(Text)
    public_text: Mapped[str] = mapped_column(Text, default="")  # what the public reads instead
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    response: Mapped[SurveyResponse] = relationship(back_populates="texts")


class PersonalAnswer(db.Model):
    """A name, a telephone: encrypted, and never of an anonymous answer."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["response_id", "anonymity"],
            ["survey_response.id", "survey_response.anonymity"],
            ondelete="CASCADE",
            name="of_its_response",
        ),
        CheckConstraint("anonymity <> 'ANONYMOUS'", name="of_nobody_anonymous"),
        Index("ix_personal_answer_response", "response_id", "anonymity"),
    )

    id: Mapped[int] = big_key()
    response_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    anonymity: Mapped[Anonymity]
    question: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Sealed)


class PersonalConsent(db.Model):
    """What somebody authorised who wrote personal data; never of an anonymous answer."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["response_id", "anonymity"],
            ["survey_response.id", "survey_response.anonymity"],
            ondelete="CASCADE",
            name="of_its_response",
        ),
        CheckConstraint("anonymity <> 'ANONYMOUS'", name="of_nobody_anonymous"),
        UniqueConstraint("response_id", "anonymity"),
    )

    id: Mapped[int] = big_key()
    response_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    anonymity: Mapped[Anonymity]
    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)


class AnsweredFile(HoldsSealedFile, db.Model):
    """A picture or document that somebody attached to a question."""

    id: Mapped[int] = big_key()
    response_id: Mapped[int] = mapped_column(
        ForeignKey("survey_response.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[str] = mapped_column(Text)


class WaitingFile(HoldsSealedFile, db.Model):
    """A file that came with a form that is not sent yet; after its day it is let go."""

    id: Mapped[int] = big_key()
    until_on: Mapped[date] = mapped_column(index=True)


class SavedAnswers(db.Model):
    """An unfinished answer that somebody goes on with elsewhere; only they have its code."""

    id: Mapped[int] = big_key()
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    fields: Mapped[str] = mapped_column(Sealed)
    until_on: Mapped[date] = mapped_column(index=True)


class SurveyTally(db.Model):
    """The counts that the public saw last, while what they were counted from may still change:
    somebody corrects an answer, or the survey takes answers again.

    `until_on` is the last day that was counted; None for all that had arrived at a closing.
    """

    survey_id: Mapped[int] = mapped_column(
        ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    until_on: Mapped[date | None]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)


class BankQuestion(db.Model):
    """A question that the city has approved, to be put into any survey."""

    id: Mapped[int] = mapped_column(primary_key=True)
    block: Mapped[str] = mapped_column(Text)  # "Evaluación de un evento"
    position: Mapped[int]
    document: Mapped[str] = mapped_column(Text)  # JSON of a questionnaire with this one question
    name: Mapped[str] = mapped_column(Text, unique=True)
    is_approved: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]


class CityFigure(db.Model):
    """How many people live in the city, by territory, sex and age; "" for all of them."""

    __table_args__ = (UniqueConstraint("territory", "sex", "age"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(Text, default="")
    age: Mapped[str] = mapped_column(Text, default="")
    people: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    loaded_on: Mapped[date]
