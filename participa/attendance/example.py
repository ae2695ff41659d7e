"""The attendance lists in the story of a demonstration, made with the same services as real ones.

Each event that was held has its list, with as many people as its story tells. The fair is open
today, and some people are in; the coming hearing takes registrations. Every name is invented.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from participa.attendance import service, waiting_details
from participa.attendance.documents import NONE
from participa.attendance.models import AttendanceList, SignInWay
from participa.attendance.sign_in import Arrival, Identity, sign
from participa.attendance.snapshots import snapshot_of
from participa.channels.example import days_ago
from participa.citizens.fields import CONSENT
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
NAMES = json.loads((Path(__file__).parent / "seed" / "example-names.json").read_text("utf-8"))
DRAWN = (
    "M20 80L60 30L90 90L130 40L180 85L240 50",
    "M30 60L70 20L80 90L150 60L210 70L270 40",
)
VARIABLES = (
    "curso_vida",
    "territorio",
    "campesino",
    "identidad_genero",
    "pertenencia_etnica",
    "discapacidad",
    "victima_conflicto",
)
PHONE, DESK, KIOSK, PAPER = (
    SignInWay.PHONE,
    SignInWay.DESK,
    SignInWay.KIOSK,
    SignInWay.PAPER,
)


@dataclass(frozen=True, slots=True)
class ToldCrowd:
    """How people came onto one list: by which door, in which ways, from which territories."""

    doors: tuple[str, ...] = ()
    ways: tuple[SignInWay, ...] = (PHONE, PHONE, DESK)
    places: tuple[str, ...] = ("10", "11", "14", "OM")
    minors: int = 0


AT_THE_TABLE = ToldCrowd(ways=(PHONE,))
LISTS: Mapping[str, ToldCrowd] = {
    FIRST_MEETING.title: AT_THE_TABLE,
    SECOND_MEETING.title: AT_THE_TABLE,
    POPULAR.title: ToldCrowd(places=("01", "01", "01", "02", "03"), minors=6),
    # Without signal in the vereda, most signed on paper.
    SAN_CRISTOBAL.title: ToldCrowd(ways=(PAPER, PAPER, PHONE), places=("60", "60", "60", "07")),
    HEARING_OF.title: ToldCrowd(
        doors=("Entrada principal", "Entrada norte"),
        ways=(PHONE, PHONE, PHONE, DESK, KIOSK, PAPER),
        places=("01", "03", "04", "08", "10", "13", "16", "60", "80", "AM"),
        minors=9,
    ),
}
AT_THE_FAIR = ToldCrowd(
    doors=("Calle 41", "Carrera 53"), ways=(PHONE, PHONE, DESK, KIOSK), places=("10", "03", "16")
)
YESTERDAY, TODAY = 27, 14  # people at the fair
MAN, WOMAN = "1", "2"


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    """The lists of the story; `second` has no part in it."""
    year = clock.today().year
    past = [of_held(by, told, PAST) for told in OF_2024]
    if year <= PAST:
        return past
    return [
        *past,
        of_held(by, FIRST_MEETING, year, SPRING_MEETING),
        of_held(by, SECOND_MEETING, year, AUTUMN_MEETING),
        of_held(by, SAN_CRISTOBAL, year, DIALOGUE_DAY),
        of_fair(by),
        of_coming_hearing(by, year),
    ]


def of_held(
    by: Account, told: Gathering, year: int, day: tuple[int, int] | None = None
) -> Iterator[datetime]:
    """The list is published before the event, and as many people sign as came."""
    on = date(year, *(day or told.day))
    begins, ends = (clock.at_city(on, hour) for hour in told.hours)
    yield begins - MADE_BEFORE
    event = event_of(told.title.format(year=year), begins)
    if event is None:
        return
    how = LISTS[told.title]
    record = make(by, event, how, year, opens_at=begins - OPENS_BEFORE)
    yield ends - timedelta(minutes=1)
    chance = random.Random(f"{year} {told.title}")  # noqa: S311 - invented people, not a secret
    moments = spread(begins - OPENS_BEFORE, begins + timedelta(hours=1), told.people, chance)
    come(record, how, moments, told.women, chance)


def of_fair(by: Account) -> Iterator[datetime]:
    """Open today: some came yesterday, some are in now."""
    begins = clock.at_city(clock.today() - timedelta(days=1), 9)
    today, now, year = clock.at_city(clock.today(), 8), clock.now(), clock.today().year
    yield begins - MADE_BEFORE
    event = event_of(FAIR, begins)
    if event is None:
        return
    record = make(by, event, AT_THE_FAIR, year, asks_image=True)
    chance = random.Random(FAIR)  # noqa: S311 - invented people, not a secret
    yield begins + timedelta(hours=8)
    moments = spread(begins, begins + timedelta(hours=7), YESTERDAY, chance)
    come(record, AT_THE_FAIR, moments, YESTERDAY // 2, chance)
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


def come(
    record: AttendanceList,
    how: ToldCrowd,
    moments: Sequence[datetime],
    women: int,
    chance: random.Random,
) -> None:
    """One person signs at each of these moments; so many of them say that they are women."""
    listed = snapshot_of(record)
    genders = [WOMAN] * women + [MAN] * (len(moments) - women)
    chance.shuffle(genders)
    minors = set(chance.sample(range(len(moments)), how.minors))
    for place, (moment, gender) in enumerate(zip(moments, genders, strict=True)):
        way = chance.choice(how.ways)
        arrival = Arrival(way=way, at=moment, door=chance.choice(how.doors) if how.doors else "")
        identity = Identity(is_minor=True) if place in minors else person(chance, way)
        details = said(chance, how, gender, is_minor=identity.is_minor)
        number = f"{chance.getrandbits(128):032x}"
        sign(listed, number, identity, arrival, details)
    waiting_details.mix(record.id)


def person(chance: random.Random, way: SignInWay) -> Identity:
    """An invented person; one in ten shows no document."""
    name = f"{chance.choice(NAMES['first'])} {' '.join(chance.sample(NAMES['last'], 2))}"
    has_document, writes = chance.random() > 0.1, chance.random() < 0.3
    number = str(chance.randrange(1_000_000_000, 1_199_999_999))
    return Identity(
        name=name,
        document_type="CC" if has_document else NONE,
        document=number if has_document else "",
        email=f"persona{number[-5:]}@ejemplo.org" if writes else "",
        signature=chance.choice(DRAWN) if way is PHONE and chance.random() < 0.5 else "",
        purposes=frozenset({"attendance", "contact"} if writes else {"attendance"}),
    )


def said(
    chance: random.Random, how: ToldCrowd, gender: str, is_minor: bool
) -> dict[str, list[str]]:
    """What somebody says of themselves; everybody says something."""
    age = "AD" if is_minor else chance.choice(("JU", "AU", "AU", "AU", "PM"))
    answers = {"curso_vida": [age], "territorio": [chance.choice(how.places)]}
    answers |= {"identidad_genero": [gender], CONSENT: ["y"]}
    if chance.random() < 0.4:
        answers["pertenencia_etnica"] = [chance.choice(("6", "6", "6", "5", "1"))]
    if chance.random() < 0.3:
        answers["campesino"] = [chance.choice(("1", "2", "2"))]
    if chance.random() < 0.3:
        answers["discapacidad"] = [chance.choice(("0", "0", "0", "FI", "VI"))]
    if chance.random() < 0.3:
        answers["victima_conflicto"] = [chance.choice(("1", "0", "0"))]
    return answers


def spread(since: datetime, until: datetime, people: int, chance: random.Random) -> list[datetime]:
    """So many moments of arrival, in order; most come in the middle."""
    seconds = (until - since).total_seconds()
    return sorted(
        since + timedelta(seconds=int(seconds * chance.triangular(0, 1, 0.45)))
        for _ in range(people)
    )
