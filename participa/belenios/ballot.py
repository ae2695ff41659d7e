"""A ballot: encrypted answers, signed with the voter's credential (a Schnorr signature)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from participa.belenios import answers, canonical, proofs
from participa.belenios.answers import Answer
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.proofs import Proof

WHAT = "La papeleta"
# Upper bounds of the serialised size: an element has 617 digits, a 256-bit scalar 78.
HEAD_BYTES = 3_000
CHOICE_BYTES = 2 * 640
PROOF_BYTES = 200


class Ballot(NamedTuple):
    """A parsed ballot; `raw` is the record itself, as stored and published."""

    raw: bytes
    credential: int
    answers: tuple[Answer, ...]
    signed_hash: str  # fingerprint of the record without its signature
    signature: Proof

    @property
    def tracker(self) -> str:
        return tracker(self.raw)


def tracker(raw: bytes) -> str:
    """The fingerprint with which a voter finds the ballot in the published archive."""
    return canonical.fingerprint(raw)


def max_bytes(election: Election) -> int:
    """An upper bound of the size of a ballot of this election, checked before parsing."""
    scalar = PROOF_BYTES if election.group.q.bit_length() <= 256 else 7 * PROOF_BYTES
    total = HEAD_BYTES + 2 * scalar
    for question in election.questions:
        branches = 2 * question.slots + question.most - question.least + 4
        total += question.slots * CHOICE_BYTES + branches * scalar
    return total


def _context(election: Election, credential: int) -> str:
    return f"{election.fingerprint}|{credential}"


def make(election: Election, secret: int, votes: Sequence[Collection[int] | None]) -> bytes:
    """The serialised ballot of the credential with this secret, one vote per question.

    A vote is a collection of positions in `question.answers`, counted from 0, or BLANK. Raises
    ValueError for a vote that `Question.vector` forbids.
    """
    return make_from_vectors(election, secret, _vectors(election, votes))


def make_with_randomness(
    election: Election, secret: int, votes: Sequence[Collection[int] | None]
) -> tuple[bytes, list[list[int]]]:
    """As `make`, with the randomness per question and slot that opens the ciphertexts."""
    return _make(election, secret, _vectors(election, votes))


def make_from_vectors(election: Election, secret: int, vectors: Sequence[Sequence[int]]) -> bytes:
    """As `make`, from vectors of one 0 or 1 per slot, which are not checked against the limits."""
    return _make(election, secret, vectors)[0]


def _vectors(election: Election, votes: Sequence[Collection[int] | None]) -> list[list[int]]:
    return [
        question.vector(vote)
        for question, vote in zip(election.questions, votes)  # noqa: B905 - the single file runs on Python 3.9
    ]


def _make(
    election: Election, secret: int, vectors: Sequence[Sequence[int]]
) -> tuple[bytes, list[list[int]]]:
    if len(vectors) != len(election.questions):
        raise ValueError("Responda todas las preguntas.")
    group = election.group
    credential = group.generator.power(secret)
    context = _context(election, credential)
    encrypted = [
        answers.encrypt(election.key, question, vector, context)
        for question, vector in zip(election.questions, vectors)  # noqa: B905 - as above
    ]
    record: dict[str, Any] = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": str(credential),
        "answers": [answer.record() for answer, _ in encrypted],
    }
    signed_hash = canonical.fingerprint(canonical.write(record))
    proof = proofs.prove_knowledge(group, secret, f"sig|{signed_hash}|")
    record["signature"] = {"hash": signed_hash, "proof": proof.record()}
    randomness = [[opening.r for opening in openings] for _, openings in encrypted]
    return canonical.write(record), randomness


def read(election: Election, raw: bytes) -> Ballot:
    """Parse a ballot of this election; raises Malformed. No proof is verified, see `check`."""
    group = election.group
    value = canonical.read(raw, WHAT, max_bytes(election))
    names = ("election_uuid", "election_hash", "credential", "answers", "signature")
    uuid, digest, credential, values, signature = canonical.members(value, WHAT, *names)
    if uuid != election.uuid or digest != election.fingerprint:
        raise Malformed(f"{WHAT} es de otra elección.")
    signed_hash, proof = canonical.members(signature, f"{WHAT}, «signature»", "hash", "proof")
    values = canonical.items(values, f"{WHAT}, «answers»", len(election.questions))
    ballot = Ballot(
        raw,
        group.element(credential, f"{WHAT}, «credential»"),
        tuple(
            answers.read(group, question, values[n], f"{WHAT}, respuesta {n + 1}")
            for n, question in enumerate(election.questions)
        ),
        signed_hash,
        proofs.read_proof(group, proof, f"{WHAT}, firma"),
    )
    unsigned = {name: member for name, member in value.items() if name != "signature"}
    if signed_hash != canonical.fingerprint(canonical.write(unsigned)):
        raise Malformed(f"{WHAT} cambió después de firmada.")
    return ballot


def is_signed(election: Election, ballot: Ballot) -> bool:
    """Whether the holder of the ballot's credential signed it."""
    statement = f"sig|{ballot.signed_hash}|"
    return proofs.verify_knowledge(election.group, ballot.credential, statement, ballot.signature)


def check(election: Election, ballot: Ballot) -> None:
    """Verify the signature and every proof; raises Malformed.

    The caller must have checked that the credential is on the roll, and so belongs to the group.
    """
    if not is_signed(election, ballot):
        raise Malformed(f"{WHAT}: la firma no es válida.")
    context = _context(election, ballot.credential)
    for n, question in enumerate(election.questions):
        what = f"{WHAT}, respuesta {n + 1}"
        answers.check(election.key, question, ballot.answers[n], context, what)
