"""What is sealed opens with the installation's key and the box's salt, and with nothing else."""

import random
from dataclasses import replace

import pytest

from participa.ballots.keys import sealing, trustee_keys
from participa.ballots.keys.sealing import DecryptionFailed
from participa.ballots.lifecycle.service import MOST_ANSWERS, MOST_QUESTIONS
from participa.ballots.models import BallotBox, BoxKind, PaperKind
from participa.ballots.voting import open_consultation, sealed_papers
from participa.belenios.questions import Question
from participa.citizens import fields, variables
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city

pytestmark = pytest.mark.one_engine

SALT = b"s" * 32
SIZE = 100


def test_what_was_sealed_is_read_again(app):
    shut = sealing.seal(SALT, "prueba", b"el voto", SIZE)
    assert b"el voto" not in shut
    assert sealing.unseal(SALT, "prueba", shut) == b"el voto"


def test_the_same_content_never_looks_the_same(app):
    assert len({sealing.seal(SALT, "prueba", b"1", SIZE) for _ in range(20)}) == 20


def test_length_tells_nothing(app):
    contents = (b"", b"1", b"1" * SIZE)
    assert len({len(sealing.seal(SALT, "prueba", one, SIZE)) for one in contents}) == 1


@pytest.mark.parametrize("content", [b"1" * (SIZE + 1), b"1\x00"], ids=["too long", "ends in NUL"])
def test_what_could_not_be_read_again_is_not_sealed(app, content):
    with pytest.raises(ValueError, match="do not fit"):
        sealing.seal(SALT, "prueba", content, SIZE)


def test_another_salt_purpose_key_or_one_altered_bit_opens_nothing(app, monkeypatch):
    shut = sealing.seal(SALT, "prueba", b"el voto", SIZE)
    spoilt = [shut[:place] + bytes([shut[place] ^ 1]) + shut[place + 1 :] for place in (0, 20, -1)]
    tries = [(b"t" * 32, "prueba", shut), (SALT, "otra", shut)]
    tries += [(SALT, "prueba", one) for one in (*spoilt, shut[:-1])]
    for told in tries:
        with pytest.raises(DecryptionFailed):
            sealing.unseal(*told)
    monkeypatch.setitem(app.config, "SECRET_KEY", "otra llave de esta instalación")
    with pytest.raises(DecryptionFailed, match="PARTICIPA_SECRET_KEY"):
        sealing.unseal(SALT, "prueba", shut)


def test_the_longest_answer_fits_into_its_paper(app):
    made = city.opened(BoxKind.OPEN)
    longest = [list(range(MOST_ANSWERS))] * MOST_QUESTIONS
    question = Question("¿?", tuple(map(str, range(MOST_ANSWERS))), 0, MOST_ANSWERS)
    asked = replace(made.definition.asked[0], question=question)
    big = replace(made.definition, asked=(asked,) * MOST_QUESTIONS)
    open_consultation.answer(big, "a" * 32, longest)
    assert list(sealed_papers.read_all_shuffled(made.id, made.box.salt, PaperKind.ANSWER)) == [
        longest
    ]


def longest_slip():
    """Every option of every variable, and the longest letters in every free text."""
    told = {fields.CONSENT: ["y"]}
    for variable in variables.VARIABLES.values():
        codes = [option.code for option in variable.options]
        for key, _ in variable.keys:
            told[key] = (
                codes if variable.kind is variables.VariableKind.MULTI else [max(codes, key=len)]
            )
        if variable.free_text_on:
            told[f"{variable.id}{variables.TEXT}"] = ["👩" * fields.MAX_FREE_TEXT_LENGTH]
    return {"answers": told, "notice": 2**31, "on": "2024-09-03"}


def test_the_longest_slip_fits_into_its_paper(app):
    made = city.opened(BoxKind.OPEN)
    sealed_papers.store(made.id, made.box.salt, PaperKind.SLIP, "a" * 32, longest_slip())
    assert list(sealed_papers.read_all_shuffled(made.id, made.box.salt, PaperKind.SLIP)) == [
        longest_slip()
    ]


def test_papers_are_taken_out_in_an_order_of_chance_and_each_once(app, monkeypatch):
    monkeypatch.setattr(sealed_papers, "chance", random.Random(3))
    monkeypatch.setattr(sealed_papers, "BATCH", 7)
    made = city.opened(BoxKind.OPEN)
    for number in range(40):
        sealed_papers.store(made.id, made.box.salt, PaperKind.SLIP, f"{number:032x}", number)
    assert sealed_papers.count(made.id, PaperKind.SLIP) == 40
    orders = [
        list(sealed_papers.read_all_shuffled(made.id, made.box.salt, PaperKind.SLIP))
        for _ in range(2)
    ]
    assert orders[0] != orders[1]
    assert all(sorted(order) == list(range(40)) for order in orders)
    assert sorted(orders[0]) != orders[0]


def test_the_counting_after_a_changed_key_says_what_to_look_at(app, monkeypatch):
    made = city.close(city.opened(BoxKind.CODES))
    monkeypatch.setitem(app.config, "SECRET_KEY", "otra llave de esta instalación")
    city.count(made)
    assert not made.box.is_finished
    job = city.last_job()
    assert "la llave de la instalación (PARTICIPA_SECRET_KEY) ya no es la de entonces" in job.error


def test_what_was_counted_has_no_salt_to_open_anything_with(app):
    made = city.finish(city.opened(BoxKind.CODES))
    assert db.session.get(BallotBox, made.id).salt is None
    with pytest.raises(Refused, match="ya se contó y se borró"):
        trustee_keys.salt_of(made.box)
