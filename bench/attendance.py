"""A night with three thousand people: signing the attendance list of an event by phone."""

import itertools
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import create_engine, func, select

from bench import measures
from bench.client import Load, by_the_clock, in_turns
from bench.installations import Database, FormUnderLoad, settings_of
from participa.app import create_app
from participa.attendance import service
from participa.attendance.models import AttendanceList, Attendee, Presence
from participa.citizens.service import seed_notices
from participa.core import clock
from participa.core.db import db
from participa.events import service as events
from participa.staff.models import Account, Role

CLIENTS = 48
VARIABLES = ["curso_vida", "territorio"]


class Night(FormUnderLoad):
    """participa with one event under way, whose list asks what a list usually asks."""

    model = Attendee

    def __init__(self, folder: Path, base: Database):
        self.base = base
        self.settings = settings_of(folder, base)
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

    def came(self) -> int:
        engine = create_engine(self.settings.database_url)
        with engine.connect() as connection:
            count = connection.scalar(select(func.count(Presence.id))) or 0
        engine.dispose()
        return count


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
