"""The verifier as a single file: the unchanged modules, and nothing needed but Python."""

import ast
import hashlib
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from participa.ballots import cli
from participa.belenios.bundles import single_file
from tests.belenios.builders import VECTORS, honest, opened, refuerzo_of, small
from tests.house.source import ROOT

pytestmark = pytest.mark.slow

DOCUMENT = ROOT / "docs" / "urna.md"
# What the standard library and the language got after Python 3.9.
NEWER = {"pairwise", "bit_count", "StrEnum", "Self", "tomllib", "UTC", "file_digest", "batched"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the file without site-packages and without participa."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(single_file.TARGET), *arguments],
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def test_the_file_is_up_to_date():
    built = single_file.build()
    stored = single_file.TARGET.read_bytes()
    assert built.encode() == stored, "run: python3 -m participa.belenios.bundles.single_file"
    assert built == single_file.build()


def test_the_document_prints_its_hash():
    digest = hashlib.sha256(single_file.TARGET.read_bytes()).hexdigest()
    assert digest in DOCUMENT.read_text(encoding="utf-8"), f"write {digest} in docs/urna.md"


def test_it_carries_each_module_sign_by_sign():
    stored = single_file.TARGET.read_text(encoding="utf-8")
    for name in single_file.MODULES:
        assert (single_file.HERE / f"{name}.py").read_text(encoding="utf-8") in stored


def test_it_imports_only_what_every_python_has():
    imported = set()
    for name in single_file.MODULES:
        tree = ast.parse((single_file.HERE / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module.partition(".")[0])
    assert imported - {"participa", "gmpy2"} <= sys.stdlib_module_names


@pytest.mark.parametrize("name", single_file.MODULES)
def test_its_parts_speak_the_python_of_2020(name):
    source = (single_file.HERE / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    assert "from __future__ import annotations" in source
    assert set(re.findall(r"\w+", source)).isdisjoint(NEWER)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Match)]
    assert "strict=" not in source
    assert "slots=" not in source


ALL = [
    *(
        (path, 3, "ACEPTADA, pero sin prueba de que la apertura sea")
        for path in sorted(VECTORS.glob("honest/*.bel"))
    ),
    *((path, 1, "RECHAZADA. Registro ") for path in sorted(VECTORS.glob("invalid/*.bel"))),
    (VECTORS / "ballot.json", 2, "NO SE PUDO REVISAR. Este archivo no es una urna"),
    (VECTORS / "nada.bel", 2, "NO SE PUDO REVISAR. No existe el archivo"),
]


@pytest.mark.parametrize(
    ("path", "code", "words"), ALL, ids=lambda given: given.stem if hasattr(given, "stem") else ""
)
def test_it_gives_the_same_verdict_and_exit_code_as_verify_bel(path, code, words):
    done = run(str(path))
    assert done.returncode == code, done.stderr
    assert done.stdout.startswith(words)
    other = CliRunner().invoke(cli.verify_bel, [str(path)])
    assert (other.exit_code, other.stdout) == (code, done.stdout)


def test_all_archives_of_the_format_are_tried():
    assert [code for _, code, _ in ALL] == [3] * 7 + [1] * 9 + [2] * 2


def test_it_compares_with_an_earlier_copy(tmp_path):
    now, before = tmp_path / "now.bel", tmp_path / "before.bel"
    now.write_bytes(honest().bytes())
    before.write_bytes(opened().bytes())
    assert run(str(now), "--snapshot", str(before)).returncode == 3
    done = run(str(before), "--snapshot", str(now))
    assert done.returncode == 1
    assert "no continúa la copia anterior" in done.stdout


def test_it_checks_the_proofs_of_the_opening(tmp_path):
    now, proofs = tmp_path / "now.bel", tmp_path / "refuerzo.json"
    now.write_bytes(honest().bytes())
    proofs.write_bytes(refuerzo_of(small(), honest()))
    done = run(str(now), "--refuerzo", str(proofs))
    assert (done.returncode, done.stdout.split("\n")[0]) == (
        0,
        "ACEPTADA. Terminó, y el resultado es el de sus papeletas.",
    )
    proofs.write_bytes(proofs.read_bytes().replace(b'"version":1', b'"version":2'))
    done = run(str(now), "--refuerzo", str(proofs))
    assert (done.returncode, done.stdout[:21]) == (1, "RECHAZADA. El refuerz")


def test_it_says_in_spanish_how_to_use_it():
    done = run()
    assert done.returncode == 2
    assert done.stderr.startswith("Uso: ")
