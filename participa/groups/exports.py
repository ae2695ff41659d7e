"""The members of a group as a file: bodies and positions, without the names of persons."""

from collections.abc import Iterator
from typing import Any

from flask import Response

from participa.channels import exports
from participa.core import audit, clock
from participa.core.tables.cells import Column, Table
from participa.groups.models import MeetingGroup
from participa.staff.models import Account

COLUMNS = (
    Column("kind", "Quién integra", "Dependencia, entidad externa o persona en un cargo"),
    Column("member", "Integrante", "La dependencia o entidad; de una persona, su cargo"),
    Column("position", "Cargo", "De quien asiste"),
    Column("state", "Estado", "Si aceptó"),
    Column("invited", "Invitado", "Día de la última invitación", "date"),
    Column("accepted", "Aceptó", "Día en que aceptó", "date"),
)


def deliver(group: MeetingGroup, by: Account, format: str) -> Response:
    """The file. The caller commits."""
    audit.record("groups.exported", group, by, format=format, rows=len(group.members))
    name = f"integrantes-{group.code}-{clock.today().isoformat()}"
    return exports.deliver(members_table(group), format, name)


def members_table(group: MeetingGroup) -> Table:
    return Table("integrantes", f"Integrantes: {group.name}", COLUMNS, list(_rows(group)))


def _rows(group: MeetingGroup) -> Iterator[list[Any]]:
    for member in group.members:
        days = (member.invited_at, member.accepted_at)
        yield [member.kind, member.public_name, member.position, member.state, *days]
