"""The answers of a call as files: for everybody as rankings, for the staff one by one.

What everybody may download. The ranking of a call can be recomputed from its rankings with the
number of people who gave each: that is all that Borda and the duels need. They are told without
territory, hour, channel or order of arrival, so a ranking leads to nobody: no other number of
the page, and no other file, says anything of a person beside a ranking. They come only once
`small_cell` people have answered, and while the call is open they advance by groups.

What the staff may download. The answers one by one, as people sent them, with the territory, the
day and the way; without receipt, hour, barrio or what somebody said of themselves.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from participa.citizens import territories
from participa.core import audit, clock
from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.tables import tables
from participa.core.tables.cells import Column, Table
from participa.staff.models import Account
from participa.topics import queries
from participa.topics.models import TopicAnswer, TopicCall
from participa.topics.submit_answer import CHANNELS

LONG = 20_000  # rows; beyond them a file is made by a worker
PIECE = 2000


def note(call: TopicCall, by: Account, format: str) -> None:
    audit.record("topics.exported", call, by, format=format, rows=queries.people(call.id))


def takes_long(call: TopicCall) -> bool:
    return queries.people(call.id) > LONG


def start(call: TopicCall, by: Account, format: str) -> jobs.Job:
    title = f"Respuestas de «{call.title}»"
    return jobs.start("topics.export", title, str(by), call_id=call.id, format=format)


@jobs.work("topics.export")
def export(job: jobs.Progress, call_id: int, format: str) -> None:
    call = db.session.get_one(TopicCall, call_id)
    total = queries.people(call_id)
    path = job.new_result(tables.FORMATS[format].extension)
    tables.write(answers_table(call), format, path, lambda done: job.advance(done, total))


def filename(call: TopicCall) -> str:
    return f"respuestas-temas-{call.code}-{clock.today().isoformat()}"


def answers_table(call: TopicCall) -> Table:
    """One row per answer, oldest first; no personal data."""
    titles = {topic.id: topic.title for topic in call.topics}
    places = range(1, call.choose_up_to + 1)
    columns = (
        Column("day", "Día", "Día en que llegó la respuesta", "date"),
        Column(
            "territory_code",
            "Código del territorio",
            "Comuna o corregimiento: 01 a 90; AM, OM o NR",
        ),
        Column("territory", "Territorio", "Comuna o corregimiento donde vive la persona"),
        Column("channel", "Canal", "Cómo llegó: enlace, código QR o WhatsApp"),
        *(
            Column(f"place_{place}", f"Puesto {place}", f"Tema en el puesto {place}")
            for place in places
        ),
    )
    return Table("respuestas", call.title, columns, _answers(call.id, titles, len(places)))


def _answers(call_id: int, titles: dict[int, str], places: int) -> Iterator[list[Any]]:
    """Read by pieces, each in a short question of its own, so that no cursor stays open while a
    slow reader downloads.
    """
    last = 0
    while rows := _piece(call_id, last):
        for row in rows:
            ranked = [titles.get(topic, str(topic)) for topic in row.ranking]
            way = CHANNELS.get(row.channel, row.channel)
            day = clock.local(row.received_at).date()
            place = territories.label(row.territory)
            yield [day, row.territory, place, way, *ranked, *[None] * (places - len(ranked))]
        last = rows[-1].id


def _piece(call_id: int, last: int) -> list:
    columns = (
        TopicAnswer.id,
        TopicAnswer.received_at,
        TopicAnswer.territory,
        TopicAnswer.channel,
        TopicAnswer.ranking,
    )
    found = select(*columns).where(TopicAnswer.call_id == call_id, TopicAnswer.id > last)
    return list(db.session.execute(found.order_by(TopicAnswer.id).limit(PIECE)).all())
