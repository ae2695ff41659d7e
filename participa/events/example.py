"""The events in the story of a demonstration, made with the same services as real ones.

In 2024 the Comité Territorial meets twice and the city holds three dialogues, each closed with its
minutes. This year the Comité meets again, a dialogue was held, a fair is open today, the yearly
hearing is called and so is a dialogue, and a table is being planned.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from participa.channels import registry
from participa.channels.example import days_ago
from participa.channels.mentions import ATTENDANCE
from participa.core import clock
from participa.core.db import db
from participa.events import parts, service
from participa.events.commitments import service as commitments
from participa.events.commitments.queries import commitments_of
from participa.events.commitments.service import CommitmentFacts
from participa.events.example_gatherings import (
    CHANNELS,
    FAIR,
    FIRST_MEETING,
    HEARING_OF,
    MANRIQUE,
    METHOD,
    POPULAR,
    REPORT,
    SAN_CRISTOBAL,
    SECOND_MEETING,
    SUPPORT,
    Gathering,
    Promised,
)
from participa.events.minutes import service as minutes
from participa.events.minutes.document import filling
from participa.events.models import Event, EventKind
from participa.events.questions import service as questions
from participa.events.record_models import AskedBy, Commitment, CommitmentState
from participa.formats import queries as formats
from participa.formats.example import PLANNING
from participa.groups.models import MeetingGroup
from participa.plan import queries as plans
from participa.staff.models import Account, Office
from participa.surveys import service as surveys
from participa.surveys.example import OF_THE_FAIR, of_title

PAST = 2024
CALLED_BEFORE = timedelta(days=12)  # the call goes out so long before the event
CLOSED_AFTER = timedelta(days=5)  # and its minutes come so long after it
OF_2024 = (FIRST_MEETING, SECOND_MEETING, POPULAR, SAN_CRISTOBAL, HEARING_OF)
SPRING_MEETING, AUTUMN_MEETING = (4, 23), (8, 20)  # of this year
DIALOGUE_DAY = (8, 15)
EARLY = (4, 2)  # the day on which the hearing of a year is planned, before its topics are decided
PLANNED_BEFORE = timedelta(days=20)


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    """The events of the story; `second` has no part in it."""
    year = clock.today().year
    past = [held(by, one, PAST) for one in OF_2024]
    if year <= PAST:
        return past
    return [
        *past,
        held(by, FIRST_MEETING, year, SPRING_MEETING),
        held(by, SECOND_MEETING, year, AUTUMN_MEETING),
        held(by, broken(SAN_CRISTOBAL), year, DIALOGUE_DAY),
        open_fair(by),
        coming_hearing(by, year),
        coming_dialogue(by, year),
        table_to_plan(by),
    ]


def held(
    by: Account, told: Gathering, year: int, day: tuple[int, int] | None = None
) -> Iterator[datetime]:
    """An event is planned, called and held; people ask, the city answers, and the minutes close."""
    on = date(year, *(day or told.day))
    begins, ends = (clock.at_city(on, hour) for hour in told.hours)
    is_hearing = told.kind is EventKind.HEARING
    yield clock.at_city(date(year, *EARLY), 10) if is_hearing else begins - PLANNED_BEFORE
    event = planned(by, told, year, begins, ends)
    yield begins - CALLED_BEFORE
    call(event, by)
    yield ends
    gather(event, by, told, on)
    yield ends + CLOSED_AFTER
    close(event, by, told)
    together = zip(commitments_of(event.id), told.promised, strict=True)
    kept = [(one.kept_after, one, made) for made, one in together if one.kept_after is not None]
    for days, promised, commitment in sorted(kept, key=lambda one: one[0]):
        yield ends + timedelta(days=days)
        keep(commitment, by, promised)


def broken(told: Gathering) -> Gathering:
    """The same, but what was promised is not kept."""
    return replace(told, promised=tuple(replace(one, kept_after=None) for one in told.promised))


def open_fair(by: Account) -> Iterator[datetime]:
    """A fair that began yesterday and is open until tomorrow; people ask there."""
    year = clock.today().year
    begins = clock.at_city(clock.today() - timedelta(days=1), 9)
    ends = begins + timedelta(days=2, hours=9)
    yield begins - timedelta(days=10)
    told = Gathering(
        FAIR,
        EventKind.FAIR,
        "Las dependencias muestran lo que hicieron y responden en cada mesa.",
        "Plaza Mayor, calle 41 # 55-80",
        (1, 1),
        (7, 23),
        "",
        0,
        0,
        agenda=(("09:00", "Mesas de las dependencias", ""), ("17:00", "Cierre con música", "")),
    )
    event = planned(by, told, year, begins, ends)
    yield begins - timedelta(days=8)
    call(event, by)
    yield begins - timedelta(days=5)
    if survey := of_title(OF_THE_FAIR):
        surveys.attach(survey, by, Event.channel, event.id, event.code, event.title)


def coming_hearing(by: Account, year: int) -> Iterator[datetime]:
    """The hearing of this year: planned early, called, with questions that wait for an answer."""
    begins = clock.at_city(clock.today() + timedelta(days=12), 8)
    early = min(clock.at_city(date(year, *EARLY), 10), days_ago(15))
    called_at, asked_at = days_ago(10), days_ago(4)
    yield early
    event = planned(by, HEARING_OF, year, begins, begins + timedelta(hours=4))
    yield called_at
    call(event, by)
    yield asked_at
    questions.register(
        event,
        by,
        ["¿Cuándo abre el nuevo centro de salud de Manrique?", "¿Habrá más buses en la noche?"],
        AskedBy.CARD,
        clock.today(),
    )


def coming_dialogue(by: Account, year: int) -> Iterator[datetime]:
    """A dialogue that was called the other day; nobody has made its attendance list yet."""
    begins = clock.at_city(clock.today() + timedelta(days=9), 14)
    planned_at, called_at = days_ago(6), days_ago(1)
    yield planned_at
    event = planned(by, MANRIQUE, year, begins, begins + timedelta(hours=3))
    yield called_at
    call(event, by)


def table_to_plan(by: Account) -> Iterator[datetime]:
    """A table that lacks what a call needs."""
    begins = clock.at_city(clock.today() + timedelta(days=24), 14)
    yield days_ago(3)
    service.create(
        by,
        [],
        title="Mesa de diálogo con comerciantes del centro",
        why="Conversar sobre el espacio público en temporada.",
        kind=EventKind.TABLE,
        opens_at=begins,
        closes_at=begins + timedelta(hours=3),
        place="Cámara de Comercio, sede Centro",
        is_example=True,
    )


def planned(by: Account, told: Gathering, year: int, begins: datetime, ends: datetime) -> Event:
    """The plan of an event, with its format if it was in force on that day."""
    plan = plans.plan_of(year)
    tasks = [plans.task_of(plan, told.task or "7.2")] if plan else []
    official = formats.format_of(PLANNING)
    meeting = select(MeetingGroup).where(
        MeetingGroup.kind == told.meets, MeetingGroup.called_at.is_not(None)
    )
    groups = db.session.scalars(meeting.order_by(MeetingGroup.id)).all() if told.meets else ()
    event = service.create(
        by,
        [task for task in tasks if task],
        title=told.title.format(year=year),
        why=told.why,
        kind=told.kind,
        place=told.place,
        territory=told.territory,
        opens_at=begins,
        closes_at=ends,
        methodology=METHOD,
        moderation="Profesional de participación del Departamento Administrativo de Planeación",
        report_url=REPORT.format(year=year),
        call_channels=CHANNELS,
        called_on=clock.local(begins - CALLED_BEFORE).date(),
        accessibility=SUPPORT,
        convened="Organizaciones sociales, juntas de acción comunal y ciudadanía en general.",
        logistics="Sonido, sillas y refrigerio a cargo de la Secretaría de Comunicaciones.",
        risks="Si llueve, se pasa al salón cubierto.",
        groups=list(groups),
        format_id=official.id if official and official.current else None,
        is_example=True,
    )
    db.session.flush()
    for starts, title, speaker in told.agenda:
        parts.add(event, by, parts.KINDS["agenda"], starts=starts, title=title, speaker=speaker)
    parts.add(
        event,
        by,
        parts.KINDS["responsables"],
        position="Coordinación del equipo líder",
        duty="Modera y recoge los compromisos",
        office_id=office("dap").id,
    )
    return event


def call(event: Event, by: Account) -> None:
    service.publish(event, by)
    db.session.flush()


def gather(event: Event, by: Account, told: Gathering, on: date) -> None:
    """What is asked, answered and promised on the day of the event."""
    for theme, text, answer in told.asked:
        case = questions.register(event, by, [text], AskedBy.SPOKEN, on, theme)
        db.session.flush()
        questions.answer_together(event, by, [case.id], answer, on, office("dap"))
    for promised in told.promised:
        commitments.add(
            event,
            by,
            CommitmentFacts(
                promised.text,
                office(promised.slug),
                on + timedelta(days=promised.days),
                promised.deliverable,
            ),
        )
    for item in event.checklist[:9]:
        parts.check(event, by, item)


def close(event: Event, by: Account, told: Gathering) -> None:
    with current_app.test_request_context():  # the mentions have addresses
        mentions = registry.mentions_of(event, Event.channel)
    counted: dict[str, Any] = {
        "attended": told.people,
        "by_group": {"women": told.women, "men": told.people - told.women},
    }
    has_list = bool(filling(mentions, ATTENDANCE))
    minutes.write(
        event,
        by,
        summary=told.summary,
        has_no_commitments=not told.promised,
        **({} if has_list else counted),
    )
    minutes.close(event, by, mentions)


def keep(commitment: Commitment, by: Account, promised: Promised) -> None:
    commitments.report(
        commitment,
        by,
        CommitmentState.KEPT,
        f"Se entregó: {promised.deliverable.lower()}.",
        "https://ejemplo.org/evidencia",
    )


def office(slug: str) -> Office:
    return db.session.scalars(select(Office).filter_by(slug=slug)).one()
