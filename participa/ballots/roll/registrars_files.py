"""What the machine of a registrar writes: the codes first, then the roll, then the cards in parts.

All cores work. Each file appears under its name when it is whole, and the codes are on the disk
before anything is made of them: whoever was interrupted goes on with the same codes, and a part
that is there is not made again.
"""

import csv
import gzip
import io
import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

import click

from participa.ballots.roll import cards, second_part
from participa.ballots.roll.cards import Face, PrintedCard
from participa.ballots.roll.offline_files import Stopped, read_file, write_new
from participa.belenios import canonical, credentials, roll
from participa.belenios.credentials import Mistyped

CODES = "codigos.csv"
SECOND = "para_cambiar_su_voto"
IN_ONE_TABLE = 10_000  # rows for a printer
AT_ONCE = 200  # codes of one task
FEW = 2_000  # codes for which more processes do not pay
LOOK_SECONDS = 2.0
SHOW_PROGRESS_FROM = 100
SHOW_PACKED_FROM = 20_000  # a list that is heavy to hand over


class CardsPart(NamedTuple):
    """One file of cards; `first` is the number of its first card."""

    path: Path
    first: int
    cards: Sequence[PrintedCard]

    @property
    def is_there(self) -> bool:
        return self.path.is_file()


class DerivedHalf(NamedTuple):
    """The public half of a code, and the digest of its second part or ""."""

    public: int
    second: str


def codes_file(made: Sequence[PrintedCard]) -> bytes:
    """The codes as CSV, with their second parts where they have one. A secret."""
    rows = [[credentials.HEADING, SECOND], *([card.code, card.second] for card in made)]
    return _csv([row if made[0].second else row[:1] for row in rows])


def read_codes_file(raw: bytes) -> list[PrintedCard]:
    """The cards of such a file; raises Mistyped."""
    codes = credentials.read_codes(raw)
    lines = raw.decode("utf-8-sig", "replace").split()
    seconds = [line.partition(";")[2] for line in lines if not line.startswith(credentials.HEADING)]
    if len(seconds) != len(codes) or len({bool(second) for second in seconds}) > 1:
        raise Mistyped("El archivo de códigos está incompleto.")
    return [PrintedCard(code, second) for code, second in zip(codes, seconds, strict=True)]


def parts(
    made: Sequence[PrintedCard], folder: Path, name: str, ending: str, most: int
) -> list[CardsPart]:
    """The files for these cards, each of at most so many."""
    if len(made) <= most:
        return [CardsPart(folder / f"{name}.{ending}", 1, made)]
    return [
        CardsPart(
            folder / f"{name}-{start + 1}-a-{min(start + most, len(made))}.{ending}",
            start + 1,
            made[start : start + most],
        )
        for start in range(0, len(made), most)
    ]


def workers(number: int) -> Executor:
    """Processes on all cores, or for a few codes a thread, which starts at once."""
    if number <= FEW:
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(os.cpu_count() or 1, initializer=_end_with, initargs=(os.getpid(),))


def derived(pool: Executor, made: Sequence[PrintedCard], uuid: str) -> Iterator[DerivedHalf]:
    """The public halves of the codes, in their order."""
    some = [made[start : start + AT_ONCE] for start in range(0, len(made), AT_ONCE)]
    for done in pool.map(_derive, some, repeat(uuid)):
        yield from done


def write(pool: Executor, missing: Sequence[CardsPart], face: Face) -> Iterator[int]:
    """Write each part, and yield its number of cards when it is on the disk."""
    yield from pool.map(_write, missing, repeat(face))


def new_codes(folder: Path, number: int, has_second: bool) -> list[PrintedCard]:
    """New codes, which are in the folder before anything is made of them."""
    codes = credentials.new_codes(number)
    made = [PrintedCard(code, second_part.new() if has_second else "") for code in codes]
    write_new(folder / CODES, codes_file(made))
    return made


def codes_in(folder: Path, number: int, has_second: bool) -> list[PrintedCard]:
    """The codes that an interrupted run left in its folder."""
    path = folder / CODES
    try:
        made = read_codes_file(read_file(str(path), "--out"))
    except Mistyped as problem:
        raise Stopped(f"{path} no sirve: {problem} Haga otros códigos en otra carpeta.") from None
    if len(made) != number or bool(made[0].second) != has_second:
        raise Stopped("Repita la orden tal como era, y agregue --resume.")
    return made


def write_roll(pool: Executor, made: list[PrintedCard], face: Face, folder: Path) -> None:
    """The roll and the digests of second parts; last their fingerprints, which say it is done."""
    halves = derived(pool, made, face.uuid)
    found = list(seen(halves, len(made), "Padrón"))
    record = roll.write(half.public for half in found)
    names = {"padron.json": record}
    if len(made) > SHOW_PACKED_FROM:
        names["padron.json.gz"] = gzip.compress(record, 6, mtime=0)
    lines = [credentials.fingerprint(record)]
    if made[0].second:
        names["segundas.json"] = second_part.write({half.public: half.second for half in found})
        lines.append(f"{canonical.fingerprint(names['segundas.json'])} segundas.json")
    for name, body in names.items():
        (folder / name).unlink(missing_ok=True)  # of a run that was interrupted
        write_new(folder / name, body)
    write_new(folder / "huella.txt", "".join(f"{line}\n" for line in lines).encode())


def write_cards(
    pool: Executor, made: list[PrintedCard], face: Face, folder: Path, is_merged: bool
) -> None:
    """Cards to print, or tables for a printer; what is there is not made again."""
    files: list[CardsPart] = []
    if is_merged:
        most = IN_ONE_TABLE
        files += parts(made, folder, "combinar", "csv", most)
    elif cards.HAS_PDF:
        files += parts(made, folder, "tarjetas", "pdf", cards.MOST_IN_PDF)
    if not is_merged and (len(made) <= cards.MOST_IN_PDF or not cards.HAS_PDF):
        files += parts(made, folder, "tarjetas", "html", cards.MOST_IN_PDF)
    for unfinished in folder.glob("*.part"):
        unfinished.unlink()
    missing = [part for part in files if not part.is_there]
    total = sum(len(part.cards) for part in missing)
    try:
        for _ in seen(write(pool, missing, face), total, "Tarjetas", is_sum=True):
            pass
    except OSError:
        raise Stopped(
            f"No se pudo escribir en {folder}. Libere espacio y siga con --resume."
        ) from None


def seen(done: Iterable[Any], total: int, label: str, is_sum: bool = False) -> Iterator[Any]:
    """What is done, with a progress bar if it is much and a person looks on."""
    if total < SHOW_PROGRESS_FROM or not sys.stderr.isatty():
        yield from done
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        for one in done:
            bar.update(one if is_sum else 1)
            yield one


def _derive(made: Sequence[PrintedCard], uuid: str) -> list[DerivedHalf]:
    publics = [credentials.derive(card.code, uuid).public for card in made]
    return [
        DerivedHalf(public, second_part.digest(card.second, uuid, public) if card.second else "")
        for card, public in zip(made, publics, strict=True)
    ]


def _write(part: CardsPart, face: Face) -> int:
    make = {".pdf": _as_pdf, ".html": _as_html, ".csv": _as_table}[part.path.suffix]
    unfinished = part.path.with_name(f"{part.path.name}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(make(part, face))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(part.path)
    return len(part.cards)


def _as_pdf(part: CardsPart, face: Face) -> bytes:
    return cards.pdf(part.cards, face)


def _as_html(part: CardsPart, face: Face) -> bytes:
    return cards.html(part.cards, face).encode()


def _as_table(part: CardsPart, face: Face) -> bytes:
    """One row for each card, for mail merge."""
    heading = ["numero", credentials.HEADING, "enlace", "direccion", "cierre", SECOND]
    rows = [
        [
            *(str(number), card.code, cards.link(face.host or "", face.uuid, card.code)),
            *(face.address, face.closes),
            *([second_part.show(card.second)] if card.second else []),
        ]
        for number, card in enumerate(part.cards, start=part.first)
    ]
    return _csv([heading[: len(rows[0])], *rows])


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    return ("\ufeff" + file.getvalue()).encode()


def _end_with(parent: int) -> None:
    """End this process when the one that started it ends, however it does."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()
