"""Reading zip archives made elsewhere: the only place of product code that opens one.

What the directory of an archive claims is checked against limits before anything is unpacked, and
a member must have exactly the size of its claim. Nothing is extracted by name: callers read bytes.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
LEAST_PACKED = 100  # bytes: the ratio of a member that is packed smaller means nothing


class UnreadableZip(Exception):
    """No zip, a damaged one, protected by a password, or packed in an unusual way."""


class OversizedZip(Exception):
    """More members or more unpacked bytes than the limits allow."""


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """Sizes are unpacked bytes; ratios are unpacked bytes for each packed byte.

    Up to `harmless` bytes no ratio matters.
    """

    members: int
    total: int
    member: int
    ratio: int | None = None  # of the whole archive
    member_ratio: int | None = None
    harmless: int = 0


class ZipReader:
    """An open archive whose directory keeps to the limits.

    Every method raises UnreadableZip or OversizedZip, and no exception of the zip library.
    """

    def __init__(self, file: IO[bytes] | Path, limits: ZipLimits):
        with zip_errors():
            self.archive = zipfile.ZipFile(file)
        try:
            self.entries = self.archive.infolist()
            check_sizes(self.entries, packed_size(self.archive), limits)
            check_names(self.names)
        except BaseException:
            self.archive.close()
            raise

    def __enter__(self) -> "ZipReader":
        return self

    def __exit__(self, *error: object) -> None:
        self.archive.close()

    @property
    def names(self) -> list[str]:
        return [entry.filename for entry in self.entries]

    @property
    def has_foreign_bytes(self) -> bool:
        """Whether the archive has a comment, or bytes before its first member."""
        first = min((entry.header_offset for entry in self.entries), default=0)
        return bool(self.archive.comment) or first > 0

    def open(self, name: str) -> io.BufferedReader:
        """The unpacked bytes of a member as a file."""
        with zip_errors():
            entry = self.archive.getinfo(name)
            if entry.compress_type not in METHODS:
                raise UnreadableZip(f"{name} is packed in an unusual way")
            return io.BufferedReader(Member(self.archive.open(entry), entry.file_size))

    def read(self, name: str, most: int | None = None) -> bytes:
        """All bytes of a member; raises OversizedZip when there are more than `most`."""
        if most is not None and name in self.names and self.size(name) > most:
            raise OversizedZip(f"{name} unpacks to more than {most} bytes")
        with self.open(name) as member:
            return member.read()

    def size(self, name: str) -> int:
        """Unpacked bytes of a member, as the directory claims and `open` enforces."""
        with zip_errors():
            return self.archive.getinfo(name).file_size


class Member(io.RawIOBase):
    """One member being unpacked; raises unless it has exactly the claimed size."""

    def __init__(self, file: IO[bytes], claimed: int):
        self.file = file
        self.left = claimed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with zip_errors():
            block = self.file.read(len(buffer))
        self.left -= len(block)
        if self.left < 0:
            raise OversizedZip("a member unpacks to more than the directory claims")
        if self.left and not block:
            raise UnreadableZip("a member unpacks to less than the directory claims")
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self.file.close()
        super().close()


def is_zip(body: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(body))


@contextmanager
def zip_errors() -> Iterator[None]:
    """Turn what the zip library raises for a damaged or unusual archive into UnreadableZip."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError) as error:
        raise UnreadableZip from error
    except (RuntimeError, ValueError, OSError, KeyError) as error:
        # RuntimeError: protected by a password. NotImplementedError, one of its kinds: an unusual
        # version. KeyError: no member of that name. OSError: an offset outside the file.
        raise UnreadableZip from error


def packed_size(archive: zipfile.ZipFile) -> int:
    """Bytes of the whole file."""
    file = archive.fp
    if file is None:
        raise UnreadableZip
    with zip_errors():
        return file.seek(0, io.SEEK_END)


def check_sizes(entries: list[zipfile.ZipInfo], packed: int, limits: ZipLimits) -> None:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > limits.members or total > limits.total:
        raise OversizedZip
    if limits.ratio is not None and total > max(limits.ratio * packed, limits.harmless):
        raise OversizedZip
    for entry in entries:
        if entry.file_size > limits.member:
            raise OversizedZip
        most = limits.member_ratio
        if most is None:
            continue
        least = max(most * max(entry.compress_size, LEAST_PACKED), limits.harmless)
        if entry.file_size > least:
            raise OversizedZip


def check_names(names: list[str]) -> None:
    """Refuse names that two programs may read differently: repeated, absolute, with `..`."""
    if len(set(names)) < len(names):
        raise UnreadableZip("two members of one name")
    for name in names:
        if name.startswith("/") or ".." in name.replace("\\", "/").split("/"):
            raise UnreadableZip("a member outside the archive")
