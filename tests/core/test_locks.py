"""Whoever comes first writes first, in one process and across many. (G5, G6)"""

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from participa.core.errors import Busy
from participa.core.locks import FairLock

ROOT = Path(__file__).parents[2]
NEIGHBOUR = """
import sys
from pathlib import Path
from participa.core.locks import FairLock

lock = FairLock(Path(sys.argv[1]))
lock.acquire(5)
print("held", flush=True)
sys.stdin.readline()
lock.release()
print("free", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def lock(tmp_path):
    lock = FairLock(tmp_path / "participa.db.lock")
    yield lock
    if lock.file is not None:
        os.close(lock.file)


@contextmanager
def holding(lock):
    lock.acquire(5)
    try:
        yield
    finally:
        lock.release()


@pytest.fixture
def neighbour(lock):
    """Another process that holds the lock until it reads a line."""
    command = [sys.executable, "-c", NEIGHBOUR, str(lock.path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.stdin.close()


def wait_until(is_so):
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def most_inside(turn, people=8):
    """How many people were in a room at once that each of them entered by `turn`."""
    inside, most = 0, 0

    def enter():
        nonlocal inside, most
        for _ in range(5):
            with turn():
                inside += 1
                most = max(most, inside)
                time.sleep(0.001)
                inside -= 1

    crowd = [threading.Thread(target=enter) for _ in range(people)]
    for person in crowd:
        person.start()
    for person in crowd:
        person.join()
    return most


def test_one_at_a_time(lock):
    assert most_inside(lambda: holding(lock)) == 1


def test_without_the_lock_the_crowd_would_be_inside_together():
    assert most_inside(nullcontext) > 1


def test_who_came_first_writes_first(lock):
    wrote = []

    def write(number):
        with holding(lock):
            wrote.append(number)

    lock.acquire(5)
    crowd = []
    for number in range(20):
        crowd.append(threading.Thread(target=write, args=[number]))
        crowd[-1].start()
        wait_until(lambda: len(lock.line) == number + 1)  # noqa: B023 - asked at once
    lock.release()
    for person in crowd:
        person.join()
    assert wrote == list(range(20))


def test_who_waits_too_long_is_told_so_and_leaves_the_line(lock):
    lock.acquire(5)
    began = time.monotonic()
    with pytest.raises(Busy, match="ocupada"):
        lock.acquire(0.05)
    assert time.monotonic() - began >= 0.05
    assert not lock.line
    lock.release()
    with holding(lock):
        pass


def test_the_next_in_line_does_not_wait_for_somebody_who_left(lock):
    wrote = []

    def write(name, patience):
        try:
            lock.acquire(patience)
        except Busy:
            wrote.append(f"{name} left")
            return
        wrote.append(name)
        lock.release()

    lock.acquire(5)
    hasty = threading.Thread(target=write, args=["hasty", 0.5])
    hasty.start()
    wait_until(lambda: len(lock.line) == 1)
    patient = threading.Thread(target=write, args=["patient", 5])
    patient.start()
    wait_until(lambda: wrote == ["hasty left"])
    lock.release()
    hasty.join()
    patient.join()
    assert wrote == ["hasty left", "patient"]
    assert not lock.held


def test_another_process_waits_too(lock, neighbour):
    with pytest.raises(Busy):
        lock.acquire(0.05)
    neighbour.stdin.write("\n")
    neighbour.stdin.flush()
    assert neighbour.stdout.readline() == "free\n"
    with holding(lock):
        pass


def test_a_process_that_dies_gives_its_turn_away(lock, neighbour):
    neighbour.kill()
    neighbour.wait()
    lock.acquire(1)
    lock.release()


def test_a_child_process_does_not_share_its_parents_turn(lock):
    with holding(lock):
        pass  # the file is open, and the child inherits it
    to_parent, from_child = os.pipe()
    to_child, from_parent = os.pipe()
    child = os.fork()
    if child == 0:
        lock.acquire(1)
        os.write(from_child, b"held")
        os.read(to_child, 1)
        os._exit(0)
    assert os.read(to_parent, 4) == b"held"
    try:
        with pytest.raises(Busy):
            lock.acquire(0.05)
    finally:
        os.write(from_parent, b"!")
        os.waitpid(child, 0)
        for end in (to_parent, from_child, to_child, from_parent):
            os.close(end)


def test_only_the_installation_can_open_the_file(lock):
    with holding(lock):
        assert lock.path.stat().st_mode & 0o777 == 0o600
