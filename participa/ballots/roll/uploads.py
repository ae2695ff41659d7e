"""The registrar's list as it arrives: read piece by piece, without names, kept in a file.

A roll of 250,000 is 155 million bytes, so neither the request nor the job holds it whole. It may
come compressed with gzip. The file lies in the data folder until the job has checked it: its name
has the box and the SHA-256 of the canonical list, so that its fingerprint is known. The digests
of second parts lie beside it, already keyed; the file that the registrar sent is never stored.
"""

import gzip
import hashlib
import re
import secrets
import sqlite3
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from participa.ballots.keys import private_keys
from participa.ballots.roll import second_part
from participa.belenios import roll
from participa.belenios.canonical import Malformed
from participa.core import spanish
from participa.core.errors import Refused
from participa.core.installation import installation

MOST_CREDENTIALS = 250_000
MOST_BYTES = 400_000_000  # of one upload: list and second parts of a whole roll are 330 million
PIECE = 1_000_000
LONGEST = 5_000  # bytes of one item: a credential has 617 digits, and some files add a name
GZIP = b"\x1f\x8b"
ITEM = re.compile(rb'"((?:[^"\\]|\\.)*)"([,\]])', re.DOTALL)
SECOND = re.compile(rb'\["([0-9]+)","([0-9a-f]{64})"\]([,\]])')
DIGEST_BYTES, OFFSET_BYTES = 32, 8


def size_limits() -> str:
    return f"El padrón debe tener entre 1 y {spanish.number(MOST_CREDENTIALS)} credenciales."


def store(box_id: int, sent: IO[bytes]) -> str:
    """Store the list in numerical order and without names; return its name. Raises Refused."""
    stream = _opened(sent, "file")
    try:
        name = _stored(box_id, stream)
    except Malformed as problem:
        raise Refused(str(problem), "file") from None
    return name


def store_seconds(name: str, sent: IO[bytes], keyed: Callable[[bytes], str]) -> None:
    """Store the second parts of the list with this name, keyed: a digest of the whole file, then
    for each credential its digest and the keyed one. Raises Refused.
    """
    stream, whole = _opened(sent, "seconds"), hashlib.sha256(b"[")
    try:
        with _second_path(name).open("wb") as file:
            file.write(bytes(DIGEST_BYTES))
            for match in _items(stream, SECOND, second_part.WHAT, second_part.read_file):
                whole.update(match[0])
                file.write(hashlib.sha256(match[1]).digest() + bytes.fromhex(keyed(match[2])))
            file.seek(0)
            file.write(whole.digest())
    except Malformed as problem:
        raise Refused(str(problem), "seconds") from None


def fingerprint(name: str) -> str:
    """The fingerprint of the list with this name, see `canonical.fingerprint`."""
    return _base64(bytes.fromhex(name.rpartition("-")[2]))


def erase(box_id: int) -> None:
    """Erase all files of this box."""
    for path in folder().glob(f"{box_id}-*"):
        path.unlink(missing_ok=True)


def folder() -> Path:
    made: Path = installation().settings.data / "rolls"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def lines(name: str) -> Iterator[tuple[int, bytes]]:
    """The credentials of a stored list, each with the place in the file where it begins."""
    place = 2  # after the bracket and the quotation mark
    with _path(name).open("rb") as file:
        for match in _items(file, ITEM, roll.WHAT, roll.without_names):
            yield place, match[1]
            place += len(match[1]) + 3


def publics_at(name: str, places: Iterable[int]) -> Iterator[bytes]:
    """The credentials that begin at these places."""
    with _path(name).open("rb") as file:
        for place in places:
            file.seek(place)
            yield file.read(LONGEST).partition(b'"')[0]


def seconds(name: str) -> tuple[str, list[bytes]] | None:
    """The fingerprint of the file of second parts, and for each credential its digest and the
    keyed one, in the order of the digests. None where no such file came.
    """
    if not _second_path(name).is_file():
        return None
    stored, size = _second_path(name).read_bytes(), 2 * DIGEST_BYTES
    starts = range(DIGEST_BYTES, len(stored), size)
    records = sorted(stored[start : start + size] for start in starts)
    return _base64(stored[:DIGEST_BYTES]), records


def _stored(box_id: int, stream: IO[bytes]) -> str:
    unfinished = folder() / f"{box_id}-{secrets.token_hex(8)}.part"
    digest, number, is_in_order = _written(unfinished, _publics(stream))
    if number == 0:
        raise Malformed(size_limits())
    if not is_in_order:
        in_order = unfinished.with_suffix(".sorted")
        digest, _, _ = _written(in_order, _in_order(unfinished))
        in_order.replace(unfinished)
    name = f"{box_id}-{digest}"
    unfinished.replace(_path(name))
    return name


def _publics(stream: IO[bytes]) -> Iterator[bytes]:
    """The public credentials of a list, whose items are "C", "C,1" or "C,1,name"."""
    for number, match in enumerate(_items(stream, ITEM, roll.WHAT, roll.without_names), start=1):
        if number > MOST_CREDENTIALS:
            raise Malformed(size_limits())
        public, _, rest = match[1].partition(b",")
        if rest.partition(b",")[0] not in {b"", b"1"}:
            raise Malformed(
                f"{roll.WHAT}, credencial {number} vale más de un voto, y aquí cada una vale uno."
            )
        yield public


def _written(path: Path, publics: Iterable[bytes]) -> tuple[str, int, bool]:
    """Write the canonical list; return its SHA-256, its length, and whether it was in order."""
    whole, number, last, is_in_order = hashlib.sha256(), 0, (0, b""), True
    with path.open("wb") as file:
        path.chmod(0o600)
        for public in publics:
            part = b'%s"%s"' % (b"," if number else b"[", public)
            whole.update(part)
            file.write(part)
            number += 1
            is_in_order, last = is_in_order and last <= (len(public), public), (len(public), public)
        whole.update(b"]")
        file.write(b"]")
    return whole.hexdigest(), number, is_in_order


def _in_order(path: Path) -> Iterator[bytes]:
    """The items of a file in numerical order; SQLite sorts on the disk."""
    with path.open("rb") as file, closing(sqlite3.connect("")) as sorter:
        sorter.execute("CREATE TABLE line (public BLOB)")
        found = _items(file, ITEM, roll.WHAT, roll.without_names)
        sorter.executemany("INSERT INTO line VALUES (?)", ((match[1],) for match in found))
        rows = sorter.execute("SELECT public FROM line ORDER BY length(public), public")
        for (public,) in rows:
            yield public


def _items(
    stream: IO[bytes], item: re.Pattern[bytes], what: str, explain: Callable[[bytes], object]
) -> Iterator[re.Match[bytes]]:
    """The items of a JSON list in canonical form, each as a match. Raises Malformed.

    `explain` is asked why a list is refused, if it is short; it raises Malformed too.
    """
    rest = _piece(stream, what).lstrip()
    if rest[:1] != b"[":
        _refuse(stream, what, explain)
    is_over = rest[1:2] == b"]"
    position = 2 if is_over else 1
    while not is_over:
        if match := item.match(rest, position):
            yield match
            position, is_over = match.end(), match[match.lastindex or 0] == b"]"
            continue
        more = _piece(stream, what)
        if not more or len(rest) - position > LONGEST:
            _refuse(stream, what, explain)
        rest, position = rest[position:] + more, 0
    if (rest[position:] + _piece(stream, what)).strip():
        _refuse(stream, what, explain)


def _refuse(stream: IO[bytes], what: str, explain: Callable[[bytes], object]) -> None:
    stream.seek(0)
    beginning = stream.read(PIECE)
    if len(beginning) < PIECE:
        explain(beginning)
    raise Malformed(f"{what} está cortado o no está en la forma única. Pídalo otra vez.")


def _piece(stream: IO[bytes], what: str) -> bytes:
    try:
        return stream.read(PIECE)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Malformed(f"{what} viene comprimido y está cortado. Súbalo otra vez.") from None


def _opened(sent: IO[bytes], field: str) -> IO[bytes]:
    """The file as it was before its compression, if it is compressed; never a private key."""
    beginning = sent.read(private_keys.LONGEST + 1)
    private_keys.refuse(beginning, field)
    sent.seek(0)
    return gzip.GzipFile(fileobj=sent) if beginning.startswith(GZIP) else sent  # type: ignore[return-value]


def _path(name: str) -> Path:
    return folder() / f"{name}.json"


def _second_path(name: str) -> Path:
    return folder() / f"{name}.second"


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode().rstrip("=")
