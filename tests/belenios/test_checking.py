"""Many ballots are checked by several processes, and the verdict is that of one after another."""

import os
import signal
from functools import cache

import pytest

from participa.belenios import verifier
from participa.belenios.checking import chunks, workers
from participa.belenios.checking.workers import WorkerLost, Workers
from participa.belenios.verifier import ArchiveReader, Rejected
from tests.belenios.builders import File, file_of, honest, small

pytestmark = pytest.mark.slow


@cache
def many() -> File:
    """Ten ballots of two voters, each of whom votes again and again."""
    made = small()
    return file_of(made, [made.ballot(number % 2, {number % 3 % 2}) for number in range(10)])


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "BALLOTS", 2)


def read(raw, processes):
    reader = ArchiveReader(processes=processes)
    try:
        return reader.read(raw)
    finally:
        reader.close()


def test_two_processes_find_what_one_finds():
    alone, both = (read(many().bytes(), processes) for processes in (1, 2))
    assert (alone.totals, alone.counts) == (both.totals, both.counts)
    assert (alone.num_ballots, alone.num_counted) == (both.num_ballots, both.num_counted) == (10, 2)
    assert [one.raw for one in both.ballots] == [one.raw for one in alone.ballots]


def spoiled(*numbers):
    """The archive whose ballots with these numbers have a proof that is none."""

    def spoil(record):
        proof = record["answers"][0]["overall_proof"][0]
        proof["response"] = str(int(proof["response"]) - 1)

    made = many()
    for number in numbers:
        made = made.change("Ballot", 0, spoil, number)
    return made


@pytest.mark.parametrize("processes", [1, 2])
def test_the_first_fault_is_the_one_that_is_named(monkeypatch, processes):
    monkeypatch.setattr(workers, "available", lambda: processes)
    with pytest.raises(Rejected, match="altura 4 "):
        verifier.verify(spoiled(3, 4, 8).bytes())
    broken = spoiled(5).with_event("EndBallots", height=3)
    with pytest.raises(Rejected, match="altura 6 "):
        verifier.verify(broken.bytes())


def test_an_archive_is_read_on_from_where_it_ended():
    whole = honest().bytes()
    reader = ArchiveReader(processes=1)
    for events in (1, 2, 3, 8):
        read = reader.read(File(honest().copy().events[:events]).bytes())
        assert len(read.event_hashes) == events
    assert read.counts == verifier.verify(whole).counts


def end_this_process(*given):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_ends_takes_the_whole_check_with_it():
    crew = Workers(2)
    tasks = [crew.submit(end_this_process) for _ in range(3)]
    for task in tasks:
        with pytest.raises(WorkerLost, match="se terminó antes de tiempo"):
            task.result()
    crew.close()


def test_where_no_process_can_be_started_one_does_it_all(monkeypatch):
    def refuse(*given):
        raise OSError("no semaphores here")

    monkeypatch.setattr(workers, "ProcessPoolExecutor", refuse)
    assert read(many().bytes(), 4).num_ballots == 10
