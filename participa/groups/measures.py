"""The plan's measure of groups (tasks 1.1, 8.1, 8.2 and 9.1)."""

from collections.abc import Collection, Iterator, Sequence

from flask import url_for
from sqlalchemy import select

from participa.channels import example
from participa.core.db import db
from participa.groups import forming
from participa.groups.models import GroupMember, MeetingGroup
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Task


def formed(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Groups as evidence; of one that is not formed yet, what it lacks.

    A group without a public page leads to the list of all.
    """
    rows = (
        select(Task.id, MeetingGroup, GroupMember)
        .join(MeetingGroup.tasks)
        .outerjoin(GroupMember, GroupMember.group_id == MeetingGroup.id)
        .where(Task.id.in_(task_ids))
        .order_by(MeetingGroup.id, Task.id, GroupMember.id)
    )
    members: dict[tuple[int, MeetingGroup], list[GroupMember]] = {}
    for task_id, group, member in db.session.execute(rows):
        found = members.setdefault((task_id, group), [])
        if member is not None:
            found.append(member)
    for (task_id, group), found in members.items():
        reason = why_not(group, found)
        on = forming.formed_on(group, found)
        yield Evidence(task_id, group.name, address_of(group), on, not reason, reason)


def why_not(group: MeetingGroup, members: Sequence[GroupMember]) -> str:
    """Why a group does not count; empty when it does."""
    if not example.counts(group):
        return "Es un ejemplo, con integrantes inventados."
    return forming.sentence(forming.missing(group, members))


def address_of(group: MeetingGroup) -> str:
    if group.is_public:
        return url_for("groups.show", code=group.code)
    return url_for("groups.index")


MEASURES = (Measure("groups.formed", "Equipos, nodos y mesas conformados", formed),)
