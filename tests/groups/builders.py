"""Groups for tests: only what the test says matters; the rest is filled in."""

from datetime import timedelta
from typing import Any

from participa.core import clock
from participa.core.db import db
from participa.core.links import ShortLink
from participa.groups import invitations
from participa.groups.models import GroupKind, GroupMember, MeetingGroup, MemberKind

CODE = "9H4J6KMN"


def group(code: str = CODE, **columns: Any) -> MeetingGroup:
    """A node that was called yesterday, without members and without an act; stored."""
    yesterday = clock.now() - timedelta(days=1)
    facts: dict[str, Any] = {
        "kind": GroupKind.NODE,
        "name": "Nodo de seguridad alimentaria",
        "purpose": "Rinde cuentas de lo que se hace contra el hambre.",
        "call_text": "Se convoca a conformar el nodo.",
        "called_on": clock.local(yesterday).date(),
        "called_at": yesterday,
        "created_at": yesterday,
    }
    made = MeetingGroup(code=code, **(facts | columns))
    db.session.add_all([made, ShortLink(code=code, path=f"/instancias/{code}")])
    db.session.flush()
    return made


def draft(code: str = CODE, **columns: Any) -> MeetingGroup:
    return group(code, **({"called_on": None, "called_at": None} | columns))


def member(of: MeetingGroup, name: str = "Corporación Ejemplo", **columns: Any) -> GroupMember:
    """A body from outside the city that nobody has invited; stored."""
    facts: dict[str, Any] = {"kind": MemberKind.EXTERNAL, "position": "Delegada"}
    made = GroupMember(group=of, name=name, **(facts | columns))
    db.session.add(made)
    db.session.flush()
    return made


def accepted(of: MeetingGroup, name: str, person: str = "Ana Ejemplo") -> GroupMember:
    return member(of, name, accepted_at=clock.now(), accepted_name=person)


def formed(code: str = CODE, **columns: Any) -> MeetingGroup:
    """A node with two members who accepted and an act of today that they sign."""
    made = group(code, **columns)
    accepted(made, "Corporación Uno", "Ana Ejemplo")
    accepted(made, "Corporación Dos", "Luis Ejemplo")
    made.founded_on, made.act_filed_at = clock.today(), clock.now()
    made.founding_text = "Se conforma el nodo."
    db.session.commit()
    return made


def link_of(invited: GroupMember) -> str:
    """The path of a new invitation."""
    address = invitations.invite(invited, "prueba")
    db.session.commit()
    return address.partition("//")[2].partition("/")[2].join(("/", ""))
