"""What one process does with a chunk of ballots, or of the roll."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from participa.belenios import ballot, election, groups, roll, tally
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.tally import Totals

BALLOTS = 40  # of a chunk
CREDENTIALS = 250


class Checked(NamedTuple):
    """The credentials of the ballots of a chunk, and the product of those that count.

    `fault` says which is the first bad one, from 0, and why; there is no product then.
    """

    credentials: list[int]
    product: Totals
    fault: tuple[int, str] | None = None


def check_ballots(record: bytes, raws: Sequence[tuple[bytes, bool]], proofs: bool) -> Checked:
    """Check ballots of the election with this record, each given with whether it counts.

    Without `proofs` they are only read: they were checked before.
    """
    asked, credentials, counted = _election(record), [], []
    for number, (raw, counts) in enumerate(raws):
        try:
            cast = ballot.read(asked, raw)
            credentials.append(int(cast.credential))
            if proofs:
                ballot.check(asked, cast)
        except Malformed as problem:
            return Checked(credentials, [], (number, str(problem)))
        if counts:
            counted.append(cast)
    return Checked(credentials, tally.encrypted_totals(asked, counted))


def members(group: str, listed: Sequence[str], first: int) -> list[int] | str:
    """The credentials of a part of a roll that begins with this number, or why one is none."""
    try:
        return [
            int(roll.member(groups.GROUPS[group], item, number))
            for number, item in enumerate(listed, first)
        ]
    except Malformed as problem:
        return str(problem)


@lru_cache(maxsize=2)
def _election(record: bytes) -> Election:
    return election.read(record)
