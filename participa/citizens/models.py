"""Privacy notices, consents and population data, in separate tables.

No row refers to a name or to an answer: a slip records only its form and its day.
"""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.citizens import notices
from participa.core.db import db
from participa.staff.models import Account

CHANNELS = {
    "web": "Enlace",
    "qr": "Código QR",
    "whatsapp": "WhatsApp",
    "kiosk": "Punto de atención",
    "paper": "Papel",
    "verbal": "De viva voz",
}


def random_key() -> str:
    """A random primary key. Sequential ones would match the order of the answers table."""
    return secrets.token_hex(16)


class Notice(db.Model):
    """One version of a privacy notice, as shown to citizens. Immutable once published."""

    __table_args__ = (
        UniqueConstraint("purpose", "number"),
        CheckConstraint("months > 0", name="is_kept_for_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    short_lines: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    months: Mapped[int]
    published_at: Mapped[datetime]

    @property
    def blocks(self) -> tuple[notices.Block, ...]:
        return notices.blocks(self.text)

    @property
    def title(self) -> str:
        return notices.kinds()[self.purpose].title

    @property
    def word(self) -> str:
        """The URL segment of its purpose."""
        return notices.kinds()[self.purpose].word


class Consent(db.Model):
    """Proof that a person authorised a use of their data (DAT-04)."""

    __table_args__: Any = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_key)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    purposes: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Text)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    notice: Mapped[Notice] = relationship()
    operator: Mapped[Account | None] = relationship()

    @property
    def authorised(self) -> list[str]:
        """Each use as the notice said it that the person saw, and not as a later one says it."""
        return notices.authorised(self.purposes, self.notice.text)


class PopulationSlip(db.Model):
    """One person's population answers in one form: no name, no document, no time of day."""

    __table_args__: Any = (
        Index("ix_population_slip_source", "source", "source_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_key)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[int]
    variables_version: Mapped[str] = mapped_column(Text)
    answers: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    received_on: Mapped[date] = mapped_column(index=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    consent_id: Mapped[str | None] = mapped_column(ForeignKey("consent.id"), index=True)


class FrozenCount(db.Model):
    """Number of deleted slips with a given answer: only totals outlive the retention (DAT-10)."""

    __table_args__ = (CheckConstraint("people > 0", name="counts_somebody"),)

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    variable: Mapped[str] = mapped_column(Text, primary_key=True)
    option: Mapped[str] = mapped_column(Text, primary_key=True)
    people: Mapped[int]
