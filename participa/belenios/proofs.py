"""Proofs that say that a number was made as it must be, and nothing more.

Each is a pair (challenge, response) per claim. The challenge is a hash of everything that the
proof speaks of, so that it cannot be taken to another election, voter or question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical
from participa.belenios.groups import FixedBase, Group


class Proof(NamedTuple):
    challenge: int
    response: int

    def record(self) -> dict[str, str]:
        return {"challenge": str(self.challenge), "response": str(self.response)}


class Ciphertext(NamedTuple):
    """A number m hidden for the key y: (g^r, y^r g^m)."""

    alpha: int
    beta: int

    def __str__(self) -> str:
        return f"{self.alpha},{self.beta}"

    def record(self) -> dict[str, str]:
        return {"alpha": str(self.alpha), "beta": str(self.beta)}


class Opening(NamedTuple):
    """What only the voter knows of a ciphertext."""

    r: int
    m: int


class Claim(NamedTuple):
    """The ciphertext hides one of these numbers."""

    ciphertext: Ciphertext
    values: Sequence[int]


def read_proof(group: Group, value: Any, what: str) -> Proof:
    challenge, response = canonical.members(value, what, "challenge", "response")
    return Proof(group.scalar(challenge, what), group.scalar(response, what))


def read_proofs(group: Group, value: Any, what: str, length: int) -> list[Proof]:
    return [read_proof(group, one, what) for one in canonical.items(value, what, length)]


def read_ciphertext(group: Group, value: Any, what: str) -> Ciphertext:
    """Two numbers below p; `verify_one_of` or the caller asks whether they are members."""
    alpha, beta = canonical.members(value, what, "alpha", "beta")
    return Ciphertext(
        group.element(alpha, f"{what} (alpha)"), group.element(beta, f"{what} (beta)")
    )


def encrypt(key: FixedBase, m: int) -> tuple[Ciphertext, Opening]:
    group, r = key.group, key.group.random()
    beta = key.power(r) * group.generator.power(m) % group.p
    return Ciphertext(group.generator.power(r), beta), Opening(r, m)


def product(group: Group, ciphertexts: Sequence[Ciphertext]) -> Ciphertext:
    """The ciphertext of the sum."""
    alpha = beta = 1
    for one in ciphertexts:
        alpha, beta = alpha * one.alpha % group.p, beta * one.beta % group.p
    return Ciphertext(alpha, beta)


def total(group: Group, openings: Sequence[Opening]) -> Opening:
    return Opening(sum(o.r for o in openings) % group.q, sum(o.m for o in openings))


# Knowledge of a secret exponent: a trustee's key, the signature of a ballot.


def prove_knowledge(group: Group, secret: int, statement: str) -> Proof:
    """Of x with X = g^x; the statement stands before the commitment in what is hashed."""
    w = group.random()
    challenge = group.hash(f"{statement}{group.generator.power(w)}")
    return Proof(challenge, (w - secret * challenge) % group.q)


def verify_knowledge(group: Group, public: int, statement: str, proof: Proof) -> bool:
    commitment = group.generator.power(proof.response) * group.power(public, proof.challenge)
    return group.hash(f"{statement}{commitment % group.p}") == proof.challenge


# Ciphertexts that hide an allowed number, without telling which.


def prove_one_of(
    key: FixedBase,
    statement: str,
    claims: Sequence[Claim],
    openings: Sequence[Opening],
    truth: int,
) -> list[Proof]:
    """One proof per value of each claim, in order; `truth` counts along all of them.

    The other branches are made up. Whoever knows the openings needs only powers of g and y.
    """
    group = key.group
    branches = [(o, value) for c, o in zip(claims, openings) for value in c.values]  # noqa: B905 - the single file runs on Python 3.9
    made = [Proof(group.random(), group.random()) for _ in branches]
    made[truth] = Proof(0, group.random())
    commitments = []
    for (opening, value), (challenge, response) in zip(branches, made):  # noqa: B905 - as above
        exponent = response + opening.r * challenge
        shifted = group.generator.power((opening.m - value) * challenge)
        commitments += [group.generator.power(exponent), key.power(exponent) * shifted % group.p]
    whole = group.hash(statement + ",".join(map(str, commitments)))
    challenge = (whole - sum(proof.challenge for proof in made)) % group.q
    w = made[truth].response
    made[truth] = Proof(challenge, (w - branches[truth][0].r * challenge) % group.q)
    return made


def verify_one_of(
    key: FixedBase,
    statement: str,
    claims: Sequence[Claim],
    proofs: Sequence[Proof],
    are_new: bool = False,
) -> bool:
    """Whether the proofs hold; of new ciphertexts, also whether they belong to the group."""
    group, remaining = key.group, list(proofs)
    commitments: list[int] = []
    for (alpha, beta), values in claims:
        mine, remaining = remaining[: len(values)], remaining[len(values) :]
        exponents = [proof.challenge for proof in mine] + [group.q] * are_new
        alphas, betas = group.powers(alpha, exponents), group.powers(beta, exponents)
        if are_new and not alphas[-1] == betas[-1] == 1:
            return False
        for place, value in enumerate(values):
            challenge, response = mine[place]
            left = group.generator.power(response) * alphas[place] % group.p
            right = key.power(response) * betas[place] % group.p
            if value:
                right = right * group.generator.power(-value * challenge) % group.p
            commitments += [left, right]
    whole = group.hash(statement + ",".join(map(str, commitments)))
    return whole == sum(proof.challenge for proof in proofs) % group.q


# A trustee's part of opening a total.


def prove_decryption(group: Group, election: str, secret: int, alpha: int) -> tuple[int, Proof]:
    """The factor alpha^x, and the proof that x is the trustee's own."""
    factor, w = group.secret_power(alpha, secret), group.random()
    commitments = f"{group.generator.power(w)},{group.secret_power(alpha, w)}"
    public = group.generator.power(secret)
    challenge = group.hash(f"decrypt|{election}|{public}|{commitments}")
    return factor, Proof(challenge, (w - secret * challenge) % group.q)


def verify_decryption(
    group: Group, election: str, public: int, alpha: int, factor: int, proof: Proof
) -> bool:
    if not group.is_member(factor):
        return False
    a = group.generator.power(proof.response) * group.power(public, proof.challenge) % group.p
    powers = group.power(alpha, proof.response) * group.power(factor, proof.challenge)
    text = f"decrypt|{election}|{public}|{a},{powers % group.p}"
    return group.hash(text) == proof.challenge
