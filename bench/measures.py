"""The questions that the benchmark asks; each gives plain figures, or refuses to."""

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
from typing import NamedTuple

from bench import installations
from bench.client import Connection, Journey, Load, by_number, by_the_clock, in_turns
from bench.installations import City, Server, Unanswered, code_of, insert_one
from participa.core import codes, qr
from participa.core.tables import tables

CLIENTS = 4
WARM_UP_SECONDS = 1.5
LONGEST_SECONDS = 120
WIDEST_SPREAD = 0.25
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')


class Unsteady(Exception):
    """The machine was too restless: a figure with this spread would say nothing."""


@contextmanager
def city(kind: str) -> Iterator[City]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as kept:
        folder = Path(name)
        base = kept.enter_context(installations.database(kind, folder))
        yield City(folder, base)


class Cost(NamedTuple):
    """Milliseconds of processor for one request of the bare application, and for participa."""

    bare: float
    participa: float


@dataclass
class Ratio:
    """What the bare application costs as a fraction of what participa costs."""

    middle: Cost
    fraction: float
    spread: float


def ratio(kind: str, pairs: int = 5, seconds: float = 3.0) -> Ratio:
    """Of sending a complete form; the median of the pairwise fractions."""
    costs = in_pairs(kind, one_post, pairs, seconds)
    fractions = sorted(cost.bare / cost.participa for cost in costs)
    middle = statistics.median(fractions)
    spread = (fractions[-1] - fractions[0]) / middle
    if spread > WIDEST_SPREAD:
        raise Unsteady(f"the fractions spread by {spread:.0%}: {fractions}")
    return Ratio(Cost(*map(statistics.median, zip(*costs, strict=True))), middle, spread)


def least(kind: str, pairs: int = 6, seconds: float = 1.0) -> Cost:
    """Of opening a form and sending it. Whoever else works on this machine only adds to a cost, so
    the least of several is the nearest to what it is.
    """
    costs = in_pairs(kind, lambda town: town.journey, pairs, seconds)
    return Cost(*map(min, zip(*costs, strict=True)))


def in_pairs(
    kind: str, subject: Callable[[City], Journey], pairs: int, seconds: float
) -> list[Cost]:
    """The bare application and participa, measured in turn."""
    with city(kind) as town, tempfile.TemporaryDirectory() as name, ExitStack() as kept:
        folder = Path(name)
        base = (
            town.base if kind == "postgresql" else installations.Database(f"sqlite:///{name}/b.db")
        )
        bare = kept.enter_context(installations.bare(base, folder))
        full = kept.enter_context(town.serving())
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
    before = server.cpu_seconds()
    load = in_turns(server.port, journey, seconds, CLIENTS)
    used = server.cpu_seconds() - before
    if load.errors or not load.seconds:
        raise Unanswered(f"{len(load.errors)} errors, such as {load.errors[:1]}")
    return 1000 * used / len(load.seconds)


def crowd(kind: str, clients: int = 16, seconds: float = 5.0) -> Load:
    """Sixteen people who begin again as soon as they are done."""
    with city(kind) as town, town.serving() as server:
        in_turns(server.port, town.journey, WARM_UP_SECONDS, clients)
        return in_turns(server.port, town.journey, seconds, clients)


def arrivals(kind: str, rate: float, seconds: float = 10.0) -> Load:
    """People who arrive by the clock."""
    with city(kind) as town, town.serving() as server:
        in_turns(server.port, town.journey, WARM_UP_SECONDS, CLIENTS)
        return by_the_clock(server.port, town.journey, rate, seconds)


def growth(
    kind: str, sizes: tuple[int, ...], rounds: int = 10, seconds: float = 1.0
) -> dict[int, float]:
    """Processor milliseconds of a journey when so many answers are stored already.

    Cities of all sizes are served at once and measured in turn; of each, the least.
    """
    with ExitStack() as kept:
        served = {}
        for size in sizes:
            town = kept.enter_context(city(kind))
            town.grow(size)
            served[size] = (kept.enter_context(town.serving()), town.journey)
        for server, journey in served.values():
            warm_up(server, journey)
        costs = [
            [cost(server, journey, seconds) for server, journey in served.values()]
            for _ in range(rounds)
        ]
    return dict(zip(sizes, map(min, zip(*costs, strict=True)), strict=True))


@dataclass
class Integrity:
    """Receipts that people hold, against what is stored."""

    acknowledged: int
    stored: int
    lost: set[str]
    repeated: int


def integrity(kind: str, receipts: int = 1000, clients: int = 16) -> Integrity:
    """While the server works, its power is cut; whoever read a receipt must find it stored."""
    with city(kind) as town, town.serving() as server:
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


def calm(kind: str, times: int = 20, clients: int = 16) -> Integrity:
    """Without an accident, there are exactly as many rows as receipts."""
    with city(kind) as town, town.serving() as server:
        load = by_number(server.port, town.journey, times, clients)
        if load.errors:
            raise Unanswered(load.errors[0])
        return compared(town, load.receipts)


def copies(kind: str, count: int = 32) -> tuple[set[str], int]:
    """The same filled form, sent by so many at once: the receipts they get, and the rows."""
    with city(kind) as town, town.serving() as server:
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
        return receipts, len(town.stored())


def compared(town: City, locations: list[str]) -> Integrity:
    told = [code_of(location) for location in locations]
    stored = town.stored()
    return Integrity(len(told), len(stored), set(told) - stored, len(told) - len(set(told)))


@dataclass
class Weight:
    """What a phone loads to show the form, for the first time."""

    bytes: int
    requests: int


def weight(kind: str = "sqlite") -> Weight:
    with city(kind) as town, town.serving() as server:
        connection = Connection(server.port, "Accept-Encoding: gzip\r\n")
        page = connection.get(town.path)
        text = page.body
        if page.headers.get("content-encoding") == "gzip":
            text = gzip.decompress(text)
        parts = sorted(set(ASSET.findall(text.decode())))
        sizes = [page.size, *(connection.get(part).size for part in parts)]
        connection.close()
        return Weight(sum(sizes), len(sizes))


def memory(kind: str = "sqlite") -> int:
    """Bytes that the server and its worker hold after a crowd."""
    with city(kind) as town, town.serving() as server:
        in_turns(server.port, town.journey, WARM_UP_SECONDS, 16)
        return server.memory_bytes()


def export(form: str, rows: int) -> float:
    """Rows per second of processor, of a table with five columns."""
    columns = (
        tables.Column("receipt", "Constancia", "La constancia de la respuesta."),
        tables.Column("territory", "Comuna", "La comuna de quien respondió."),
        tables.Column("topic", "Tema", "El tema elegido."),
        tables.Column("place", "Puesto", "El lugar en que lo puso.", "number"),
        tables.Column("channel", "Canal", "Por dónde llegó."),
    )
    lines = ((f"{n:012d}", "Popular", "Espacio público", n % 5 + 1, "Enlace") for n in range(rows))
    table = tables.Table("respuestas", "Respuestas", columns, lines)

    def write() -> None:
        for _ in tables.download(table, form, "respuestas").response:
            pass

    return rows / cpu_of(write)


def qr_codes(count: int) -> float:
    """Seconds of processor for so many different codes."""
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
