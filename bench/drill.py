"""python3 -m bench.drill: PostgreSQL's leader dies while people take part.

Builds the installation of docs/operacion.md, section 6, on this machine (bench.cluster), lets
people arrive by the clock, kills the leader as a power cut would, and counts. Every person sends
again until there is a receipt.

Fails if a receipt was lost, an answer counted twice, somebody never got through, or if the pause
was too long. Ends all its processes, within LONGEST_SECONDS.
"""

import argparse
import itertools
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, func, select

from bench import client, cluster
from bench.client import Connection
from bench.cluster import Cluster
from bench.installations import TOKEN, City, Missing, Unanswered, code_of, opened
from participa.topics.models import TopicAnswer

LONGEST_SECONDS = 420
LONGEST_PAUSE = 25.0
PEOPLE_AT_ONCE = 400
AGAIN_SECONDS = 1.0  # until somebody sends again
GIVE_UP_SECONDS = 90

Got = TypeVar("Got")


class Town(City):
    """People who send again until they have their receipt, as the page asks them to."""

    def __init__(self, folder: Path, base: Any):
        super().__init__(folder, base)
        self.receipts: list[tuple[float, str]] = []  # when each was in somebody's hands
        self.failures = 0

    def journey(self, connection: Connection) -> str:
        begun = time.monotonic()
        token = self.persistently(begun, lambda: self.form(connection))
        receipt = self.persistently(begun, lambda: self.send(connection, token))
        self.receipts.append((time.monotonic(), code_of(receipt)))
        return receipt

    def form(self, connection: Connection) -> str:
        page = opened(connection, self.path)
        token = TOKEN.search(page.body.decode())
        if page.status != 200 or token is None:
            raise Unanswered(f"{page.status} for the form")
        return token[1]

    def persistently(self, begun: float, ask: Callable[[], Got]) -> Got:
        while True:
            try:
                return ask()
            except (OSError, client.Broken, Unanswered):
                self.failures += 1
                if time.monotonic() - begun > GIVE_UP_SECONDS:
                    raise
                time.sleep(AGAIN_SECONDS)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m bench.drill",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rate", type=float, default=50, help="people per second")
    parser.add_argument("--before", type=float, default=10, help="seconds before the leader dies")
    parser.add_argument("--after", type=float, default=40, help="seconds after that")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGALRM, too_long)
    signal.signal(signal.SIGTERM, too_long)
    signal.alarm(LONGEST_SECONDS)
    try:
        cluster.require()
        with tempfile.TemporaryDirectory(prefix="participa-drill-") as name:
            folder = Path(name)
            folder.chmod(0o755)  # PostgreSQL runs as a user of its own
            with cluster.running(folder, cluster.patroni_in(folder)) as whole:
                return 0 if drill(whole, given.rate, given.before, given.after) else 1
    except Missing as problem:
        print(f"No se puede ensayar: {problem}")
        return 2
    except Unanswered as problem:
        print(f"FALLA: {problem}")
        return 1


def too_long(number: int, frame: Any) -> None:
    raise Unanswered(f"ended by signal {number} before the drill was over")


def drill(whole: Cluster, rate: float, before: float, after: float) -> bool:
    town = Town(whole.folder / "shared", whole.database)
    killed: list[float] = []

    def kill() -> None:
        killed.append(time.monotonic())
        whole.kill_member(leader)

    leader = whole.leader()
    timer = threading.Timer(before, kill)
    timer.start()
    try:
        load = client.by_the_clock(
            whole.port("web"), town.journey, rate, before + after, PEOPLE_AT_ONCE
        )
    finally:
        timer.cancel()
        timer.join()
    new = whole.leader()
    stored, submissions = counted(whole)
    held = [code for _, code in town.receipts]
    lost = set(held) - set(stored)
    doubled = len(stored) - len(set(stored)) + len(stored) - submissions
    surplus = len(set(stored)) - len(set(held))
    pause = longest_pause([moment for moment, _ in town.receipts], killed[0])
    again = time.monotonic()
    whole.start_member(leader, patroni_of(whole, new))
    cluster.wait_for("the old leader as a standby", lambda: whole.is_(leader, "replica"))
    back = time.monotonic() - again
    again_stored, _ = counted(whole)
    seconds = sorted(load.seconds)
    rows = (
        ("personas", f"{len(held)} con comprobante, {len(load.errors)} sin él", ""),
        ("respuestas perdidas", str(len(lost)), "0"),
        ("respuestas dobles", str(doubled + surplus), "0"),
        ("sin atender tras morir el líder", f"{pause:.1f} s ({leader} → {new})", "≤ 25 s"),
        ("intentos repetidos", str(town.failures), ""),
        (
            "lo que esperó la mitad y el 99 %",
            f"{middle(seconds, 0.5)} y {middle(seconds, 0.99)} s",
            "",
        ),
        ("el líder anterior, otra vez de réplica", f"{back:.1f} s", ""),
    )
    print("| qué | cuánto | meta |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    return (
        not load.errors
        and not lost
        and not doubled
        and not surplus
        and pause <= LONGEST_PAUSE
        and new not in {"", leader}
        and sorted(again_stored) == sorted(stored)
    )


def patroni_of(whole: Cluster, name: str) -> str:
    return str(whole.running[name].args[0])


def middle(seconds: list[float], part: float) -> str:
    return f"{seconds[min(len(seconds) - 1, int(part * len(seconds)))]:.2f}" if seconds else "-"


def longest_pause(moments: list[float], since: float) -> float:
    """The longest time without any receipt, from the death of the leader on."""
    later = [since, *sorted(moment for moment in moments if moment >= since)]
    return max((b - a for a, b in itertools.pairwise(later)), default=float("inf"))


def counted(whole: Cluster) -> tuple[list[str], int]:
    """The receipts in the database, asked of the leader, and how many forms they are of."""
    engine = create_engine(whole.database.address.replace("://", "+psycopg://", 1))
    with closing(engine.connect()) as connection:
        receipts = list(connection.scalars(select(TopicAnswer.receipt)))
        forms = connection.scalar(select(func.count(TopicAnswer.submission_id.distinct())))
    engine.dispose()
    return receipts, forms or 0


if __name__ == "__main__":
    sys.exit(main())
