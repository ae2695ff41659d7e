"""The server of the ballot box: accepting ballots while people wait, and counting a large box.

The ballots are made beforehand, as phones make them: one question of five answers.
"""

import os
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from sqlalchemy import func, select

from bench import installations
from bench.ballots import FIVE
from bench.client import Connection, by_number
from bench.installations import Database, Unanswered
from participa.app import create_app
from participa.ballots import snapshots
from participa.ballots.keys import role_acceptance, trustee_keys
from participa.ballots.lifecycle import closing, opening, service
from participa.ballots.models import BallotBox, BoxBallot, BoxKind, QuestionKind
from participa.ballots.results import counting
from participa.ballots.roles import roles_of
from participa.ballots.roll import registrars_roll, uploads
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import casting
from participa.belenios import ballot, credentials, groups, signatures, trustees
from participa.belenios.canonical import write
from participa.belenios.credentials import Credential
from participa.config import Settings
from participa.core import clock
from participa.core.db import db
from participa.core.jobs import jobs
from participa.plan.models import Action, Plan, Task, Unit
from participa.staff.models import Account, Role

CLIENTS = 16
EACH = 15
PAUSE_SECONDS = 0.5
CROWD = 5_000


@dataclass
class Urna:
    """An installation with one box of many voters."""

    base: Database
    settings: Settings
    id: int
    uuid: str
    holders: list[Credential]
    enrolling: float  # seconds of processor that the roll took
    opening: float

    def definition(self) -> BoxSnapshot:
        return snapshots.snapshot_of(db.session.get_one(BallotBox, self.id))

    def ballots(self) -> list[bytes]:
        asked = self.definition().election
        return [
            ballot.make(asked, holder.secret, [{number % len(FIVE.answers)}])
            for number, holder in enumerate(self.holders)
        ]


@contextmanager
def urna(kind: str, voters: int, label: BoxKind = BoxKind.VERIFIABLE) -> Iterator[Urna]:
    """An open box with its roll, inside the application's context."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        base = stack.enter_context(installations.database(kind, folder))
        settings = installations.settings_of(folder, base)
        app = create_app(settings)
        stack.enter_context(app.app_context())
        db.create_all()
        yield prepared(base, settings, voters, label)
        db.session.remove()
        db.engine.dispose()


def prepared(base: Database, settings: Settings, voters: int, label: BoxKind) -> Urna:
    by = Account(email="medicion@ejemplo.org", name="Medición", role=Role.EDITOR)
    by.fs_uniquifier, by.tf_primary_method = "medicion", "authenticator"
    db.session.add(by)
    facts = {
        "title": "¿Qué primero?",
        "used_by": "la medición",
        "registrar": "Personería" if label is BoxKind.VERIFIABLE else "",
        "closes_at": clock.now() + timedelta(days=10),
        "expected_ballots": voters,
    }
    box = service.create(by, label, [a_task()], **facts)
    service.ask(box, by, QuestionKind.ONE, FIVE.text, FIVE.answers, has_blank=False)
    holders = credentials.make(voters, box.uuid)
    if label is BoxKind.VERIFIABLE:
        secrets = [trustee_keys.GROUP.random() for _ in range(2)]
        for number, secret in enumerate(secrets, start=1):
            public = trustees.make(trustee_keys.GROUP, secret).record()
            trustee_keys.add(box, by, f"Custodia {number}", write(public))
        for role, secret in zip(roles_of(box), secrets, strict=False):  # the last: registrar
            role_acceptance.accept(role, signatures.sign(secret, role.paper))
    db.session.commit()
    begun = time.process_time()
    box.roll_upload = uploads.store(box.id, BytesIO(credentials.public_roll(holders)))
    db.session.commit()
    registrars_roll.check_roll(jobs.Progress(0), box.id)
    db.session.commit()
    enrolled = time.process_time()
    opening.open_box(box, by)
    db.session.commit()
    opened = time.process_time()
    return Urna(base, settings, box.id, box.uuid, holders, enrolled - begun, opened - enrolled)


def a_task() -> Task:
    facts = {"name": "Urna", "start_month": 1, "end_month": 12, "indicator": "Urnas"}
    task = Task(position=1, offices_written="", unit=Unit.COUNT, target=1, **facts)
    action = Action(number=1, name="Medir", tasks=[task])
    db.session.add(Plan(year=2024, strategy="", title="Plan", actions=[action]))
    return task


@dataclass
class Voting:
    """People who cast their ballots at the same time; a missing receipt raises Unanswered."""

    accepted: int
    stored: int
    per_second: float
    cpu_ms: float
    middle_ms: float
    slowest_ms: float


@dataclass(frozen=True)
class Way:
    """How a server lets ballots in: `subject` is that of bench.serve."""

    subject: str
    has_gmpy2: bool
    processors: int

    def __str__(self) -> str:
        with_it = "con gmpy2" if self.has_gmpy2 else "sin gmpy2"
        count = "1 procesador" if self.processors == 1 else f"{self.processors} procesadores"
        return f"{with_it}, {count}{', como antes' if self.subject == 'before' else ''}"


def ways() -> list[Way]:
    """As before on all processors, then as now on one, two and all of them."""
    every = len(os.sched_getaffinity(0))
    counts = sorted({1, min(2, every), every})
    return [
        way
        for has_gmpy2 in ([True, False] if groups.IS_FAST else [False])
        for way in (
            Way("before", has_gmpy2, every),
            *(Way("participa", has_gmpy2, count) for count in counts),
        )
    ]


def voting(kind: str, clients: int = CLIENTS, each: int = EACH) -> Iterator[tuple[Way, Voting]]:
    """People who cast their ballots at the same time, in each of the ways."""
    chosen = ways()
    with urna(kind, len(chosen) * (clients * each + 1)) as made:
        raws = [raw.decode() for raw in made.ballots()]
        db.session.remove()
        db.engine.dispose()
        for number, way in enumerate(chosen):
            yield way, vote(made, way, raws[number :: len(chosen)], clients, each)


def vote(made: Urna, way: Way, raws: list[str], clients: int, each: int) -> Voting:
    path, first = f"/urna/{made.uuid}/papeletas", raws.pop()
    waiting, guard = iter(raws), threading.Lock()

    def deposit(connection: Connection) -> str:
        with guard:
            raw = next(waiting)
        while (answer := connection.post(path, raw)).status == 503:
            time.sleep(PAUSE_SECONDS)  # a crowded box, which a phone asks again
        if answer.status != 200:
            raise Unanswered(f"{answer.status} for a ballot")
        return answer.body.decode()

    before = stored_in(made)
    with ExitStack() as stack:
        begun_as = (way.subject, made.base, made.settings.data, "/urna", way.has_gmpy2)
        with installations.on_processors(way.processors, made.base.pid):
            server = stack.enter_context(installations.serving(*begun_as))
        opening_one = Connection(server.port)
        opening_one.post(path, first)  # the tables of the key are made once
        opening_one.close()
        server.wait_for_rest()
        used, begun = server.cpu_seconds(), time.monotonic()
        load = by_number(server.port, deposit, each, clients)
        took, spent = time.monotonic() - begun, server.cpu_seconds() - used
    if load.errors or len(load.receipts) != len(raws):
        raise Unanswered(f"{len(load.errors)} errors, such as {load.errors[:1]}")
    stored = stored_in(made) - before
    cpu = 1000 * spent / len(raws)
    middle, slowest = load.percentile(0.5), load.percentile(1)
    return Voting(len(raws) + 1, stored, len(raws) / took, cpu, middle, slowest)


def stored_in(made: Urna) -> int:
    db.session.rollback()
    ballots = select(func.count()).where(BoxBallot.box_id == made.id)
    found = db.session.scalar(ballots) or 0
    db.session.remove()
    db.engine.dispose()
    return found


@dataclass
class Counting:
    """A box of many ballots whose key the server holds; seconds of processor, of all processes.

    `megabytes` is the peak of this whole process, which also made the ballots.
    """

    enrolling: float
    opening: float
    counting: float
    wall: float
    megabytes: float


def count(kind: str, voters: int = CROWD) -> Counting:
    """The count checks the proofs of all ballots; filling the box skips them, to save time."""
    with urna(kind, voters, BoxKind.CODES) as made:
        fill(made)
        begun, at = all_processes(), time.monotonic()
        counting.count(jobs.Progress(0), made.id)
        db.session.commit()
        took, wall = all_processes() - begun, time.monotonic() - at
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        box = db.session.get_one(BallotBox, made.id)
        if not box.is_finished:
            raise Unanswered("the box was not counted")
        return Counting(made.enrolling, made.opening, took, wall, most)


def all_processes() -> float:
    """Seconds of processor of this process and of those that it started and that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def fill(made: Urna) -> None:
    """Cast a ballot for every voter, without checking its proofs, and close the box."""
    check = ballot.check_answers
    ballot.check_answers = lambda *arguments: None
    try:
        definition = made.definition()
        for raw in made.ballots():
            casting.cast(definition, raw)
        closing.close(db.session.get_one(BallotBox, made.id), "medición")
        db.session.commit()
    finally:
        ballot.check_answers = check
