"""A time limit for bodies that arrive slowly, which granian does not have.

A body is read by a thread that nothing can interrupt, and threads are few. So the connection is
closed for reading: the thread goes on with what arrived, and its sender can still be answered.
"""

import os
import socket
import stat
import struct
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread, get_ident

FIRST_SECONDS = 20  # for a body, and one more for each LEAST_RATE bytes that arrived
LEAST_RATE = 500
MOST_AT_ONCE = 256  # bodies on their way; beyond that the oldest are given up
GRACE_SECONDS = 2  # within which none is given up
TICK_SECONDS = 1.0
# Of the system's struct tcp_info: milliseconds since something was last sent, and received.
SENT, RECEIVED, INFO_BYTES = 44, 52, 64


@dataclass(slots=True)
class BodyOnItsWay:
    """A body on its way: from where, since when, how much of it has arrived.

    `is_given_up`: it ends too early, which nothing else says of a body without a known length.
    """

    address: str
    begun: float
    received: int = 0
    is_given_up: bool = False

    def is_overdue(self, now: float) -> bool:
        return now - self.begun > FIRST_SECONDS + self.received / LEAST_RATE


class SlowSenders:
    """The bodies on their way in this process."""

    def __init__(self) -> None:
        self.arrivals: dict[int, BodyOnItsWay] = {}
        self.is_crowded = Event()

    @contextmanager
    def arriving(self, address: str) -> Iterator[BodyOnItsWay]:
        arrival = BodyOnItsWay(address, time.monotonic())
        self.arrivals[get_ident()] = arrival
        if len(self.arrivals) > MOST_AT_ONCE:
            self.is_crowded.set()
        try:
            yield arrival
        finally:
            del self.arrivals[get_ident()]

    def watch(self, port: int) -> None:
        """Give up slow senders to this port, in a thread, as long as the process lives."""
        if sys.platform == "linux":  # elsewhere the system does not tell which they are
            Thread(target=self._watch, args=(port,), daemon=True).start()

    def _watch(self, port: int) -> None:
        while True:
            if self.is_crowded.wait(TICK_SECONDS):
                time.sleep(GRACE_SECONDS)
                self.is_crowded.clear()
            if too_slow := self.too_slow():
                give_up(port, too_slow)

    def too_slow(self) -> list[BodyOnItsWay]:
        """Those to give up now, the oldest first."""
        now = time.monotonic()
        oldest = sorted(self.arrivals.values(), key=lambda arrival: arrival.begun)
        too_many = len(oldest) - MOST_AT_ONCE
        return [
            arrival
            for place, arrival in enumerate(oldest)
            if arrival.is_overdue(now)
            or (place < too_many and now - arrival.begun >= GRACE_SECONDS)
        ]


def give_up(port: int, arrivals: list[BodyOnItsWay]) -> None:
    """Close for reading as many connections of these addresses, those that wait the longest first.

    The server does not say which connection a request came by. One that waits for its answer has
    received something since it last sent.
    """
    for arrival in arrivals:
        arrival.is_given_up = True
    wanted = Counter(arrival.address for arrival in arrivals)
    youngest = min(time.monotonic() - arrival.begun for arrival in arrivals)
    with waiting(port) as connections:
        for silent_seconds, address, connection in connections:
            if wanted[address] and silent_seconds >= youngest - TICK_SECONDS:
                wanted[address] -= 1
                with suppress(OSError):  # its sender was faster
                    connection.shutdown(socket.SHUT_RD)


Waiting = list[tuple[float, str, socket.socket]]


@contextmanager
def waiting(port: int) -> Iterator[Waiting]:
    """Connections to this port whose request has no answer yet.

    Each with the seconds since anything was sent to it and its address, the longest wait first.
    """
    with ExitStack() as stack:
        found: Waiting = []
        for descriptor in Path("/proc/self/fd").iterdir():
            with suppress(OSError):  # closed meanwhile, or not connected
                if (connection := connection_of(int(descriptor.name), port)) is not None:
                    stack.enter_context(connection)
                    address: str = connection.getpeername()[0]
                    sent, received = idle(connection)
                    if received <= sent:
                        found.append((sent, address, connection))
        yield sorted(found, key=lambda one: one[0], reverse=True)


def connection_of(descriptor: int, port: int) -> socket.socket | None:
    """A second handle of this connection; None of what is no connection to this port."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return None
    connection = socket.socket(fileno=os.dup(descriptor))
    is_inet = connection.family in {socket.AF_INET, socket.AF_INET6}
    if is_inet and connection.type == socket.SOCK_STREAM and connection.getsockname()[1] == port:
        return connection
    connection.close()
    return None


def idle(connection: socket.socket) -> tuple[float, float]:
    """Seconds since something was sent, and since something was received."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, INFO_BYTES)
    sent, received = (struct.unpack_from("=I", info, place)[0] for place in (SENT, RECEIVED))
    return sent / 1000, received / 1000
