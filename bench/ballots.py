"""The ballot box without its server: encrypting on a phone, counting, checking an archive.

Processor time again. Our verifier runs as people run it, as the single file, with gmpy2 where this
Python has it; belenios-tool stands beside it in the same run, on the same file.
"""

import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bench import processes
from bench.installations import Missing, Unanswered, without_gmpy2
from participa.belenios import (
    archive,
    ballot,
    credentials,
    election,
    groups,
    questions,
    tally,
    trustees,
)
from participa.belenios.archive import Chain
from participa.belenios.bundles import browser_files, single_file
from participa.belenios.credentials import Credential
from participa.belenios.election import Election
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.verdict import UNPROVED

UUID = "PTcSwkQpEZTh7i"
MOMENT = 1_700_000_000
FEWER = 5
LOOK_EVERY = 0.05  # seconds
FIVE = questions.one_of("¿Qué primero?", ("Salud", "Vías", "Agua", "Parques", "Aulas"))
TEN = questions.one_of("¿Qué primero?", [f"Obra {number}" for number in range(1, 11)])
TOOL = shutil.which("belenios-tool")
SITE = "https://urna.prueba/"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
VOTE = """async ([election, code]) => {
  const begun = performance.now(), urna = await import("/urna.js");
  const asked = await urna.readElection(new TextEncoder().encode(election));
  await urna.makeBallot(asked, await urna.secretOf(code, asked.uuid), [[4]]);
  return performance.now() - begun;
}"""


@dataclass
class Spent:
    """Processor time, time by the clock, and peak memory of one run of a program.

    The memory is that of its first process.
    """

    seconds: float
    megabytes: float
    wall: float


@dataclass
class Box:
    """An election, the secrets of its trustees and the credentials of its voters."""

    election: Election
    secrets: list[int]
    trustees: bytes
    holders: list[Credential]


def box(asked: questions.Question, voters: int) -> Box:
    secrets = [BELENIOS_2048.random() for _ in range(2)]
    holders = [trustees.make(BELENIOS_2048, secret) for secret in secrets]
    key = trustees.public_key(BELENIOS_2048, holders)
    opened = election.make(UUID, "Prioridades", "", key, [asked])
    return Box(opened, secrets, trustees.write(holders), credentials.make(voters, UUID))


def cast(opened: Box, voters: int) -> list[bytes]:
    choices = len(opened.election.questions[0].answers)
    return [
        ballot.make(opened.election, holder.secret, [{number % choices}])
        for number, holder in enumerate(opened.holders[:voters])
    ]


def write(opened: Box, ballots: list[bytes], file: Path) -> None:
    """Write the complete archive of these ballots, from the setup to the result."""
    asked = opened.election
    totals = tally.encrypted_totals(asked, [ballot.read(asked, raw) for raw in ballots])
    sums = tally.totals_record(totals)
    partials = [tally.decrypt(asked, totals, secret) for secret in opened.secrets]
    parts = [(number, partial.record()) for number, partial in enumerate(partials, start=1)]
    counts = tally.counts(asked, totals, partials, len(ballots))
    setup = (asked.raw, opened.trustees, credentials.public_roll(opened.holders))
    events = [
        ("Setup", *setup, archive.setup_record(*setup)),
        *(("Ballot", raw) for raw in ballots),
        ("EndBallots",),
        ("EncryptedTally", sums, tally.sized_record(len(ballots), sums)),
        *(("PartialDecryption", part, tally.owned_record(n, part)) for n, part in parts),
        ("Result", tally.result_record(counts)),
    ]
    chain = Chain(MOMENT)
    with file.open("wb") as grown:
        grown.write(archive.beginning(MOMENT))
        for kind, *records in events:
            more, chain = chain.add(kind, *records)
            grown.write(more)


def ours(file: Path, has_gmpy2: bool = True) -> Spent:
    return spent(verifier_of(file), file.parent, environ_of(file, has_gmpy2))


def alone(file: Path, has_gmpy2: bool = True) -> Spent:
    """On one processor, where it starts no other process: their start would count as checking."""
    one = str(min(os.sched_getaffinity(0)))
    command = ["taskset", "--cpu-list", one, *verifier_of(file)]
    return spent(command, file.parent, environ_of(file, has_gmpy2))


def verifier_of(file: Path) -> list[str]:
    return [sys.executable, str(single_file.TARGET), str(file)]


def environ_of(file: Path, has_gmpy2: bool) -> dict[str, str]:
    return {} if has_gmpy2 else {"PYTHONPATH": str(without_gmpy2(file.parent.parent))}


def theirs(file: Path) -> Spent:
    """The folder holds this archive alone, as belenios-tool wants it."""
    if TOOL is None:
        raise Missing("urna", "sudo apt install belenios-tool")
    return spent([TOOL, "election", "verify"], file.parent)


def spent(command: list[str], folder: Path, given: dict[str, str] | None = None) -> Spent:
    """Run a verifier; raises Unanswered unless it accepts the archive.

    The memory is read while it runs: wait4 counts this process, from which it was forked, too.
    """
    silent, most, pid = subprocess.DEVNULL, 0.0, 0
    environ = os.environ | (given or {})
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=silent, stderr=silent, env=environ)
    while pid == 0:
        most = max(most, processes.peak_bytes(process.pid) / 2**20)
        time.sleep(LOOK_EVERY)
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, UNPROVED}:
        raise Unanswered(f"{command[0]} ended with {process.returncode}")
    return Spent(used.ru_utime + used.ru_stime, most, time.monotonic() - begun)


@dataclass
class Ratio:
    """Milliseconds to check one ballot; the fractions of the rounds, lowest first."""

    ours_ms: float
    theirs_ms: float
    fractions: list[float]


def one_ballot(ballots: int = 200, rounds: int = 5, has_gmpy2: bool = True) -> Ratio:
    """One question of five answers: the time that a ballot adds to that of checking the roll."""
    opened, pairs = box(FIVE, ballots), []
    with tempfile.TemporaryDirectory() as name:
        empty, full = Path(name) / "empty", Path(name) / "full"
        for folder, voters in ((empty, 0), (full, ballots)):
            folder.mkdir()
            write(opened, cast(opened, voters), folder / f"{UUID}.bel")
        for _ in range(rounds):
            times = [
                run(full / f"{UUID}.bel").seconds - run(empty / f"{UUID}.bel").seconds
                for run in (partial(alone, has_gmpy2=has_gmpy2), theirs)
            ]
            pairs.append([1000 * seconds / ballots for seconds in times])
    mine, others = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Ratio(mine, others, sorted(one / other if other else math.nan for one, other in pairs))


@dataclass
class Crowd:
    """A box of many voters, from the cards to the verdict; seconds and megabytes."""

    cards: float
    voting: float
    counting: float
    size: float
    ours: Spent
    theirs: Spent | None
    few: int  # ballots of the small archive, by which the slope is measured
    ours_few: Spent
    theirs_few: Spent | None


def extrapolated(few: int, small: float, many: int, large: float, wanted: int) -> float:
    """The seconds for so many ballots, by the slope between two archives."""
    return large + (large - small) / (many - few) * (wanted - many)


def crowd(voters: int = 5_000) -> Crowd:
    begun = time.process_time()
    opened = box(FIVE, voters)
    carded = time.process_time()
    ballots = cast(opened, voters)
    voted = time.process_time()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / f"{UUID}.bel"
        write(opened, ballots, file)
        counted = time.process_time()
        size = file.stat().st_size / 1e6
        checked = ours(file), theirs(file) if TOOL else None
        few = max(voters // FEWER, 1)
        fewer = Box(opened.election, opened.secrets, opened.trustees, opened.holders[:few])
        write(fewer, ballots[:few], file)
        small = ours(file), theirs(file) if TOOL else None
    times = (carded - begun, voted - carded, counted - voted)
    return Crowd(*times, size, *checked, few, *small)


def phone(slower: int, tries: int = 5) -> float:
    """Milliseconds to fetch the script, make its tables and encrypt ten answers; the median."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None or find_spec("playwright") is None:
        raise Missing("e2e", "sudo apt install chromium; pip install -e '.[e2e]'")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional part

    opened = box(TEN, 1)
    given = [opened.election.raw.decode(), opened.holders[0].code]
    with sync_playwright() as playwright, ExitStack() as stack:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        stack.callback(browser.close)
        return statistics.median(first_vote(browser, slower, given) for _ in range(tries))


def first_vote(browser, slower: int, given: list[str]) -> float:
    """In a browser that has never seen the box."""
    context = browser.new_context()
    script = browser_files.VOTING.read_text(encoding="utf-8")
    context.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
    context.route(
        "**/urna.js", lambda route: route.fulfill(body=script, content_type="text/javascript")
    )
    page = context.new_page()
    page.goto(SITE)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    took: float = page.evaluate(VOTE, given)
    context.close()
    return took


HOW = "con gmpy2" if groups.IS_FAST else "sin gmpy2"
