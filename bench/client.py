"""A small HTTP client that keeps its connection, and ways to press: in turns, by the clock."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30
LONGEST_SECONDS = 120  # of any load


class Broken(Exception):
    """The server closed the connection before it had answered."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    size: int  # bytes on the wire, headers included


class Connection:
    """One connection to the server, which is opened again when the server has closed it."""

    def __init__(self, port: int, headers: str = ""):
        self.port = port
        self.headers = headers
        self.stream = None
        self.socket = None

    def get(self, path: str) -> Answer:
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n{self.headers}\r\n")

    def post(self, path: str, body: str) -> Answer:
        return self._ask(
            f"POST {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n{self.headers}"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def close(self) -> None:
        if self.socket is not None:
            self.stream.close()
            self.socket.close()
            self.stream = self.socket = None

    def _ask(self, message: str) -> Answer:
        if self.socket is None:
            self.socket = socket.create_connection((HOST, self.port), timeout=PATIENCE_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.stream = self.socket.makefile("rb")
        try:
            self.socket.sendall(message.encode())
            return self._read()
        except (OSError, Broken):
            self.close()
            raise

    def _read(self) -> Answer:
        first = self.stream.readline()
        if not first:
            raise Broken
        size = len(first)
        headers = {}
        while (line := self.stream.readline()) not in {b"\r\n", b""}:
            size += len(line)
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = self.stream.read(int(headers.get("content-length", 0)))
        if len(body) < int(headers.get("content-length", 0)):
            raise Broken
        return Answer(int(first.split()[1]), headers, body, size + 2 + len(body))


@dataclass
class Load:
    """What came of a load: how long each journey took, what failed, which receipts came back."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)

    def percentile(self, part: float) -> float:
        """Milliseconds within which this part of the journeys was done."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]


Journey = Callable[[Connection], str]


def in_turns(port: int, journey: Journey, seconds: float, clients: int) -> Load:
    """Closed loop: each client begins again as soon as it is done."""
    end = time.monotonic() + seconds

    def turns() -> Iterator[float]:
        while (now := time.monotonic()) < end:
            yield now

    return _press(port, journey, [turns() for _ in range(clients)])


def by_number(port: int, journey: Journey, times: int, clients: int) -> Load:
    """Closed loop as well: each client makes so many journeys, and begins none after
    LONGEST_SECONDS.
    """
    end = time.monotonic() + LONGEST_SECONDS

    def turns() -> Iterator[float]:
        for _ in range(times):
            if (now := time.monotonic()) >= end:
                return
            yield now

    return _press(port, journey, [turns() for _ in range(clients)])


def by_the_clock(
    port: int, journey: Journey, rate: float, seconds: float, clients: int = 48
) -> Load:
    """Open loop: people arrive whether or not the others are done, so a slow answer is counted
    from the moment at which it was meant to begin.
    """
    start = time.monotonic() + 0.2
    waiting = iter(range(int(rate * seconds)))
    guard = threading.Lock()

    def arrivals() -> Iterator[float]:
        while True:
            with guard:
                number = next(waiting, None)
            if number is None:
                return
            intended = start + number / rate
            time.sleep(max(0.0, intended - time.monotonic()))
            yield intended

    return _press(port, journey, [arrivals() for _ in range(clients)])


def _press(port: int, journey: Journey, schedules: list[Iterator[float]]) -> Load:
    load = Load()

    def person(schedule: Iterator[float]) -> None:
        connection = Connection(port)
        for begun in schedule:
            try:
                receipt = journey(connection)
            except Exception as error:  # whatever it is, the report counts it
                load.errors.append(f"{type(error).__name__}: {error}")
                if isinstance(error, ConnectionRefusedError):
                    break
            else:
                load.seconds.append(time.monotonic() - begun)
                load.receipts.append(receipt)
        connection.close()

    threads = [threading.Thread(target=person, args=(schedule,)) for schedule in schedules]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load
