"""The encrypted answer to one question: one ciphertext per slot, and proofs that the vote is valid.

Individual proofs: every slot encrypts 0 or 1. Overall proof: the number of chosen answers is within
the limits. With a blank vote, slot 0 is the blank: a blank proof shows that slot 0 or the sum of
the other slots is 0, and the overall proof that slot 0 is 1 or that sum is within the limits.

`context` is the text "election fingerprint|credential" at the start of every hash: an answer that
is copied to another credential or election fails verification.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.canonical import Malformed
from participa.belenios.groups import FixedBase, Group
from participa.belenios.proofs import Ciphertext, Claim, Opening, Proof
from participa.belenios.questions import Question

BIT = (0, 1)


class Answer(NamedTuple):
    choices: list[Ciphertext]
    individual: list[list[Proof]]
    overall: list[Proof]
    blank: list[Proof] | None

    def record(self) -> dict[str, Any]:
        record = {
            "choices": [choice.record() for choice in self.choices],
            "individual_proofs": [[p.record() for p in pair] for pair in self.individual],
            "overall_proof": [proof.record() for proof in self.overall],
        }
        if self.blank is not None:
            record["blank_proof"] = [proof.record() for proof in self.blank]
        return record


def read(group: Group, question: Question, value: Any, what: str) -> Answer:
    """Parse an answer with the number of slots and branches that the question requires.

    Raises Malformed. The proofs are not verified, nor that the elements belong to the group.
    """
    names = ["choices", "individual_proofs", "overall_proof"]
    if question.has_blank:
        names.append("blank_proof")
    choices, individual, overall, *blank = canonical.members(value, what, *names)
    choices = canonical.items(choices, f"{what}, «choices»", question.slots)
    individual = canonical.items(individual, f"{what}, «individual_proofs»", question.slots)
    branches = question.most - question.least + 1 + question.has_blank
    return Answer(
        [
            proofs.read_ciphertext(group, one, f"{what}, casilla {n}")
            for n, one in enumerate(choices, start=1)
        ],
        [
            proofs.read_proofs(group, one, f"{what}, prueba de la casilla {n}", len(BIT))
            for n, one in enumerate(individual, start=1)
        ],
        proofs.read_proofs(group, overall, f"{what}, «overall_proof»", branches),
        proofs.read_proofs(group, blank[0], f"{what}, «blank_proof»", 2) if blank else None,
    )


def _question_context(context: str, choices: Sequence[Ciphertext]) -> str:
    return f"{context}|{','.join(map(str, choices))}"


def _individual_statement(context: str, choice: Ciphertext) -> str:
    return f"prove|{context}|{choice}|"


def _allowed_sums(question: Question) -> range:
    return range(question.least, question.most + 1)


def encrypt(
    key: FixedBase, question: Question, vector: Sequence[int], context: str
) -> tuple[Answer, list[Opening]]:
    """Encrypt a vector of one 0 or 1 per slot, with its proofs; also returns what opens each slot.

    The vector is not checked against the question. For a forbidden one the proofs fail
    verification, or there is no branch to prove (IndexError).
    """
    pairs = [proofs.encrypt(key, m) for m in vector]
    choices, openings = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    individual = [
        proofs.prove_one_of(
            key, _individual_statement(context, choice), [Claim(choice, BIT)], [opening], opening.m
        )
        for choice, opening in pairs
    ]
    context = _question_context(context, choices)
    if question.has_blank:
        overall, blank = _prove_with_blank(key, question, context, choices, openings)
        return Answer(choices, individual, overall, blank), openings
    total = proofs.product(key.group, choices)
    opening = proofs.sum_openings(key.group, openings)
    claim = Claim(total, _allowed_sums(question))
    overall = proofs.prove_one_of(
        key, f"prove|{context}|{total}|", [claim], [opening], opening.m - question.least
    )
    return Answer(choices, individual, overall, None), openings


def _prove_with_blank(
    key: FixedBase,
    question: Question,
    context: str,
    choices: list[Ciphertext],
    openings: list[Opening],
) -> tuple[list[Proof], list[Proof]]:
    first, rest = choices[0], proofs.product(key.group, choices[1:])
    both = [openings[0], proofs.sum_openings(key.group, openings[1:])]
    is_blank = both[0].m == 1
    blank = proofs.prove_one_of(
        key, f"bproof0|{context}|", _either_is_zero(first, rest), both, int(is_blank)
    )
    true_branch = 0 if is_blank else both[1].m - question.least + 1
    overall = proofs.prove_one_of(
        key, f"bproof1|{context}|", _blank_or_allowed(question, first, rest), both, true_branch
    )
    return overall, blank


def _either_is_zero(first: Ciphertext, rest: Ciphertext) -> list[Claim]:
    return [Claim(first, (0,)), Claim(rest, (0,))]


def _blank_or_allowed(question: Question, first: Ciphertext, rest: Ciphertext) -> list[Claim]:
    return [Claim(first, (1,)), Claim(rest, _allowed_sums(question))]


def check(key: FixedBase, question: Question, answer: Answer, context: str, what: str) -> None:
    """Verify every proof and the membership of every element; raises Malformed."""
    for number, choice in enumerate(answer.choices, start=1):
        proof = answer.individual[number - 1]
        statement, claims = _individual_statement(context, choice), [Claim(choice, BIT)]
        if not proofs.verify_one_of(key, statement, claims, proof, check_membership=True):
            raise Malformed(f"{what}: la prueba de la casilla {number} no es válida.")
    context = _question_context(context, answer.choices)
    if answer.blank is not None:
        _check_with_blank(key, question, answer, context, what)
        return
    total = proofs.product(key.group, answer.choices)
    claims = [Claim(total, _allowed_sums(question))]
    if not proofs.verify_one_of(key, f"prove|{context}|{total}|", claims, answer.overall):
        raise Malformed(f"{what}: la prueba de cuántas opciones se escogieron no es válida.")


def _check_with_blank(
    key: FixedBase, question: Question, answer: Answer, context: str, what: str
) -> None:
    first, rest = answer.choices[0], proofs.product(key.group, answer.choices[1:])
    claims = _either_is_zero(first, rest)
    if not proofs.verify_one_of(key, f"bproof0|{context}|", claims, answer.blank or ()):
        raise Malformed(f"{what}: la prueba del voto en blanco no es válida.")
    claims = _blank_or_allowed(question, first, rest)
    if not proofs.verify_one_of(key, f"bproof1|{context}|", claims, answer.overall):
        raise Malformed(f"{what}: la prueba de cuántas opciones se escogieron no es válida.")
