"""Offices, staff accounts and their sessions."""

import enum
from datetime import date, datetime, timedelta

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.core import clock, spanish
from participa.core.db import db

SESSION_LIFETIME = timedelta(hours=12)
PENDING_LIFETIME = timedelta(minutes=10)  # of a session that waits for the second factor
FRESH = timedelta(minutes=15)  # after the password was typed, for views marked `fresh`


class Office(db.Model):
    """A department of the city, an external body, or the group that stands for all of them."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    retired_at: Mapped[datetime | None]
    aliases: Mapped[list["OfficeAlias"]] = relationship(
        back_populates="office", order_by="OfficeAlias.name", cascade="all, delete-orphan"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def is_external(self) -> bool:
        return self.level == "externo"

    @property
    def is_group(self) -> bool:
        """Whether it is "Dependencias y entidades", which stands for all offices."""
        return self.level == "grupo"


class OfficeAlias(db.Model):
    """Another spelling of an office's name in the city's documents."""

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    office: Mapped[Office] = relationship(back_populates="aliases")


class Role(RoleMixin, enum.Enum):
    """The role of an account; the value is its Spanish name."""

    READER = "Lectura"
    DOOR = "Puerta"
    EDITOR = "Editor"
    RESPONSIBLE = "Responsable de dependencia"
    ADMINISTRATOR = "Administrador"

    @property
    def explanation(self) -> str:
        return EXPLANATIONS[self]

    @property
    def needs_second_factor(self) -> bool:
        return self in SECOND_FACTOR_ROLES


# Roles that must have a second factor, except in a demo. Add roles that see personal data.
SECOND_FACTOR_ROLES = frozenset({Role.ADMINISTRATOR})
EXPLANATIONS = {
    Role.READER: "Ve y descarga lo que no contiene datos personales, y no cambia nada.",
    Role.DOOR: "Registra a las personas que llegan a un evento, y nada más.",
    Role.EDITOR: "Prepara y publica eventos, encuestas, temas, urnas y escuchaderos.",
    Role.RESPONSIBLE: "Reporta y adjunta evidencia, solo en las tareas de su dependencia.",
    Role.ADMINISTRATOR: "Hace lo de las otras funciones, e invita, cambia e inhabilita cuentas.",
}


class Account(UserMixin, db.Model):
    """A staff member. Deactivated, never deleted, because the audit trail refers to it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(default=Role.READER)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    # Empty until the person accepts the invitation.
    password: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    # Changes with the password, which invalidates the links mailed before.
    fs_uniquifier: Mapped[str] = mapped_column(Text, unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(Text)
    tf_totp_secret: Mapped[str | None] = mapped_column(Text)  # encrypted with the secret key
    tf_last_counter: Mapped[int] = mapped_column(default=0)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    # Who created it by an invitation; empty for an account that the installation made.
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    # The last other person who changed its role or removed its second factor.
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    # When the person switched off the daily mail about what waits; empty while it is on.
    daily_mail_off_at: Mapped[datetime | None]
    office: Mapped[Office | None] = relationship()
    invited_by: Mapped["Account | None"] = relationship(
        foreign_keys=[invited_by_id], remote_side="Account.id"
    )
    changed_by: Mapped["Account | None"] = relationship(
        foreign_keys=[changed_by_id], remote_side="Account.id"
    )

    def __str__(self) -> str:
        return self.email

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # the library's is a column
        """The one role, as a list for Flask-Security."""
        return [self.role]

    @property
    def is_administrator(self) -> bool:
        return self.role is Role.ADMINISTRATOR

    @property
    def is_invited(self) -> bool:
        return self.active and self.password is None

    @property
    def is_limited_to_office(self) -> bool:
        """Whether the account sees and changes the records of its own office only."""
        return self.role is Role.RESPONSIBLE

    @property
    def only_office_id(self) -> int | None:
        """The id of the office to which the account is limited; None when it sees all of them.

        0, which no office has, for a limited account without office: it sees nothing.
        """
        return self.office_id or 0 if self.is_limited_to_office else None

    @property
    def title(self) -> str:
        """Name and office, as public pages state who acted."""
        return f"{self.name}, {self.office}" if self.office else self.name

    @property
    def origin(self) -> str:
        """Since when the account exists, and who invited the person, without a full stop."""
        inviter = self.invited_by
        how = f"por invitación de {inviter.name}" if inviter else "sin invitación de otra cuenta"
        return f"Cuenta desde el {spanish.day(self.created_at)}, {how}"

    @property
    def takes_daily_mail(self) -> bool:
        return self.daily_mail_off_at is None

    @property
    def has_second_factor(self) -> bool:
        return self.tf_primary_method is not None

    @property
    def recovery_codes_left(self) -> int:
        return len(self.mf_recovery_codes or ())


class DailyMail(db.Model):
    """What waited for an account on a day of the city; its one mail of that day goes with it.

    `marks` name the things that waited, so that the next mail is sent only for others. The unique
    constraint lets no second run or process write to the same person on the same day.
    """

    __table_args__ = (UniqueConstraint("account_id", "checked_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    checked_on: Mapped[date]
    marks: Mapped[list[str]] = mapped_column(JSON, default=list)


class StaffSession(db.Model):
    """A sign-in of an account in one browser. The cookie holds a random key, the table its hash.

    Created after a correct password. It grants access once `confirmed_at` is set: when the second
    factor was correct too, or at once for an account without one.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(Text, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    confirmed_at: Mapped[datetime | None]
    # Last time the password was typed; views marked `fresh` require it within FRESH.
    proved_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    # Last POST, to the minute; a GET never writes.
    last_sent_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    # TOTP secret, encrypted, until a first code verifies it.
    offered_totp: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    account: Mapped[Account] = relationship()

    @property
    def expires_at(self) -> datetime:
        return self.started_at + (SESSION_LIFETIME if self.confirmed_at else PENDING_LIFETIME)

    @property
    def is_alive(self) -> bool:
        return self.ended_at is None and self.account.active and clock.now() < self.expires_at

    @property
    def is_open(self) -> bool:
        """Whether it grants access: alive, with all required factors confirmed."""
        return self.is_alive and self.confirmed_at is not None

    @property
    def is_fresh(self) -> bool:
        return clock.now() - self.proved_at <= FRESH
