"""The answers of a call as files: for everybody as rankings, for the staff one by one.

The public file has every ranking with the number of people who gave it, which is all that Borda
and the duels need to recompute the order. It has no territory, time, channel or order of arrival,
and no other page or file puts anything about a person beside a ranking, so a ranking identifies
nobody. It is empty until `small_cell` people have answered, and grows by groups while the call is
open.

The staff's file has the answers one by one with territory, day and channel; without receipt, time,
barrio or the optional data about the person.
"""

from collections.abc import Iterator
from typing import Any

from flask import Response
from sqlalchemy import select

from participa.channels import exports
from participa.channels.wording import early_closing
from participa.citizens import territories
from participa.core import clock
from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.tables import tables
from participa.core.tables.cells import Column, Table
from participa.staff.models import Account
from participa.topics import queries
from participa.topics.models import TopicAnswer, TopicCall
from participa.topics.submit_answer import CHANNELS


def deliver(call: TopicCall, by: Account, format: str) -> Response:
    """The file, or a redirect to the job that makes a long one. The caller commits."""
    rows = queries.people(call.id)
    exports.note(call, by, format, rows=rows)
    if rows > exports.LONG:
        title = f"Respuestas de «{call.title}»"
        return exports.start_job("topics.export", title, by, call_id=call.id, format=format)
    return exports.deliver(answers_table(call), format, filename(call))


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
    rows = _answers(call.id, titles, len(places))
    return Table("respuestas", call.title, columns, rows, early_closing(call))


def _answers(call_id: int, titles: dict[int, str], places: int) -> Iterator[list[Any]]:
    columns = (
        TopicAnswer.id,
        TopicAnswer.received_at,
        TopicAnswer.territory,
        TopicAnswer.channel,
        TopicAnswer.ranking,
    )
    answers = select(*columns).where(TopicAnswer.call_id == call_id)
    for row in exports.stream_by_id(answers, TopicAnswer.id):
        ranked = [titles.get(topic, str(topic)) for topic in row.ranking]
        channel = CHANNELS.get(row.channel, row.channel)
        day = clock.local(row.received_at).date()
        place = territories.label(row.territory)
        yield [day, row.territory, place, channel, *ranked, *[None] * (places - len(ranked))]
