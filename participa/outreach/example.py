"""Outreach in the story of a demonstration: the strategy of each year, calls of events, mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from participa.channels.example import days_ago
from participa.citizens.queries import newest_notice
from participa.core import clock, spanish
from participa.core.db import db
from participa.events.models import Event
from participa.outreach import call_pieces, queries, subscriptions, teaching
from participa.outreach.models import Medium, PieceKind, Subscriber, TeachingPiece
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.models import Account

PAST = 2024
TASK = "5.1"
WATCH = timedelta(days=3)  # how often somebody looks which events were called
BEFORE = timedelta(days=2)  # the last spots before an event
# Part of an event's title or place → how its call went wrong, and in which year.
ONLY_LOUDSPEAKER = (PAST, "San Cristóbal")
WITHOUT_PROOF = "Altavista"
PEOPLE = ("luz.vecina@ejemplo.org", "junta.castilla@ejemplo.org", "semillero@ejemplo.org")

WHAT_IT_IS = """Rendir cuentas es contar qué se hizo con lo que es de todos, y responder por ello.

## Quién lo hace

La Alcaldía y sus dependencias. Lo ordena la Ley 1757 de 2015.

## Para qué le sirve

- Saber qué se hizo en su comuna o corregimiento, y cuánto costó.
- Preguntar, y recibir una respuesta.
- Pedir que algo cambie, y ver después si cambió.

## Qué puede hacer usted

[Proponga los temas](/temas), [venga a un evento](/eventos) y [siga el plan](/plan).
"""
STAGES = """La rendición de cuentas dura todo el año. Tiene cinco etapas.

1. **Alistar.** Se conforma el equipo y se mira qué falló el año anterior.
2. **Diseñar.** Se escribe la estrategia con la gente.
3. **Preparar.** Se reúne la información y se publica antes de conversar.
4. **Conversar.** Se hacen los eventos: se pregunta, se responde y se acuerda.
5. **Mejorar.** Se evalúa y se cumple lo que se prometió.

Cada etapa deja algo que usted puede leer: la estrategia, el informe, el acta y los compromisos.
"""
PRODUCTS = """De cada evento quedan cuatro productos. Todos son públicos.

## El informe

Se lee antes. Cuenta qué se hizo y con cuánta plata.

## Las preguntas con su respuesta

Lo que no se responde ese día se responde por escrito.

## El acta

Dice quiénes fueron, de qué se habló y a qué se comprometió la ciudad.

## Los compromisos

Cada uno tiene responsable y fecha. Aquí se ve si se cumplió.
"""


@dataclass(frozen=True, slots=True)
class PlannedPiece:
    """A piece of the strategy: the day of its plan, and the day on which it came out."""

    title: str
    kind: PieceKind
    audience: str
    month: int
    day: int
    came_out_after: int = 0  # days
    text: str = ""


PIECES_OF_2024 = (
    PlannedPiece("Qué es rendir cuentas", PieceKind.PAGE, "Toda la ciudad", 3, 15, text=WHAT_IT_IS),
    PlannedPiece("Cartilla: rendir cuentas en diez páginas", PieceKind.BOOKLET, "Juntas", 4, 30, 6),
    PlannedPiece("Cuñas para emisoras comunitarias", PieceKind.SPOT, "Corregimientos", 5, 31, -3),
    PlannedPiece(
        "Las etapas de la rendición de cuentas", PieceKind.PAGE, "Toda la ciudad", 6, 28, 0, STAGES
    ),
    PlannedPiece("Taller para semilleros de participación", PieceKind.WORKSHOP, "Jóvenes", 8, 23),
    PlannedPiece("Video en lengua de señas colombiana", PieceKind.VIDEO, "Personas sordas", 9, 30),
    PlannedPiece("Carrusel para redes", PieceKind.GRAPHIC, "Quienes usan redes", 10, 18, 4),
    PlannedPiece("Qué queda de cada evento", PieceKind.PAGE, "Toda la ciudad", 11, 22, 0, PRODUCTS),
)
PIECES_OF_THIS_YEAR = (
    PlannedPiece(
        "Qué es rendir cuentas, en palabras sencillas",
        PieceKind.PAGE,
        "Toda la ciudad",
        2,
        20,
        text=WHAT_IT_IS,
    ),
    PlannedPiece("Cartilla ilustrada para las juntas", PieceKind.BOOKLET, "Juntas", 4, 24, 10),
    PlannedPiece(
        "Cuñas sobre cómo hacer una buena pregunta", PieceKind.SPOT, "Corregimientos", 6, 19
    ),
    PlannedPiece(
        "Las cinco etapas, paso a paso", PieceKind.PAGE, "Toda la ciudad", 8, 28, 0, STAGES
    ),
)
OVERDUE = ("Video en lengua de señas: cómo preguntar", PieceKind.VIDEO, "Personas sordas")
NEXT = ("Taller con las veedurías", PieceKind.WORKSHOP, "Veedurías")


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    """2024 with all its pieces, and this year with one that is late; `second` has no part."""
    year = clock.today().year
    found = [one_piece(by, PAST, piece) for piece in PIECES_OF_2024]
    found.append(events_called(by, PAST))
    if year > PAST:
        found += [one_piece(by, year, piece) for piece in PIECES_OF_THIS_YEAR]
        found += [events_called(by, year), late_and_next(by), subscribed()]
    return found


def one_piece(by: Account, year: int, told: PlannedPiece) -> Iterator[datetime]:
    """Planned in January or February, published near its day."""
    planned_on = date(year, told.month, told.day)
    yield clock.at_city(date(year, 1, 30), 9)
    kept = planned(by, year, told.title, told.kind, told.audience, planned_on, told.text)
    yield clock.at_city(planned_on + timedelta(days=told.came_out_after), 11)
    db.session.refresh(kept)
    if not kept.has_content:
        file = stand_in(told.title)
        teaching.change(kept, by, kept.tasks, file, title=kept.title)
        db.session.flush()
        db.session.refresh(kept)
    teaching.publish(kept, by)


def late_and_next(by: Account) -> Iterator[datetime]:
    """One piece whose day is over, and one whose day comes."""
    late_on, today = clock.local(days_ago(12)).date(), clock.today()
    next_on = min(today + timedelta(days=20), date(today.year, 12, 31))
    yield days_ago(40)
    for (title, kind, audience), day in ((OVERDUE, late_on), (NEXT, next_on)):
        planned(by, today.year, title, kind, audience, day)


def planned(
    by: Account,
    year: int,
    title: str,
    kind: PieceKind,
    audience: str,
    planned_on: date,
    text: str = "",
) -> TeachingPiece:
    facts: dict[str, Any] = {"title": title, "kind": kind, "audience": audience}
    facts |= {"planned_on": planned_on, "text": text, "is_example": True}
    return teaching.plan(by, task_of(year), **facts)


def task_of(year: int) -> list[Task]:
    plan = plans.plan_of(year)
    task = plans.task_of(plan, TASK) if plan else None
    return [task] if task else []


def events_called(by: Account, year: int) -> Iterator[datetime]:
    """Whichever events of the year were called: each gets its media, once it is public."""
    moment, told = clock.at_city(date(year, 1, 20), 16), set()
    while moment.year <= year:
        yield moment
        for event in events_of(year):
            if event.id not in told and not event.is_locked:
                told.add(event.id)
                call(event, by, year)
        moment += WATCH


def events_of(year: int) -> list[Event]:
    begins, ends = (clock.at_city(date(one, 1, 1)) for one in (year, year + 1))
    return [one for one in queries.called_between(begins, ends) if one.is_example]


def call(event: Event, by: Account, year: int) -> None:
    """Spots, posts and a loudspeaker; two events of the story were not called as they should."""
    words = f"{event.title} {event.place}"
    done_on = clock.today()
    if event.opens_at is not None:
        done_on = min(done_on, clock.local(event.opens_at - BEFORE).date())
    told = {"done_on": done_on, "proof_url": ""}
    add = call_pieces.add
    if ONLY_LOUDSPEAKER[0] == year and ONLY_LOUDSPEAKER[1] in words:
        proof = stand_in("Ruta del perifoneo")
        add(event, by, proof, medium=Medium.LOUDSPEAKER, piece="Dos recorridos", **told)
        return
    file = None if WITHOUT_PROOF in words and year != PAST else stand_in("Certificado de emisión")
    add(
        event,
        by,
        file,
        medium=Medium.RADIO,
        piece="Cuña de 30 segundos, seis emisiones",
        estimated_reach=18_000,
        **told,
    )
    if file is not None:
        file = stand_in("Publicaciones de la convocatoria")
        piece = "Publicación con la imagen del evento"
        reach = 9_400
        add(event, by, file, medium=Medium.SOCIAL, piece=piece, estimated_reach=reach, **told)
    add(event, by, None, medium=Medium.BOARD, piece="Cartel en la casa de gobierno", **told)


def stand_in(title: str) -> FileStorage:
    """A small text in place of a document."""
    content = f"{title} (ejemplo). {spanish.day(clock.today())}.\n"
    return FileStorage(BytesIO(content.encode()), "soporte.txt")


def subscribed() -> Iterator[datetime]:
    """Some residents get the calls by mail."""
    yield days_ago(30)
    notice = newest_notice(subscriptions.PURPOSE)
    for email in PEOPLE if notice else ():
        subscriptions.ask(email, notice.id)  # type: ignore[union-attr]  # see the loop
        row = db.session.scalars(select(Subscriber).filter_by(email=email)).one()
        subscriptions.confirm(row)
