"""Ballots: made, parsed, verified, and rejected with any field altered."""

import json

import pytest

from participa.belenios import ballot, canonical, questions
from participa.belenios.canonical import Malformed
from participa.belenios.election import read as read_election
from participa.belenios.questions import BLANK
from tests.belenios.builders import box, resigned, small, vector


def format_election():
    return read_election(vector("election.json")["raw"].encode())


def accept(election, raw: bytes) -> ballot.Ballot:
    """Parse and verify a ballot."""
    read = ballot.read(election, raw)
    ballot.check(election, read)
    return read


@pytest.fixture(scope="module")
def asked():
    """A question with a blank vote, and one without."""
    return box(
        questions.approve("¿Qué apoya?", ("Parque",), has_blank=True),
        questions.one_of("¿Dónde?", ("Norte",)),
        voters=2,
    )


@pytest.fixture(scope="module")
def cast(asked):
    return asked.ballot(0, {0}, {0})


@pytest.mark.parametrize("name", ["ballot.json", "ballot_blank.json"])
def test_a_ballot_of_the_format_is_let_in(name):
    known = vector(name)
    read = accept(format_election(), known["raw"].encode())
    assert read.tracker == known["tracker_b64"]
    signed = json.loads(known["raw"])["signature"]["hash"]
    assert known.get("signature_hash_b64_of_ballot_without_signature", signed) == signed


@pytest.mark.parametrize(
    "votes", [({0}, {0}), (BLANK, {0}), (set(), {0})], ids=["chosen", "blank", "nothing"]
)
def test_what_may_be_voted_is_let_in(asked, votes):
    raw = asked.ballot(0, *votes)
    assert accept(asked.election, raw).credential == asked.credentials[0].public
    assert len(raw) < ballot.max_bytes(asked.election)
    assert ballot.tracker(raw) == canonical.fingerprint(raw)


def test_the_same_vote_looks_different_each_time(asked):
    assert asked.ballot(0, {0}, {0}) != asked.ballot(0, {0}, {0})


def test_a_ballot_answers_every_question(asked):
    with pytest.raises(ValueError, match="todas las preguntas"):
        asked.ballot(0, {0})


@pytest.mark.parametrize(
    ("vectors", "reason"),
    [
        ([[1, 1], [1]], "respuesta 1: la prueba del voto en blanco"),
        ([[0, 1], [0]], "respuesta 2: la prueba de cuántas"),
    ],
    ids=["blank and not blank", "nothing where one is asked"],
)
def test_a_vote_that_is_not_allowed_cannot_be_proved(asked, vectors, reason):
    raw = ballot.make_from_vectors(asked.election, asked.credentials[0].secret, vectors)
    with pytest.raises(Malformed, match=reason):
        accept(asked.election, raw)


@pytest.mark.parametrize("more", [1, 1_000, -2], ids=["two votes", "1001 votes", "minus one vote"])
def test_who_adds_votes_to_an_answer_cannot_prove_it(asked, cast, more):
    group = asked.election.group

    def add(value):
        choice = value["answers"][1]["choices"][0]
        choice["beta"] = str(int(choice["beta"]) * group.generator.power(more) % group.p)

    with pytest.raises(Malformed, match="respuesta 2: la prueba de la casilla 1"):
        accept(asked.election, resigned(asked, cast, 0, add))


def numbers(value, path=()):
    """The paths of the big numbers in a ballot."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in pairs:
            yield from numbers(inner, (*path, name))
    elif isinstance(value, str) and value.isdigit() and len(value) > 40:
        yield path


def put(value, path, change):
    for name in path[:-1]:
        value = value[name]
    value[path[-1]] = change(value[path[-1]])


def test_a_ballot_with_any_one_number_changed_is_refused(asked, cast):
    """Signed again by its own voter, so that only the proofs can fail."""
    places = [path for path in numbers(json.loads(cast)) if path[0] == "answers"]
    assert len(places) == 2 * 3 + 4 * 3 + 2 * 3 + 2 * 2 + 2
    for path in places:

        def edit(value, path=path):
            put(value, path, lambda text: str(int(text) - 1))

        with pytest.raises(Malformed, match=r"respuesta \d: la prueba"):
            accept(asked.election, resigned(asked, cast, 0, edit))


@pytest.mark.parametrize("member", ["challenge", "response"])
def test_a_signature_with_a_number_changed_is_refused(asked, cast, member):
    value = json.loads(cast)
    put(value, ("signature", "proof", member), lambda text: str(int(text) - 1))
    with pytest.raises(Malformed, match="la firma no es válida"):
        accept(asked.election, canonical.write(value))


def test_a_ballot_changed_after_signing_is_refused(asked, cast):
    value = json.loads(cast)
    put(value, ("answers", 0, "overall_proof", 0, "response"), lambda text: str(int(text) - 1))
    with pytest.raises(Malformed, match="cambió después de firmada"):
        accept(asked.election, canonical.write(value))


def test_the_answers_of_another_voter_cannot_be_copied(asked, cast):
    copied = resigned(
        asked, cast, 1, lambda value: value | {"credential": str(asked.credentials[1].public)}
    )
    with pytest.raises(Malformed, match="respuesta 1: la prueba de la casilla 1"):
        accept(asked.election, copied)


SHAPES = {
    "another member": (lambda v: v | {"note": ""}, "un campo de más"),
    "no credential": (lambda v: {k: v[k] for k in v if k != "credential"}, "no tiene el campo"),
    "another order": (lambda v: dict(reversed(v.items())), "en otro orden"),
    "another box": (lambda v: v | {"election_uuid": "x" * 14}, "de otra elección"),
    "other questions": (lambda v: v | {"election_hash": "x"}, "de otra elección"),
    "a list as hash": (lambda v: v | {"election_hash": []}, "de otra elección"),
    "one answer less": (lambda v: v["answers"].pop() and v, "hay 1 elementos y deben ser 2"),
    "one choice less": (lambda v: v["answers"][0]["choices"].pop() and v, "deben ser 2"),
    "one proof less": (lambda v: v["answers"][0]["overall_proof"].pop() and v, "deben ser 3"),
    "no blank proof": (lambda v: v["answers"][0].pop("blank_proof") and v, "«blank_proof»"),
    "a proof of three": (
        lambda v: v["answers"][1]["individual_proofs"][0].append({}),
        "hay 3 elementos y deben ser 2",
    ),
    "a number as number": (lambda v: v | {"credential": 5}, "«credential» no es un número"),
    "zero": (
        lambda v: v["answers"][0]["choices"][0].update(alpha="0"),
        r"casilla 1 \(alpha\) es cero",
    ),
    "not an object": (lambda v: [v], "no es un objeto"),
    "a word": (lambda v: "papeleta", "no es un objeto"),
}


@pytest.mark.parametrize(("edit", "reason"), SHAPES.values(), ids=SHAPES)
def test_a_ballot_of_another_shape_is_refused(asked, cast, edit, reason):
    value = json.loads(cast)
    other = edit(value)
    with pytest.raises(Malformed, match=reason):
        ballot.read(asked.election, canonical.write(value if other is None else other))


@pytest.mark.parametrize(
    "spoil",
    [lambda raw: raw + b"\n", lambda raw: raw.replace(b",", b", ", 1), lambda raw: raw[:-1]],
    ids=["a line at the end", "a blank", "cut"],
)
def test_a_ballot_not_in_the_one_form_is_refused(asked, cast, spoil):
    with pytest.raises(Malformed, match=r"forma única|no es JSON"):
        ballot.read(asked.election, spoil(cast))


def test_a_ballot_of_five_megabytes_is_refused_at_once(asked):
    with pytest.raises(Malformed, match="ocupa más de"):
        ballot.read(asked.election, b"[" * 5_000_000)


def test_a_number_that_is_no_member_is_refused_however_well_proved():
    made = small()
    group = made.election.group

    def turn(value):
        choice = value["answers"][0]["choices"][0]
        choice["alpha"] = str(group.p - int(choice["alpha"]))

    with pytest.raises(Malformed, match="casilla 1"):
        accept(made.election, resigned(made, made.ballot(0, {0}), 0, turn))
