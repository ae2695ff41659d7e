"""A private key that somebody hands in by mistake is told apart in every field, and is burnt."""

import io
import json

import pytest

from participa.ballots.keys import private_keys, role_acceptance
from participa.ballots.models import BoxKind
from participa.ballots.roles import roles_of
from participa.belenios import credentials, signatures, trustees
from tests.ballots import city
from tests.belenios.builders import SECRETS
from tests.staff.people import post
from tests.visitor import field

pytestmark = pytest.mark.one_engine

KEY = trustees.write_secret(SECRETS[0])


def paper_copy() -> list[str]:
    """Four rows of 15 signs and one for checking, as the offline page prints them."""
    rows = [credentials.ALPHABET[n : n + 15] for n in (0, 5, 9, 14)]
    return [credentials.grouped(row + credentials._check_character(row)) for row in rows]


FORMS = {
    "the file": KEY,
    "with a line feed": KEY + b"\n",
    "its number alone": KEY.strip().strip(b'"'),
    "the sheet": "\n".join(paper_copy()).encode(),
    "the sheet with its row numbers": "\n".join(
        f"{number}. {row}" for number, row in enumerate(paper_copy(), start=1)
    ).encode(),
}
OTHERS = {
    "nothing": b"",
    "a public part": city.public_half(7),
    "a signature": signatures.sign(7, b"x"),
    "a roll": credentials.public_roll(city.holders(2)),
    "a hash": b"ab" * 32,
    "a code": credentials.new_code().encode(),
    "four codes": "\n".join(credentials.new_code() for _ in range(4)).encode(),
}


@pytest.mark.parametrize("raw", FORMS.values(), ids=FORMS)
def test_a_private_key_is_recognised_in_each_of_its_forms(raw):
    assert private_keys.is_one(raw)


@pytest.mark.parametrize("raw", OTHERS.values(), ids=OTHERS)
def test_nothing_else_is_taken_for_one(raw):
    assert not private_keys.is_one(raw)


def test_every_file_and_field_of_a_box_says_that_the_key_is_burnt(staff, client, app):
    editor = staff("EDITOR")
    made = city.draft(takes_last=True)
    box = f"/gestion/urnas/{made.uuid}"
    key = lambda: (io.BytesIO(KEY), "llave.json")  # noqa: E731 - a file is read once
    roll = lambda: (io.BytesIO(city.roll_of(made)), "padron.json")  # noqa: E731 - as above
    answers = {
        "a roll": post(editor, f"{box}/padron/subir", file=key()),
        "second parts": post(editor, f"{box}/padron/subir", file=roll(), seconds=key()),
        "a trustee": post(editor, f"{box}/custodios/agregar", name="Otra", file=key()),
        "pasted": post(editor, f"{box}/custodios/agregar", name="Otra", text=KEY.decode()),
    }
    link = f"/urna/papel/{role_acceptance.link_token(roles_of(made.box)[2])}"
    for name, other in (("signature", "public_part"), ("public_part", "signature")):
        good = (io.BytesIO(city.public_half(7)), "x.json")
        sent = {name: key(), other: good, "submission": field(client.get(link), "submission")}
        answers[name] = client.post(link, data=sent, content_type="multipart/form-data")
    codes = city.draft(BoxKind.CODES, uuid="zzzzzzzzzzzzzy")
    void = f"/gestion/urnas/{codes.uuid}/tarjetas/anular"
    why = {"reason": "Se dañó"}
    answers["a list of void cards"] = post(editor, void, file=key(), **why)
    answers["codes of void cards"] = post(editor, void, codes=KEY.decode(), **why)
    for name, answer in answers.items():
        assert answer.status_code == 422, name
        assert "Es la llave privada" in answer.text, name
        assert "haga otra llave" in answer.text, name
        assert json.loads(KEY)[:30] not in answer.text or name in {"pasted", "codes of void cards"}


def test_in_an_open_box_it_says_that_the_key_proves_nothing_any_more(staff, app):
    made = city.draft()
    city.accept_as_registrar(made)
    city.open_now(made)
    ask = f"/gestion/urnas/{made.uuid}/anulaciones/pedir"
    document = (io.BytesIO(city.roll_of(made)), "anuladas.json")
    sent = {"file": document, "signature": (io.BytesIO(KEY), "llave"), "reason": "Sobraron"}
    answer = post(staff("EDITOR"), ask, **sent)
    assert (answer.status_code, "ya no prueba quién firma" in answer.text) == (422, True)
