"""The columns that every channel has."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from participa.channels.phases import Phased
from participa.core import clock
from participa.plan.models import Fulfils
from participa.staff.models import Account, Office


class Channel(Phased, Fulfils):
    """Mixin for the table of a participation channel; each record has a public page and a QR.

    The table adds a check constraint `closes_after_opening` and the columns of its questions.
    """

    # The first part of its audit verbs and the name of its privacy notice: "topics".
    channel: ClassVar[str]

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    title: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # Why it closed before the announced date. Public; empty when it closed at its date.
    closed_because: Mapped[str | None] = mapped_column(Text)
    # The announced closing date, once an earlier one has replaced it.
    announced_close_at: Mapped[datetime | None]
    variables: Mapped[list[str]] = mapped_column(JSON, default=list)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    # Grows with every change: each process compares it with what it has cached.
    version: Mapped[int] = mapped_column(default=1)
    is_example: Mapped[bool] = mapped_column(default=False)

    @declared_attr
    def office(cls) -> Mapped[Office | None]:  # noqa: N805 - a declared_attr reads the class
        return relationship(Office)

    @declared_attr
    def created_by(cls) -> Mapped[Account | None]:  # noqa: N805 - a declared_attr reads the class
        return relationship(Account)

    def touch(self) -> None:
        """Increase the version. The database adds one, so two changes at once give two versions."""
        self.version = type(self).version + 1  # an SQL expression

    def audit_facts(self) -> dict[str, Any]:
        """The values that the audit trail stores before and after a change; channels add theirs."""
        return {
            "title": self.title,
            "opens_at": self.opens_at and self.opens_at.isoformat(),
            "closes_at": self.closes_at and self.closes_at.isoformat(),
        }
