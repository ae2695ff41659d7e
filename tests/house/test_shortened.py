"""What phones load without comments and with short names is made from what stands in static/."""

import subprocess
import sys

from participa.core import static_files
from tests.house.source import ROOT

STATIC = ROOT / "static"
SHORTER = STATIC / "min"


def test_what_phones_load_is_made_from_the_files_as_they_are():
    """In a process of its own: the library that shortens brings another runtime into it."""
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "shorten.py"), "--check"], check=False, timeout=60
    )
    assert done.returncode == 0, "run .venv/bin/python .ci/shorten.py after changing them"


def test_a_page_is_sent_the_shorter_file_under_the_name_of_the_whole_one():
    read = static_files.read(STATIC)
    assert read["css/form.css"].body == (SHORTER / "css/form.css").read_bytes()
    assert read["css/sharing.css"].body == (STATIC / "css/sharing.css").read_bytes()
    assert [name for name in read if name.startswith("min/")] == []
