"""The two commands on a machine that has only Python: what they say, make and reuse."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from participa import bootstrap
from participa.app import cli

ROOT = bootstrap.ROOT
BARE = Path(sys.base_prefix) / "bin" / "python3"
LOCKED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ \\\n]+)", re.MULTILINE)

FEW_MODULES = 300  # Python's own at its start, and some fifty that the first step needs


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of what the first step needs, in a folder of its own, without an environment."""
    shutil.copytree(ROOT / "participa", tmp_path / "participa")
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)  # `test` goes to the root of the checkout
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    locks = {"runtime": tmp_path / "requirements.lock", "dev": tmp_path / "requirements-dev.lock"}
    monkeypatch.setattr(bootstrap, "LOCKS", locks)
    return tmp_path


@pytest.fixture
def execs(monkeypatch):
    """What would be executed next, instead of executing it."""
    asked: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "become", asked.append)
    return asked


def ask(folder: Path, *words: str, python: Path = BARE, **environment: str):
    """The program as a person starts it, with a Python that has no packages."""
    return subprocess.run(
        [str(python), "-m", "participa", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_without_a_command_it_tells_which_there_are(checkout):
    told = ask(checkout)
    assert told.returncode == 0
    assert all(f"  {name} " in told.stdout for name in bootstrap.COMMANDS)
    assert not (checkout / ".venv").exists()


def test_a_mistyped_command_costs_no_installation(checkout):
    told = ask(checkout, "demmo")
    assert told.returncode == bootstrap.MISUSED
    assert told.stderr.startswith("No existe el comando «demmo».")
    assert not (checkout / ".venv").exists()


def test_the_help_names_exactly_the_commands_that_exist():
    assert set(bootstrap.COMMANDS) == {*cli.commands, "test"}


def test_it_starts_without_anything_outside_the_standard_library(checkout):
    told = ask(checkout, python=BARE, PYTHONPATH="")
    look = (
        "import sys, participa.bootstrap as b; print(*{m.partition('.')[0] for m in sys.modules})"
    )
    loaded = subprocess.run(
        [str(BARE), "-S", "-c", look], cwd=checkout, capture_output=True, text=True, check=True
    )
    foreign = set(loaded.stdout.split()) - set(sys.stdlib_module_names) - {"participa"}
    assert told.returncode == 0
    assert foreign == {"__main__"} - set(sys.stdlib_module_names)


def test_without_ensurepip_it_names_the_package_of_debian(checkout, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(bootstrap.Unprepared, match=r"sudo apt install python3-venv"):
        bootstrap.create(checkout / ".venv")
    assert not (checkout / ".venv").exists()


@pytest.mark.slow
def test_without_network_it_says_so_and_leaves_no_stamp(checkout):
    told = ask(
        checkout,
        "demo",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="0",
    )
    assert told.returncode == bootstrap.FAILED
    assert "Revise la conexión a internet y repita el comando." in told.stderr
    assert "Traceback" not in told.stderr
    assert not list((checkout / ".venv").glob("*.sha256"))


def test_a_damaged_environment_is_not_entered_for_ever(checkout, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(checkout / ".venv" / "bin" / "python"))
    with pytest.raises(bootstrap.Unprepared, match="Bórrelo"):
        bootstrap.create(checkout / ".venv")


def test_an_environment_whose_python_is_gone_is_made_again(checkout, monkeypatch):
    home = checkout / ".venv"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python").symlink_to(checkout / "gone")
    made = []
    done = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(bootstrap, "call", lambda *words: made.append(words) or done)
    bootstrap.create(home)
    assert made == [("venv", "--clear", str(home))]


@pytest.mark.parametrize("chosen", [[], ["-x", "tests/plan"]], ids=["all", "a part"])
def test_the_fast_tests_leave_out_what_takes_long(checkout, execs, chosen):
    bootstrap.test(["--fast", *chosen])
    [command] = execs
    assert command[:3] == [sys.executable, "-m", "pytest"]
    assert command[3 : 3 + len(bootstrap.FAST)] == [*bootstrap.FAST]
    assert command[-len(chosen) :] == chosen if chosen else "-q" in command
    assert "--fast" not in command


def test_all_tests_leave_out_nothing(checkout, execs):
    bootstrap.test([])
    assert not {*bootstrap.FAST[1:]} & {*execs[0]}


def test_the_processes_of_a_run_share_what_they_compile(checkout, execs, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    bootstrap.test([])
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ


def test_an_environment_that_has_everything_is_used_as_it_is(checkout, execs):
    bootstrap.prepare("dev", ["test"])
    assert execs == []
    assert not (checkout / ".venv").exists()


def test_the_second_start_only_compares_two_hashes(checkout, execs, monkeypatch):
    stand_inside(checkout, monkeypatch)
    monkeypatch.setattr(bootstrap, "has_everything", lambda needed: pytest.fail("looked again"))
    lock = bootstrap.LOCKS["runtime"]
    bootstrap.stamp(lock).write_text(bootstrap.fingerprint(lock))
    bootstrap.prepare("runtime", ["demo"])
    assert execs == []


def test_a_changed_lock_is_installed_before_going_on(checkout, execs, monkeypatch):
    stand_inside(checkout, monkeypatch)
    lock = bootstrap.LOCKS["runtime"]
    bootstrap.stamp(lock).write_text("of another version")
    asked = []
    done = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(bootstrap, "call", lambda *words: asked.append(words) or done)
    bootstrap.prepare("runtime", ["demo", "--port", "8001"])
    assert asked[-1][:2] == ("pip", "install")
    assert "--require-hashes" in asked[-1]
    assert asked[-1][-1] == str(lock)
    assert execs == [
        [str(checkout / ".venv/bin/python"), "-m", "participa", "demo", "--port", "8001"]
    ]
    assert bootstrap.stamp(lock).read_text() == bootstrap.fingerprint(lock)


def test_what_the_developers_have_is_enough_to_serve(checkout, monkeypatch):
    stand_inside(checkout, monkeypatch)
    done = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(bootstrap, "call", lambda *words: done)
    bootstrap.install(bootstrap.LOCKS["dev"])
    for lock in bootstrap.LOCKS.values():
        assert bootstrap.stamp(lock).read_text() == bootstrap.fingerprint(lock)


def stand_inside(checkout: Path, monkeypatch) -> None:
    (checkout / ".venv").mkdir()
    monkeypatch.setattr(sys, "prefix", str(checkout / ".venv"))


def test_the_first_step_of_a_start_imports_little(checkout):
    done = ask(checkout, PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    assert 10 < done.stderr.count("import time:") < FEW_MODULES


@pytest.mark.slow
def test_a_wrong_setting_is_one_sentence_and_status_2():
    told = ask(ROOT, "migrate", python=Path(sys.executable), PARTICIPA_SECRET_KEY="corta")
    assert told.returncode == bootstrap.MISUSED
    assert told.stderr.startswith("Ponga en PARTICIPA_SECRET_KEY una clave")
    assert len(told.stderr.splitlines()) == 1


@pytest.mark.parametrize("needed", ["runtime", "dev"])
def test_the_locks_hold_what_the_project_asks_for(needed):
    locked = dict(LOCKED.findall(bootstrap.LOCKS[needed].read_text()))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = ["prod", "pg"] + ["dev", "e2e", "pgtest"] * (needed == "dev")
    asked = [*project["dependencies"]]
    asked += [line for extra in extras for line in project["optional-dependencies"][extra]]
    for requirement in map(Requirement, asked):
        if requirement.name != "participa":
            assert locked[requirement.name] in requirement.specifier, requirement


def test_both_locks_hold_the_same_versions_with_hashes_and_no_address():
    texts = {name: lock.read_text() for name, lock in bootstrap.LOCKS.items()}
    runtime, dev = (LOCKED.findall(texts[name]) for name in ("runtime", "dev"))
    assert set(runtime) <= set(dev)
    for text in texts.values():
        entries = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
        assert all("--hash=sha256:" in entry for entry in entries)
        assert not re.search(r"://|--(extra-)?index-url|--find-links|^/", text, re.MULTILINE)


def test_every_locked_package_tells_its_licence():
    told = (ROOT / "docs" / "licencias.md").read_text()
    for name, version in LOCKED.findall(bootstrap.LOCKS["dev"].read_text()):
        assert re.search(
            rf"^\| {re.escape(name)} \| {re.escape(version)} \| \w", told, re.MULTILINE
        )
