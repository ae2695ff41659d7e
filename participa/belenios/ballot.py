"""A ballot: encrypted answers, signed with a credential that tells nobody's name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from participa.belenios import answers, canonical, proofs
from participa.belenios.answers import Answer
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.proofs import Proof

WHAT = "La papeleta"
# Upper bounds of what a part takes as text: an element has 617 digits, a scalar of 256 bits 78.
HEAD_BYTES = 3_000
CHOICE_BYTES = 2 * 640
PROOF_BYTES = 200


class Ballot(NamedTuple):
    """What a ballot says; `raw` is what is stored, hashed and published."""

    raw: bytes
    credential: int
    answers: tuple[Answer, ...]
    signed: str
    signature: Proof

    @property
    def tracker(self) -> str:
        return tracker(self.raw)


def tracker(raw: bytes) -> str:
    """What the voter keeps, to find the ballot in the box."""
    return canonical.fingerprint(raw)


def most_bytes(election: Election) -> int:
    """No ballot of this election is longer."""
    scalar = PROOF_BYTES if election.group.q.bit_length() <= 256 else 7 * PROOF_BYTES
    total = HEAD_BYTES + 2 * scalar
    for question in election.questions:
        branches = 2 * question.slots + question.most - question.least + 4
        total += question.slots * CHOICE_BYTES + branches * scalar
    return total


def _bound(election: Election, credential: int) -> str:
    return f"{election.fingerprint}|{credential}"


def make(election: Election, secret: int, votes: Sequence[Collection[int] | None]) -> bytes:
    """The ballot of the holder of this credential; a vote is positions from 0, or BLANK."""
    vectors = [
        question.vector(vote)
        for question, vote in zip(election.questions, votes)  # noqa: B905 - the single file runs on Python 3.9
    ]
    return make_from_vectors(election, secret, vectors)


def make_from_vectors(election: Election, secret: int, vectors: Sequence[Sequence[int]]) -> bytes:
    """The same for zeros and ones in the order of the slots, whatever they say."""
    if len(vectors) != len(election.questions):
        raise ValueError("Responda todas las preguntas.")
    group = election.group
    credential = group.generator.power(secret)
    bound = _bound(election, credential)
    record: dict[str, Any] = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": str(credential),
        "answers": [
            answers.encrypt(election.key, question, vector, bound).record()
            for question, vector in zip(election.questions, vectors)  # noqa: B905 - as above
        ],
    }
    signed = canonical.fingerprint(canonical.write(record))
    proof = proofs.prove_knowledge(group, secret, f"sig|{signed}|")
    record["signature"] = {"hash": signed, "proof": proof.record()}
    return canonical.write(record)


def read(election: Election, raw: bytes) -> Ballot:
    """What these bytes say, if they are a ballot of this election; the proofs are not checked."""
    group = election.group
    value = canonical.read(raw, WHAT, most_bytes(election))
    names = ("election_uuid", "election_hash", "credential", "answers", "signature")
    uuid, digest, credential, given, signature = canonical.members(value, WHAT, *names)
    if uuid != election.uuid or digest != election.fingerprint:
        raise Malformed(f"{WHAT} es de otra elección.")
    signed, proof = canonical.members(signature, f"{WHAT}, «signature»", "hash", "proof")
    given = canonical.items(given, f"{WHAT}, «answers»", len(election.questions))
    found = Ballot(
        raw,
        group.element(credential, f"{WHAT}, «credential»"),
        tuple(
            answers.read(group, question, given[n], f"{WHAT}, respuesta {n + 1}")
            for n, question in enumerate(election.questions)
        ),
        signed,
        proofs.read_proof(group, proof, f"{WHAT}, firma"),
    )
    unsigned = {name: member for name, member in value.items() if name != "signature"}
    if signed != canonical.fingerprint(canonical.write(unsigned)):
        raise Malformed(f"{WHAT} cambió después de firmada.")
    return found


def check(election: Election, ballot: Ballot) -> None:
    """Refuse a ballot with one proof that does not hold.

    The caller has found the credential on the roll, whose credentials all belong to the group.
    """
    statement = f"sig|{ballot.signed}|"
    if not proofs.verify_knowledge(election.group, ballot.credential, statement, ballot.signature):
        raise Malformed(f"{WHAT}: la firma no es válida.")
    bound = _bound(election, ballot.credential)
    for n, question in enumerate(election.questions):
        what = f"{WHAT}, respuesta {n + 1}"
        answers.check(election.key, question, ballot.answers[n], bound, what)
