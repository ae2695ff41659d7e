"""Groups from the database."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from participa.core.db import db
from participa.groups import forming
from participa.groups.models import GroupKind, MeetingGroup

MANY = 200


def public_group(code: str) -> MeetingGroup | None:
    """The group with this code, with its members, if its call is published."""
    rows = select(MeetingGroup).filter_by(code=code).options(selectinload(MeetingGroup.members))
    return db.session.scalar(rows.where(MeetingGroup.called_at.is_not(None)))


def listed_groups() -> list[MeetingGroup]:
    """The called groups, and the drafts that a task counts on; the newest call first."""
    rows = select(MeetingGroup).where(
        or_(MeetingGroup.called_at.is_not(None), MeetingGroup.tasks.any())
    )
    rows = rows.options(selectinload(MeetingGroup.members)).limit(MANY)
    newest = (MeetingGroup.called_at.desc().nulls_last(), MeetingGroup.id.desc())
    return list(db.session.scalars(rows.order_by(*newest)))


def called_groups(kinds: tuple[GroupKind, ...], most: int) -> list[MeetingGroup]:
    """The called groups of these kinds with their members, the newest call first."""
    rows = select(MeetingGroup).where(
        MeetingGroup.called_at.is_not(None), MeetingGroup.kind.in_(kinds)
    )
    rows = rows.options(selectinload(MeetingGroup.members)).limit(most)
    return list(
        db.session.scalars(rows.order_by(MeetingGroup.called_at.desc(), MeetingGroup.id.desc()))
    )


def by_kind(groups: list[MeetingGroup]) -> list[tuple[str, list[tuple[MeetingGroup, str]]]]:
    """The groups under the words of their kind, each with what it lacks ("" when it is formed)."""
    under: dict[GroupKind, list[tuple[MeetingGroup, str]]] = {kind: [] for kind in GroupKind}
    for group in groups:
        lacks = forming.sentence(forming.missing(group, group.members))
        under[group.kind].append((group, lacks))
    return [(kind.value, rows) for kind, rows in under.items() if rows]


def groups_to_choose() -> list[MeetingGroup]:
    """The called groups, by name; an event says which of them it convenes."""
    rows = select(MeetingGroup).where(MeetingGroup.called_at.is_not(None)).limit(MANY)
    return list(db.session.scalars(rows.order_by(MeetingGroup.name, MeetingGroup.id)))


def groups_with(ids: Collection[int]) -> list[MeetingGroup]:
    return list(db.session.scalars(select(MeetingGroup).where(MeetingGroup.id.in_(ids))))
