"""Attendance lists in every state: the longest names, twelve doors, with sessions and without, and
paper in every state too.
"""

import secrets
from datetime import timedelta
from typing import Any

from participa.attendance import service, withdrawals
from participa.attendance.models import AttendanceList, Attendee, SignInWay
from participa.attendance.paper import halves, keying, merging, queries, sampling, sheets
from participa.attendance.paper_models import PaperSheet, RowState, SheetKind
from participa.attendance.service import LONGEST_DOOR, MOST_DOORS
from participa.attendance.sign_in import Arrival, Identity, session_now, sign
from participa.attendance.snapshots import snapshot_of
from participa.citizens.fields import CONSENT
from participa.core import clock
from participa.core.db import db
from participa.events import parts
from participa.events import service as events
from participa.events.models import Event
from participa.pages import example
from participa.plan.models import Task
from participa.staff.models import Account, Office

STAGES = ("draft", "soon", "open", "screen", "full", "closed", "early", "reopened", "off", "few")
WITH_SESSIONS = {"open", "closed", "soon"}
WITH_PAPER = {"open", "closed"}
ENDED = {"closed", "early", "reopened", "few"}
LONG_NAME = "Wenceslada Inmaculada Concepción Electroencefalografista de las Otorrinolaringologías"


def fill_attendance(by: Account, office: Office, long: str, unbroken: str) -> None:
    """A bare draft, and a list in each state with all that a list can have; `long` is a text."""
    service.create(None, event_for("A", by, office, ()), [], title="A")
    task = db.session.query(Task).filter_by(measure="attendance.lists").first()
    doors = [f"{n:02} {long}"[:LONGEST_DOOR].strip() for n in range(MOST_DOORS)]
    for stage in STAGES:
        sessions = ("1", "2") if stage in WITH_SESSIONS else ()
        event = event_for(f"{stage} {long}"[:118], by, office, sessions)
        begins = clock.now() + (timedelta(days=9) if stage == "soon" else -timedelta(hours=3))
        facts: dict[str, Any] = {
            **service.default_facts(event),
            "title": f"{stage} {long}"[:158],
            "why": long * 4,
            "opens_at": begins,
            "closes_at": clock.now() + timedelta(days=400),
            "doors": doors,
            "capacity": 4 if stage == "full" else 200_000,
            "has_rotating_code": stage == "screen",
            "takes_exits": True,
            "takes_registrations": True,
            "asks_organisation": True,
            "asks_image": True,
            "variables": ["curso_vida", "territorio", "pertenencia_etnica"],
            "office_id": office.id,
        }
        record = service.create(by, event, [task] if task else [], **facts)
        db.session.flush()
        if stage != "draft":
            service.publish(record, by)
            db.session.flush()
            bring_to(record, stage, by, long, unbroken)
        db.session.flush()


def event_for(title: str, by: Account, office: Office, sessions: tuple[str, ...]) -> Event:
    """A called event that is under way, with these sessions."""
    begins = clock.now().replace(second=0, microsecond=0) + timedelta(days=1)
    words = dict.fromkeys(("why", "place", "methodology", "accessibility"), title)
    task = db.session.query(Task).filter_by(measure="outreach.events_called").first()
    event = events.create(
        by,
        [task] if task else [],
        title=title,
        call_channels=title,
        report_url="https://ejemplo.org/informe",
        opens_at=begins,
        closes_at=begins + timedelta(hours=5),
        called_on=clock.today(),
        office_id=office.id,
        **words,
    )
    db.session.flush()
    for name in sessions:
        hours = {"starts_at": begins, "ends_at": begins + timedelta(hours=2)}
        parts.add(event, by, parts.KINDS["jornadas"], title=f"{name} {title}", place="", **hours)
    events.publish(event, by)
    db.session.flush()
    return event


def bring_to(record: AttendanceList, stage: str, by: Account, long: str, unbroken: str) -> None:
    people = {"few": 3, "soon": 4, "full": 4}.get(stage, 60)
    listed = snapshot_of(record)
    for number in range(people):
        way = list(SignInWay)[number % len(SignInWay)]
        at = clock.now() - timedelta(minutes=2 * number)
        door, session = record.doors[number % 3], session_now(listed, clock.now())
        who = Identity(
            name=f"{LONG_NAME} {number}"[:150] if number % 5 else "A",
            document_type="PA" if number % 3 else "SD",
            document=f"PA{number:018}" if number % 3 else "",
            email=f"{'correo.muy.largo.' * 3}{number}@rendiciondecuentas.medellin.gov.co",
            phone="6043855555",
            organisation=unbroken,
            position=long[:110],
            signature="M20 80L60 30L90 90L130 40L180 85L240 50" if number % 2 else "",
        )
        if number % 17 == 16:
            who = Identity(is_minor=True)
        said = {"curso_vida": ["AU"], "territorio": ["60"], CONSENT: ["y"]}
        where = {"session_id": session, "door": door}
        arrival = Arrival(way=way, at=at, was_offline=number % 2 == 0, **where)
        comes = stage != "soon" and number % 11 != 10
        sign(listed, secrets.token_hex(16), who, arrival, said, comes_now=comes)
    db.session.flush()
    entries = db.session.query(Attendee).filter_by(list_id=record.id).order_by(Attendee.id).limit(2)
    if stage in {"open", "closed"}:
        mistake, erased = entries
        withdrawals.withdraw(mistake, by, long[:290])
        withdrawals.erase(erased, by)
    if stage in WITH_PAPER:
        fill_paper(record, by, long)
    if stage in ENDED:
        service.close(record, by, long[:290])
    if stage == "reopened":
        service.reopen(record, by, clock.now() + timedelta(days=3), long[:290])
        service.close(record, by, long[:290])
    if stage == "off":
        events.postpone(record.event, by, long[:500])


def fill_paper(record: AttendanceList, by: Account, long: str) -> None:
    """Sheets that are typed, checked, given up, counted and still out; and a batch of slips."""
    session = record.event.sessions[0].id if record.event.sessions else None
    sheets.make(record, by, SheetKind.LIST, 5, sheets.MOST_ROWS, session)
    sheets.make(record, by, SheetKind.SLIPS, 1, sheets.MOST_SLIPS, session)
    typed, checked, void, _, out, slips = queries.sheets_of(record.id)
    type_rows(typed, by)
    mark_all(checked, by)
    sheets.check(checked, by)
    sheets.void(void, by, long[:190])
    sheets.take_back(out, by, sheets.MOST_ROWS)
    sheets.take_back(slips, by, 1)
    keying.mark(slips, slips.first_row, RowState.ILLEGIBLE, by)
    halves.take_back(record, by, sheets.MOST_SLIPS)
    halves.key(record, {})
    halves.mark_illegible(record)
    sampling.draw(record, example.account_of("administrador"), 10)


def type_rows(sheet: PaperSheet, by: Account) -> None:
    """A row in each state, two that somebody decided and two that nobody has."""
    sheets.take_back(sheet, by, sheets.MOST_ROWS)
    first = sheet.first_row
    for place in range(6):
        keying.key(sheet, first + place, Identity(name=f"{LONG_NAME} {place}"[:150]), by)
    waiting = queries.undecided(sheet.list_id)
    merging.say_same(waiting[0], by)
    merging.say_two(waiting[1], by)
    known = Identity(name=LONG_NAME, document_type="PA", document=f"PA{4:018}")
    person = queries.with_document(sheet.list_id, known.document_type, known.document)
    keying.key(sheet, first + 6, known, by, same_as=person.id if person else None)
    keying.key(sheet, first + 7, Identity(is_minor=True), by)
    keying.mark(sheet, first + 8, RowState.ILLEGIBLE, by)
    keying.mark(sheet, first + 9, RowState.EMPTY, by)
    keying.undo(keying.mark(sheet, first + 10, RowState.EMPTY, by), by)


def mark_all(sheet: PaperSheet, by: Account) -> None:
    sheets.take_back(sheet, by, 1)
    keying.mark(sheet, sheet.first_row, RowState.ILLEGIBLE, by)
    keying.leave_rest_empty(sheet, by)
