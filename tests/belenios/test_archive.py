"""The archive: byte for byte that of the format, and append-only."""

import json

import pytest

from participa.belenios import archive, canonical
from participa.belenios.archive import Chain, UnreadableArchive
from participa.belenios.canonical import Malformed
from tests.belenios.builders import VECTORS, honest, vector

FILES = sorted(VECTORS.glob("*/*.bel"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_that_is_read_and_written_again_is_the_same(path):
    raw = path.read_bytes()
    moment = archive.timestamp_of(raw)
    chain, grown, pending = Chain(moment), archive.beginning(moment), []
    for record in archive.read(raw):
        if not record.is_event:
            pending.append(record.body)
            continue
        more, chain = chain.add(json.loads(record.body)["type"], *pending)
        grown, pending = grown + more, []
        assert chain.head == record.digest
        assert grown == raw[: record.end]
    assert grown == raw


def test_the_records_of_the_format_come_in_order():
    known = vector("events.json")
    raw = (VECTORS / "honest" / "cli_homomorphic.bel").read_bytes()
    names = [
        record.digest + (archive.EVENT if record.is_event else archive.DATA)
        for record in archive.read(raw)
    ]
    assert ["BELENIOS", *names] == known["records_in_order"]
    events = [record.body.decode() for record in archive.read(raw) if record.is_event]
    assert events == known["events"]
    second = len(archive.beginning(0))
    header = bytes.fromhex(known["first_512_bytes_hex_of_record_1_header"])
    assert raw[second : second + len(header)] == header


def test_an_event_needs_its_records():
    with pytest.raises(ValueError, match="takes 1"):
        Chain(0).add("Ballot")
    with pytest.raises(KeyError):
        Chain(0).add("Fiesta")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 2_000,
        b"PK\x03\x04" + b"x" * 3_000,
        b"BELENIOS",
        b"BELENIOS\x00" + b"9" * 600,
        archive.pack("BELENIOS", b'{"version":1}', 0),
        archive.pack("BELENIOS", b"[]", 0),
        archive.pack("BELENIOS", b'{"version":1,"timestamp":"-5"}', 0),
        archive.pack("BELENIOS", b'{"version":1,"timestamp":"' + b"9" * 5_000 + b'"}', 0),
    ],
    ids=[
        "nothing",
        "zeros",
        "a zip",
        "cut at once",
        "a false size",
        "no moment",
        "a list",
        "before time",
        "after all time",
    ],
)
def test_what_is_no_archive_is_unreadable(raw):
    with pytest.raises(UnreadableArchive, match=r"no es una urna"):
        archive.timestamp_of(raw)


def swapped(raw: bytes, offset: int) -> bytes:
    return raw[:offset] + bytes([raw[offset] ^ 1]) + raw[offset + 1 :]


SECOND = len(archive.beginning(0))


@pytest.mark.parametrize(
    "first",
    [
        archive.pack("BELENIOS", b'{"version":2,"timestamp":"1"}', 1),
        archive.pack("BELENIOS", b'{"version":1,"timestamp":"1"}', 2),
        archive.pack("BELENIOS", b'{"version":1,"timestamp":1}', 1),
        archive.pack("BELENIOS", b'{"version":1,"timestamp":"1","nota":""}', 1),
        archive.pack("BELENIOS", b'{"timestamp":"1","version":1}', 1),
    ],
    ids=["another version", "another moment", "a number", "a member of its own", "another order"],
)
def test_a_beginning_of_another_form_is_refused(first):
    with pytest.raises((Malformed, UnreadableArchive)):
        list(archive.read(first))


BYTES = {
    "the permissions of the first record": (104, "Registro 0: el encabezado"),
    "the first record's owner": (110, "Registro 0: el encabezado"),
    "the end of the first record's name": (60, "Registro 0: el encabezado"),
    "the filling of the first record": (1_000, "Registro 0: el encabezado"),
    "a record's name": (SECOND + 3, "Registro 1: su contenido no es el que dice"),
    "a record's ending": (SECOND + 66, "Registro 1: su nombre"),
    "a record's permissions": (SECOND + 104, "Registro 1: su encabezado"),
    "a record's owner": (SECOND + 110, "Registro 1: su encabezado"),
    "a record's moment": (SECOND + 146, "Registro 1: su encabezado"),
    "a record's sum": (SECOND + 150, "Registro 1: su encabezado"),
    "a record's kind": (SECOND + 156, "Registro 1: su encabezado"),
    "the rest of a record's header": (SECOND + 400, "Registro 1: su encabezado"),
    "a record's text": (SECOND + 512 + 40, "Registro 1: su contenido no es el que dice"),
    "the filling after the last record": (-1, r"Registro \d+: su encabezado o su relleno"),
}


@pytest.mark.parametrize(("offset", "reason"), BYTES.values(), ids=BYTES)
def test_a_byte_changed_anywhere_is_noticed(offset, reason):
    raw = honest().bytes()
    with pytest.raises(Malformed, match=reason):
        list(archive.read(swapped(raw, offset % len(raw))))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (bytes(1_024), "hay bytes ajenos"),
        (b"x", "hay bytes ajenos"),
        (archive.pack("nota.txt", b"hola", 1_700_000_000), "su nombre no es el de un registro"),
        (archive.pack("a" * 64 + ".data.json", b"1", 1_700_000_000), "dice su nombre"),
        (archive.pack(canonical.hex_digest(b"1") + ".data.json", b"1", 7), "su encabezado"),
        (
            archive.pack(canonical.hex_digest(b"1") + ".data.json", b"1", 1_700_000_000)[:600],
            "relleno",
        ),
        (archive.pack("b" * 64 + ".data.json", b"1" * 700, 1_700_000_000)[:800], "está cortado"),
    ],
    ids=[
        "the end mark of a tar",
        "a letter",
        "another file",
        "another name",
        "another moment",
        "cut in the filling",
        "cut in the text",
    ],
)
def test_what_is_hung_on_the_end_is_noticed(more, reason):
    with pytest.raises(Malformed, match=reason):
        list(archive.read(honest().bytes() + more))
