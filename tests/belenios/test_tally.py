"""Tally: for any election, the decrypted counts are those of the votes."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participa.belenios import ballot, tally, verifier
from participa.belenios.canonical import Malformed
from participa.belenios.questions import BLANK, Question
from tests.belenios.builders import box, file_of, small, vector

LABELS = ("Salud", "Educación", "Movilidad")


@st.composite
def asked(draw):
    answers = draw(st.integers(1, 3))
    most = draw(st.integers(1, answers))
    least = draw(st.integers(0, most))
    return Question("¿Qué?", LABELS[:answers], least, most, draw(st.booleans()))


@st.composite
def elections(draw):
    """Questions, votes as (voter, vote) in order, and the number of trustees."""
    questions = draw(st.lists(asked(), min_size=1, max_size=2))
    votes = draw(
        st.lists(
            st.tuples(st.integers(0, 1), st.tuples(*(choice(question) for question in questions))),
            max_size=3,
        )
    )
    return questions, votes, draw(st.integers(1, 2))


def choice(question: Question):
    places = st.sets(
        st.integers(0, len(question.answers) - 1), min_size=question.least, max_size=question.most
    )
    return st.just(BLANK) | places if question.has_blank else places


def plain_count(questions, votes) -> list[list[int]]:
    """The counts of the last vote of each voter, without cryptography."""
    last = dict(votes)
    counts = []
    for number, question in enumerate(questions):
        chosen = Counter()
        for vote in last.values():
            chosen.update(["blank"] if vote[number] is BLANK else vote[number])
        blank = [chosen["blank"]] if question.has_blank else []
        counts.append(blank + [chosen[place] for place in range(len(question.answers))])
    return counts


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(elections())
def test_the_opened_result_is_the_plain_count(case):
    questions, votes, keys = case
    made = box(*questions, keys=keys)
    cast = [made.ballot(voter, *vote) for voter, vote in votes]
    verified = verifier.verify(file_of(made, cast).bytes())
    assert verified.counts == plain_count(questions, votes)
    assert verified.num_counted == len(dict(votes))
    assert verified.is_finished


def test_the_last_ballot_of_a_credential_counts():
    made = small()
    cast = [ballot.read(made.election, made.ballot(v, {c})) for v, c in ((0, 0), (1, 0), (0, 1))]
    assert tally.counted_ballots(cast) == [cast[2], cast[1]]


def test_where_one_vote_is_final_a_second_one_stops_the_count():
    made = small()
    cast = [ballot.read(made.election, made.ballot(0, {0})) for _ in range(2)]
    with pytest.raises(Malformed, match="votó dos veces"):
        tally.counted_ballots(cast, tally.ONE_ONLY)
    assert tally.counted_ballots(cast[:1], tally.ONE_ONLY) == cast[:1]


def test_the_records_are_those_of_the_format():
    known = vector("tally.json")
    raw = known["encrypted_tally"].encode()
    assert tally.sized_record(4, raw).decode() == known["sized"]
    for owner, part in enumerate(known["partial_decryptions"], start=1):
        assert tally.owned_record(owner, part["payload"].encode()).decode() == part["owned"]
    assert tally.result_record([[2, 2, 2, 0, 2], [1, 2, 1]]).decode() == known["result"]


def test_a_total_that_is_no_count_is_not_published():
    made = small()
    cast = [ballot.read(made.election, made.ballot(0, {0}))]
    totals = tally.encrypted_totals(made.election, cast)
    partials = [tally.decrypt(made.election, totals, secret) for secret in made.secrets]
    assert tally.counts(made.election, totals, partials, 1) == [[1, 0]]
    with pytest.raises(Malformed, match="no son un conteo"):
        tally.counts(made.election, totals, partials, 0)
    with pytest.raises(Malformed, match="no son un conteo"):
        tally.counts(made.election, totals, partials[:1], 1)
