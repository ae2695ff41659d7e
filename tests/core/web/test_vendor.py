"""What others have written travels unchanged, with its name, version and licence."""

import hashlib
import tomllib
from pathlib import Path

from participa.app import ROOT

FOLDER = Path(ROOT) / "static" / "vendor"
FILES = tomllib.loads((FOLDER / "VENDOR.toml").read_text("utf-8"))["files"]
FACTS = {"path", "package", "version", "inside", "licence", "sha256", "used"}


def test_every_file_is_as_its_package_brings_it():
    for file in FILES:
        assert set(file) == FACTS
        digest = hashlib.sha256((FOLDER / file["path"]).read_bytes()).hexdigest()
        assert digest == file["sha256"], f"{file['path']}: write the new version and its hash down"


def test_no_file_travels_without_its_line_and_its_licence():
    named = {FOLDER / file["path"] for file in FILES}
    there = {path for path in FOLDER.rglob("*") if path.is_file()}
    others = there - named - {FOLDER / "VENDOR.toml"}
    assert {path.name.partition("-")[0].partition(".")[0] for path in others} == {"LICENSE"}
    for file in FILES:
        assert (FOLDER / file["path"]).parent.joinpath("LICENSE.txt").exists()


def test_the_reader_and_its_machine_code_are_of_one_version():
    [reader] = [file for file in FILES if file["package"] == "barcode-detector"]
    [machine] = [file for file in FILES if file["package"] == "zxing-wasm"]
    for fact in ("sha256", "version"):
        assert machine[fact] in (FOLDER / reader["path"]).read_text("utf-8")


def test_the_list_of_licences_names_them():
    told = (Path(ROOT) / "docs" / "licencias.md").read_text("utf-8")
    for file in FILES:
        assert f"{file['package']} {file['version']}" in told
