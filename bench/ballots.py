"""The ballot box: how long a phone takes to encrypt, and everybody else to check.

Processor time again. Our verifier runs as people run it, as the single file, with gmpy2 where this
Python has it; belenios-tool stands beside it in the same run, on the same file.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bench.installations import Unanswered
from participa.belenios import (
    archive,
    ballot,
    browser_files,
    credentials,
    election,
    groups,
    questions,
    single_file,
    tally,
    trustees,
)
from participa.belenios.archive import Chain
from participa.belenios.credentials import Credential
from participa.belenios.election import Election
from participa.belenios.groups import BELENIOS_2048

UUID = "PTcSwkQpEZTh7i"
MOMENT = 1_700_000_000
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
    """What one run of a program took of the processor and, at most, of the memory."""

    seconds: float
    megabytes: float


@dataclass
class Box:
    """An election with the secrets of everybody in it."""

    election: Election
    secrets: list[int]
    trustees: bytes
    holders: list[Credential]


def box(asked: questions.Question, voters: int) -> Box:
    secrets = [BELENIOS_2048.random() for _ in range(2)]
    kept = [trustees.make(BELENIOS_2048, secret) for secret in secrets]
    key = trustees.public_key(BELENIOS_2048, kept)
    opened = election.make(UUID, "Prioridades", "", key, [asked])
    return Box(opened, secrets, trustees.write(kept), credentials.make(voters, UUID))


def cast(opened: Box, voters: int) -> list[bytes]:
    choices = len(opened.election.questions[0].answers)
    return [
        ballot.make(opened.election, holder.secret, [{number % choices}])
        for number, holder in enumerate(opened.holders[:voters])
    ]


def write(opened: Box, ballots: list[bytes], file: Path) -> None:
    """The archive of these ballots, added up and opened, with its result."""
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


def ours(file: Path) -> Spent:
    return spent([sys.executable, str(single_file.TARGET), str(file)], file.parent)


def theirs(file: Path) -> Spent:
    """The folder holds this archive alone, as belenios-tool wants it."""
    if TOOL is None:
        raise Unanswered("sudo apt install belenios-tool")
    return spent([TOOL, "election", "verify"], file.parent)


def spent(command: list[str], folder: Path) -> Spent:
    """Of a program that has to accept the archive."""
    silent, most, pid = subprocess.DEVNULL, 0.0, 0
    process = subprocess.Popen(command, cwd=folder, stdout=silent, stderr=silent)
    while pid == 0:
        most = max(most, high_water(process.pid))
        time.sleep(LOOK_EVERY)
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Unanswered(f"{command[0]} ended with {process.returncode}")
    return Spent(used.ru_utime + used.ru_stime, most)


def high_water(pid: int) -> float:
    """Megabytes at most so far; wait4 would tell what this process had when it began the other."""
    told = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(told[1]) / 1024 if told else 0.0


@dataclass
class Ratio:
    """Milliseconds to check one ballot; the fractions of the rounds, lowest first."""

    ours_ms: float
    theirs_ms: float
    fractions: list[float]


def one_ballot(ballots: int = 200, rounds: int = 5) -> Ratio:
    """One question of five answers: what a ballot adds to the time of checking the roll alone."""
    opened, pairs = box(FIVE, ballots), []
    with tempfile.TemporaryDirectory() as name:
        empty, full = Path(name) / "empty", Path(name) / "full"
        for folder, voters in ((empty, 0), (full, ballots)):
            folder.mkdir()
            write(opened, cast(opened, voters), folder / f"{UUID}.bel")
        for _ in range(rounds):
            times = [
                run(full / f"{UUID}.bel").seconds - run(empty / f"{UUID}.bel").seconds
                for run in (ours, theirs)
            ]
            pairs.append([1000 * seconds / ballots for seconds in times])
    mine, others = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Ratio(mine, others, sorted(one / other for one, other in pairs))


@dataclass
class Crowd:
    """A box of many voters, from the cards to the verdict; seconds and megabytes."""

    cards: float
    voting: float
    counting: float
    size: float
    ours: Spent
    theirs: Spent | None


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
    return Crowd(carded - begun, voted - carded, counted - voted, size, *checked)


def phone(slower: int, tries: int = 5) -> float:
    """Milliseconds to fetch the script, make its tables and encrypt ten answers; the median."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None or find_spec("playwright") is None:
        raise Unanswered("sudo apt install chromium; pip install -e '.[e2e]'")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional part

    opened = box(TEN, 1)
    given = [opened.election.raw.decode(), opened.holders[0].code]
    with sync_playwright() as playwright, ExitStack() as kept:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        kept.callback(browser.close)
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
Line = tuple[str, str, str]


def of_a_phone() -> Iterator[Line]:
    for slower, goal in ((6, "≤ 3 s"), (1, "")):
        took = phone(slower) / 1000
        yield f"cifrar 10 opciones, procesador ÷ {slower}", f"{took:.2f} s", goal


def of_one_ballot() -> Iterator[Line]:
    found = one_ballot()
    told = (
        f"{found.ours_ms:.1f} ms; belenios-tool: {found.theirs_ms:.1f} ms; fracción "
        f"{statistics.median(found.fractions):.2f} ({found.fractions[0]:.2f} a "
        f"{found.fractions[-1]:.2f})"
    )
    yield f"revisar una papeleta de 5 opciones, {HOW}", told, "≤ 0.6 con gmpy2"


def of_a_crowd() -> Iterator[Line]:
    found = crowd()
    told = (
        f"{found.cards:.1f} s los códigos, {found.voting:.0f} s cifrar, {found.counting:.1f} s "
        f"sumar, abrir y escribir; {found.size:.0f} MB"
    )
    yield f"5.000 papeletas, {HOW}", told, ""
    told = f"{found.ours.seconds:.0f} s y {found.ours.megabytes:.0f} MiB"
    if other := found.theirs:
        told += f"; belenios-tool: {other.seconds:.0f} s y {other.megabytes:.0f} MiB"
    yield f"revisar las 5.000, {HOW}", told, ""


def report() -> Iterator[Line]:
    """What is measured, what came out, and the goal."""
    for part in (of_a_phone, of_one_ballot, of_a_crowd):
        try:
            yield from part()
        except Unanswered as reason:
            yield "sin dato", str(reason), ""
