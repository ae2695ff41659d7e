"""An archive from elsewhere is measured before it is unpacked, and no archive escapes that."""

import ast
import io
import zipfile

import pytest

from participa.core.files.unzip import OversizedZip, UnreadableZip, ZipLimits, ZipReader, is_zip
from tests.house.source import modules

LIMITS = ZipLimits(members=3, total=10_000, member=8_000, ratio=100, member_ratio=100)
ROOMY = ZipLimits(members=3, total=10_000, member=8_000)
OWN = "participa.core.tables.xlsx_format"  # takes apart a workbook that it has just made


def archive(*members, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as packed:
        for name, body in members:
            packed.writestr(name, body)
    return file.getvalue()


def read_all(body, limits=LIMITS):
    with ZipReader(io.BytesIO(body), limits) as reader:
        return {name: reader.read(name) for name in reader.names}


def test_members_are_read_whole_and_line_by_line():
    body = archive(("a.txt", b"uno\ndos\n"), ("b/c.txt", b""))
    assert is_zip(body)
    assert read_all(body) == {"a.txt": b"uno\ndos\n", "b/c.txt": b""}
    with ZipReader(io.BytesIO(body), LIMITS) as reader, reader.open("a.txt") as member:
        assert member.readline() == b"uno\n"
        assert list(member) == [b"dos\n"]


@pytest.mark.parametrize(
    "body",
    [
        archive(*((f"{number}", b"x") for number in range(4))),
        archive(("a", bytes(range(256)) * 32), ("b", bytes(range(256)) * 8)),
        archive(("a", bytes(range(256)) * 32)),
        archive(("a", b"0" * 8_000), method=zipfile.ZIP_LZMA),
    ],
    ids=["too many members", "too much in all", "one too large", "lzma is no usual packing"],
)
def test_an_archive_beyond_the_limits_is_refused(body):
    with pytest.raises((OversizedZip, UnreadableZip)):
        read_all(body, ROOMY)


def test_what_unpacks_to_too_many_times_its_size_is_refused():
    many = archive(("a", b"0" * 2_000_000))
    limits = ZipLimits(members=3, total=3_000_000, member=3_000_000, member_ratio=100)
    with pytest.raises(OversizedZip):
        read_all(many, limits)
    with pytest.raises(OversizedZip):
        read_all(many, ZipLimits(members=3, total=3_000_000, member=3_000_000, ratio=100))
    assert len(read_all(many, ZipLimits(3, 3_000_000, 3_000_000))["a"]) == 2_000_000


@pytest.mark.parametrize("claimed", [1, 4_999, 5_001])
def test_a_directory_that_lies_about_a_size_is_noticed(claimed):
    body = archive(("a", bytes(5_000)), method=zipfile.ZIP_STORED)
    true, false = (5_000).to_bytes(4, "little"), claimed.to_bytes(4, "little")
    head, directory = body[:-100], body[-100:]
    assert true * 2 in directory
    with pytest.raises((UnreadableZip, OversizedZip)):
        read_all(head + directory.replace(true * 2, true + false), ROOMY)


@pytest.mark.parametrize("name", ["/etc/passwd", "../a", "a/../../b", "a\\..\\b"])
def test_a_name_that_leads_outside_is_refused(name):
    with pytest.raises(UnreadableZip):
        read_all(archive((name, b"x")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused():
    with pytest.raises(UnreadableZip):
        read_all(archive(("a", b"1"), ("a", b"2")))


@pytest.mark.parametrize("cut", [0, 1, 30, 60])
def test_a_damaged_archive_is_unreadable(cut):
    body = archive(("a", b"uno dos tres"))
    with pytest.raises(UnreadableZip):
        read_all(body[:cut])


def test_a_changed_byte_is_noticed_when_it_is_read():
    body = archive(("a", b"uno dos tres"), method=zipfile.ZIP_STORED).replace(b"dos", b"DOS")
    with pytest.raises(UnreadableZip):
        read_all(body)


def test_a_member_that_is_not_there_is_unreadable():
    with ZipReader(io.BytesIO(archive(("a", b"x"))), LIMITS) as reader:
        with pytest.raises(UnreadableZip):
            reader.read("b")
        with pytest.raises(OversizedZip):
            reader.read("a", most=0)


def test_no_other_module_opens_an_archive_for_reading():
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in modules()
        if module.name not in {"participa.core.files.unzip", OWN}
        if "ZipFile" in module.path.read_text(encoding="utf-8")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("ZipFile")
        if [ast.unparse(mode) for mode in node.args[1:2]] != ["'w'"]
    ]
    assert wrong == [], "use participa.core.files.unzip.ZipReader"
