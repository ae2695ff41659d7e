"""Codes on cards: parsing of typed codes, derived keys, rolls."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.belenios import canonical, credentials, roll
from participa.belenios.canonical import Malformed
from participa.belenios.credentials import ALPHABET, Mistyped
from participa.belenios.groups import BELENIOS_2048
from tests.belenios.builders import CODES, UUID, holders, vector

PLACES = st.integers(0, credentials.CODE_LENGTH - 1)


@pytest.mark.parametrize("item", vector("credentials.json")["items"], ids=lambda i: i["code"])
def test_a_code_gives_the_key_that_the_format_says(item):
    known = credentials.derive(item["code"], vector("credentials.json")["uuid"])
    assert str(known.secret) == item["sk"]
    assert str(known.public) == item["public"]
    assert credentials.read_code(f" {item['code']} ") == item["code"]


def test_the_roll_is_the_record_and_the_fingerprint_of_the_format():
    known = vector("credentials.json")
    made = [credentials.derive(item["code"], known["uuid"]) for item in known["items"]]
    assert credentials.public_roll(made).decode() == known["public_credentials_json"]
    assert credentials.fingerprint(credentials.public_roll(made)) == known["fingerprint_b64"]
    assert credentials.public_roll(reversed(made)) == credentials.public_roll(made)


def test_a_code_is_five_groups_of_four_and_every_code_is_another():
    codes = {credentials.new_code() for _ in range(300)}
    assert len(codes) == 300
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4] * 5
        assert set(code.replace("-", "")) <= set(ALPHABET)
        assert credentials.read_code(code) == code
    assert all(len({code[place] for code in codes}) > 20 for place in range(24) if place % 5 != 4)


@pytest.mark.parametrize(
    "typed",
    [
        "k7qx-9mzt-2rva-hw4p-c3ny",
        "K7QX9MZT2RVAHW4PC3NY",
        "  K7QX 9MZT  2RVA·HW4P—C3NY ",
        "K7QX-9MZT-2RVA-HW4P-C3NY\n",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed):
    assert credentials.read_code(typed) == CODES[0]


def test_letters_that_look_like_digits_are_forgiven():
    assert {"0", "1"} <= set(CODES[1])
    assert credentials.read_code(CODES[1].replace("0", "o").replace("1", "l")) == CODES[1]
    assert credentials.read_code(CODES[1].replace("0", "O").replace("1", "I")) == CODES[1]


@given(PLACES, st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_always_noticed(place, character):
    characters = list(CODES[0].replace("-", ""))
    if characters[place] == character:
        return
    characters[place] = character
    with pytest.raises(Mistyped, match="cambiado"):
        credentials.read_code("".join(characters))


@given(PLACES, PLACES)
def test_two_signs_that_change_places_are_always_noticed(one, other):
    characters = list(CODES[0].replace("-", ""))
    if characters[one] == characters[other]:
        return
    characters[one], characters[other] = characters[other], characters[one]
    with pytest.raises(Mistyped, match="cambiado"):
        credentials.read_code("".join(characters))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Usted escribió 0"),
        ("K7QX-9MZT", "Usted escribió 8"),
        ("K7QX-9MZT-2RVA-HW4P-C3NU", "no lleva «U»"),
        ("K7QX-9MZT-2RVA-HW4P-C3NÑ", "no lleva «Ñ»"),
        ("AV5-otP-nG7-PHL-1sK", "Usted escribió 15"),
        ("7" * 5_000, "Usted escribió 5000"),
    ],
)
def test_a_wrong_code_says_what_to_look_at(typed, reason):
    with pytest.raises(Mistyped, match=reason):
        credentials.read_code(typed)


def test_a_list_of_codes_is_read_however_it_is_typed():
    typed = f"\ufeffcodigo\r\n{CODES[0].lower()}\r\n\r\n {CODES[1].replace('0', 'O')} \n"
    assert credentials.read_codes(typed.encode()) == [CODES[0], CODES[1]]
    assert credentials.read_codes(b"\n \n") == []


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (f"{CODES[0]}\n\nK7QX-9MZT", "^Renglón 3: .* Usted escribió 8"),
        (f"{CODES[0]}\n{CODES[1][:-1]}U", "^Renglón 2: El código no lleva «U»"),
        (f"{CODES[1]}\n{CODES[0]}\n{CODES[1].lower()}", "^Renglón 3: repite .* del renglón 1"),
    ],
    ids=["too short", "a strange letter", "twice"],
)
def test_the_first_wrong_line_of_a_list_is_named(typed, reason):
    with pytest.raises(Mistyped, match=reason):
        credentials.read_codes(typed.encode())


def test_the_same_code_is_another_key_in_another_box():
    here, there = credentials.derive(CODES[0], UUID), credentials.derive(CODES[0], UUID + "x")
    assert here.secret != there.secret


def test_the_codes_of_a_file_give_the_roll():
    made = credentials.make(4, UUID)
    text = credentials.codes_file(made).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    again = [credentials.derive(row["codigo"], UUID) for row in rows]
    assert credentials.public_roll(again) == credentials.public_roll(made)


def test_the_roll_tells_nothing_of_the_order_of_the_codes():
    made = credentials.make(6, UUID)
    listed = [int(one) for one in json.loads(credentials.public_roll(made))]
    assert listed == sorted(credential.public for credential in made)


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ([], "está vacío"),
        ([0, 0], "repite una credencial"),
        (["2"], "credencial 1 no pertenece al grupo"),
        (["0"], "credencial 1 es cero"),
        ([0, "x"], "credencial 2 no es un número decimal"),
        (["{},2"], "un peso o un nombre"),
        (["{},,ana"], "un peso o un nombre"),
        ([7], "credencial 1 no es un número decimal"),
    ],
)
def test_a_bad_roll_is_refused(listed, reason):
    public = str(holders()[0].public)
    items = [public if one == 0 else one for one in listed]
    items = [one.format(public) if isinstance(one, str) else 7 for one in items]
    with pytest.raises(Malformed, match=reason):
        roll.read(BELENIOS_2048, canonical.write(items))


def test_the_names_in_a_registrar_s_file_are_not_published():
    publics = [holder.public for holder in holders(3)]
    listed = [f"{publics[0]},,ana", f"{publics[1]},1,beto", str(publics[2])]
    raw = canonical.write(listed) + b"\n"
    assert roll.from_registrar(BELENIOS_2048, raw) == roll.write(publics)


@pytest.mark.parametrize(
    ("listed", "reason"),
    [(["5,2,ana"], "vale más de un voto"), ([5], "no es un texto"), (["5"], "no pertenece")],
)
def test_a_registrar_s_file_that_cannot_be_a_roll_is_refused(listed, reason):
    with pytest.raises(Malformed, match=f"credencial 1 {reason}"):
        roll.from_registrar(BELENIOS_2048, canonical.write(listed))
