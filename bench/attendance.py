"""A night with three thousand people: signing the attendance list of an event by phone."""

import itertools
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import create_engine, func, select

from bench import measures
from bench.client import Connection, Load, by_the_clock, in_turns
from bench.installations import KEY, TOKEN, Database, Unanswered, opened, serving
from participa.app import create_app
from participa.attendance import service
from participa.attendance.models import AttendanceList, Attendee, Presence
from participa.citizens.service import seed_notices
from participa.config import Settings
from participa.core import clock, submissions
from participa.core.db import db
from participa.events import service as events
from participa.staff.models import Account, Role

CLIENTS = 48
VARIABLES = ["curso_vida", "territorio"]


class Night:
    """participa with one event under way, whose list asks what a list usually asks."""

    def __init__(self, folder: Path, base: Database):
        self.base = base
        self.settings = Settings(
            data=folder,
            secret_key=KEY,
            base_url="http://127.0.0.1",
            database_url=base.address.replace("postgresql://", "postgresql+psycopg://"),
            relaxed_limits=True,
            log="off",
        )
        self.numbers = itertools.count(1_000_000)
        self.app = create_app(self.settings)
        with self.app.app_context():
            db.create_all()
            seed_notices()
            record = self._publish()
            db.session.commit()
            self.path = f"/asistencia/{record.code}"
            self.purpose = f"attendance.sign:{record.code}"
            db.session.remove()
            db.engine.dispose()

    def _publish(self) -> AttendanceList:
        account = Account(email="medicion@ejemplo.org", name="Medición", role=Role.EDITOR)
        account.fs_uniquifier = "medicion"
        db.session.add(account)
        now = clock.now()
        event = events.create(
            account,
            [],
            title="Audiencia pública de rendición de cuentas",
            place="Teatro al Aire Libre",
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(hours=10),
        )
        event.published_at = now
        facts = {**service.default_facts(event), "variables": VARIABLES}
        record = service.create(account, event, [], **facts)
        record.published_at = now
        return record

    @contextmanager
    def serving(self):
        with serving("participa", self.base, self.settings.data, self.path) as server:
            yield server

    def tokens(self, count: int) -> list[str]:
        with self.app.app_context():
            return [submissions.issue(self.purpose) for _ in range(count)]

    def sheet(self, token: str) -> str:
        """What a phone sends: somebody new, with a mail address and two optional answers."""
        number = next(self.numbers)
        fields = {
            "submission": token,
            "age": "adult",
            "document_type": "CC",
            "document": str(number),
            "name": f"María Pérez Gómez {number}",
            "contact": f"persona{number}@ejemplo.org",
            "consent_contact": "y",
            "consent_attendance": "y",
            "v_curso_vida": "AU",
            "v_territorio": f"{number % 16 + 1:02d}",
        }
        return urlencode(fields)

    def send(self, connection: Connection, token: str) -> str:
        """Send a filled form; the address of the receipt is what the person holds."""
        answer = connection.post(self.path, self.sheet(token))
        if answer.status != 303:
            raise Unanswered(f"{answer.status} to a complete form")
        return answer.headers["location"].partition("?")[0]

    def journey(self, connection: Connection) -> str:
        """Open the form and sign."""
        page = opened(connection, self.path)
        token = TOKEN.search(page.body.decode())
        if page.status != 200 or token is None:
            raise Unanswered(f"{page.status} for the form")
        return self.send(connection, token[1])

    def stored(self) -> set[str]:
        """The receipts that are in the database, asked of it directly."""
        engine = create_engine(self.settings.database_url)
        with engine.connect() as connection:
            found = set(connection.scalars(select(Attendee.receipt)))
        engine.dispose()
        return found

    def came(self) -> int:
        engine = create_engine(self.settings.database_url)
        with engine.connect() as connection:
            count = connection.scalar(select(func.count(Presence.id))) or 0
        engine.dispose()
        return count


def least(kind: str, pairs: int, seconds: float) -> measures.Cost:
    """Opening the form and signing, beside the bare application; the least of several rounds."""
    costs = measures.in_pairs(kind, lambda night: night.journey, pairs, seconds, Night)
    return measures.Cost(*map(min, zip(*costs, strict=True)))


class Replay(NamedTuple):
    """The load of a night, and what became of it; `integrity` compares receipts with rows."""

    load: Load
    integrity: measures.Integrity
    came: int


def replay(kind: str, people: int, rate: float) -> Replay:
    """So many people sign, so many in a second, whether or not the others are done."""
    with measures.served(kind, Night) as (night, server):
        warm = in_turns(server.port, night.journey, measures.WARM_UP_SECONDS, measures.CLIENTS)
        load = by_the_clock(server.port, night.journey, rate, people / rate, CLIENTS)
        found = measures.compared(night, [*warm.receipts, *load.receipts])
        return Replay(load, found, night.came())


def power_cut(kind: str, receipts: int) -> measures.Integrity:
    """Kill the server after so many receipts; none may be lost."""
    with measures.served(kind, Night) as (night, server):
        return measures.power_cut(night, server, receipts)
