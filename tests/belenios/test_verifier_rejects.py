"""Archives with one false field: hashes, chain and order are right, and still each is rejected.

Each field of each record is altered once. `File.bytes` recomputes every later hash, as a city that
cheats with its own archive would.
"""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participa.belenios import canonical, verifier
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.questions import Unsupported
from participa.belenios.verifier import Rejected
from tests.belenios.builders import (
    CODES,
    UUID,
    Event,
    File,
    box,
    edited,
    file_of,
    holders,
    honest,
    make_trustees,
    opened,
    resigned,
    small,
)

SETUP, BALLOT, TALLY, PARTIAL, RESULT = (
    "Setup",
    "Ballot",
    "EncryptedTally",
    "PartialDecryption",
    "Result",
)
HEX = "0" * 64


def plus_one(value, *path):
    for name in path[:-1]:
        value = value[name]
    last = value[path[-1]]
    value[path[-1]] = str(int(last) + 1) if isinstance(last, str) else last + 1


def one_more(*path):
    return lambda value: plus_one(value, *path)


def says(**members):
    return lambda value: value | members


ELECTION = {
    "another version": (says(version=2), "versión 2"),
    "a version in words": (says(version="1"), "«version» no es un número entero"),
    "no description": (says(description=None), "«description» no es un texto"),
    "no name": (says(name=7), "«name» no es un texto"),
    "an unknown group": (says(group="OTRO"), "grupo desconocido: «OTRO»"),
    "another key": (
        says(public_key=str(make_trustees(1)[0].public_key)),
        "no es la de sus custodios",
    ),
    "a key outside the group": (says(public_key="2"), "«public_key» no pertenece al grupo"),
    "a key that hides nothing": (says(public_key="1"), "no guarda ningún secreto"),
    "no questions": (says(questions=[]), "no tiene preguntas"),
    "a question without answers": (
        lambda v: v["questions"][0].update(answers=[]),
        "La pregunta 1: «min» y «max» no caben",
    ),
    "more choices than answers": (
        lambda v: v["questions"][0].update(max=3),
        "La pregunta 1: «min» y «max» no caben",
    ),
    "a short identifier": (says(uuid="abc"), "«uuid» que no vale"),
    "an identifier with strange characters": (says(uuid="0" * 14), "«uuid» que no vale"),
    "an administrator that is no text": (says(administrator=1), "«administrator» no es un texto"),
    "a registrar that is no text": (says(credential_authority=[]), "registrador no es un texto"),
    "a member of its own": (says(nota="x"), "un campo de más: «nota»"),
}


@pytest.mark.parametrize(("edit", "reason"), ELECTION.values(), ids=ELECTION)
def test_an_altered_election_is_rejected(edit, reason):
    assert_rejected(opened().change(SETUP, 0, edit), rf"altura 0 \(apertura\): .*{reason}")


def reworded(**members):
    """The first question with other members, in the order of the format."""
    names = ("answers", "blank", "min", "max", "question")

    def edit(value):
        asked = value["questions"][0] | members
        value["questions"][0] = {name: asked[name] for name in names if name in asked}

    return edit


VOTED = {
    "another description": says(description="Vale la primera."),
    "another name": says(name="Otra"),
    "another identifier": says(uuid=UUID[::-1]),
    "another administrator": says(administrator="Otra"),
    "another registrar": says(credential_authority="Otro"),
    "another question": reworded(question="¿Está en contra?"),
    "the answers exchanged": reworded(answers=["No", "Sí"]),
    "a lower limit": reworded(min=0),
    "a higher limit": reworded(max=2),
    "a blank vote": reworded(blank=True),
    "one question more": lambda v: v["questions"].append(v["questions"][0]),
}


@pytest.mark.parametrize("edit", VOTED.values(), ids=VOTED)
def test_an_election_that_changes_after_people_voted_is_rejected(edit):
    spoilt = honest().change(SETUP, 0, edit)
    assert_rejected(spoilt, r"altura 1 \(papeleta\): La papeleta es de otra elección")


def turned(value):
    value[0] = list(reversed(value[0]))


TRUSTEES = {
    "nobody": (lambda v: [], "custodios está vacía"),
    "not a list": (lambda v: {}, "no es una lista"),
    "one less": (lambda v: v[:1], "no es la de sus custodios"),
    "one twice": (lambda v: [v[0], v[0]], "repite una llave"),
    "an unknown kind": (lambda v: v[0].__setitem__(0, "Otro"), "clase desconocida"),
    "another order": (turned, "clase desconocida"),
    "another challenge": (one_more(0, 1, "pok", "challenge"), "El custodio 1: la prueba"),
    "another response": (one_more(1, 1, "pok", "response"), "El custodio 2: la prueba"),
    "a response that is too big": (
        lambda v: v[0][1]["pok"].update(response="9" * 77),
        "demasiado grande",
    ),
    "another key": (one_more(0, 1, "public_key"), "no pertenece al grupo"),
    "the key of another": (
        lambda v: v[0][1].update(public_key=v[1][1]["public_key"]),
        "El custodio 1: la prueba",
    ),
    "a name that is no text": (lambda v: v[0][1].update(name=3), "no es un texto"),
}


@pytest.mark.parametrize(("edit", "reason"), TRUSTEES.values(), ids=TRUSTEES)
def test_altered_trustees_are_rejected(edit, reason):
    assert_rejected(opened().change(SETUP, 1, edit), rf"altura 0 \(apertura\): .*{reason}")


ROLL = {
    "empty": (lambda v: [], "El padrón está vacío"),
    "one twice": (lambda v: [v[0], v[0]], "repite una credencial"),
    "a credential outside the group": (one_more(0), "credencial 1 no pertenece al grupo"),
    "a credential that anybody can sign with": (lambda v: ["1", *v], "no guarda ningún secreto"),
    "a credential of two votes": (lambda v: [v[0], v[1] + ",2"], "credencial 2 lleva un peso"),
    "a credential with its name": (lambda v: [v[0] + ",,ana", v[1]], "credencial 1 lleva un peso"),
    "a name": (lambda v: [*v, "Ana"], "credencial 3 no es un número"),
    "an object": (lambda v: {"a": 1}, "El padrón: no es una lista"),
}


@pytest.mark.parametrize(("edit", "reason"), ROLL.values(), ids=ROLL)
def test_an_altered_roll_is_rejected(edit, reason):
    assert_rejected(opened().change(SETUP, 2, edit), rf"altura 0 \(apertura\): .*{reason}")


@pytest.mark.parametrize("name", ["election", "trustees", "credentials"])
def test_an_opening_that_names_other_records_is_rejected(name):
    spoilt = opened().change(SETUP, 3, says(**{name: HEX}))
    assert_rejected(spoilt, "la apertura no nombra la elección, los custodios y el padrón")


EVENTS = {
    "another parent": (BALLOT, {"parent": HEX}, "la cadena está rota"),
    "no parent": (BALLOT, {"parent": None}, "la cadena está rota"),
    "another height": (BALLOT, {"height": 7}, "el evento dice la altura 7"),
    "a height in words": (BALLOT, {"height": "1"}, "«height» no es un número"),
    "an unknown type": (BALLOT, {"type": "Fiesta"}, "tipo desconocido"),
    "a type that is a list": (BALLOT, {"type": []}, "«type» no es un texto"),
    "no type": (BALLOT, {"type": None}, "no tiene el campo «type»"),
    "another payload": (BALLOT, {"payload": HEX}, "«payload» no es la huella"),
    "no payload": (BALLOT, {"payload": None}, "«payload» no es la huella"),
    "a payload for the end": ("EndBallots", {"payload": HEX}, "«payload» no es la huella"),
    "a member of its own": (BALLOT, {"nota": "x"}, "un campo de más: «nota»"),
    "the opening as a ballot": (SETUP, {"type": "Ballot"}, "no empieza por la apertura"),
    "a parent for the opening": (SETUP, {"parent": HEX}, "los campos en otro orden"),
}


@pytest.mark.parametrize(("kind", "members", "reason"), EVENTS.values(), ids=EVENTS)
def test_an_altered_event_is_rejected(kind, members, reason):
    assert_rejected(honest().with_event(kind, **members), reason)


def other(raw: bytes) -> bytes:
    """A ballot of the same voter in another box with the same questions."""
    made = small()
    there = box(keys=1)
    assert json.loads(raw)["election_uuid"] == made.election.uuid
    return there.ballot(0, {0})


def signed_again(edit):
    """By its own voter, so that only a proof can notice."""
    return lambda raw: resigned(small(), raw, 0, edit)


def unsigned(edit):
    return lambda raw: canonical.write(edited(json.loads(raw), edit))


ANSWER = ("answers", 0)
BALLOTS = {
    "of another box": (other, "es de otra elección"),
    "in another form": (lambda raw: raw.replace(b":", b": ", 1), "forma única"),
    "with a member twice": (
        lambda raw: raw.replace(b'{"election_uuid"', b'{"credential":"1","election_uuid"', 1),
        "repite un campo",
    ),
    "signed by another": (
        lambda raw: resigned(small(), raw, 1, lambda value: None),
        "la firma no es válida",
    ),
    "with another challenge for all": (
        signed_again(one_more(*ANSWER, "overall_proof", 0, "challenge")),
        "la prueba de cuántas opciones",
    ),
    "with another alpha": (
        signed_again(one_more(*ANSWER, "choices", 0, "alpha")),
        "la prueba de la casilla 1",
    ),
    "with another beta": (
        signed_again(one_more(*ANSWER, "choices", 1, "beta")),
        "la prueba de la casilla 2",
    ),
    "with another challenge": (
        signed_again(one_more(*ANSWER, "individual_proofs", 0, 0, "challenge")),
        "la prueba de la casilla 1",
    ),
    "with another response": (
        signed_again(one_more(*ANSWER, "individual_proofs", 1, 1, "response")),
        "la prueba de la casilla 2",
    ),
    "with another response for all": (
        signed_again(one_more(*ANSWER, "overall_proof", 0, "response")),
        "la prueba de cuántas opciones",
    ),
    "with its answers exchanged": (
        signed_again(lambda v: v["answers"][0]["choices"].reverse()),
        "la prueba de la casilla 1",
    ),
    "with its proofs exchanged": (
        signed_again(lambda v: v["answers"][0]["individual_proofs"].reverse()),
        "la prueba de la casilla 1",
    ),
    "with a number that is too big": (
        signed_again(
            lambda v: v["answers"][0]["overall_proof"][0].update(response=str(BELENIOS_2048.q))
        ),
        "es un número demasiado grande",
    ),
    "with another identifier": (unsigned(says(election_uuid=UUID[::-1])), "es de otra elección"),
    "with the fingerprint of another": (
        unsigned(says(election_hash="A" * 43)),
        "es de otra elección",
    ),
    "with the credential of another voter": (
        unsigned(says(credential=str(holders()[1].public))),
        "cambió después de firmada",
    ),
    "with another hash signed": (
        unsigned(lambda v: v["signature"].update(hash="A" * 43)),
        "cambió después de firmada",
    ),
    "with another challenge of its signature": (
        unsigned(one_more("signature", "proof", "challenge")),
        "la firma no es válida",
    ),
    "with another response of its signature": (
        unsigned(one_more("signature", "proof", "response")),
        "la firma no es válida",
    ),
    "of a credential that is not on the roll": (
        unsigned(says(credential="5")),
        "La papeleta cambió después de firmada",
    ),
}


@pytest.mark.usefixtures("every_arithmetic")
@pytest.mark.parametrize(("edit", "reason"), BALLOTS.values(), ids=BALLOTS)
def test_an_altered_ballot_is_rejected(edit, reason):
    spoilt = honest().copy()
    spoilt.at(BALLOT).parts[0] = edit(spoilt.at(BALLOT).parts[0])
    assert_rejected(spoilt, rf"Registro \d+, altura 1 \(papeleta\): .*{reason}")


def test_a_ballot_that_a_revote_replaced_cannot_be_put_in_again():
    made = small()
    first, second = made.ballot(0, {0}), made.ballot(0, {1})
    spoilt = file_of(made, [first, second, first], until=BALLOT)
    assert_rejected(spoilt, r"altura 3 \(papeleta\): la misma papeleta está dos veces")


SIZES = {
    "one ballot more": (one_more("num_tallied"), "«num_tallied» dice 3, y cuentan 2"),
    "more weight": (one_more("total_weight"), "«total_weight» dice 3, y cuentan 2"),
    "a number in words": (says(num_tallied="2"), "«num_tallied» no es un número"),
    "another total": (says(encrypted_tally=HEX), "«encrypted_tally» no es la huella"),
    "a member of its own": (says(nota=1), "un campo de más"),
}


@pytest.mark.parametrize(("edit", "reason"), SIZES.values(), ids=SIZES)
def test_an_altered_size_of_the_total_is_rejected(edit, reason):
    assert_rejected(honest().change(TALLY, 1, edit), rf"\(total cifrado\): .*{reason}")


TOTALS = {
    "another alpha": lambda v: plus_one(v, 0, 0, "alpha"),
    "another beta": lambda v: plus_one(v, 0, 1, "beta"),
    "the answers exchanged": lambda v: v[0].reverse(),
    "an answer less": lambda v: v[0].pop() and v,
    "a question more": lambda v: v.append([]),
}


@pytest.mark.parametrize("edit", TOTALS.values(), ids=TOTALS)
def test_an_altered_total_is_rejected(edit):
    spoilt = honest().change(TALLY, 0, edit)
    assert_rejected(spoilt, r"\(total cifrado\): el total cifrado no es el de las papeletas")


PARTS = {
    "another factor": (one_more("decryption_factors", 0, 0), "prueba del descifrado"),
    "another challenge": (
        one_more("decryption_proofs", 0, 1, "challenge"),
        "casilla 2: la prueba del descifrado",
    ),
    "another response": (
        one_more("decryption_proofs", 0, 0, "response"),
        "casilla 1: la prueba del descifrado",
    ),
    "a factor less": (lambda v: v["decryption_factors"][0].pop() and v, "deben ser 2"),
    "a question less": (lambda v: v | {"decryption_proofs": []}, "deben ser 1"),
    "a factor of zero": (lambda v: v["decryption_factors"][0].__setitem__(0, "0"), "es cero"),
    "a member of its own": (says(nota=1), "un campo de más"),
}


@pytest.mark.usefixtures("every_arithmetic")
@pytest.mark.parametrize(("edit", "reason"), PARTS.values(), ids=PARTS)
def test_an_altered_decryption_is_rejected(edit, reason):
    spoilt = honest().change(PARTIAL, 0, edit)
    assert_rejected(spoilt, rf"altura 5 \(descifrado parcial\): .*custodio 1.*{reason}")


OWNERS = {
    "nobody": (says(owner=0), "no hay un custodio 0"),
    "one too many": (says(owner=3), "no hay un custodio 3"),
    "the other one": (says(owner=2), "custodio 2, .*la prueba del descifrado no es válida"),
    "a word": (says(owner="1"), "«owner» no es un número"),
    "another part": (says(payload=HEX), "el dueño no nombra el descifrado"),
}


@pytest.mark.parametrize(("edit", "reason"), OWNERS.values(), ids=OWNERS)
def test_an_altered_owner_is_rejected(edit, reason):
    assert_rejected(honest().change(PARTIAL, 1, edit), reason)


RESULTS = {
    "one vote more": (lambda v: plus_one(v, "result", 0, 0), "el resultado publicado no es"),
    "the answers exchanged": (
        lambda v: {"result": [[0, 2]]},
        "el resultado publicado no es el que sale",
    ),
    "an answer less": (lambda v: v["result"][0].pop() and None, "el resultado publicado no es"),
    "a member of its own": (says(nota=1), "el resultado publicado no es"),
}


@pytest.mark.parametrize(("edit", "reason"), RESULTS.values(), ids=RESULTS)
def test_an_altered_result_is_rejected(edit, reason):
    assert_rejected(honest().change(RESULT, 0, edit), rf"altura 7 \(resultado\): {reason}")


def order(*places: int) -> File:
    """The events of the honest archive in this order: opening, two ballots, end, total, two
    decryptions, result."""
    return File([honest().copy().events[place] for place in places])


ORDERS = {
    "nothing at all": ((), "El archivo no tiene apertura"),
    "no opening": ((3,), "no empieza por la apertura"),
    "two openings": ((0, 0), "no puede venir después de: apertura"),
    "a ballot after the end": ((0, 1, 3, 2), "hay una papeleta después del cierre"),
    "two ends": ((0, 1, 3, 3), "no puede venir después de: cierre"),
    "a total before the end": ((0, 1, 2, 4), "no puede venir después de: papeleta"),
    "opened before the end": ((0, 1, 5), "se descifró antes del cierre"),
    "opened before the total": ((0, 1, 2, 3, 5), "no puede venir después de: cierre"),
    "a result without decryption": ((0, 1, 2, 3, 4, 7), "no puede venir después de: total"),
    "a result with half of the decryption": (
        (0, 1, 2, 3, 4, 5, 7),
        "falta el descifrado del custodio 2",
    ),
    "one trustee twice": ((0, 1, 2, 3, 4, 5, 5), "repite uno anterior"),
    "two results": ((0, 1, 2, 3, 4, 5, 6, 7, 7), "no puede venir después de: resultado"),
    "a ballot after the result": ((0, 1, 2, 3, 4, 5, 6, 7, 1), "después del cierre"),
}


@pytest.mark.parametrize(("places", "reason"), ORDERS.values(), ids=ORDERS)
def test_events_in_another_order_are_rejected(places, reason):
    assert_rejected(order(*places), reason)


def test_a_trustee_who_opens_twice_with_other_proofs_is_rejected():
    made = small()
    again = file_of(made, [event.parts[0] for event in honest().events[1:3]])
    spoilt = honest().copy()
    spoilt.events.insert(6, again.at(PARTIAL))
    spoilt.events[3:5] = honest().events[3:5]
    assert_rejected(spoilt, "el custodio 1 descifra dos veces")


def test_records_that_no_event_names_are_rejected():
    for kind, reason in (("EndBallots", "trae 1 registros"), (BALLOT, "trae 2 registros")):
        spoilt = honest().copy()
        spoilt.at(kind).parts.insert(0, b'"nota"')
        assert_rejected(spoilt, reason)
    spoilt = opened()
    spoilt.events.append(Event(BALLOT, [f'"{n}"'.encode() for n in range(9)]))
    assert_rejected(spoilt, "hay datos de más")


def test_data_that_hangs_at_the_end_is_rejected():
    raw = file_of(small(), [], until=SETUP).bytes()
    longer = honest().bytes()
    event = verifier.verify(raw).event_ends[0]
    with pytest.raises(Rejected, match="hay datos al final que ningún evento nombra"):
        verifier.verify(longer[: event + ballot_size(longer, event)])


@pytest.mark.parametrize("event", [0, 2, 4])
def test_a_record_that_cannot_be_read_is_the_only_one_that_is_named(event):
    raw = bytearray(honest().bytes())
    end = verifier.verify(bytes(raw)).event_ends[event]
    raw[end + 512 + 3] ^= 1  # in the next record
    with pytest.raises(Rejected) as refusal:
        verifier.verify(bytes(raw))
    assert str(refusal.value).count("Registro ") == 1
    assert "su contenido no es el que dice su nombre" in str(refusal.value)


def ballot_size(raw: bytes, offset: int) -> int:
    size = int(raw[offset + 124 : offset + 135], 8)
    return 512 + size + -size % 512


def test_every_record_has_to_be_in_the_one_form():
    for kind, part in (
        (SETUP, 0),
        (SETUP, 1),
        (SETUP, 2),
        (TALLY, 1),
        (PARTIAL, 0),
        (PARTIAL, 1),
    ):
        spoilt = honest().change(kind, part, lambda value: None)
        spoilt.at(kind).parts[part] += b"\n"
        assert_rejected(spoilt, "no está en la forma única")


def assert_rejected(spoilt: File, reason: str) -> None:
    with pytest.raises(Rejected, match=reason) as rejection:
        verifier.verify(spoilt.bytes())
    assert len(str(rejection.value)) < 300


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.text(max_size=4) | st.just("7" * 700),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)
PLACES = [(SETUP, 0), (SETUP, 1), (SETUP, 2), (BALLOT, 0), (TALLY, 1), (PARTIAL, 0), (PARTIAL, 1)]


def paths(value, path=()):
    """Every place in a record where something can be put."""
    yield path
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(inner, (*path, name))


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), st.data(), ANYTHING)
def test_whatever_stands_anywhere_is_answered_with_a_verdict(place, data, anything):
    def put(value):
        path = data.draw(st.sampled_from(list(paths(value))))
        if not path:
            return anything
        for name in path[:-1]:
            value = value[name]
        value[path[-1]] = anything
        return None

    spoilt = honest().change(*place, put)
    if spoilt.bytes() != honest().bytes():
        with contextlib.suppress(Rejected, Unsupported):  # anything else is a defect
            election = verifier.verify(spoilt.bytes()).election
            texts = {election.name, election.description}
            assert anything in texts or isinstance(anything, str), "only words may be others"


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["parent", "height", "type", "payload"]), ANYTHING)
def test_whatever_an_event_says_is_answered_with_a_verdict(name, anything):
    spoilt = opened().with_event(SETUP, **{name: anything})
    with contextlib.suppress(Rejected, Unsupported):
        assert verifier.verify(spoilt.bytes()).event_hashes
        assert spoilt.bytes() == opened().bytes() or anything is None


def test_the_archive_that_is_spoilt_here_is_honest():
    assert len(set(CODES)) == 3
    assert verifier.verify(honest().bytes()).counts == [[1, 1]]
    assert verifier.verify(opened().bytes()).election.uuid == UUID
