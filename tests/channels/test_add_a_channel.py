"""The guide tells the truth: its files make a channel that people can use, in under 150 lines."""

import os
import re
import subprocess
import sys

import pytest

from tests.house.source import ROOT

GUIDE = ROOT / "docs" / "development" / "add-a-channel.md"
FILE = re.compile(r"### `([^`]+)`\n\n```\w+\n(.*?)```", re.DOTALL)
MOST_LINES = 150


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Path and content of each file that the guide shows."""
    return dict(FILE.findall(GUIDE.read_text(encoding="utf-8")))


def test_the_guide_needs_few_lines(files):
    lines = [line for text in files.values() for line in text.splitlines() if line.strip()]
    assert len(files) > 8
    assert len(lines) < MOST_LINES


@pytest.mark.slow
def test_the_channel_of_the_guide_can_be_used(files, tmp_path):
    for path, text in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.channels.toy_city", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"PARTICIPA_LOG": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
