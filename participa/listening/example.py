"""The listening posts in the story of a demonstration, made with the same services as real ones.

Of 2024: seven planned posts, five of which worked. This year: posts under way, in which somebody is
heard today, one answer is late and another is nearly due. Every voice is invented.
"""

import io
import random
import wave
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from math import pi, sin
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from participa.cases import calendar
from participa.cases.legal_calendar import closures
from participa.channels.example import days_ago
from participa.citizens.fields import CONSENT
from participa.core import clock
from participa.core.db import db
from participa.listening import acts, attachments, receive, service
from participa.listening.answers import outcomes, publication
from participa.listening.intake import settings
from participa.listening.models import (
    FULL_NAME,
    AttachmentKind,
    Contribution,
    ListeningPost,
    PostKind,
)
from participa.listening.office import checks
from participa.listening.receive import Said
from participa.listening.snapshots import snapshot_of
from participa.listening.story.voices import (
    POSTS_OF_2024,
    POSTS_OF_THIS_YEAR,
    ROUTES,
    VOICES_OF_2024,
    VOICES_OF_THIS_YEAR,
    ToldPost,
    ToldStep,
    Voice,
)
from participa.plan import queries as plans
from participa.staff.models import Account, Office
from participa.surveys import service as surveys
from participa.surveys.example import UNDER_WAY, of_title

PAST = 2024
TASK = "7.1"
PLANNED = (7, 22)  # the day of the year on which its posts are planned
ENDS = (12, 13)  # and that on which the past ones close
STAYS_OPEN = timedelta(days=45)  # from today, for those of this year
VARIABLES = ("curso_vida", "identidad_genero", "discapacidad", "victima_conflicto")
CLOSED = (12, 24)  # the first day since then that would count
WHY_CLOSED = "La Alcaldía no atiende ese día: compensa las horas en noviembre."
ACT_OF_CLOSING = "Decreto de ejemplo 0123 de {year}"
ONLINE = "en línea"
CHECKED_DAYS, FAILED_DAYS_AGO = 20, 6
LEADS = "dap"  # answers what no rule leads elsewhere
BEFORE_CLASS = {"review", "classify", "transfer", "life_risk"}  # nobody has said yet what it is
EXTRA_DAYS = 10  # working days of an extension
RATE, SECONDS = 8000, 2  # of an invented voice note


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    """The posts and voices of the story; `second` looks again at what is published."""
    year = clock.today().year
    past = [of_2024(by, told) for told in POSTS_OF_2024]
    past += [heard_in_2024(by, second, voice) for voice in VOICES_OF_2024]
    if year <= PAST:
        return past
    return [
        *past,
        settled(by, second),
        *(of_this_year(by, told) for told in POSTS_OF_THIS_YEAR),
        checked(),
        asks_more(by),
        *(heard_this_year(by, second, voice) for voice in VOICES_OF_THIS_YEAR),
    ]


def of_2024(by: Account, told: ToldPost) -> Iterator[datetime]:
    """Planned in July; it opens on its day and closes with the year, or it never opens."""
    yield clock.at_city(date(PAST, *PLANNED), 10)
    post = planned(by, told, PAST, closes_at=clock.at_city(date(PAST, *ENDS), 17))
    if told.opens is None:
        return
    yield at_of(told, PAST) - timedelta(hours=1)
    service.publish(post, by)


def of_this_year(by: Account, told: ToldPost) -> Iterator[datetime]:
    """Open since some days, or from a day that comes; one lacks what its publication needs."""
    year, days = clock.today().year, told.open_days
    until = clock.at_city(clock.today() + STAYS_OPEN, 17)
    comes_on = None
    if days is not None and days < 0:
        comes_on = clock.at_city(clock.today() - timedelta(days=days), 9)
    yield days_ago(20 if days is None or comes_on else days)
    if days is None:
        planned(by, told, year)
        return
    service.publish(planned(by, told, year, opens_at=comes_on, closes_at=until), by)


def settled(by: Account, second: Account) -> Iterator[datetime]:
    """Before the posts of this year open: who answers which topic, and a day on which no term runs.

    The city closes on its own day of this year that no term counts otherwise.
    """
    year = clock.today().year
    yield days_ago(75)
    for topic, territory, slug in ROUTES:
        settings.add_rule(second, topic, territory, office(slug))
    closed_on = next(
        day
        for day in (date(year, *CLOSED) + timedelta(days=step) for step in range(9))
        if not calendar.why_not_counted(day)
    )
    closures.add(second, closed_on, WHY_CLOSED, ACT_OF_CLOSING.format(year=year))
    db.session.flush()


def checked() -> Iterator[datetime]:
    """Each morning until yesterday the pages answered, but for one; today's check is a real one."""
    today = clock.today()
    for days in range(CHECKED_DAYS, 0, -1):
        yield clock.at_city(today - timedelta(days=days), 6)
        online = post_of(ONLINE, today.year)
        failed = online.code if online and days == FAILED_DAYS_AGO else ""
        rows = db.session.execute(select(ListeningPost.code, ListeningPost.title))
        titles = {row.code: row.title for row in rows}
        checks.check_all(partial(answer_of, titles, failed))


def asks_more(by: Account) -> Iterator[datetime]:
    """Who was heard on the post without a place is asked the survey that is under way besides."""
    yield days_ago(3)
    post, survey = post_of(ONLINE, clock.today().year), of_title(UNDER_WAY)
    if post and survey:
        surveys.attach(survey, by, ListeningPost.channel, post.id, post.code, post.title)


def answer_of(titles: Mapping[str, str], failed: str, path: str) -> checks.PageAnswer:
    """What the page of a post answers; an error on the code `failed`."""
    code = path.rpartition("/")[2]
    return checks.PageAnswer(503, "") if code == failed else checks.PageAnswer(200, titles[code])


def planned(by: Account, told: ToldPost, year: int, **dates: Any) -> ListeningPost:
    """The draft of a post, which counts for the plan of this year."""
    plan = plans.plan_of(year)
    tasks = [plans.task_of(plan, TASK)] if plan else []
    post = service.create(
        by,
        [task for task in tasks if task],
        title=told.title,
        why="Oír qué pasa en los barrios y responder por ello, por escrito y a tiempo.",
        kind=told.kind,
        place=told.place,
        territory=told.territory,
        hours=told.hours,
        supports="Rampa, letra grande y alguien que escribe por usted."
        if told.kind is PostKind.PHYSICAL
        else "Se puede hablar en vez de escribir.",
        variables=list(VARIABLES),
        office_id=office(LEADS).id,
        is_example=True,
        **dates,
    )
    db.session.flush()
    return post


def heard_in_2024(by: Account, second: Account, voice: Voice) -> Iterator[datetime]:
    [told] = [one for one in POSTS_OF_2024 if one.name == voice.post]
    return heard(by, second, voice, at_of(told, PAST) + timedelta(days=voice.days), PAST)


def heard_this_year(by: Account, second: Account, voice: Voice) -> Iterator[datetime]:
    """The same, so many days ago: a part of a day is of today, as far as there is one yet."""
    moment, year = days_ago(int(voice.days)), clock.today().year
    if voice.days < 1:
        moment = max(clock.now() - timedelta(days=voice.days), clock.at_city(clock.today()))
    return heard(by, second, voice, moment, year)


def heard(
    by: Account, second: Account, voice: Voice, moment: datetime, year: int
) -> Iterator[datetime]:
    """Somebody is heard, and the staff do what the story tells, each step on its day."""
    yield moment
    post = post_of(voice.post, year)
    if post is None or not post.is_open:
        return
    case_id = say(post, voice)
    for step in voice.steps:
        yield moment + timedelta(days=step.days)
        contribution = db.session.get_one(Contribution, case_id)
        if contribution.classified_on is None and step.verb not in BEFORE_CLASS:
            acts.classify(contribution, by, contribution.case.kind)
        ACTS[step.verb](contribution, second if step.verb == "publish" else by, step)
        db.session.flush()


def say(post: ListeningPost, voice: Voice) -> int:
    """Hand in the form, with what it attaches; returns the id of the case."""
    chance = random.Random(f"{post.title} {voice.text}")  # noqa: S311 - invented, not a secret
    number = f"{chance.getrandbits(128):032x}"
    for place in range(voice.photos):
        attachments.keep(photo(chance, place), AttachmentKind.PHOTO, number)
    if voice.has_voice:
        attachments.keep(voice_note(), AttachmentKind.VOICE, number)
    db.session.flush()
    name, phone = voice.person
    said = Said(
        text=voice.text,
        wants_answer=voice.wants_answer,
        is_anonymous=not name,
        name=name,
        phone=phone,
        topic=voice.topic,
        territory=voice.territory,
        is_corruption=voice.is_corruption,
        way=voice.way,
    )
    details = {"curso_vida": [chance.choice(("JU", "AU", "AU", "PM"))], CONSENT: ["y"]}
    return receive.receive(snapshot_of(post), number, said, details).case_id


def office(slug: str) -> Office:
    return db.session.scalars(select(Office).filter_by(slug=slug)).one()


def classify(contribution: Contribution, by: Account, step: ToldStep) -> None:
    acts.classify(contribution, by, step.kind)


def publish(contribution: Contribution, by: Account, step: ToldStep) -> None:
    """What the public reads: who answered proposes it, and somebody else agrees."""
    proposer = db.session.get_one(Account, contribution.case.answered_by_id)
    draft = publication.propose(contribution, proposer, contribution.text, step.words, True)
    db.session.flush()
    publication.accept(contribution, draft, by)


def tell_outcome(contribution: Contribution, by: Account, step: ToldStep) -> None:
    outcomes.tell(contribution, by, step.words, task=contribution.post.tasks[0])


Act = Callable[[Contribution, Account, ToldStep], object]
ACTS: Mapping[str, Act] = {
    "review": lambda contribution, by, _: acts.review(contribution, by),
    "classify": classify,
    "transfer": lambda contribution, by, step: acts.transfer(
        contribution, by, office(step.office), step.words
    ),
    "extend": lambda contribution, by, step: acts.extend(contribution, by, EXTRA_DAYS, step.words),
    "note": lambda contribution, by, step: acts.note(contribution, by, step.words),
    "answer": lambda contribution, by, step: acts.answer(contribution, by, step.words),
    "publish": publish,
    "outcome": tell_outcome,
    "close": lambda contribution, by, step: acts.close(contribution, by, step.words),
    "life_risk": lambda contribution, by, _: acts.mark_life_risk(contribution, by, True),
}


def at_of(told: ToldPost, year: int) -> datetime:
    """When a post of 2024 opens: in the morning of its day."""
    return clock.at_city(date(year, *(told.opens or PLANNED)), 9)


def post_of(name: str, year: int) -> ListeningPost | None:
    """The example of this name that was published in this year."""
    begins, ends = (clock.at_city(date(one, 1, 1)) for one in (year, year + 1))
    rows = select(ListeningPost).where(
        ListeningPost.title == f"{FULL_NAME} {name}",
        ListeningPost.is_example,
        ListeningPost.published_at >= begins,
        ListeningPost.published_at < ends,
    )
    return db.session.scalar(rows)


def photo(chance: random.Random, place: int) -> FileStorage:
    """A drawing in place of a photograph: a street under a sky, and something that is broken."""
    picture = Image.new("RGB", (480, 360), (176, 205, 222))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 190, 480, 360), fill=(118, 116, 112))
    x, y = 60 + 150 * place + chance.randrange(80), 230 + chance.randrange(50)
    draw.ellipse((x, y, x + 130, y + 60), fill=(62, 58, 54))
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=70)
    content.seek(0)
    return FileStorage(content, "foto.jpg", content_type="image/jpeg")


def voice_note() -> FileStorage:
    """A tone in place of somebody speaking."""
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(
            bytes(128 + int(40 * sin(2 * pi * 220 * step / RATE)) for step in range(RATE * SECONDS))
        )
    content.seek(0)
    return FileStorage(content, "nota.wav", content_type="audio/wav")
