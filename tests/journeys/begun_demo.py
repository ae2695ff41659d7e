"""The demo as `participa demo` begins it: `python -m tests.journeys.begun_demo FOLDER PASSWORD`."""

import sys
from collections.abc import Callable
from pathlib import Path

from participa.app import create_app
from participa.core.db import db
from participa.pages import cli

OTHER_PORT = 8000


def build(folder: Path, password: str, fill: Callable[[str], None] = cli.fill) -> None:
    """Fill this folder, in which there may be an earlier demo."""
    cli.prepare_environment(folder, OTHER_PORT, "127.0.0.1")
    with create_app().app_context():
        fill(password)
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    build(Path(sys.argv[1]), sys.argv[2])
