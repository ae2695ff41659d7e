"""Cast or challenge (Benaloh): open an encrypted ballot instead of casting it, to test its device.

A device shows the tracker, which commits it to the ballot, before it can know whether the voter
casts or challenges. When challenged it reveals the randomness r of each ciphertext. Anybody then
recomputes alpha = g^r and beta = y^r g^m, and so learns m, what the device really encrypted. A
ballot that was opened tells its vote and must never be cast.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import ballot, canonical, proofs
from participa.belenios.answers import Answer
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.questions import Question

WHAT = "La comprobación"
SCALAR_BYTES = 90  # of one randomness, with its quotes
Chosen = tuple[int, ...] | None  # positions in `question.answers`, or BLANK


class Challenge(NamedTuple):
    """A ballot and what it holds, one vote per question."""

    ballot: Ballot
    votes: tuple[Chosen, ...]


def record(raw: bytes, randomness: Sequence[Sequence[int]]) -> bytes:
    """The document that opens the ballot `raw`: one r per question and slot."""
    rows = ",".join(canonical.write([str(r) for r in row]).decode() for row in randomness)
    return b'{"ballot":' + raw + b',"randomness":[' + rows.encode() + b"]}"


def max_bytes(election: Election) -> int:
    return ballot.max_bytes(election) + SCALAR_BYTES * (sum(election.slots) + 2)


def read(election: Election, raw: bytes) -> Challenge:
    """Parse and open a challenged ballot; raises Malformed if it does not open to a vote.

    The signature is verified, so that only the holder of the credential opens its ballots. That the
    credential is on the roll is for the caller to check, before this. The proofs of the ballot are
    not verified: a ballot whose proofs fail is refused when it is cast.
    """
    value = canonical.read(raw, WHAT, max_bytes(election))
    inner, rows = canonical.members(value, WHAT, "ballot", "randomness")
    sent = ballot.read(election, canonical.write(inner))
    if not ballot.is_signed(election, sent):
        raise Malformed(f"{WHAT}: la firma de la papeleta no es válida.")
    rows = canonical.items(rows, f"{WHAT}, «randomness»", len(election.questions))
    votes = tuple(
        _opened(election, question, sent.answers[n], rows[n], f"La respuesta {n + 1}")
        for n, question in enumerate(election.questions)
    )
    return Challenge(sent, votes)


def _opened(election: Election, question: Question, answer: Answer, row: Any, what: str) -> Chosen:
    numbers = canonical.items(row, f"{WHAT}, «randomness»", question.slots)
    marks = [
        _mark(election, choice, election.group.scalar(numbers[n], f"{WHAT}, «randomness»"), what)
        for n, choice in enumerate(answer.choices)
    ]
    chosen = question.chosen_of(marks)
    try:
        is_allowed = question.vector(chosen) == marks
    except ValueError:
        is_allowed = False
    if not is_allowed:
        raise Malformed(f"{what} marca algo que la pregunta no permite.")
    return chosen


def _mark(election: Election, choice: proofs.Ciphertext, r: int, what: str) -> int:
    """The plaintext of this ciphertext, 0 or 1."""
    group, p = election.group, election.group.p
    if choice.alpha == group.generator.power(r):
        power = election.key.power(r)
        for m in (0, 1):
            if choice.beta == power * group.generator.power(m) % p:
                return m
    raise Malformed(f"{what} no abre con los números que dio el celular: no es lo que cifró.")
