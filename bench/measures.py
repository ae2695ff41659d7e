"""The measurements. Each function returns plain figures, or raises Unanswered or Unsteady.

What a number of answers, rounds or seconds means for the figures is decided by the caller
(bench.parts): large for a statement about speed, small to see that everything works.
"""

import gzip
import itertools
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import brotli
from sqlalchemy import event

from bench import installations, processes
from bench.client import (
    LONGEST_SECONDS,
    Connection,
    Journey,
    Load,
    by_number,
    by_the_clock,
    in_turns,
)
from bench.installations import TOKEN, City, Server, Unanswered, code_of, insert_one, opened
from participa.core import codes, qr
from participa.core.db import db
from participa.core.tables import tables

CLIENTS = 4
WARM_UP_SECONDS = 1.5
WIDEST_SPREAD = 0.25
# Of what the page names, what a browser loads by itself.
ASSET = re.compile(r'(?:href|src|data-later)="(/static/[^"]+)"')
AS_A_BROWSER = "gzip, deflate, br, zstd"
UNPACKED: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "": bytes,
}


class Unsteady(Exception):
    """The machine was too restless: a figure with this spread would say nothing."""


@contextmanager
def city(kind: str, made: Callable[..., Any] = City) -> Iterator[Any]:
    """A city with an open topic call, its database and its files, all removed at the end.

    `made` makes another one, with the same methods.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        base = stack.enter_context(installations.database(kind, folder))
        yield made(folder, base)


@contextmanager
def served(kind: str, made: Callable[..., Any] = City) -> Iterator[tuple[Any, Server]]:
    """Such a city and its server."""
    with city(kind, made) as town, town.serving() as server:
        yield town, server


class Cost(NamedTuple):
    """Milliseconds of processor for one request of the bare application, and for participa."""

    bare: float
    participa: float


@dataclass
class Ratio:
    """What the bare application costs as a fraction of what participa costs.

    `middle` and `fraction` are medians; `spread` is the distance between the highest and the
    lowest fraction, in parts of the median.
    """

    middle: Cost
    fraction: float
    spread: float


def ratio(kind: str, pairs: int = 5, seconds: float = 3.0, widest: float = WIDEST_SPREAD) -> Ratio:
    """Of sending a complete form; Unsteady if the fractions spread beyond `widest`."""
    costs = in_pairs(kind, one_post, pairs, seconds)
    fractions = sorted(cost.bare / cost.participa for cost in costs)
    middle = statistics.median(fractions)
    spread = (fractions[-1] - fractions[0]) / middle
    if spread > widest:
        raise Unsteady(f"the fractions spread by {spread:.0%}: {fractions}")
    return Ratio(Cost(*map(statistics.median, zip(*costs, strict=True))), middle, spread)


def least(kind: str, pairs: int = 6, seconds: float = 1.0, made: Callable[..., Any] = City) -> Cost:
    """Of opening a form and sending it: the least of several rounds, because other programs on the
    same machine only add to a cost.
    """
    costs = in_pairs(kind, lambda town: town.journey, pairs, seconds, made)
    return Cost(*map(min, zip(*costs, strict=True)))


def in_pairs(
    kind: str,
    subject: Callable[[Any], Journey],
    pairs: int,
    seconds: float,
    made: Callable[..., Any] = City,
) -> list[Cost]:
    """The bare application and participa, measured in turn."""
    with city(kind, made) as town, tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        base = (
            town.base if kind == "postgresql" else installations.Database(f"sqlite:///{name}/b.db")
        )
        bare = stack.enter_context(installations.bare(base, folder))
        full = stack.enter_context(town.serving())
        ours = subject(town)
        for server, journey in ((bare, insert_one), (full, ours)):
            warm_up(server, journey)
        return [
            Cost(cost(bare, insert_one, seconds), cost(full, ours, seconds)) for _ in range(pairs)
        ]


def one_post(town: City) -> Journey:
    """Sending alone: the forms were opened beforehand, where nobody measures."""
    waiting: list[str] = []
    guard = threading.Lock()

    def send(connection: Connection) -> str:
        with guard:
            if not waiting:
                waiting.extend(town.tokens(500))
            token = waiting.pop()
        return town.send(connection, token)

    return send


def warm_up(server: Server, journey: Journey) -> None:
    """What it costs to begin is no part of a journey."""
    server.wait_for_rest()
    cost(server, journey, WARM_UP_SECONDS)


def cost(server: Server, journey: Journey, seconds: float) -> float:
    """Milliseconds of processor per journey, of the server and its database."""
    return cost_of(server, lambda: in_turns(server.port, journey, seconds, CLIENTS))


def cost_of(server: Server, press: Callable[[], Load]) -> float:
    """Milliseconds of processor per journey of this load; raises Unanswered if one failed."""
    before = server.cpu_seconds()
    load = press()
    used = server.cpu_seconds() - before
    if load.errors or not load.seconds:
        raise Unanswered(f"{len(load.errors)} errors, such as {load.errors[:1]}")
    return 1000 * used / len(load.seconds)


def crowd(town: City, server: Server, clients: int = 16, seconds: float = 5.0) -> Load:
    """Several residents at a time, each of whom begins again as soon as the last answer is sent."""
    in_turns(server.port, town.journey, WARM_UP_SECONDS, clients)
    return in_turns(server.port, town.journey, seconds, clients)


def arrivals(town: City, server: Server, rate: float, seconds: float = 10.0) -> Load:
    """People who arrive by the clock."""
    in_turns(server.port, town.journey, WARM_UP_SECONDS, CLIENTS)
    return by_the_clock(server.port, town.journey, rate, seconds)


Towns = dict[int, tuple[Server, Journey]]


@contextmanager
def cities(kind: str, sizes: tuple[int, ...]) -> Iterator[Towns]:
    """One served city for each number of answers already stored, warmed up."""
    with ExitStack() as stack:
        towns = {}
        for size in sizes:
            town = stack.enter_context(city(kind))
            town.grow(size)
            towns[size] = (stack.enter_context(town.serving()), town.journey)
        for server, journey in towns.values():
            warm_up(server, journey)
        yield towns


def least_of_each(towns: Towns, rounds: int, seconds: float) -> dict[int, float]:
    """Processor milliseconds of a journey by the number of answers stored.

    The cities are measured in turn; of each, the least of the rounds counts.
    """
    costs = [
        [cost(server, journey, seconds) for server, journey in towns.values()]
        for _ in range(rounds)
    ]
    return dict(zip(towns, map(min, zip(*costs, strict=True)), strict=True))


def growth(
    kind: str, sizes: tuple[int, ...], rounds: int = 10, seconds: float = 1.0
) -> dict[int, float]:
    """Processor milliseconds of a journey by the number of answers stored."""
    with cities(kind, sizes) as towns:
        return least_of_each(towns, rounds, seconds)


def growth_tries(
    kind: str, sizes: tuple[int, int], limit: float, tries: int = 3, rounds: int = 2
) -> list[float]:
    """By how much the second size costs more than the first; tried again while above `limit`."""
    ratios: list[float] = []
    with cities(kind, sizes) as towns:
        while len(ratios) < tries and (not ratios or ratios[-1] > limit):
            small, large = least_of_each(towns, rounds, seconds=0.5).values()
            ratios.append(large / small)
    return ratios


class Statements(NamedTuple):
    """How many SQL statements reach the database for one page with the form, and for one answer."""

    form: int
    answer: int


def statements(kind: str, answers: int) -> Statements:
    """Counted inside the application, after a first journey has filled its caches."""
    with city(kind) as town:
        town.grow(answers)
        visitor = town.app.test_client()
        with town.app.app_context(), counting() as executed:
            counts = [0]
            for _ in range(2):
                page = visitor.get(f"{town.path}?hoja=00000000")
                counts.append(len(executed))
                token = TOKEN.search(page.text)
                if page.status_code != 200 or token is None:
                    raise Unanswered(f"{page.status_code} for the form")
                answer = visitor.post(
                    town.path,
                    data=town.sheet(token[1]),
                    content_type="application/x-www-form-urlencoded",
                )
                counts.append(len(executed))
                if answer.status_code != 303:
                    raise Unanswered(f"{answer.status_code} to a complete form")
        *_, before, form, answered = counts
        return Statements(form - before, answered - form)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements executed on the current application's database; closes its connections."""
    executed: list[str] = []

    def note(connection, cursor, statement, *rest):
        executed.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield executed
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        db.session.remove()
        db.engine.dispose()


@dataclass
class Integrity:
    """The receipts that residents were sent, compared with the rows stored.

    `lost` are receipts without a row, `repeated` counts receipts that were sent twice.
    """

    acknowledged: int
    stored: int
    lost: set[str]
    repeated: int


def calm(town: City, server: Server, times: int = 20, clients: int = 16) -> Integrity:
    """In a city without answers, each of the clients makes so many journeys, uninterrupted."""
    load = by_number(server.port, town.journey, times, clients)
    if load.errors:
        raise Unanswered(load.errors[0])
    return compared(town, load.receipts)


def copies(town: City, server: Server, count: int = 32) -> tuple[set[str], int]:
    """Send one filled form that many times at once; return the receipts and the number of rows."""
    before = len(town.stored())
    token = town.tokens(1)[0]
    start = threading.Barrier(count)

    def send(_: int) -> str:
        connection = Connection(server.port)
        start.wait()
        receipt = town.send(connection, token)
        connection.close()
        return receipt

    with ThreadPoolExecutor(count) as people:
        receipts = set(people.map(send, range(count)))
    return receipts, len(town.stored()) - before


def power_cut(town: Any, server: Server, receipts: int, clients: int = 16) -> Integrity:
    """Kill the server after so many receipts, start another one, and compare."""
    numbers = itertools.count(1)

    def journey(connection: Connection) -> str:
        location = town.journey(connection)
        if next(numbers) == receipts:
            server.kill()
        return location

    load = in_turns(server.port, journey, LONGEST_SECONDS, clients)
    with town.serving() as again:
        by_number(again.port, town.journey, 5, clients)
    return compared(town, load.receipts)


def compared(town: Any, locations: list[str]) -> Integrity:
    """The addresses of receipts, as the server sent them, against the database."""
    receipts = [code_of(location) for location in locations]
    unique, stored = set(receipts), town.stored()
    return Integrity(len(receipts), len(stored), unique - stored, len(receipts) - len(unique))


@dataclass
class Weight:
    """What a phone loads to show the form, for the first time."""

    bytes: int
    requests: int


def weight(made: Callable[..., Any] = City) -> Weight:
    with served("sqlite", made) as (town, server):
        connection = Connection(server.port, f"Accept-Encoding: {AS_A_BROWSER}\r\n")
        page = opened(connection, town.path)
        text = UNPACKED[page.headers.get("content-encoding", "")](page.body)
        parts = sorted(set(ASSET.findall(text.decode())))
        sizes = [page.size, *(connection.get(part).size for part in parts)]
        connection.close()
        return Weight(sum(sizes), len(sizes))


def memory(kind: str = "sqlite") -> list[tuple[str, int]]:
    """Bytes that each process of the server occupies after sixteen residents at a time."""
    with served(kind) as (town, server):
        in_turns(server.port, town.journey, WARM_UP_SECONDS, 16)
        return server.memory_by_process()


class Export(NamedTuple):
    """Rows per second of processor, by how much our memory grew, and the size of the file."""

    speed: float
    memory_bytes: int
    file_bytes: int


def export(town: City, form: str, rows: int) -> Export:
    """Download a table of five columns, inside a request as a view would."""
    columns = (
        tables.Column("receipt", "Constancia", "La constancia de la respuesta."),
        tables.Column("territory", "Comuna", "La comuna de quien respondió."),
        tables.Column("topic", "Tema", "El tema elegido."),
        tables.Column("place", "Puesto", "El lugar en que lo puso.", "number"),
        tables.Column("channel", "Canal", "Por dónde llegó."),
    )
    lines = ((f"{n:012d}", "Popular", "Espacio público", n % 5 + 1, "Enlace") for n in range(rows))
    table = tables.Table("respuestas", "Respuestas", columns, lines)
    size = 0

    def download() -> None:
        nonlocal size
        response = tables.download(table, form, "respuestas")
        for piece in response.response:
            size += len(piece)
        response.close()

    with town.app.test_request_context():
        before = processes.restart_peak()
        seconds = cpu_of(download)
        return Export(rows / seconds, processes.peak_bytes() - before, size)


def qr_codes(count: int) -> float:
    """Seconds of processor to draw that many different codes."""
    return cpu_of(
        lambda: [
            qr.svg(f"HTTPS://PARTICIPA.MEDELLIN.GOV.CO/Q/{codes.new()}", "Código")
            for _ in range(count)
        ]
    )


def cpu_of(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before
