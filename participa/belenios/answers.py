"""The encrypted answer to one question, with the proofs that it chooses what may be chosen.

`bound` is the text that ties every proof to this election and this voter: a copied answer proves
nothing under another credential.
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
    """The parts, each of the length that the question asks for; the proofs are not checked."""
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


def _texts(bound: str, choices: Sequence[Ciphertext]) -> str:
    return f"{bound}|{','.join(map(str, choices))}"


def _individual(bound: str, choice: Ciphertext) -> str:
    return f"prove|{bound}|{choice}|"


def _range(question: Question) -> range:
    return range(question.least, question.most + 1)


def encrypt(key: FixedBase, question: Question, vector: Sequence[int], bound: str) -> Answer:
    """Hide this vector of zeros and ones, and prove that it is allowed."""
    pairs = [proofs.encrypt(key, m) for m in vector]
    choices, openings = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    individual = [
        proofs.prove_one_of(
            key, _individual(bound, choice), [Claim(choice, BIT)], [opening], opening.m
        )
        for choice, opening in pairs
    ]
    text = _texts(bound, choices)
    if question.has_blank:
        overall, blank = _prove_with_blank(key, question, text, choices, openings)
        return Answer(choices, individual, overall, blank)
    whole = proofs.product(key.group, choices)
    opening = proofs.total(key.group, openings)
    claim = Claim(whole, _range(question))
    overall = proofs.prove_one_of(
        key, f"prove|{text}|{whole}|", [claim], [opening], opening.m - question.least
    )
    return Answer(choices, individual, overall, None)


def _prove_with_blank(
    key: FixedBase,
    question: Question,
    text: str,
    choices: list[Ciphertext],
    openings: list[Opening],
) -> tuple[list[Proof], list[Proof]]:
    first, rest = choices[0], proofs.product(key.group, choices[1:])
    known = [openings[0], proofs.total(key.group, openings[1:])]
    is_blank = known[0].m == 1
    blank = proofs.prove_one_of(
        key, f"bproof0|{text}|", _either_is_zero(first, rest), known, int(is_blank)
    )
    truth = 0 if is_blank else known[1].m - question.least + 1
    overall = proofs.prove_one_of(
        key, f"bproof1|{text}|", _blank_or_allowed(question, first, rest), known, truth
    )
    return overall, blank


def _either_is_zero(first: Ciphertext, rest: Ciphertext) -> list[Claim]:
    return [Claim(first, (0,)), Claim(rest, (0,))]


def _blank_or_allowed(question: Question, first: Ciphertext, rest: Ciphertext) -> list[Claim]:
    return [Claim(first, (1,)), Claim(rest, _range(question))]


def check(key: FixedBase, question: Question, answer: Answer, bound: str, what: str) -> None:
    """Refuse an answer that hides anything that the question does not allow."""
    for number, choice in enumerate(answer.choices, start=1):
        proof = answer.individual[number - 1]
        claims = [Claim(choice, BIT)]
        if not proofs.verify_one_of(key, _individual(bound, choice), claims, proof, are_new=True):
            raise Malformed(f"{what}: la prueba de la casilla {number} no es válida.")
    text = _texts(bound, answer.choices)
    if answer.blank is not None:
        _check_with_blank(key, question, answer, text, what)
        return
    whole = proofs.product(key.group, answer.choices)
    claims = [Claim(whole, _range(question))]
    if not proofs.verify_one_of(key, f"prove|{text}|{whole}|", claims, answer.overall):
        raise Malformed(f"{what}: la prueba de cuántas opciones se escogieron no es válida.")


def _check_with_blank(
    key: FixedBase, question: Question, answer: Answer, text: str, what: str
) -> None:
    first, rest = answer.choices[0], proofs.product(key.group, answer.choices[1:])
    claims = _either_is_zero(first, rest)
    if not proofs.verify_one_of(key, f"bproof0|{text}|", claims, answer.blank or ()):
        raise Malformed(f"{what}: la prueba del voto en blanco no es válida.")
    claims = _blank_or_allowed(question, first, rest)
    if not proofs.verify_one_of(key, f"bproof1|{text}|", claims, answer.overall):
        raise Malformed(f"{what}: la prueba de cuántas opciones se escogieron no es válida.")
