"""One world per kind of channel: how the contract tests make a record and answer it.

A new channel adds its world to WORLDS, and every test of test_contract.py runs over it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from participa.app import CHANNELS
from participa.attendance import service as lists
from participa.attendance.models import Attendee
from participa.ballots.lifecycle import opening
from participa.ballots.models import BoxKind, SealedPaper
from participa.belenios import election
from participa.channels.registry import ChannelType
from participa.core import clock
from participa.core.db import db
from participa.events import service as events
from participa.events.record_models import QuestionSent
from participa.listening import service as listening
from participa.listening.models import Contribution
from participa.surveys import service as surveys
from participa.surveys.models import SurveyResponse
from participa.topics import service as topics
from participa.topics.models import TopicAnswer
from tests.attendance.public.people import MARIA
from tests.ballots import city
from tests.events import city as events_city
from tests.listening import city as listening_city
from tests.listening.public.people import ANA
from tests.surveys import city as surveys_city

TITLE = "¿Qué debe explicar la ciudad este año?"


@dataclass(frozen=True)
class World:
    """What a kind of channel needs for the contract; `make` stores a record with these facts."""

    channel: ChannelType
    make: Callable[..., Any]
    path: Callable[[Any], str]  # of the page that residents open
    form_path: Callable[[Any], str]  # of the form with which they answer
    answer: Callable[[Any], dict[str, Any]]  # a whole answer, confirmed, without its token
    model: Any  # the table with a row for each answer
    is_reviewed: bool = True  # whether the page of the record is the form, with a review
    preview: str = "vista"  # the end of the preview's address
    is_copied: bool = True  # whether the staff can make a copy; an event has one list only
    apart: Callable[[], dict[str, Any]] = dict  # columns that no two records share
    of: Callable[[Any], Any] = lambda record: record  # the record whose title the page shows

    def draft(self, **facts: Any) -> Any:
        return self._stored(published_at=None, **facts)

    def open(self, **facts: Any) -> Any:
        now = clock.now()
        values = {"published_at": now - timedelta(days=1), "opens_at": now - timedelta(days=1)}
        return self._stored(**(values | facts))

    def _stored(self, **facts: Any) -> Any:
        values = {"title": TITLE, "closes_at": clock.now() + timedelta(days=9)}
        record = self.make(**(values | facts))
        db.session.commit()
        return record

    def close(self, record: Any) -> None:
        """Let its time run out."""
        record.opens_at = clock.now() - timedelta(days=2)
        record.closes_at = clock.now() - timedelta(minutes=1)
        record.touch()
        db.session.commit()

    def form(self, client: Any, record: Any) -> dict[str, Any]:
        """The answer with the token of a page that was just opened."""
        page = client.get(self.form_path(record)).text
        token = re.search(r'name="submission" value="([^"]+)"', page)
        assert token, "the page has no form"
        return {**self.answer(record), "submission": token[1], "confirm": "1"}

    def rows(self) -> int:
        return db.session.scalar(select(func.count()).select_from(self.model)) or 0

    def office_path(self, record: Any, word: str = "") -> str:
        address = getattr(record, self.channel.address)
        return f"/gestion/{self.channel.section}/{address}{word and '/'}{word}"


def call(**facts: Any) -> Any:
    lines = [("Movilidad", ""), ("Salud", ""), ("Educación", ""), ("Vivienda", "")]
    published_at = facts.pop("published_at", None)
    made = topics.create(city.officials()[0], lines, [city.task_of_the_plan()], **facts)
    made.published_at = published_at
    return made


def box(**facts: Any) -> Any:
    published_at = facts.pop("published_at", None)
    opens_at = facts.pop("opens_at", None) if published_at else None
    uuid = facts.pop("uuid", None) or election.new_uuid()
    made = city.draft(BoxKind.OPEN, uuid=uuid, **facts).box
    if published_at is not None:
        opening.open_box(made, city.officials()[0])
        made.published_at, made.opens_at = published_at, opens_at
        made.touch()
    return made


def event(**facts: Any) -> Any:
    published_at = facts.pop("published_at", None)
    facts.setdefault("opens_at", None)
    made = events.create(city.officials()[0], [city.task_of_the_plan()], **facts)
    made.published_at = published_at
    return made


def attendance_list(**facts: Any) -> Any:
    published_at = facts.pop("published_at", None)
    own = events_city.called(title=facts["title"], office_id=facts.get("office_id"))
    made = lists.create(city.officials()[0], own, [city.task_of_the_plan()], **facts)
    made.published_at = published_at
    return made


def listening_post(**facts: Any) -> Any:
    published_at = facts.pop("published_at", None)
    values = listening_city.PLAN | facts
    made = listening.create(city.officials()[0], [city.task_of_the_plan()], **values)
    made.published_at = published_at
    return made


def survey(**facts: Any) -> Any:
    published_at = facts.pop("published_at", None)
    asked, tasks = surveys_city.QUESTIONS, [city.task_of_the_plan()]
    made = surveys.create(city.officials()[0], asked, tasks, **facts)
    made.published_at = made.versions[0].published_at = published_at
    return made


WORLDS = (
    World(
        CHANNELS[0],
        call,
        lambda made: f"/temas/{made.code}",
        lambda made: f"/temas/{made.code}",
        lambda made: {"topics": [str(made.topics[0].id)], "territory": "01"},
        TopicAnswer,
    ),
    World(
        CHANNELS[1],
        box,
        lambda made: f"/urna/{made.uuid}",
        lambda made: f"/urna/{made.uuid}",
        lambda made: {"q1": "0"},
        SealedPaper,
    ),
    World(
        CHANNELS[2],
        event,
        lambda made: f"/eventos/{made.code}",
        lambda made: f"/eventos/{made.code}/preguntar",
        lambda made: {"text": "¿Cuándo arreglan el parque?"},
        QuestionSent,
        is_reviewed=False,
    ),
    World(
        CHANNELS[3],
        attendance_list,
        lambda made: f"/asistencia/{made.code}",
        lambda made: f"/asistencia/{made.code}",
        lambda made: MARIA,
        Attendee,
        is_reviewed=False,
        is_copied=False,
        apart=lambda: {"event_id": events_city.called(title="De otra").id},
        of=lambda made: made.event,
    ),
    World(
        CHANNELS[4],
        listening_post,
        lambda made: f"/escuchaderos/{made.code}",
        lambda made: f"/escuchaderos/{made.code}",
        lambda made: ANA,
        Contribution,
    ),
    World(
        CHANNELS[5],
        survey,
        lambda made: f"/encuestas/{made.code}",
        lambda made: f"/encuestas/{made.code}",
        lambda made: surveys_city.ANSWER,
        SurveyResponse,
        preview="preguntas/vista",
    ),
)
