"""Groups on other pages: the official menu, and those that lack something for too long."""

from datetime import timedelta

from flask import url_for
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from participa.channels.access import visible_to
from participa.channels.inbox import Card
from participa.core import clock
from participa.core.db import db
from participa.groups import forming, queries
from participa.groups.models import GroupKind, GroupMember, MeetingGroup
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

PATIENCE = timedelta(days=15)  # after the call
FEW, MANY = 12, 50
DIALOGUE = 5  # the item of the official menu about the ways to talk
IN_THE_MENU = (GroupKind.COMMITTEE, GroupKind.NODE)


def menu() -> list[tuple[int, Card]]:
    """The territorial committee and the nodes, the newest call on top."""
    return [
        (
            DIALOGUE,
            Card(group.name, url_for("groups.show", code=group.code), "", state=state(group)),
        )
        for group in queries.called_groups(IN_THE_MENU, FEW)
    ]


def state(group: MeetingGroup) -> str:
    return "Conformada" if forming.is_formed(group, group.members) else "En conformación"


def pending(account: Account) -> list[Pending]:
    """The groups of an account that were called a while ago and still lack something."""
    rows = (
        select(MeetingGroup)
        .where(
            MeetingGroup.called_at < clock.now() - PATIENCE,
            may_lack_something(),
            visible_to(MeetingGroup, account),
        )
        .options(selectinload(MeetingGroup.members))
        .order_by(MeetingGroup.called_at.desc(), MeetingGroup.id)
        .limit(MANY)
    )
    found = [(one, forming.missing(one, one.members)) for one in db.session.scalars(rows)]
    return [
        Pending(
            f"Conformar: {group.name}",
            url_for("groups_staff.show", code=group.code),
            "; ".join(lacks),
            (f"groups.missing:{group.id}:{len(lacks)}",),
        )
        for group, lacks in found
        if lacks
    ]


def may_lack_something() -> ColumnElement[bool]:
    """A condition that every group fulfils which is not formed; `forming` decides."""
    answered = select(func.count(GroupMember.id)).where(
        GroupMember.group_id == MeetingGroup.id, GroupMember.accepted_at.is_not(None)
    )
    return or_(
        MeetingGroup.act_filed_at.is_(None),
        MeetingGroup.members.any(GroupMember.accepted_at.is_(None)),
        answered.scalar_subquery() < forming.LEAST,
    )
