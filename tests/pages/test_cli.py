"""The demo, as a newcomer starts it."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from socket import SO_REUSEPORT, SOL_SOCKET, create_server

import click
import pytest
from click.testing import CliRunner

from bench.processes import cpu_seconds
from participa.core.errors import Unusable
from participa.pages import cli
from tests.journeys.conftest import ROOT, STOP_SECONDS, free_port, wait_for


@contextmanager
def demo(data: Path):
    """A running demo, when it answers: its process."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PARTICIPA_")}
    command = [sys.executable, "-m", "participa", "demo", "--port", str(port), "--data", str(data)]
    log = data.with_suffix(".log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        wait_for(f"http://127.0.0.1:{port}", process, log)
        yield process
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


@pytest.mark.slow
def test_the_second_start_of_the_demo_is_quick(tmp_path):
    with demo(tmp_path / "ejemplo") as first:
        building = cpu_seconds(first.pid)
    with demo(tmp_path / "ejemplo") as second:
        assert cpu_seconds(second.pid) < building / 1.5


def test_the_demo_does_not_share_a_port_with_another_server():
    with create_server(("127.0.0.1", 0), reuse_port=True) as other:
        assert other.getsockopt(SOL_SOCKET, SO_REUSEPORT)
        done = CliRunner().invoke(cli.demo, ["--port", str(other.getsockname()[1])])
    assert isinstance(done.exception, Unusable)
    assert "está ocupado" in str(done.exception)


@pytest.mark.parametrize("port", ["-1", "0", "65536", "99999", "abc"])
def test_a_port_that_does_not_exist_is_refused_in_words(port):
    done = CliRunner().invoke(cli.demo, ["--port", port])
    assert isinstance(done.exception, Unusable)
    assert "entre 1 y 65535" in str(done.exception)


def test_the_demo_neither_uses_nor_erases_a_folder_of_others(tmp_path):
    (tmp_path / "tesis.txt").write_text("años de trabajo")
    with pytest.raises(click.ClickException, match="No la borro"):
        cli.erase(tmp_path)
    with pytest.raises(click.ClickException, match="ya tiene otros datos"):
        cli.prepare_environment(tmp_path, 8001, "127.0.0.1")
    assert (tmp_path / "tesis.txt").read_text() == "años de trabajo"
