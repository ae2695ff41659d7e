"""What a run builds once, however many processes it has: the first that needs it builds it.

A built thing is a folder that nobody changes afterwards; whoever wants to write takes a copy.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """The folder of temporary files that all processes of this run see."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """The folder of this name, filled by `build` if no process of this run did so before."""
    root = folder_of_run(factory) / "shared"
    root.mkdir(exist_ok=True)
    made, unfinished = root / name, root / f"{name}.part"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(unfinished, ignore_errors=True)  # of a process that failed
            unfinished.mkdir()
            build(unfinished)
            unfinished.rename(made)
    return made
