"""Archives of a threshold group with one false field and right hashes: each is rejected."""

import contextlib
import json
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participa.belenios import canonical, tally, trustees, verifier
from participa.belenios.questions import Unsupported
from participa.belenios.verifier import Rejected
from tests.belenios.builders import SECRETS, VECTORS, Box, Event, File, file_of
from tests.belenios.groups_of_keys import GROUP, key_group, threshold_box
from tests.belenios.test_verifier_rejects import ANYTHING, assert_rejected, one_more, paths

SETUP, PARTIAL, RESULT = "Setup", "PartialDecryption", "Result"


@cache
def made() -> Box:
    return threshold_box(key_group(2, 3))


@cache
def whole() -> File:
    """Opened by the trustees 1 and 3."""
    return file_of(made(), [made().ballot(0, {0}), made().ballot(1, {1})], openers=(1, 3))


def opened() -> File:
    return File(whole().copy().events[:1])


def group(edit):
    """An edit of the group inside the trustees record."""
    return lambda record: edit(record[0][1])


def put(name, place, value):
    return group(lambda v: v[name].__setitem__(place, value(v)))


def resigned_commitments(change):
    """The commitments of trustee 1, changed and signed again by trustee 1."""

    def value(record):
        powers = json.loads(record["coefexps"][0]["message"])["coefexps"]
        message = canonical.write({"coefexps": change(powers)})
        return trustees.signed(GROUP, key_group(2, 3).secrets[0], message)

    return put("coefexps", 0, value)


def swapped(name):
    def edit(value):
        value[name][0], value[name][1] = value[name][1], value[name][0]

    return group(edit)


def key_of(secret):
    return lambda value: trustees.make(GROUP, secret).record()


RECORD = {
    "a threshold of nobody": (group(lambda v: v.update(threshold=0)), "el umbral es 0"),
    "a threshold above all": (
        group(lambda v: v.update(threshold=4)),
        "el umbral es 4 y hay 3 custodios",
    ),
    "a higher threshold": (group(lambda v: v.update(threshold=3)), "hay 2 elementos y deben ser 3"),
    "a lower threshold": (group(lambda v: v.update(threshold=1)), "hay 2 elementos y deben ser 1"),
    "a threshold in words": (group(lambda v: v.update(threshold="2")), "no es un número entero"),
    "no certificates": (group(lambda v: v.update(certs=[])), "el umbral es 2 y hay 0"),
    "a certificate less": (group(lambda v: v["certs"].pop() and None), "y deben ser 2"),
    "a certificate twice": (put("certs", 1, lambda v: v["certs"][0]), "llave repetida"),
    "the certificates exchanged": (swapped("certs"), "El reparto del custodio 1: su firma"),
    "another challenge of a certificate": (
        group(one_more("certs", 1, "signature", "challenge")),
        "El certificado del custodio 2: su firma no es válida",
    ),
    "another text of a certificate": (
        group(lambda v: v["certs"][0].update(message=v["certs"][1]["message"])),
        "El certificado del custodio 1: su firma no es válida",
    ),
    "a commitment less": (
        resigned_commitments(lambda powers: powers[:1]),
        "hay 1 elementos y deben ser 2",
    ),
    "a commitment more": (
        resigned_commitments(lambda powers: [*powers, powers[0]]),
        "hay 3 elementos y deben ser 2",
    ),
    "other commitments, well signed": (
        resigned_commitments(lambda powers: powers[::-1]),
        "El custodio 2: su llave no es la que sale",
    ),
    "a commitment outside the group": (
        resigned_commitments(lambda powers: [powers[0], "2"]),
        "no pertenece al grupo",
    ),
    "a commitment to nothing": (
        resigned_commitments(lambda powers: [powers[0], "1"]),
        "no guarda ningún secreto",
    ),
    "the commitments exchanged": (swapped("coefexps"), "El reparto del custodio 1: su firma"),
    "the commitments of one less": (group(lambda v: v["coefexps"].pop() and None), "deben ser 3"),
    "another response of commitments": (
        group(one_more("coefexps", 2, "signature", "response")),
        "El reparto del custodio 3: su firma no es válida",
    ),
    "the key of another share": (
        put("verification_keys", 0, key_of(key_group(2, 3).shares[1])),
        "El custodio 1: su llave no es la que sale",
    ),
    "the own key in place of the share's": (
        put("verification_keys", 2, key_of(key_group(2, 3).secrets[2])),
        "El custodio 3: su llave no es la que sale",
    ),
    "the share of another threshold": (
        put("verification_keys", 1, key_of(key_group(3, 4).shares[1])),
        "El custodio 2: su llave no es la que sale",
    ),
    "a share's key that nobody proves": (
        group(one_more("verification_keys", 1, "pok", "response")),
        "El custodio 2: la prueba",
    ),
    "the keys exchanged": (swapped("verification_keys"), "El custodio 1: su llave"),
    "a key less": (group(lambda v: v["verification_keys"].pop() and None), "deben ser 3"),
    "a member of its own": (group(lambda v: v.update(nota="x")), "un campo de más: «nota»"),
    "no threshold": (group(lambda v: v.pop("threshold") and None), "no tiene el campo"),
    "the group twice": (lambda v: [v[0], v[0]], "repite una llave"),
    "a trustee more": (
        lambda v: v.append(["Single", trustees.make(GROUP, SECRETS[0]).record()]),
        "no es la de sus custodios",
    ),
    "the shares as if all were needed": (
        lambda v: [["Single", key] for key in v[0][1]["verification_keys"]],
        "no es la de sus custodios",
    ),
    "another kind": (lambda v: v[0].__setitem__(0, "Single"), "campo de más: «threshold»"),
}


@pytest.mark.parametrize(("edit", "reason"), RECORD.values(), ids=RECORD)
def test_an_altered_group_is_rejected(edit, reason):
    assert_rejected(opened().change(SETUP, 1, edit), rf"altura 0 \(apertura\): .*{reason}")


def part_of(secret: int, owner: int) -> Event:
    read = verifier.verify(whole().bytes())
    record = tally.decrypt(made().election, read.totals, secret).record()
    return Event(PARTIAL, [record, owner])


def with_parts(*parts: Event) -> File:
    events = whole().copy().events
    return File([*events[:5], *parts, events[-1]])


@pytest.mark.parametrize(
    ("secret", "owner", "reason"),
    [
        (key_group(2, 3).shares[1], 1, "custodio 1, pregunta 1, casilla 1: la prueba"),
        (key_group(2, 3).secrets[1], 2, "custodio 2, pregunta 1, casilla 1: la prueba"),
        (key_group(3, 4).shares[1], 2, "custodio 2, pregunta 1, casilla 1: la prueba"),
        (key_group(2, 3).shares[1], 4, "no hay un custodio 4"),
        (key_group(2, 3).shares[1], 0, "no hay un custodio 0"),
        (key_group(2, 3).shares[2], 3, "el custodio 3 descifra dos veces"),
    ],
    ids=[
        "of another trustee",
        "with the own key",
        "with the share of another threshold",
        "of nobody",
        "of nobody at all",
        "twice",
    ],
)
def test_a_part_with_another_secret_is_rejected(secret, owner, reason):
    spoilt = with_parts(part_of(key_group(2, 3).shares[2], 3), part_of(secret, owner))
    assert_rejected(spoilt, rf"\(descifrado parcial\): .*{reason}")


def test_a_result_with_too_few_parts_is_rejected():
    spoilt = with_parts(part_of(key_group(2, 3).shares[2], 3))
    assert_rejected(spoilt, r"\(resultado\): hay 1 descifrados y faltan 1")


def test_a_false_result_is_rejected():
    spoilt = whole().change(
        RESULT, 0, lambda v: v["result"][0].reverse() or v["result"][0].append(2)
    )
    assert_rejected(spoilt, r"\(resultado\): el resultado publicado no es el que sale")


def test_a_part_after_the_result_is_rejected():
    spoilt = File([*whole().copy().events, part_of(key_group(2, 3).shares[1], 2)])
    assert_rejected(spoilt, r"\(descifrado parcial\): no puede venir después de: resultado")


@pytest.mark.parametrize("parts", [(1, 2), (2, 1), (3, 2), (3, 2, 1)])
def test_more_or_other_parts_give_the_same_result(parts):
    shares = key_group(2, 3).shares
    file = with_parts(*(part_of(shares[n - 1], n) for n in parts))
    assert verifier.verify(file.bytes()).counts == [[1, 1]]


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), ANYTHING)
def test_whatever_stands_anywhere_in_the_group_is_answered_with_a_verdict(data, anything):
    def put_anything(value):
        path = data.draw(st.sampled_from(list(paths(value))))
        if not path:
            return anything
        for name in path[:-1]:
            value = value[name]
        value[path[-1]] = anything
        return None

    spoilt = opened().change(SETUP, 1, put_anything)
    if spoilt.bytes() != opened().bytes():
        with contextlib.suppress(Rejected, Unsupported):  # anything else is a defect
            verifier.verify(spoilt.bytes())
            raise AssertionError("no field of the group can be another one")


def test_the_archive_that_is_spoilt_here_is_honest():
    assert verifier.verify(whole().bytes()).counts == [[1, 1]]
    assert verifier.verify(opened().bytes()).trustees.threshold == 2
    kept = (VECTORS / "honest" / "threshold_of_the_tool.bel").read_bytes()
    assert verifier.verify(kept).trustees.threshold == 2
