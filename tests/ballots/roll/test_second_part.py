"""The second part of a card: drawn evenly, read forgivingly, handed in as digests."""

import json
from io import BytesIO

import pytest

from participa.ballots.models import BoxCredential, BoxKind
from participa.ballots.roll import (
    card_files,
    enrolment,
    registrars_roll,
    second_part,
    uploads,
)
from participa.ballots.roll.second_part import NotSixDigits
from participa.belenios.canonical import Malformed
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city


def test_it_has_six_digits_and_is_printed_in_two_groups():
    drawn = {second_part.new() for _ in range(500)}
    assert all(len(one) == 6 and one.isdigit() for one in drawn)
    assert len(drawn) > 490
    assert {one[0] for one in drawn} == set("0123456789"), "it may begin with a zero"
    assert second_part.show("004217") == "004 217"
    assert second_part.read(" 004-217 ") == "004217"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "²34567"])
def test_anything_else_is_told_what_it_should_be(typed):
    with pytest.raises(NotSixDigits, match="Son 6 cifras"):
        second_part.read(typed)


def test_the_same_digits_of_two_cards_or_two_boxes_have_different_digests():
    assert len({second_part.digest("482173", uuid, c) for uuid in "AB" for c in (2, 3)}) == 4


def test_the_registrars_file_holds_digests_in_numerical_order_and_is_read_again():
    digests = {30: "a" * 64, 4: "b" * 64}
    raw = second_part.write(digests)
    assert json.loads(raw) == [["4", "b" * 64], ["30", "a" * 64]]
    assert second_part.read_file(raw + b"\n") == {"4": "b" * 64, "30": "a" * 64}


@pytest.mark.parametrize(
    "lines",
    [
        {},
        [["4"]],
        [["4", "b" * 64, "c"]],
        [["4", "482173"]],
        [["4", "b" * 64], ["4", "c" * 64]],
        [[4, "b" * 64]],
    ],
    ids=["no list", "one part", "three parts", "the digits themselves", "twice", "a number"],
)
def test_another_file_is_refused(lines):
    with pytest.raises(Malformed, match="El archivo de segundas partes"):
        second_part.read_file(json.dumps(lines, separators=(",", ":")).encode())


# ---- cards made here


def test_cards_get_digits_only_where_a_later_vote_replaces_an_earlier_one(app):
    for takes_last, uuid in ((True, "A" * 14), (False, "B" * 14)):
        made = city.draft(BoxKind.CODES, voters=0, takes_last=takes_last, uuid=uuid)
        cards = enrolment.make_cards(made.box, city.officials()[0], 10)
        db.session.commit()
        assert [bool(card.second) for card in cards] == [takes_last] * 10
        stored = db.session.query(BoxCredential).filter_by(box_id=made.id)
        assert [row.second_digest is not None for row in stored] == [takes_last] * 10


def test_the_rule_stays_once_its_cards_are_made(app):
    """Cards print whether a vote can be changed; the batches go first."""
    made = city.draft(BoxKind.CODES)
    by = city.officials()[0]
    with pytest.raises(Refused, match="Descarte los lotes"):
        city.service.change(made.box, by, made.box.tasks, takes_last=True)
    db.session.rollback()
    card_files.discard_batch(made.box.batches[0], by)
    city.service.change(made.box, by, made.box.tasks, takes_last=True)
    assert made.box.takes_last


# ---- the registrar's


def handed_in(made, digests, roll=None):
    by = city.officials()[0]
    roll = roll or city.roll_of(made)
    registrars_roll.receive(made.box, by, BytesIO(roll), BytesIO(second_part.write(digests)))
    db.session.commit()
    city.run_jobs()
    return db.session.query(BoxCredential).filter_by(box_id=made.id).all()


def digests_of(made):
    return {
        holder.public: second_part.digest("482173", made.uuid, holder.public)
        for holder in made.holders
    }


def test_the_registrars_digits_come_with_the_roll_and_are_stored_under_our_key(app):
    made = city.draft(takes_last=True)
    digests = digests_of(made)
    stored = handed_in(made, digests)
    assert {row.public: row.second_digest for row in stored} == {
        str(public): enrolment.keyed(made.box, digest) for public, digest in digests.items()
    }
    assert list(uploads.folder().iterdir()) == []
    text = str([db.session.execute(table.select()).all() for table in db.metadata.sorted_tables])
    assert not [digest for digest in digests.values() if digest in text]


def test_digits_of_another_roll_are_refused_and_the_earlier_roll_stays(app):
    made = city.draft(takes_last=True)
    digests = digests_of(made)
    digests.pop(made.holders[0].public)
    stored = handed_in(made, digests)
    assert city.last_job().error == registrars_roll.OTHER_ROLL
    assert made.box.roll_upload is None
    assert {row.second_digest for row in stored} == {None}


def test_a_new_roll_without_digits_leaves_none_of_the_old_ones(app):
    made = city.draft(takes_last=True)
    handed_in(made, digests_of(made))
    registrars_roll.receive(made.box, city.officials()[0], BytesIO(city.roll_of(made)))
    db.session.commit()
    city.run_jobs()
    assert {row.second_digest for row in db.session.query(BoxCredential)} == {None}


def test_where_one_vote_is_all_the_file_is_refused(app):
    made = city.draft()
    with pytest.raises(Refused, match="no lleva segundas partes"):
        handed_in(made, digests_of(made))
