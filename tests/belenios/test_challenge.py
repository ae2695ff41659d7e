"""A ballot that is opened instead of cast tells what the device encrypted, in both languages."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.belenios import ballot, canonical, challenge, proofs, questions
from participa.belenios.canonical import Malformed
from participa.belenios.questions import BLANK
from tests.belenios.browsing import packed
from tests.belenios.builders import CODES, Box, box

THREE = questions.several_of("¿Qué primero?", ("Agua", "Vías", "Aulas"), 1, 2, has_blank=True)
TWO = (THREE, questions.yes_no("¿Está de acuerdo?"))
OPEN = """async (m, { record, raw }) => {
  const asked = await m.readElection(bytes(record));
  const { ballot, votes } = await m.openChallenge(asked, bytes(raw));
  return [await m.fingerprint(ballot), votes];
}"""
VOTE = """async (m, { record, code, votes }) => {
  const asked = await m.readElection(bytes(record));
  const made = await m.makeBallot(asked, await m.secretOf(m.readCode(code), asked.uuid), votes);
  return [made.tracker, m.challengeRecord(made)];
}"""


def opened(made: Box, *votes) -> tuple[bytes, list[list[int]]]:
    return ballot.make_with_randomness(made.election, made.credentials[0].secret, votes)


def in_browser(modules, made: Box, raw: bytes):
    given = {"record": packed(made.election.raw), "raw": packed(raw)}
    return modules.ask(OPEN, given, of=["election", "challenge", "canonical"])


@given(
    st.one_of(st.none(), st.sets(st.integers(0, 2), min_size=1, max_size=2)),
    st.integers(0, 1),
)
def test_it_tells_whatever_was_chosen(first, second):
    made = box(*TWO)
    raw, randomness = opened(made, first, {second})
    read = challenge.read(made.election, challenge.record(raw, randomness))
    assert read.votes == (None if first is None else tuple(sorted(first)), (second,))
    assert read.ballot.raw == raw


@pytest.mark.parametrize("votes", [[BLANK, [0]], [[0, 2], [1]]])
def test_a_ballot_of_the_browser_opens_here_and_there(modules, votes):
    made = box(*TWO)
    given = {"record": packed(made.election.raw), "code": CODES[0], "votes": votes}
    tracker, document = modules.ask(VOTE, given, of=["election", "credentials", "ballot"])["result"]
    read = challenge.read(made.election, document.encode())
    assert read.ballot.tracker == tracker
    assert [vote and list(vote) for vote in read.votes] == votes
    ballot.check(made.election, read.ballot)  # it would have been accepted
    assert in_browser(modules, made, document.encode())["result"] == [tracker, votes]


def forged():
    """Documents that open nothing: each id says what a cheating device tried."""
    made = box(*TWO)
    raw, randomness = opened(made, {0}, {1})
    other, _ = opened(made, {1}, {0})
    exchanged = [randomness[0][::-1], randomness[1]]
    vector = ballot.make_from_vectors(
        made.election, made.credentials[0].secret, [[0, 1, 1, 0], [1, 0]]
    )
    foreign = json.loads(raw)
    foreign["signature"]["proof"]["response"] = "1"
    yield "of another ballot", challenge.record(other, randomness), "no abre con los números"
    yield "exchanged", challenge.record(raw, exchanged), "no abre con los números"
    yield "too few", challenge.record(raw, randomness[:1]), "hay 1 elementos y deben ser 2"
    yield "of two slots", challenge.record(raw, [randomness[0][:2], randomness[1]]), "deben ser 4"
    yield "a number beyond q", challenge.record(raw, [[2**255] * 4, [1, 1]]), "número"
    yield "signed by nobody", challenge.record(canonical.write(foreign), randomness), "la firma"
    yield "not a challenge", vector, "tiene un campo de más"
    yield "blanks in it", challenge.record(raw, randomness) + b" ", "forma única"


@pytest.mark.parametrize(
    ("raw", "words"), [(raw, words) for _, raw, words in forged()], ids=[n for n, *_ in forged()]
)
def test_a_device_that_cannot_open_it_is_found_out(modules, raw, words):
    made = box(*TWO)
    with pytest.raises(Malformed, match=words) as problem:
        challenge.read(made.election, raw)
    assert in_browser(modules, made, raw)["refused"] == str(problem.value)


def test_a_vote_that_the_question_forbids_is_told(modules):
    made = box(*TWO)
    group, key = made.election.group, made.election.key
    raw, randomness = opened(made, {0}, {1})
    sent = json.loads(raw)
    r = randomness[1][0]  # «Sí» besides «No»
    sent["answers"][1]["choices"][0]["beta"] = str(
        key.power(r) * group.generator.power(1) % group.p
    )
    unsigned = {name: value for name, value in sent.items() if name != "signature"}
    signed_hash = canonical.fingerprint(canonical.write(unsigned))
    proof = proofs.prove_knowledge(group, made.credentials[0].secret, f"sig|{signed_hash}|")
    sent["signature"] = {"hash": signed_hash, "proof": proof.record()}
    document = challenge.record(canonical.write(sent), randomness)
    with pytest.raises(Malformed, match="La respuesta 2 marca algo que la pregunta no permite"):
        challenge.read(made.election, document)
    assert "La respuesta 2 marca algo" in in_browser(modules, made, document)["refused"]
