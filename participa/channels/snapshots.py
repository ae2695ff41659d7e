"""Per-process cache of the public data of a channel: one query per request of a citizen.

One small SELECT returns the current version; everything else comes from memory and is loaded
again only when the version has changed. Processes therefore need not notify one another.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import ColumnElement, Row, Select, bindparam, func, inspect, null, select

from participa.channels.models import Channel
from participa.channels.phases import Phased
from participa.citizens import queries as citizens
from participa.citizens.models import Notice
from participa.citizens.queries import NoticeInForce
from participa.core import codes
from participa.core.db import autocommit_connection, db
from participa.core.installation import installation
from participa.core.web import showings
from participa.plan import queries as plans


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(Phased):
    """The data that public pages need. It belongs to no session, so threads may share it."""

    id: int
    version: int
    code: str
    title: str
    why: str
    opens_at: datetime | None
    closes_at: datetime | None
    published_at: datetime | None
    closed_at: datetime | None
    closed_because: str | None
    announced_close_at: datetime | None
    is_example: bool
    variables: tuple[str, ...]  # none while there is no privacy notice for them
    notice: NoticeInForce | None
    owner_version: int | None = None  # of the record that it belongs to, as a list to its event
    # HTML that the views rendered for this version, discarded with the snapshot.
    rendered: dict[str, Any] = field(default_factory=dict)


S = TypeVar("S", bound=Snapshot)


def columns_of(record: Channel, snapshot_type: type[Snapshot]) -> dict[str, Any]:
    """The values of the snapshot's fields that are columns of the record."""
    columns = set(inspect(type(record)).column_attrs.keys()) - {"variables"}
    return {
        one.name: getattr(record, one.name) for one in fields(snapshot_type) if one.name in columns
    }


def notice_of(record: Channel) -> tuple[NoticeInForce | None, tuple[str, ...]]:
    """The privacy notice in force for this channel, and the variables that it permits to ask."""
    notice = citizens.newest_notice(record.channel)
    return notice, tuple(record.variables) if notice else ()


def answering_office_id(record: Channel) -> int | None:
    """The office that answers what residents ask: that of the record, else that of its task."""
    if record.office_id is not None:
        return record.office_id
    office = plans.answering_office(record.tasks)
    return office.id if office else None


class SnapshotCache(Generic[S]):
    """The snapshots of one kind of channel in this process, by the record's address."""

    def __init__(
        self,
        model: type[Channel],
        address: str,
        build: Callable[[Any], S],
        only_published: bool = True,
        owner: tuple[str, type[Channel]] | None = None,
    ):
        """`owner` is the column that refers to the record of another channel, and its model: the
        snapshot shows values of both, and is built again when either has changed.
        """
        self.model, self.address, self.build = model, address, build
        self.only_published, self.owner = only_published, owner
        self.name = f"snapshots.{model.channel}"

    @cached_property
    def current(self) -> Select:
        """Id, versions and newest notice of the record at an address.

        Built once, and from tables: building the statement or using the mapper costs more time
        than SQLite takes to execute it.
        """
        columns, notices = inspect(self.model).columns, Notice.__table__
        newest = select(func.max(notices.c.id)).where(notices.c.purpose == self.model.channel)
        row = select(
            columns["id"],
            columns["version"],
            newest.scalar_subquery().label("notice"),
            self._owner_version.label("owner"),
        ).where(columns[self.address] == bindparam("address"))
        if self.only_published:
            return row.where(columns["published_at"].is_not(None))
        return row

    @property
    def _owner_version(self) -> ColumnElement[Any]:
        if self.owner is None:
            return null()
        column, model = self.owner
        owners = inspect(model).columns
        refers = owners["id"] == inspect(self.model).columns[column]
        return select(owners["version"]).where(refers).scalar_subquery()

    def find(self, address: str) -> S | None:
        """The current snapshot of the record at an address; None if it is missing or not public."""
        wanted = self._wanted(address)
        row = self._read(wanted)
        if row is None:
            return None
        snapshot = self._kept.get(wanted)
        if snapshot is None or _versions(snapshot) != (row.version, row.notice, row.owner):
            record = db.session.get_one(self.model, row.id)
            snapshot = self._kept[wanted] = self.build(record)
        return snapshot

    def _read(self, wanted: str) -> Row[Any] | None:
        if request and request.method == "POST":
            # The connection that will write the answer; another one costs more than the statement.
            return db.session.connection().execute(self.current, {"address": wanted}).one_or_none()
        with autocommit_connection() as connection:
            return connection.execute(self.current, {"address": wanted}).one_or_none()

    def leads_to_showing(self, address: str) -> bool:
        """Whether this request only has to be led to an address of its own, where it will be asked
        again: the form was open when last seen, so the database need not say it twice.
        """
        if request.method == "POST" or showings.is_own():
            return False
        last_seen = self._kept.get(self._wanted(address))
        return last_seen is not None and last_seen.is_open

    @property
    def _kept(self) -> dict[str, S]:
        kept: dict[str, S] = installation().cache(self.name)
        return kept

    def _wanted(self, address: str) -> str:
        return codes.read(address) if self.address == "code" else address


def _versions(snapshot: Snapshot) -> tuple[int, int | None, int | None]:
    notice_id = snapshot.notice.id if snapshot.notice else None
    return snapshot.version, notice_id, snapshot.owner_version
