"""Offices that answer for tasks, and the accounts of the people who work in them."""

import enum
from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.core import clock
from participa.core.db import db


class Office(db.Model):
    """A dependency of the administration, an outside body, or the group of all of them."""

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
        """'Dependencias y entidades' is not one office: it stands for all of them."""
        return self.level == "grupo"


class OfficeAlias(db.Model):
    """Another way in which the city's documents write the name of an office."""

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    office: Mapped[Office] = relationship(back_populates="aliases")


class Role(RoleMixin, enum.Enum):
    """What an account may do, in the city's words."""

    READER = "Lectura"
    DOOR = "Puerta"
    EDITOR = "Editor"
    RESPONSIBLE = "Responsable de dependencia"
    ADMINISTRATOR = "Administrador"


class Account(UserMixin, db.Model):
    """A person of the staff. Ended, never deleted: the audit trail goes on naming them."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(default=Role.READER)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    password: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(Text, unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(Text)
    tf_totp_secret: Mapped[str | None] = mapped_column(Text)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    office: Mapped[Office | None] = relationship()

    def __str__(self) -> str:
        return self.email

    @property
    def is_administrator(self) -> bool:
        return self.role is Role.ADMINISTRATOR
