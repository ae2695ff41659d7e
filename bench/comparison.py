"""A topic journey in two checkouts of participa, measured in turn: A B, B A, A B ….

Nothing of the other checkout is imported here. Its own interpreter (`.venv`, if it has one)
migrates the database, publishes a topic call and runs `participa serve`, always as a subprocess
with that checkout as its working directory. Required of a checkout: the commands `migrate` and
`serve --port`, and `City` and `Database` in its own bench.installations.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

from bench import installations
from bench.client import Connection, Journey, Load, by_number
from bench.installations import ROOT, START_SECONDS, TOKEN, Server, Unanswered
from bench.measures import cost_of

PAIRS_PER_START = 10
WARM_UP_CLIENTS = 16
BLANK = "TOKEN"
# Runs inside the other checkout; prints the form's path and the body of a complete answer.
PUBLISH = f"""
import json, pathlib, sys
from bench.installations import City, Database
city = City(pathlib.Path(sys.argv[1]), Database(sys.argv[2]))
print(json.dumps([city.path, city.sheet({BLANK!r})]))
"""


@dataclass(frozen=True)
class Comparison:
    """Milliseconds of processor per journey, (this checkout, the other one), in pairs."""

    pairs: list[tuple[float, float]]

    @property
    def middle(self) -> tuple[float, float]:
        ours, theirs = zip(*self.pairs, strict=True)
        return statistics.median(ours), statistics.median(theirs)

    @property
    def ratios(self) -> list[float]:
        """This checkout's cost in parts of the other's, lowest first."""
        return sorted(ours / theirs for ours, theirs in self.pairs)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def ratio_of_least(self) -> float:
        """Of the lowest cost of each: other programs on the machine only add to a cost."""
        ours, theirs = zip(*self.pairs, strict=True)
        return min(ours) / min(theirs)

    @property
    def quartiles(self) -> tuple[float, float]:
        if len(self.pairs) < 2:
            return self.ratio, self.ratio
        low, _, high = statistics.quantiles(self.ratios, n=4, method="inclusive")
        return low, high


def compare(kind: str, other: Path, pairs: int, journeys: int) -> Comparison:
    """Each turn makes `journeys` journeys, one after another.

    Every second pair begins with the other checkout, so that the order favours neither. After
    PAIRS_PER_START pairs both get new servers and databases: a process is faster or slower than
    its twin by a few hundredths for as long as it lives.
    """
    costs: list[tuple[float, float]] = []
    while len(costs) < pairs:
        costs += some_pairs(kind, other, min(PAIRS_PER_START, pairs - len(costs)), journeys)
    return Comparison(costs)


def some_pairs(kind: str, other: Path, pairs: int, journeys: int) -> list[tuple[float, float]]:
    with ExitStack() as stack:
        sides = [stack.enter_context(checkout(kind, root)) for root in (ROOT, other.resolve())]
        for server, journey in sides:
            server.wait_for_rest()
            # Many connections, so that every process of the server is warm.
            by_number(server.port, journey, max(1, journeys // WARM_UP_CLIENTS), WARM_UP_CLIENTS)
        costs = []
        for number in range(pairs):
            order = (0, 1) if number % 2 == 0 else (1, 0)
            spent = {side: turn(*sides[side], journeys) for side in order}
            costs.append((spent[0], spent[1]))
        return costs


def turn(server: Server, journey: Journey, journeys: int) -> float:
    """Milliseconds per journey; raises Unanswered when one fails or two get the same receipt."""

    def press() -> Load:
        load = by_number(server.port, journey, journeys, clients=1)
        if len(set(load.receipts)) < len(load.receipts):
            raise Unanswered("two answers got the same receipt")
        return load

    return cost_of(server, press)


@contextmanager
def checkout(kind: str, root: Path) -> Iterator[tuple[Server, Journey]]:
    """A served city of the checkout in `root`, with an empty database of its own."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        base = stack.enter_context(installations.database(kind, folder))
        python, port = interpreter(root), installations.free_port()
        environ = installations.environment(root, base, folder, port)
        environ["PYTHONHASHSEED"] = "0"  # the layout of sets and dicts changes the cost a little
        program = [python, "-m", "participa"]
        printed(root, [*program, "migrate"], environ)
        publish = [python, "-c", PUBLISH, name, base.address]
        path, body = json.loads(printed(root, publish, environ).splitlines()[-1])
        command = [*program, "serve", "--port", str(port)]
        server = stack.enter_context(installations.running(command, root, environ, port, base))
        installations.wait_for(server, path)
        yield server, journey_of(path, body)


def interpreter(root: Path) -> str:
    own = root / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def printed(root: Path, command: list[str], environ: dict[str, str]) -> str:
    """The standard output of a command; raises Unanswered with its last line of error."""
    done = subprocess.run(
        command,
        cwd=root,
        env=environ,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unanswered(f"{root}: {last}")
    return done.stdout


def journey_of(path: str, body: str) -> Journey:
    """GET the form, POST the complete answer; the receipt is in the redirect's address."""

    def journey(connection: Connection) -> str:
        page = installations.opened(connection, path)
        token = TOKEN.search(page.body.decode())
        if page.status != 200 or token is None:
            raise Unanswered(f"{page.status} for the form")
        answer = connection.post(path, body.replace(BLANK, quote_plus(token[1])))
        if answer.status != 303:
            raise Unanswered(f"{answer.status} to a complete form")
        return answer.headers["location"]

    return journey
