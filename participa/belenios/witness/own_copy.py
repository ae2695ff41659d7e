"""The folder of a witness: the copy of the archive, and how much of it was verified.

The archive is only appended to, and the state is replaced at once, after the archive is on the
disk. A power cut therefore leaves the copy of before, with bytes behind it that nobody verified:
the next run cuts them off.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

from participa.belenios.archive import Raw

STATE, HEADS, ALARMS = "estado.json", "cabezas.txt", "alarmas.txt"
ASIDE = "cortado.bin"


class Damaged(Exception):
    """The folder of the witness itself is not as the program left it; in Spanish."""


@dataclass
class State:
    """What was verified. `height` is the number of events, `head` the hash of the last one."""

    address: str
    uuid: str
    election: str = ""  # its fingerprint
    height: int = 0
    head: str = ""
    size: int = 0
    cut: int = 0  # rounds in a row in which the rest came cut
    missing: int = 0  # rounds in a row in which there was no such box
    lists_opened: bool = False  # whether the box has ever handed out its list of opened ballots
    alarm: str = ""  # the last one that was shouted
    is_run: bool = False  # whether the command of the witness worked for it
    is_mailed: bool = False


class OwnCopy:
    def __init__(self, folder: Path, address: str, uuid: str) -> None:
        self.folder, self.file = folder, folder / f"{uuid}.bel"
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = _locked(folder / "testigo.lock")
        self.state = self._stored(address, uuid)
        self.file.touch()
        if self.length < self.state.size:
            raise Damaged(f"A su copia le faltan bytes: {self.file} es más corta de lo que era.")
        if self.length > self.state.size:
            self.drop_tail()

    def _stored(self, address: str, uuid: str) -> State:
        try:
            stored = State(**json.loads((self.folder / STATE).read_text(encoding="utf-8")))
        except FileNotFoundError:
            if self.file.exists() and self.file.stat().st_size:
                raise Damaged(f"Hay una copia en {self.folder} y no su {STATE}.") from None
            return State(address, uuid)
        except (ValueError, TypeError):
            raise Damaged(f"No se entiende {self.folder / STATE}.") from None
        if stored.uuid != uuid:
            raise Damaged(f"Esta carpeta es de la urna {stored.uuid}. Use otra para {uuid}.")
        stored.address = address
        return stored

    @contextmanager
    def mapped(self) -> Iterator[Raw]:
        """The whole file without reading it at once. Some systems cannot cut it meanwhile."""
        with self.file.open("rb") as opened:
            if self.length == 0:
                yield b""
                return
            with mmap(opened.fileno(), 0, access=ACCESS_READ) as raw:
                yield raw

    @property
    def length(self) -> int:
        """Bytes of the file, those behind the verified ones too."""
        return self.file.stat().st_size

    def tail(self) -> BinaryIO:
        """Where to write what comes after the verified bytes. The caller closes it."""
        opened = self.file.open("r+b")
        opened.seek(self.state.size)
        opened.truncate()
        return opened

    def drop_tail(self, keep_as: str | None = None) -> None:
        """Cut off what was not verified, and keep it beside the copy under this name."""
        with self.file.open("r+b") as opened:
            if keep_as:
                opened.seek(self.state.size)
                with (self.folder / keep_as).open("wb") as kept:
                    while block := opened.read(1 << 20):
                        kept.write(block)
            opened.truncate(self.state.size)

    def take_tail(self, height: int, head: str) -> None:
        """What stands in the file was verified up to its end."""
        with self.file.open("r+b") as opened:
            os.fsync(opened.fileno())
        self.state.height, self.state.head = height, head
        self.state.size = self.length
        self.save()

    def save(self) -> None:
        new = self.folder / f"{STATE}.nuevo"
        with new.open("w", encoding="utf-8") as opened:
            json.dump(asdict(self.state), opened, ensure_ascii=False, indent=1)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(self.folder / STATE)
        if os.name == "posix":
            folder = os.open(self.folder, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def note(self, file: str, text: str) -> None:
        with (self.folder / file).open("a", encoding="utf-8") as opened:
            opened.write(f"{now()} {text}\n")

    def note_head(self) -> None:
        self.note(HEADS, f"altura {self.state.height} {self.state.head}")


def now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z")


def stamp() -> str:
    return time.strftime("%Y%m%d-%H%M%S")


def _locked(path: Path) -> BinaryIO:
    """The lock file, held while this process lives; where the system has no such lock, just open.

    Two witnesses in one folder would write over each other.
    """
    opened = path.open("ab")
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        return opened
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Damaged("Otro testigo está trabajando en esta carpeta. Espere a que acabe.") from None
    return opened
