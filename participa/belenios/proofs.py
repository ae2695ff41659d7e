"""Exponential ElGamal, and the non-interactive zero-knowledge proofs of the format.

Three sigma protocols, made non-interactive by Fiat-Shamir:
  knowledge of a discrete logarithm (Schnorr), for trustees' keys and ballot signatures;
  membership of a plaintext in a small set: a disjunction of Chaum-Pedersen proofs, one branch
  per value, the false branches simulated (Cramer, Damgard and Schoenmakers);
  equality of two discrete logarithms (Chaum-Pedersen), for partial decryptions.
A branch is stored as (challenge, response); a verifier recomputes its commitment. The hash starts
with a text, here `statement`, that holds the election, the voter and the question, so that a proof
is invalid anywhere else. Notation: g generator, y election key, x secret, X = g^x, r randomness,
w nonce, m plaintext.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical
from participa.belenios.groups import FixedBase, Group


class Proof(NamedTuple):
    """One branch: commitment = g^response * X^challenge."""

    challenge: int
    response: int

    def record(self) -> dict[str, str]:
        return {"challenge": str(self.challenge), "response": str(self.response)}


class Ciphertext(NamedTuple):
    """Exponential ElGamal encryption of m under the key y: (g^r, y^r g^m)."""

    alpha: int
    beta: int

    def __str__(self) -> str:
        return f"{self.alpha},{self.beta}"

    def record(self) -> dict[str, str]:
        return {"alpha": str(self.alpha), "beta": str(self.beta)}


class Opening(NamedTuple):
    """Randomness r and plaintext m of a ciphertext; known to the voter alone."""

    r: int
    m: int


class Claim(NamedTuple):
    """The plaintext of the ciphertext is one of these values."""

    ciphertext: Ciphertext
    values: Sequence[int]


def read_proof(group: Group, value: Any, what: str) -> Proof:
    challenge, response = canonical.members(value, what, "challenge", "response")
    return Proof(group.scalar(challenge, what), group.scalar(response, what))


def read_proofs(group: Group, value: Any, what: str, length: int) -> list[Proof]:
    return [read_proof(group, one, what) for one in canonical.items(value, what, length)]


def read_ciphertext(group: Group, value: Any, what: str) -> Ciphertext:
    """Parse a ciphertext; that its two elements belong to the group is for the caller to check."""
    alpha, beta = canonical.members(value, what, "alpha", "beta")
    return Ciphertext(
        group.element(alpha, f"{what} (alpha)"), group.element(beta, f"{what} (beta)")
    )


def encrypt(key: FixedBase, m: int) -> tuple[Ciphertext, Opening]:
    group, r = key.group, key.group.random()
    beta = key.power(r) * group.generator.power(m) % group.p
    return Ciphertext(group.generator.power(r), beta), Opening(r, m)


def product(group: Group, ciphertexts: Sequence[Ciphertext]) -> Ciphertext:
    """Componentwise product: an encryption of the sum of the plaintexts."""
    alpha = beta = 1
    for one in ciphertexts:
        alpha, beta = alpha * one.alpha % group.p, beta * one.beta % group.p
    return Ciphertext(alpha, beta)


def sum_openings(group: Group, openings: Sequence[Opening]) -> Opening:
    """The opening of the product of the ciphertexts."""
    return Opening(sum(o.r for o in openings) % group.q, sum(o.m for o in openings))


# Knowledge of a secret exponent: a trustee's key, the signature of a ballot.


def prove_knowledge(group: Group, secret: int, statement: str) -> Proof:
    """Schnorr proof of knowledge of x: c = H(statement g^w), response w - x c."""
    w = group.random()
    challenge = group.hash(f"{statement}{group.generator.power(w)}")
    return Proof(challenge, (w - secret * challenge) % group.q)


def verify_knowledge(group: Group, public: int, statement: str, proof: Proof) -> bool:
    power = group.power(public, proof.challenge)
    commitment = group.generator.power(proof.response, power)
    return group.hash(f"{statement}{commitment}") == proof.challenge


# Disjunctive Chaum-Pedersen: the plaintext is one of the values, without revealing which.


def prove_one_of(
    key: FixedBase,
    statement: str,
    claims: Sequence[Claim],
    openings: Sequence[Opening],
    true_branch: int,
) -> list[Proof]:
    """Prove that at least one claim holds; returns one Proof per branch.

    The branches are the values of the first claim, then of the second, and so on; `true_branch`
    is an index over all of them. Claim n is about the ciphertext with openings[n]. All challenges
    add up to H(statement commitments), so only one branch can be chosen freely. With r and m known,
    alpha and beta are powers of g and y, and every commitment comes from two fixed-base tables:
    A = g^(t + r c), B = y^(t + r c) g^((m - value) c) for the Proof (c, t).
    """
    group = key.group
    branches = [(o, value) for c, o in zip(claims, openings) for value in c.values]  # noqa: B905 - the single file runs on Python 3.9
    branch_proofs = [Proof(group.random(), group.random()) for _ in branches]
    branch_proofs[true_branch] = Proof(0, group.random())  # its response is w for now
    commitments = []
    for (opening, value), (challenge, response) in zip(branches, branch_proofs):  # noqa: B905 - as above
        exponent = response + opening.r * challenge
        shift = group.generator.power((opening.m - value) * challenge)
        commitments += [group.generator.power(exponent), key.power(exponent) * shift % group.p]
    challenge_sum = group.hash(statement + ",".join(map(str, commitments)))
    challenge = (challenge_sum - sum(proof.challenge for proof in branch_proofs)) % group.q
    w, r = branch_proofs[true_branch].response, branches[true_branch][0].r
    branch_proofs[true_branch] = Proof(challenge, (w - r * challenge) % group.q)
    return branch_proofs


def verify_one_of(
    key: FixedBase,
    statement: str,
    claims: Sequence[Claim],
    proofs: Sequence[Proof],
    check_membership: bool = False,
) -> bool:
    """Whether the proofs of `prove_one_of` hold.

    With `check_membership`, also whether every alpha and beta belongs to the group; x^q shares the
    squarings of the other powers. Without it the caller must know, as for products of members.
    """
    group, remaining = key.group, list(proofs)
    commitments: list[int] = []
    for (alpha, beta), values in claims:
        branch_proofs, remaining = remaining[: len(values)], remaining[len(values) :]
        exponents = [proof.challenge for proof in branch_proofs] + [group.q] * check_membership
        alphas = group.powers(alpha, exponents)
        betas = group.powers(beta, exponents, [*values, 0][: len(exponents)])
        if check_membership and not alphas[-1] == betas[-1] == 1:
            return False
        for proof, a, b in zip(branch_proofs, alphas, betas):  # noqa: B905 - as above
            commitments.append(group.generator.power(proof.response, a))
            commitments.append(key.power(proof.response, b))
    challenge_sum = group.hash(statement + ",".join(map(str, commitments)))
    return challenge_sum == sum(proof.challenge for proof in proofs) % group.q


# Partial decryption with a Chaum-Pedersen proof.


def prove_decryption(group: Group, election: str, secret: int, alpha: int) -> tuple[int, Proof]:
    """The factor alpha^x, and the proof that log_g X = log_alpha factor.

    `election` is the fingerprint of the election record; X = g^x is the trustee's public key.
    """
    factor, w = group.secret_power(alpha, secret), group.random()
    commitments = f"{group.generator.power(w)},{group.secret_power(alpha, w)}"
    public = group.generator.power(secret)
    challenge = group.hash(f"decrypt|{election}|{public}|{commitments}")
    return factor, Proof(challenge, (w - secret * challenge) % group.q)


def verify_decryption(
    group: Group, election: str, public: int, alpha: int, factor: int, proof: Proof
) -> bool:
    """Whether the proof holds and the factor belongs to the group; alpha and X are not checked."""
    if not group.is_member(factor):
        return False
    a = group.generator.power(proof.response) * group.power(public, proof.challenge) % group.p
    b = group.power(alpha, proof.response) * group.power(factor, proof.challenge) % group.p
    return group.hash(f"decrypt|{election}|{public}|{a},{b}") == proof.challenge
