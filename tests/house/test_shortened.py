"""What phones load without comments and with short names is made from what stands in static/."""

import subprocess
import sys

from tests.house.source import ROOT


def test_what_phones_load_is_made_from_the_files_as_they_are():
    """In a process of its own: the library that shortens brings another runtime into it."""
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "shorten.py"), "--check"], check=False, timeout=60
    )
    assert done.returncode == 0, "run .venv/bin/python .ci/shorten.py after changing them"
