"""The optional answers about a person wait, encrypted, until there are enough of them to mix.

Written one by one beside the entries of the list, their order would tell whose they are: a dump of
PostgreSQL has rows in the order in which they were written. So they become slips in groups, in a
random order, all in one transaction.
"""

import json
import random
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, insert, select

from participa.attendance import publishing
from participa.attendance.models import AttendanceList, WaitingDetails
from participa.attendance.snapshots import ListSnapshot
from participa.channels.phases import Phase, is_in
from participa.citizens import service as citizens
from participa.citizens.models import random_key
from participa.citizens.service import PopulationAnswers
from participa.core import clock
from participa.core.db import db
from participa.core.personal.sealing import UNREADABLE

SOURCE = "attendance"
ENOUGH = 16  # to be mixed while the list is open
ONE_IN = 8  # additions, of which one looks whether there are enough
ADD = insert(WaitingDetails.__table__)


def add(listed: ListSnapshot, details: Mapping[str, Sequence[str]], channel: str) -> None:
    """Store one person's answers apart; raises ConsentMissing as `citizens.purposes_of` does.

    Once the answers of the list are public, those of somebody who comes late are not kept.
    """
    citizens.purposes_of(details)
    if listed.notice is None or _is_late(listed):
        return
    content = json.dumps({"answers": details, "channel": channel})
    values = {"list_id": listed.id, "notice_id": listed.notice.id, "content": content}
    db.session.connection().execute(
        ADD, {"id": random_key(), "received_on": clock.today()} | values
    )
    if random.SystemRandom().randrange(ONE_IN):
        return
    waiting = select(func.count()).where(WaitingDetails.list_id == listed.id)
    if (db.session.scalar(waiting) or 0) >= ENOUGH:
        mix(listed.id)


def _is_late(listed: ListSnapshot) -> bool:
    if listed.phase is not Phase.CLOSED:
        return False
    return publishing.is_final(db.session.get_one(AttendanceList, listed.id))


def mix(list_id: int) -> int:
    """Turn what waits into slips, in a random order; returns how many. The caller commits.

    What no key opens goes on waiting for its key: nobody's sign-in fails because of it.
    """
    read = select(WaitingDetails.id, WaitingDetails.content)
    waiting = db.session.execute(read.where(WaitingDetails.list_id == list_id))
    ids = [row for row, content in waiting if content != UNREADABLE]
    # Another process may mix them at this moment: what counts is what this statement deletes.
    taken = delete(WaitingDetails).where(WaitingDetails.id.in_(ids))
    rows = list(
        db.session.execute(
            taken.returning(
                WaitingDetails.notice_id, WaitingDetails.content, WaitingDetails.received_on
            )
        )
    )
    random.SystemRandom().shuffle(rows)
    slips = []
    for notice_id, content, received_on in rows:
        stored = json.loads(content)
        slips.append(
            PopulationAnswers(stored["answers"], notice_id, stored["channel"], received_on)
        )
    citizens.record_slips(SOURCE, list_id, slips)
    return len(rows)


def waiting(list_id: int) -> list[Mapping[str, Sequence[str]]]:
    """The answers of a list that were not mixed yet, to be counted with the slips."""
    rows = select(WaitingDetails.content).where(WaitingDetails.list_id == list_id)
    contents = [content for content in db.session.scalars(rows) if content != UNREADABLE]
    return [json.loads(content)["answers"] for content in contents]


def mix_closed() -> int:
    """Mix what waits of the lists that are closed; `purge` calls it every night."""
    closed = select(AttendanceList.id).where(is_in(AttendanceList, Phase.CLOSED, clock.now()))
    waiting = select(WaitingDetails.list_id).distinct().where(WaitingDetails.list_id.in_(closed))
    return sum(mix(list_id) for list_id in db.session.scalars(waiting).all())
