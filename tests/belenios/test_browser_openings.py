"""The proofs of the opening, refuerzo.json: made and checked in the browser and in Python.

Whoever decrypts second opens nothing unless every earlier part is proved.
"""

import json

import pytest

from participa.belenios import canonical, opening_proofs, questions, tally, verifier
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from tests.belenios.browsing import packed
from tests.belenios.builders import SECRETS, VECTORS, File, box, file_of, honest, small
from tests.belenios.desks import Desk
from tests.belenios.test_custodios import closed

Q = int(BELENIOS_2048.q)
REFUERZO = VECTORS / "refuerzo"
DECRYPT = """async (m, { raw, secret, owner }) => {
  const verdict = await m.verify(bytes(raw));
  return m.decrypt(verdict.election, verdict.totals, BigInt(secret), owner);
}"""
READY = """async (m, { raw, proofs, next }) => {
  const verdict = await m.verifyClosed(bytes(raw));
  return m.readyToDecrypt(verdict, verdict.publicKeys[next - 1], proofs && bytes(proofs));
}"""


def opened_by(*numbers: int) -> bytes:
    """The small box, decrypted by these trustees."""
    events = honest().copy().events
    return File([*events[:5], *(events[4 + number] for number in numbers)]).bytes()


def entry_of(raw: bytes, owner: int, secret: int | None = None) -> dict:
    """The entry of a trustee about their part in this archive, or the same with another secret."""
    read = verifier.verify(raw)
    secret = SECRETS[owner - 1] if secret is None else secret
    made = opening_proofs.make_entry(
        read.election, read.totals, secret, owner, read.partials[owner]
    )
    return json.loads(made)


def tally_event(raw: bytes) -> str:
    """The hash of the event that carries the totals: the last one before anybody decrypted."""
    read = verifier.verify(raw)
    return read.event_hashes[-1 - len(read.partials)]


def refuerzo_of(raw: bytes, *entries: dict) -> dict:
    return {
        "version": 1,
        "election": verifier.verify(raw).election.fingerprint,
        "archive": tally_event(raw),
        "proofs": list(entries),
    }


def checked(raw: bytes, refuerzo: bytes) -> set[int]:
    """What Python says of the file."""
    read = verifier.verify(raw)
    keys = [trustee.public_key for trustee in read.trustees]
    return opening_proofs.check(
        refuerzo, read.election, tally_event(raw), read.totals, keys, read.partials
    )


# ---- each language makes what the other one checks


def test_a_part_of_the_browser_is_proved_for_python(modules):
    made = box(
        questions.one_of("¿Cuál?", ("A", "B", "C"), has_blank=True),
        questions.priorities("¿Qué primero?", ("Salud", "Vías"), 2),
        keys=2,
    )
    cast = [made.ballot(0, {0}, {0, 1}), made.ballot(1, questions.BLANK, {1})]
    raw = file_of(made, cast, "EncryptedTally").bytes()
    given = {"raw": packed(raw), "secret": str(SECRETS[1]), "owner": 2}
    first, owned, entry = modules.ask(DECRYPT, given, of=["verifier", "tally"])["result"]
    read = verifier.verify(raw)
    partial = tally.read_partial(made.election, first.encode(), "El descifrado")
    assert owned.encode() == tally.owned_record(2, first.encode())
    refuerzo = canonical.write(refuerzo_of(raw, json.loads(entry)))
    keys = [trustee.public_key for trustee in read.trustees]
    head = read.event_hashes[-1]
    opened = (made.election, head, read.totals, keys, {2: partial})
    assert opening_proofs.check(refuerzo, *opened) == {2}


def test_a_part_of_python_is_proved_for_the_browser(modules):
    for first, second in ((1, 2), (2, 1)):
        raw = opened_by(first)
        proofs = canonical.write(refuerzo_of(raw, entry_of(raw, first)))
        given = {"raw": packed(raw), "proofs": packed(proofs), "next": second}
        assert modules.ask(READY, given, of=["verifier"]) == {"result": second}
        assert checked(raw, proofs) == {first}


# ---- the vectors


def test_two_ballots_of_one_code_are_refused_where_one_vote_counts(modules):
    raw = (REFUERZO / "second-ballot-in-one-vote-box.bel").read_bytes()
    answer = modules.ask("({ verify }, raw) => verify(bytes(raw))", packed(raw))
    assert answer["kind"] == "Rejected"
    assert answer["refused"].endswith(
        "(papeleta): este código ya votó, y en esta elección vale un solo voto por código."
    )


def test_two_ballots_of_one_code_are_fine_where_the_last_one_counts(modules):
    made = small()
    raw = file_of(made, [made.ballot(0, {0}), made.ballot(0, {1})], "EncryptedTally").bytes()
    answer = modules.ask(
        "async ({ verify }, raw) => (await verify(bytes(raw))).numCounted", packed(raw)
    )
    assert answer == {"result": 1}


@pytest.mark.parametrize("parts", [1, 2])
def test_nobody_continues_an_opening_that_is_not_proved(modules, parts):
    """Whoever opened the box of this vector proved less than that they opened its total."""
    whole = (REFUERZO / "result-is-not-the-sum.bel").read_bytes()
    ends = verifier.verify(whole).event_ends
    raw = whole[: ends[-4 + parts]]
    read = verifier.verify(raw)
    (first, *_), next_one = sorted(read.partials), 2 if 1 in read.partials else 1
    given = {"raw": packed(raw), "proofs": None, "next": next_one}
    answer = modules.ask(READY, given, of=["verifier"])
    if parts == 2:
        assert answer["refused"] == "El custodio 2 ya descifró esta urna."
        return
    unproved = f"La parte del custodio {first} ya está en el archivo"
    assert answer["refused"].startswith(unproved)
    proofs = canonical.write(refuerzo_of(raw, entry_of(raw, first, SECRETS[0])))
    answer = modules.ask(READY, given | {"proofs": packed(proofs)}, of=["verifier"])
    sentence = f"el custodio {first} no prueba que tiene su llave en esta elección."
    assert answer["refused"].endswith(sentence)


# ---- the trustees' page


@pytest.fixture(scope="module")
def desk(chromium, tmp_path_factory):
    open_desk = Desk(chromium, tmp_path_factory.mktemp("custodio"))
    yield open_desk
    open_desk.close()


def review(desk, raw: bytes, proofs: bytes | None) -> str:
    """What the page of the second trustee says of this archive and this file."""
    desk.page.reload()
    key = desk.write("llave", f'"{SECRETS[1]}"'.encode())
    chosen = None if proofs is None else desk.write("refuerzo.json", proofs)
    return desk.review(key, desk.write("urna.bel", raw), proofs=chosen)


def test_the_first_trustee_needs_no_proofs(desk):
    answer = review(desk, closed(), None).replace("\n", "")
    assert "con pruebaNinguno" in answer


def test_the_second_trustee_opens_what_the_first_one_proved(desk):
    raw = opened_by(1)
    sentence = (
        "La parte del custodio 1 ya está en el archivo y falta comprobar que abre este total: "
        "escoja también refuerzo.json."
    )
    assert review(desk, raw, None) == sentence
    chosen = desk.page.get_by_label("Pruebas de los otros custodios")
    assert chosen.get_attribute("aria-invalid") == "true"
    assert not desk.page.get_by_role("button", name="Descifrar y guardar").is_visible()

    proofs = desk.write("refuerzo.json", canonical.write(refuerzo_of(raw, entry_of(raw, 1))))
    answer = desk.review(None, None, proofs=proofs).replace("\n", "")
    assert "con prueba1" in answer
    first, owned, entry = desk.saved("Descifrar y guardar mi parte").read_bytes().splitlines()
    both = honest().copy()
    both.events[6].parts = [first, owned]
    whole = File(both.events[:7]).bytes()
    refuerzo = refuerzo_of(whole, entry_of(whole, 1), json.loads(entry))
    assert checked(whole, canonical.write(refuerzo)) == {1, 2}


def test_an_archive_is_read_once_for_another_file_of_proofs(desk):
    raw = opened_by(1)
    review(desk, raw, canonical.write(refuerzo_of(raw)))
    desk.page.evaluate("() => { checkBallot = () => { throw new Error('read again') } }")
    proofs = desk.write("otro.json", canonical.write(refuerzo_of(raw, entry_of(raw, 1))))
    assert "La urna está bien" in desk.review(None, None, proofs=proofs)


def test_proofs_that_leave_out_a_trustee_do_not_suffice(desk):
    raw = opened_by(1)
    assert review(desk, raw, canonical.write(refuerzo_of(raw))) == (
        "La parte del custodio 1 ya está en el archivo y falta comprobar que abre este total: "
        "ese refuerzo.json no trae su prueba. Pida uno más nuevo."
    )


def one_more(text: str) -> str:
    return str((int(text) + 1) % Q)


def elsewhere() -> tuple[dict, dict]:
    """The entries of the first trustee in another election, and about another total of this one."""
    other = box(questions.yes_no("¿Otra?"), keys=2)
    raw = file_of(other, [other.ballot(0, {0}), other.ballot(1, {1})], "PartialDecryption")
    made = small()
    again = file_of(made, [made.ballot(0, {0}), made.ballot(1, {0})], "PartialDecryption")
    return entry_of(raw.bytes(), 1), entry_of(again.bytes(), 1)


def with_entry(**members):
    """The honest file with other members in its only entry; None removes a member."""

    def edit(value):
        entry = value["proofs"][0] | members
        kept = {name: member for name, member in entry.items() if member is not None}
        return value | {"proofs": [kept]}

    return edit


def honest_entry() -> dict:
    raw = opened_by(1)
    return entry_of(raw, 1)


def changed(name: str):
    return lambda value: with_entry(**{name: one_more(value["proofs"][0][name])})(value)


def repeated(value):
    return value | {"proofs": value["proofs"] * 2}


def unordered(value):
    later = value["proofs"][0] | {"owner": 2}
    return value | {"proofs": [later, *value["proofs"]]}


def foreign(place: int, *names: str):
    """Members of the entry of another election (0), or of another total (1)."""

    def edit(value):
        entry = elsewhere()[place]
        return with_entry(**{name: entry[name] for name in names})(value)

    return edit


def of_another_key(value):
    other = entry_of(opened_by(1), 1, SECRETS[1])
    return value | {"proofs": [other]}


def swapped(value):
    return dict(reversed(value.items()))


# What is altered, and the end of the sentence that refuses it.
ALTERED = {
    "another version": (lambda v: v | {"version": 2}, "de la versión 2, y debe ser la 1."),
    "another election": (lambda v: v | {"election": "a" * 43}, "es de otra elección."),
    "another total": (lambda v: v | {"archive": "0" * 64}, "es de otro total."),
    "an event that is no total": (
        lambda v: v | {"archive": verifier.verify(closed()).event_hashes[0]},
        "es de otro total.",
    ),
    "a trustee twice": (repeated, "no lleva los custodios en orden, cada uno una vez."),
    "trustees in disorder": (unordered, "no lleva los custodios en orden, cada uno una vez."),
    "a trustee who has not decrypted": (
        with_entry(owner=2),
        "no hay un descifrado del custodio 2.",
    ),
    "a trustee who does not exist": (with_entry(owner=3), "no hay un descifrado del custodio 3."),
    "the trustee zero": (with_entry(owner=0), "no hay un descifrado del custodio 0."),
    "about another record": (
        with_entry(factors="0" * 64),
        "la prueba del custodio 1 es de otro descifrado.",
    ),
    "possession in another election": (
        foreign(0, "possession"),
        "el custodio 1 no prueba que tiene su llave en esta elección.",
    ),
    "everything of another key": (
        of_another_key,
        "el custodio 1 no prueba que tiene su llave en esta elección.",
    ),
    "the proof in the place of possession": (
        lambda v: with_entry(
            possession={name: v["proofs"][0][name] for name in ("challenge", "response")}
        )(v),
        "el custodio 1 no prueba que tiene su llave en esta elección.",
    ),
    "possession in the place of the proof": (
        lambda v: with_entry(**v["proofs"][0]["possession"])(v),
        "el custodio 1 no prueba que abre este total.",
    ),
    "another challenge": (changed("challenge"), "el custodio 1 no prueba que abre este total."),
    "another response": (changed("response"), "el custodio 1 no prueba que abre este total."),
    "the proof of another election": (
        foreign(0, "challenge", "response"),
        "el custodio 1 no prueba que abre este total.",
    ),
    "the proof of another total": (
        foreign(1, "challenge", "response"),
        "el custodio 1 no prueba que abre este total.",
    ),
    "the whole entry of another total": (
        lambda v: v | {"proofs": [elsewhere()[1]]},
        "la prueba del custodio 1 es de otro descifrado.",
    ),
    "no possession": (with_entry(possession=None), "no tiene el campo «possession»."),
    "one member more": (lambda v: v | {"note": ""}, "tiene un campo de más: «note»."),
    "members in another order": (swapped, "tiene los campos en otro orden."),
    "a number that is no text": (with_entry(challenge=7), "no es un número decimal válido."),
    "a response beyond the group": (with_entry(response=str(Q)), "es un número demasiado grande."),
    "a fingerprint that is none": (with_entry(factors="x"), "«factors» no es una huella."),
}
# Bytes that are not canonical JSON.
UNREADABLE = {
    "spaces": (lambda raw: raw.replace(b",", b", "), "no está en la forma única"),
    "a line feed at its end": (lambda raw: raw + b"\n", "no está en la forma única"),
    "no JSON": (lambda raw: b"hola", "no es JSON."),
    "no text": (lambda raw: b"\xff\xfe", "no es texto UTF-8."),
    "too much": (lambda raw: b" " * 100_001, "ocupa más de 100000 bytes."),
    "nothing": (lambda raw: b"", "no es JSON."),
}


def refused(desk, proofs: bytes, ending: str) -> None:
    raw = opened_by(1)
    with pytest.raises(Malformed) as problem:
        checked(raw, proofs)
    assert ending in str(problem.value)
    answer = review(desk, raw, proofs)
    assert answer == f"No descifre esta urna: su refuerzo fue rechazado. {problem.value}"
    assert not desk.page.get_by_role("button", name="Descifrar y guardar").is_visible()


@pytest.mark.parametrize(("edit", "ending"), ALTERED.values(), ids=ALTERED)
def test_altered_proofs_are_refused_in_the_words_of_python(desk, edit, ending):
    value = edit(refuerzo_of(opened_by(1), honest_entry()))
    refused(desk, canonical.write(value), ending)


@pytest.mark.parametrize(("spoil", "ending"), UNREADABLE.values(), ids=UNREADABLE)
def test_proofs_in_another_form_are_refused_in_the_words_of_python(desk, spoil, ending):
    refused(desk, spoil(canonical.write(refuerzo_of(opened_by(1), honest_entry()))), ending)
