"""The attendance lists in the story of a demonstration, made with the same services as real ones.

Each event that was held has its list, with as many people as its story tells. The fair is open
today, and some people are in; the coming hearing takes registrations, and one called event has no
list yet. Of those who signed on paper everything is typed, but for the sheets of the fair.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from participa.attendance import service
from participa.attendance.models import AttendanceList
from participa.attendance.paper import sheets
from participa.attendance.paper_models import SheetKind
from participa.attendance.story import paper
from participa.attendance.story.people import DESK, KIOSK, PHONE, ToldCrowd, come, spread
from participa.channels.example import days_ago
from participa.core import clock
from participa.core.db import db
from participa.events.example import (
    AUTUMN_MEETING,
    DIALOGUE_DAY,
    OF_2024,
    PAST,
    SPRING_MEETING,
)
from participa.events.example_gatherings import (
    FAIR,
    FIRST_MEETING,
    HEARING,
    HEARING_OF,
    POPULAR,
    SAN_CRISTOBAL,
    SECOND_MEETING,
    Gathering,
)
from participa.events.models import Event
from participa.formats import queries as formats
from participa.formats.example import ATTENDANCE
from participa.plan import queries as plans
from participa.staff.models import Account

TASK = "3.3"
MADE_BEFORE = timedelta(days=5)  # the list is ready so long before the event
OPENS_BEFORE = timedelta(minutes=40)  # and people may sign so long before it begins
PRINTED_BEFORE = timedelta(hours=18)  # its sheets
TYPED_AFTER = timedelta(days=2)  # what was signed on them, before the minutes
VARIABLES = (
    "curso_vida",
    "territorio",
    "campesino",
    "identidad_genero",
    "pertenencia_etnica",
    "discapacidad",
    "victima_conflicto",
)

AT_THE_TABLE = ToldCrowd(ways=(PHONE,))
LISTS: Mapping[str, ToldCrowd] = {
    FIRST_MEETING.title: AT_THE_TABLE,
    SECOND_MEETING.title: AT_THE_TABLE,
    POPULAR.title: ToldCrowd(places=("01", "01", "01", "02", "03"), minors=6),
    # Without signal in the vereda, most signed on paper.
    SAN_CRISTOBAL.title: ToldCrowd(
        ways=(PHONE,), places=("60", "60", "60", "07"), on_paper=19, on_slips=4, twice=2
    ),
    HEARING_OF.title: ToldCrowd(
        doors=("Entrada principal", "Entrada norte"),
        ways=(PHONE, PHONE, PHONE, DESK, KIOSK),
        places=("01", "03", "04", "08", "10", "13", "16", "60", "80", "AM"),
        minors=9,
    ),
}
AT_THE_FAIR = ToldCrowd(
    doors=("Calle 41", "Carrera 53"), ways=(PHONE, PHONE, DESK, KIOSK), places=("10", "03", "16")
)
YESTERDAY, TODAY = 27, 14  # people at the fair


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    """The lists of the story; `second` types some rows of paper again."""
    year = clock.today().year
    past = [of_held(by, second, told, PAST) for told in OF_2024]
    if year <= PAST:
        return past
    return [
        *past,
        of_held(by, second, FIRST_MEETING, year, SPRING_MEETING),
        of_held(by, second, SECOND_MEETING, year, AUTUMN_MEETING),
        of_held(by, second, SAN_CRISTOBAL, year, DIALOGUE_DAY),
        of_fair(by),
        of_coming_hearing(by, year),
    ]


def of_held(
    by: Account, second: Account, told: Gathering, year: int, day: tuple[int, int] | None = None
) -> Iterator[datetime]:
    """The list is published before the event, and as many people sign as came.

    What they signed on paper is typed before the minutes of the event are closed.
    """
    on = date(year, *(day or told.day))
    begins, ends = (clock.at_city(on, hour) for hour in told.hours)
    yield begins - MADE_BEFORE
    event = event_of(told.title.format(year=year), begins)
    if event is None:
        return
    how = LISTS[told.title]
    record = make(by, event, how, year, opens_at=begins - OPENS_BEFORE)
    if how.on_paper:
        yield begins - PRINTED_BEFORE
        paper.print_paper(record, by, how)
    yield ends - timedelta(minutes=1)
    chance = random.Random(f"{year} {told.title}")  # noqa: S311 - invented people, not a secret
    people = told.people - how.on_paper
    moments = spread(begins - OPENS_BEFORE, begins + timedelta(hours=1), people, chance)
    come(record, how, moments, told.women * people // told.people, chance)
    if how.on_paper:
        yield ends + TYPED_AFTER
        paper.bring_back(record, by, second, how, chance)


def of_fair(by: Account) -> Iterator[datetime]:
    """Open today: some came yesterday, some are in now. One of two sheets came back yesterday."""
    begins = clock.at_city(clock.today() - timedelta(days=1), 9)
    today, now, year = clock.at_city(clock.today(), 8), clock.now(), clock.today().year
    yield begins - MADE_BEFORE
    event = event_of(FAIR, begins)
    if event is None:
        return
    record = make(by, event, AT_THE_FAIR, year, asks_image=True)
    yield begins - PRINTED_BEFORE
    sheets.make(record, by, SheetKind.LIST, 2, paper.ROWS)
    chance = random.Random(FAIR)  # noqa: S311 - invented people, not a secret
    yield begins + timedelta(hours=8)
    moments = spread(begins, begins + timedelta(hours=7), YESTERDAY, chance)
    come(record, AT_THE_FAIR, moments, YESTERDAY // 2, chance)
    yield begins + timedelta(hours=10)
    paper.of_the_fair(record, by, chance)
    yield max(today, now - timedelta(minutes=2))
    moments = spread(
        max(today, now - timedelta(hours=3)), now - timedelta(minutes=2), TODAY, chance
    )
    come(record, AT_THE_FAIR, moments, TODAY // 2, chance)


def of_coming_hearing(by: Account, year: int) -> Iterator[datetime]:
    """Called with a list that takes registrations, and whose code will change on the screen."""
    begins = clock.at_city(clock.today() + timedelta(days=12), 8)
    yield days_ago(8)
    event = event_of(HEARING.format(year=year), begins)
    if event is None:
        return
    how = LISTS[HEARING_OF.title]
    make(by, event, how, year, capacity=500, has_rotating_code=True, takes_registrations=True)


def event_of(title: str, begins: datetime) -> Event | None:
    """The event of the story that begins then, once it was called."""
    rows = select(Event).where(Event.title == title, Event.opens_at == begins)
    event = db.session.scalar(rows.where(Event.published_at.is_not(None)))
    return event if event and event.is_example else None


def make(by: Account, event: Event, how: ToldCrowd, year: int, **facts: Any) -> AttendanceList:
    """The published list of an event, which counts for the plan of this year.

    It is made in the official format, once that is in force.
    """
    plan = plans.plan_of(year)
    tasks = [plans.task_of(plan, TASK)] if plan else []
    official = formats.format_of(ATTENDANCE)
    values = {
        **service.default_facts(event),
        "doors": list(how.doors),
        "variables": list(VARIABLES),
        "is_example": True,
    }
    record = service.create(
        by,
        event,
        [task for task in tasks if task],
        official if official and official.current else None,
        **(values | facts),
    )
    db.session.flush()
    service.publish(record, by)
    db.session.flush()
    return record
