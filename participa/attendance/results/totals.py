"""How many people came: by territory, sex, age and group; by hour, door, session and way.

Details are published once the list has closed, and only with small groups hidden; what people said
of themselves once nothing can be added to it (publishing.py), as the slips have no time: those of
later people cannot be told from those of the first closing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from participa.attendance import publishing, queries, waiting_details, wording
from participa.attendance.models import AttendanceList, Attendee, Presence, SignInWay
from participa.attendance.paper import reconciliation
from participa.channels.wording import early_closing
from participa.citizens import disclosure
from participa.citizens import queries as citizens
from participa.citizens.coverage import Coverage, coverage_of
from participa.citizens.disclosure import Cell, VisibleCount
from participa.citizens.queries import VariableCount
from participa.citizens.variables import TERRITORY
from participa.core import clock, spanish
from participa.core.db import db
from participa.core.installation import installation
from participa.core.spanish import hour
from participa.core.tables.cells import Column, Table
from participa.events.models import EventSession

NO_DOOR = "Sin puerta anotada"
NO_HOUR = "En papel, sin hora"
NO_BREAK = "\xa0"  # between an hour and its half of the day


@dataclass(frozen=True, slots=True)
class Breakdown:
    """People by one fact about their arrival; None is a hidden number."""

    key: str
    title: str
    what: str  # heading of the names
    rows: tuple[tuple[str, VisibleCount], ...]
    takes_several: bool = False  # whether a person may be counted in two rows

    @property
    def hidden(self) -> list[str]:
        return [label for label, people in self.rows if people is None]

    @property
    def shown(self) -> list[tuple[str, int]]:
        return [(label, people) for label, people in self.rows if people is not None]

    @property
    def sentence(self) -> str:
        if not self.shown:
            return "No se muestra, para no señalar a nadie."
        people = max(people for _, people in self.shown)
        first = [label for label, count in self.shown if count == people]
        each = ", cada una" if len(first) > 1 else ""
        told = f"{spanish.listed(first)}: {wording.people(people)}{each}."
        return told if people else ""


@dataclass(frozen=True, slots=True)
class AttendanceTotals:
    """What may be published about who came.

    `reason` is why there are no details yet, `said_reason` why what people said is not among them.
    """

    people: int
    reason: str
    is_over: bool = True  # nobody can come any more
    said_reason: str = ""
    arrivals: tuple[Breakdown, ...] = ()
    variables: tuple[VariableCount, ...] = ()

    @property
    def sentence(self) -> str:
        if not self.people:
            return "No asistió nadie." if self.is_over else "Todavía no ha firmado nadie."
        verb = "Asistió" if self.people == 1 else "Asistieron"
        return f"{verb} {wording.people(self.people)}."

    @property
    def has_details(self) -> bool:
        return not self.reason


def totals_of(record: AttendanceList, for_minutes: bool = False) -> AttendanceTotals:
    people = queries.attended(record.id)
    if reason := reason_withheld(record, people):
        return AttendanceTotals(people, reason, record.is_closed)
    said_reason = publishing.why_details_wait(record, for_minutes) if record.variables else ""
    said = () if said_reason else variables_of(record, people)
    return AttendanceTotals(
        people, "", said_reason=said_reason, arrivals=arrivals_of(record), variables=said
    )


def reason_withheld(record: AttendanceList, people: int) -> str:
    """A sentence with the reason to publish the total alone; empty if the details may be."""
    k = small_cell()
    if not record.is_closed:
        return "Los detalles se publican cuando cierra el listado."
    if reconciliation.warning(record.id):
        return "Los detalles se publican cuando se termine de digitar el papel."
    if people == 0:
        return "Nadie firmó el listado."
    if people < k:
        return f"Con menos de {k} personas no se publica ningún detalle, para no señalar a nadie."
    return ""


def variables_of(record: AttendanceList, people: int) -> tuple[VariableCount, ...]:
    """What people said of themselves, the territory first."""
    waiting = waiting_details.waiting(record.id)
    asked = list(record.variables or ())
    if not asked:
        return ()
    counted = citizens.counts(waiting_details.SOURCE, record.id, asked, people, waiting)
    return tuple(sorted(counted, key=lambda one: one.key != TERRITORY))


def coverage(record: AttendanceList) -> Coverage:
    """The territories that people came from, for the staff alone: small numbers are not hidden."""
    waiting = waiting_details.waiting(record.id)
    tally = citizens.unprotected_tally(waiting_details.SOURCE, record.id, waiting)
    return coverage_of({code: n for (key, code), n in tally.items() if key == TERRITORY})


def arrivals_of(record: AttendanceList) -> tuple[Breakdown, ...]:
    """By hour, door, session and way; the parts that this list does not have are left out."""
    now, before = _arrivals(record.id), None
    if record.reopened_at is not None:
        before = [one for one in now if one[0] < record.reopened_at]
    return tuple(_breakdowns(record, now, before))


Arrived = tuple[datetime, str, SignInWay]


def _arrivals(list_id: int) -> list[Arrived]:
    """The first entrance of each person: when, by which door, and how they came onto the list."""
    rows = select(Presence.entered_at, Presence.door, Attendee.way)
    rows = rows.join(Attendee, Attendee.id == Presence.attendee_id)
    rows = rows.where(Attendee.list_id == list_id, queries.counts(), queries.is_first_arrival())
    return [(at, door, way) for at, door, way in db.session.execute(rows)]


def _breakdowns(
    record: AttendanceList, now: Sequence[Arrived], before: Sequence[Arrived] | None
) -> Iterator[Breakdown]:
    yield Breakdown("hour", "A qué hora llegaron", "Hora", _protected(now, before, by_hour))
    if record.doors:
        yield Breakdown("door", "Por dónde entraron", "Puerta", _protected(now, before, by_door))
    if sessions := _by_session(record):
        yield sessions
    yield Breakdown("way", "Cómo firmaron", "Forma", _protected(now, before, by_way))


def _protected(
    now: Sequence[Arrived],
    before: Sequence[Arrived] | None,
    count: Callable[[Sequence[Arrived]], dict[str, int]],
) -> tuple[tuple[str, VisibleCount], ...]:
    """The counts with the small ones hidden.

    After a reopening those of the first closing stay, unless each cell is the same or has grown by
    a whole group: two publications must not reveal one person.
    """
    k, cells = small_cell(), count(now)
    if before:
        earlier = count(before)
        if not disclosure.publishable_table(_cells(cells), _cells(earlier), k):
            cells = earlier
    shown = disclosure.protect(_cells(cells), k).cells
    return tuple((label, shown[(label,)]) for label in cells)


def _cells(counts: Mapping[str, int]) -> dict[Cell, int]:
    return {(label,): people for label, people in counts.items()}


def by_hour(arrived: Sequence[Arrived]) -> dict[str, int]:
    """People by the hour of their first entrance, in order; with the day if there are several.

    A sheet of paper does not say when each person came.
    """
    timed = [at for at, _, way in arrived if way is not SignInWay.PAPER]
    local = Counter(clock.local(at).replace(minute=0, second=0, microsecond=0) for at in timed)
    days = {at.date() for at in local}
    labels = {at: hour_label(at, len(days) > 1) for at in sorted(local)}
    hours = {label: local[at] for at, label in labels.items()}
    on_paper = len(arrived) - len(timed)
    return hours | ({NO_HOUR: on_paper} if on_paper else {})


def hour_label(begins: datetime, with_day: bool) -> str:
    """8:00 a 9:00 a. m. The day comes first if it matters."""
    since, until = hour(begins), hour(begins + timedelta(hours=1))
    clock_time, _, half = since.partition(NO_BREAK)
    words = f"{clock_time if until.endswith(half) else since} a {until}"
    return f"{spanish.short_day(begins)}, {words}" if with_day else words


def by_door(arrived: Sequence[Arrived]) -> dict[str, int]:
    doors = Counter(door or NO_DOOR for _, door, _ in arrived)
    return {door: doors[door] for door in sorted(doors, key=lambda one: (one == NO_DOOR, one))}


def by_way(arrived: Sequence[Arrived]) -> dict[str, int]:
    ways = Counter(way for _, _, way in arrived)
    return {way.value: ways[way] for way in SignInWay if ways[way]}


def _by_session(record: AttendanceList) -> Breakdown | None:
    """People by session; somebody may have come to several."""
    rows = (
        select(EventSession.id, EventSession.title, func.count(Attendee.id))
        .join(Presence, Presence.session_id == EventSession.id)
        .join(Attendee, Attendee.id == Presence.attendee_id)
        .where(Attendee.list_id == record.id, queries.counts())
        .group_by(EventSession.id, EventSession.title)
        .order_by(EventSession.starts_at, EventSession.id)
    )
    sessions = db.session.execute(rows).all()
    if not sessions or record.reopened_at is not None:
        return None
    people = queries.attended(record.id)
    counted = {str(id): came for id, _, came in sessions}
    shown = disclosure.protect_choices(people, counted, small_cell()).options
    named = tuple((title, shown[str(id)]) for id, title, _ in sessions)
    return Breakdown("session", "A qué jornada", "Jornada", named, True)


def table_of(record: AttendanceList, totals: AttendanceTotals) -> Table:
    """Every published count as a row, with the total first."""
    columns = (
        Column("group", "Grupo", "Según qué se cuenta: territorio, edad, hora, puerta"),
        Column("option", "Opción", "La respuesta, la hora o la puerta"),
        Column("people", "Personas", "Cuántas personas; vacío si no se publica", "number"),
        Column(
            "hidden",
            "Oculto",
            "Si el número no se publica porque son pocas personas, o para que nadie lo deduzca",
            "yes_no",
        ),
    )
    told = (early_closing(record), totals.reason, totals.said_reason)
    note = " ".join(filter(None, (f"{record.event.title}.", *told)))
    return Table("asistencia", record.title, columns, _rows(totals), note)


def _rows(totals: AttendanceTotals) -> Iterator[tuple[str, str, VisibleCount, bool]]:
    yield "Total", "Personas que asistieron", totals.people, False
    for arrival in totals.arrivals:
        for label, people in arrival.rows:
            yield arrival.title, label, people, people is None
    for variable in totals.variables:
        for label, people in variable.rows:
            yield variable.question, label, people, people is None


def paragraphs(record: AttendanceList) -> list[str]:
    """The details as sentences, for the minutes of the event."""
    totals = totals_of(record, for_minutes=True)
    if not totals.has_details:
        return [totals.reason]
    parts: list[tuple[str, Sequence[tuple[str, VisibleCount]]]]
    parts = [(one.label, one.rows) for one in totals.variables if was_answered(one)]
    parts += [(one.title, one.rows) for one in totals.arrivals]
    said = [_sentence(label, rows) for label, rows in parts]
    if totals.said_reason:
        said.append(totals.said_reason)
    if any(None in dict(rows).values() for _, rows in parts):
        said.append(
            f"No se dicen los grupos de menos de {small_cell()} personas, ni otros con los que se "
            "puedan calcular."
        )
    return said


def was_answered(variable: VariableCount) -> bool:
    """Whether anybody gave one of the answers; a hidden number may be somebody."""
    return any(people != 0 for _, people in variable.options)


def _sentence(label: str, rows: Sequence[tuple[str, VisibleCount]]) -> str:
    """Curso de vida. 29 a 59 años: 34; 60 o más: 12."""
    told = [f"{name}: {spanish.number(people)}" for name, people in rows if people]
    return f"{label}. {'; '.join(told) if told else 'No se muestra, para no señalar a nadie'}."


def small_cell() -> int:
    k: int = installation().settings.small_cell
    return k
