"""Threshold groups: any m of n open the same, fewer open nothing, and who cheats is named."""

import contextlib
import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participa.belenios import (
    ballot,
    canonical,
    opening_proofs,
    tally,
    threshold,
    trustees,
    verdict,
    verifier,
)
from participa.belenios.canonical import Malformed
from participa.belenios.threshold import WrongShare
from tests.belenios import forging
from tests.belenios.builders import SECRETS, edited, file_of, refuerzo_of, vector
from tests.belenios.groups_of_keys import (
    GROUP,
    WHAT,
    KeyGroup,
    certificates_of,
    dealings_of,
    key_group,
    secrets_for,
    threshold_box,
)
from tests.belenios.test_verifier_rejects import ANYTHING, paths

Q = GROUP.q


def closed(group: KeyGroup):
    """A closed box under this group, with its totals and every trustee's part."""
    made = threshold_box(group)
    raw = file_of(made, [made.ballot(0, {0}), made.ballot(1, {1})], "EncryptedTally").bytes()
    read = verifier.verify(raw)
    parts = {
        n: tally.decrypt(made.election, read.totals, share)
        for n, share in enumerate(group.shares, start=1)
    }
    return made, read, parts


# ---- what any m of n open


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_m_of_n_open_the_same(data):
    count = data.draw(st.integers(3, 5))
    group = key_group(data.draw(st.integers(2, count - 1)), count)
    made, read, parts = closed(group)
    able = data.draw(st.permutations(range(1, count + 1)))
    able = able[: data.draw(st.integers(group.threshold, count))]
    given_parts = {n: parts[n] for n in able}
    assert tally.counts_of(made.election, read.totals, group.trustees, given_parts, 2) == [[1, 1]]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_fewer_open_nothing(data):
    """Neither does the box combine them, nor do their factors give a count when combined anyway."""
    count = data.draw(st.integers(3, 5))
    group = key_group(data.draw(st.integers(2, count - 1)), count)
    made, read, parts = closed(group)
    able = data.draw(st.permutations(range(1, count + 1)))[: group.threshold - 1]
    given_parts = {n: parts[n] for n in able}
    with pytest.raises(Malformed, match="Faltan descifrados"):
        tally.counts_of(made.election, read.totals, group.trustees, given_parts, 2)
    weights = [trustees.lagrange(GROUP, n, able) for n in able]
    with pytest.raises(Malformed, match="no son un conteo"):
        tally.counts(made.election, read.totals, list(given_parts.values()), 2, weights)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, Q - 1), min_size=1, max_size=8), st.data())
def test_the_value_at_zero_follows_from_as_many_places_as_there_are_coefficients(
    coefficients, data
):
    places = data.draw(
        st.lists(st.integers(1, 9), min_size=len(coefficients), max_size=9, unique=True)
    )
    value = lambda x: sum(a * x**k for k, a in enumerate(coefficients)) % Q  # noqa: E731
    weighed = sum(value(x) * trustees.lagrange(GROUP, x, places) for x in places) % Q
    assert weighed == coefficients[0]


def test_every_pair_of_three_has_the_secret_of_the_election_key_and_nobody_alone():
    group = key_group(2, 3)
    key = group.trustees.public_key()
    for pair in itertools.combinations((1, 2, 3), 2):
        weights = group.trustees.exponents(pair)
        secret = sum(group.shares[n - 1] * weight for n, weight in weights.items()) % Q
        assert GROUP.generator.power(secret) == key
    assert key not in {GROUP.generator.power(one) for one in (*group.shares, *group.secrets)}


def test_what_is_missing_is_told():
    listed = key_group(2, 3).trustees
    assert listed.lacking([]) == (2, [1, 2, 3])
    assert listed.lacking([2]) == (1, [1, 3])
    assert listed.lacking([2, 3]) == (0, [])
    alone = trustees.make(GROUP, SECRETS[0])
    both = trustees.Trustees(
        GROUP, [trustees.KeyPart((alone,), 1, alone.public_key), *listed.parts]
    )
    assert (both.threshold, len(both)) == (3, 4)
    assert both.lacking([2, 3]) == (1, [1])
    assert both.lacking([1, 4]) == (1, [2, 3])
    assert both.exponents([1, 2, 4]) == {1: 1} | {
        n + 1: weight for n, weight in listed.exponents([1, 3]).items()
    }


def test_the_report_says_how_many_are_enough_and_who_is_missing():
    made = threshold_box(key_group(2, 3))
    cast = [made.ballot(0, {0})]
    before = verdict.report(verifier.verify(file_of(made, cast, "EncryptedTally").bytes()))
    assert before[0].endswith("falta que descifren 2 de los custodios 1, 2, 3.")
    whole = file_of(made, cast, openers=(3, 1))
    one = whole.copy()
    one.events = one.events[:-2]
    report = verdict.report(verifier.verify(one.bytes()))
    assert report[0].endswith("falta que descifre uno de los custodios 1, 2.")
    assert "Custodios de la llave: 3, y bastan 2 para abrir el total" in report
    assert verifier.verify(whole.bytes()).is_finished


def test_the_opening_is_proved_under_the_key_of_the_share():
    group = key_group(2, 3)
    made = threshold_box(group)
    opened = file_of(made, [made.ballot(0, {0})], openers=(3, 1))
    proofs = refuerzo_of(made, opened)
    assert verifier.verify(opened.bytes(), refuerzo=proofs).unproved_trustees == []
    read = verifier.verify(opened.bytes())
    by_own_key = opening_proofs.make_entry(
        made.election, read.totals, group.secrets[0], 1, read.partials[1]
    )
    entries = [json.loads(by_own_key), json.loads(proofs)["proofs"][1]]
    with pytest.raises(verifier.Rejected, match="el custodio 1 no prueba"):
        verifier.verify(opened.bytes(), refuerzo=refuerzo_of(made, opened, entries))


def test_who_opens_another_number_is_caught_here_too(belenios):
    """One of a group who votes last can shift the total; of the two files only refuerzo sees it."""
    group = key_group(2, 3)
    made, share = threshold_box(group), group.shares[0]
    first = made.ballot(0, {0})
    before = tally.encrypted_totals(made.election, [ballot.read(made.election, first)])
    shift = pow(group.trustees.exponents([1, 3])[1], -1, Q)
    slots = forging.plan(made.election, share, before, (-shift, shift))
    second = forging.fitted_ballot(made.election, made.credentials[1].secret, {0}, slots)
    file = file_of(made, [first, second], openers=(3, 1))
    totals = verifier.verify(file.bytes()).totals
    partial = forging.false_partial(made.election, totals, share, slots)
    file.at("PartialDecryption", 1).parts[0] = partial.record()
    file.at("Result").parts = [tally.result_record([[1, 1]])]  # both chose the first option
    assert verifier.verify(file.bytes()).counts == [[1, 1]]
    assert belenios.accepts(file.bytes())
    with pytest.raises(verifier.Rejected, match="el custodio 1 no prueba que abre este total"):
        verifier.verify(file.bytes(), refuerzo=refuerzo_of(made, file))


# ---- whatever is handed in


def placed(data, value, anything):
    """The value with anything in any of its places."""
    places = list(paths(value))
    *path, last = data.draw(st.sampled_from(places[1:]))
    inner = value
    for name in path:
        inner = inner[name]
    inner[last] = anything
    return canonical.write(value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), ANYTHING, st.sampled_from(["a dealing", "a certificate", "a key", "a file"]))
def test_whatever_stands_anywhere_in_a_document_is_answered(data, anything, kind):
    group = key_group(2, 3)
    kept, read = {
        "a dealing": (
            group.dealings[0].raw,
            lambda raw: threshold.read_dealing(GROUP, 2, group.certificates, 1, raw, WHAT),
        ),
        "a certificate": (
            group.certificates[0].raw,
            lambda raw: threshold.read_certificate(GROUP, raw, WHAT),
        ),
        "a key": (
            canonical.write(group.keys[0].record()),
            lambda raw: threshold.read_verification_key(
                GROUP, group.certificates, group.dealings, 1, raw, WHAT
            ),
        ),
        "a file": (group.file, lambda raw: threshold.read_file(GROUP, raw)),
    }[kind]
    raw = placed(data, json.loads(kept), anything)
    if raw != kept:
        with contextlib.suppress(Malformed):  # anything else is a defect
            read(raw)
            assert kind == "a file", "only the names of trustees may be others"


# ---- the ceremony


def test_everything_follows_from_the_secret_and_the_ceremony():
    group = key_group(2, 3)
    once, again = (
        json.loads(threshold.deal(GROUP, group.secrets[1], 2, group.certificates)) for _ in "ab"
    )
    assert once["shares"] == again["shares"]
    assert once["coefexps"]["message"] == again["coefexps"]["message"]
    other = json.loads(threshold.deal(GROUP, group.secrets[1], 2, group.certificates[::-1]))
    assert not {one["nonce"] for one in other["shares"]} & {one["nonce"] for one in once["shares"]}
    assert other["coefexps"]["message"] != once["coefexps"]["message"]


def test_what_a_key_derives_is_what_it_always_derived():
    """A share is computed again when the total is opened, maybe by a later version."""
    known = vector("threshold.json")
    secrets = [int(secret) for secret in known["secrets"]]
    certificates = [
        threshold.read_certificate(GROUP, raw.encode(), WHAT) for raw in known["certificates"]
    ]
    assert list(certificates_of(secrets)) == certificates
    for secret, raw in zip(secrets, known["dealings"], strict=True):
        made = json.loads(threshold.deal(GROUP, secret, 2, certificates))
        kept = json.loads(raw)
        assert made["shares"] == kept["shares"]
        assert made["coefexps"]["message"] == kept["coefexps"]["message"]
    dealings = [
        threshold.read_dealing(GROUP, 2, certificates, n, raw.encode(), WHAT)
        for n, raw in enumerate(known["dealings"], start=1)
    ]
    shares = [threshold.share_of(GROUP, one, 2, certificates, dealings) for one in secrets]
    assert [str(share) for share in shares] == known["shares"]


def test_the_file_of_a_ceremony_is_read_as_it_was_written():
    group = key_group(2, 3)
    read = threshold.read_file(GROUP, group.file)
    assert read.is_dealt
    assert tuple(read.certificates) == group.certificates
    assert tuple(read.dealings) == group.dealings
    assert threshold.write_file(*read) == group.file
    begun = threshold.write_file(2, read.names, read.certificates)
    assert not threshold.read_file(GROUP, begun).is_dealt
    for number, (secret, share) in enumerate(zip(group.secrets, group.shares, strict=True), 1):
        assert threshold.number_of(GROUP, secret, read.certificates) == number
        assert threshold.share_of(GROUP, secret, 2, read.certificates, read.dealings) == share


@pytest.mark.parametrize("dealer", [1, 2, 3])
def test_a_wrong_share_names_its_dealer(dealer):
    """Signed by its dealer, so that nobody but the receiver can see it."""
    group = key_group(2, 3)
    value = json.loads(group.dealings[dealer - 1].raw)
    del value["signature"]
    value["shares"][1]["share"] = str((int(value["shares"][1]["share"]) + 1) % Q)
    dealings = list(group.dealings)
    dealings[dealer - 1] = threshold.read_dealing(
        GROUP, 2, group.certificates, dealer, signed(value, group.secrets[dealer - 1]), WHAT
    )
    with pytest.raises(WrongShare, match=f"Lo que el custodio {dealer} le repartió") as problem:
        threshold.share_of(GROUP, group.secrets[1], 2, group.certificates, dealings)
    assert problem.value.dealer == dealer
    for untouched in (0, 2):
        threshold.share_of(GROUP, group.secrets[untouched], 2, group.certificates, dealings)


def signed(value: dict, secret: int) -> bytes:
    """A dealing signed again by its dealer."""
    proof = threshold.proofs.prove_knowledge(GROUP, secret, threshold._dealing_statement(value))
    return canonical.write(value | {"signature": proof.record()})


def plus_one(value: dict, name: str) -> None:
    value[name] = str((int(value[name]) + 1) % Q)


def again_by_dealer(edit):
    def change(group: KeyGroup, value: dict) -> bytes:
        value = edited(value, edit) or value
        value.pop("signature", None)
        return signed(value, group.secrets[0])

    return change


def by_hand(edit):
    return lambda group, value: canonical.write(edited(value, edit) or value)


def of_other(group: KeyGroup, value: dict) -> bytes:
    return group.dealings[1].raw


def of_other_threshold(group: KeyGroup, value: dict) -> bytes:
    return threshold.deal(GROUP, group.secrets[0], 3, group.certificates)


def of_other_group(group: KeyGroup, value: dict) -> bytes:
    others = certificates_of((group.secrets[0], *secrets_for(3, seed=2)))
    return threshold.deal(GROUP, group.secrets[0], group.threshold, others)


def of_other_degree(group: KeyGroup, value: dict) -> bytes:
    """Three coefficients where two are due, and signed so."""
    powers = [*json.loads(value["coefexps"]["message"])["coefexps"], str(GROUP.generator.power(5))]
    message = canonical.write({"coefexps": powers})
    value["coefexps"] = trustees.signed(GROUP, group.secrets[0], message)
    del value["signature"]
    return signed(value, group.secrets[0])


def of_other_signer(group: KeyGroup, value: dict) -> bytes:
    del value["signature"]
    return signed(value, group.secrets[1])


DEALINGS = {
    "of another trustee": (of_other, "es el del custodio 2, y se espera el del 1"),
    "of another threshold": (of_other_threshold, "otra ceremonia"),
    "of other trustees": (of_other_group, "otra ceremonia"),
    "of another degree": (of_other_degree, "hay 3 elementos y deben ser 2"),
    "signed by another": (of_other_signer, "firma válida del custodio 1"),
    "altered on the way": (by_hand(lambda v: plus_one(v["shares"][0], "share")), "firma válida"),
    "with the shares exchanged": (by_hand(lambda v: v["shares"].reverse()), "firma válida"),
    "with another response": (by_hand(lambda v: plus_one(v["signature"], "response")), "firma"),
    "with commitments of another": (
        again_by_dealer(
            lambda v: v.update(coefexps=json.loads(key_group(2, 4).dealings[1].raw)["coefexps"])
        ),
        "su firma no es válida",
    ),
    "a share less": (again_by_dealer(lambda v: v["shares"].pop() and None), "deben ser 4"),
    "a share that is too big": (
        again_by_dealer(lambda v: v["shares"][2].update(share=str(Q))),
        "demasiado grande",
    ),
    "a nonce outside the group": (
        again_by_dealer(lambda v: v["shares"][2].update(nonce="2")),
        "no pertenece al grupo",
    ),
    "a nonce that hides nothing": (
        again_by_dealer(lambda v: v["shares"][2].update(nonce="1")),
        "no guarda ningún secreto",
    ),
    "a member of its own": (again_by_dealer(lambda v: v | {"nota": "x"}), "campo de más"),
    "another form": (
        lambda group, value: group.dealings[0].raw.replace(b":", b": ", 1),
        "forma única",
    ),
    "nothing": (lambda group, value: b"", "no es JSON"),
    "a list": (lambda group, value: b"[]", "no es un objeto"),
}


@pytest.mark.parametrize(("edit", "reason"), DEALINGS.values(), ids=DEALINGS)
def test_a_false_dealing_is_refused(edit, reason):
    group = key_group(2, 4)
    raw = edit(group, json.loads(group.dealings[0].raw))
    with pytest.raises(Malformed, match=rf"El reparto.*{reason}"):
        threshold.read_dealing(GROUP, 2, group.certificates, 1, raw, "El reparto")


def other_key(value: dict) -> None:
    message = json.loads(value["message"])
    message["encryption"] = str(GROUP.generator.power(7))
    value["message"] = canonical.write(message).decode()


CERTIFICATES = {
    "another key inside": (other_key, "su firma no es válida"),
    "another response": (lambda v: plus_one(v["signature"], "response"), "su firma no es válida"),
    "no signature": (lambda v: {"message": v["message"]}, "no tiene el campo «signature»"),
    "words": (lambda v: v.update(message="hola"), "no es JSON"),
    "a key outside the group": (
        lambda v: v.update(message='{"verification":"2","encryption":"4"}'),
        "no pertenece al grupo",
    ),
    "another form inside": (lambda v: v.update(message=v["message"] + " "), "forma única"),
    "the two keys in another order": (
        lambda v: v.update(
            message=canonical.write(dict(reversed(json.loads(v["message"]).items()))).decode()
        ),
        "en otro orden",
    ),
}


@pytest.mark.parametrize(("edit", "reason"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_a_false_certificate_is_refused(edit, reason):
    value = json.loads(key_group(2, 3).certificates[0].raw)
    with pytest.raises(Malformed, match=rf"El certificado.*{reason}"):
        threshold.read_certificate(GROUP, canonical.write(edited(value, edit)), "El certificado")


def test_the_public_part_of_a_key_without_threshold_is_no_certificate():
    public = canonical.write(trustees.make(GROUP, SECRETS[0]).record())
    with pytest.raises(Malformed, match="campo de más: «pok»"):
        threshold.read_certificate(GROUP, public, "El certificado")


@pytest.mark.parametrize(
    ("needed", "count", "reason"),
    [
        (2, 2, "de 3 a 9 custodios, y hay 2"),
        (2, 10, "de 3 a 9 custodios, y hay 10"),
        (1, 3, "es de 1 de 3 custodios: deben bastar entre 2 y 2"),
        (3, 3, "es de 3 de 3 custodios: deben bastar entre 2 y 2"),
        (4, 3, "es de 4 de 3"),
        (0, 3, "es de 0 de 3"),
    ],
)
def test_a_ceremony_is_of_three_to_nine_of_whom_some_are_enough(needed, count, reason):
    certificates = certificates_of(secrets_for(count))
    with pytest.raises(Malformed, match=reason):
        threshold.ceremony(needed, certificates)


def test_a_ceremony_is_another_one_with_anything_else():
    certificates = key_group(2, 4).certificates
    others = [
        threshold.ceremony(2, certificates),
        threshold.ceremony(3, certificates),
        threshold.ceremony(2, certificates[::-1]),
        threshold.ceremony(2, certificates[:3]),
        threshold.ceremony(2, (*certificates[:3], *certificates_of(secrets_for(1, seed=9)))),
    ]
    assert len(set(others)) == 5


def test_one_trustee_is_not_two():
    certificates = key_group(2, 3).certificates
    with pytest.raises(Malformed, match="repetida"):
        threshold.ceremony(2, (*certificates[:2], certificates[0]))


def test_who_is_not_of_the_ceremony_is_told_so():
    group = key_group(2, 3)
    stranger = secrets_for(1, seed=5)[0]
    with pytest.raises(Malformed, match="no es de ningún custodio"):
        threshold.deal(GROUP, stranger, 2, group.certificates)
    with pytest.raises(Malformed, match="no es de ningún custodio"):
        threshold.share_of(GROUP, stranger, 2, group.certificates, group.dealings)


@pytest.mark.parametrize("chosen", [(), (0, 1), (1, 0, 2), (0, 1, 1)])
def test_a_share_needs_what_everybody_dealt(chosen):
    group = key_group(2, 3)
    dealings = [group.dealings[n] for n in chosen]
    with pytest.raises(Malformed, match="no tiene todavía el reparto"):
        threshold.share_of(GROUP, group.secrets[0], 2, group.certificates, dealings)


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (lambda group: group.shares[1], "no es la que sale"),
        (lambda group: group.secrets[0], "no es la que sale"),
        (lambda group: key_group(3, 4).shares[0], "no es la que sale"),
    ],
    ids=["of another trustee", "of the own key", "of another threshold"],
)
def test_the_key_of_another_share_is_refused(secret, reason):
    group = key_group(2, 4)
    raw = threshold.verification_key(GROUP, secret(group))
    with pytest.raises(Malformed, match=reason):
        threshold.read_verification_key(GROUP, group.certificates, group.dealings, 1, raw, WHAT)


def test_a_key_without_its_share_is_refused():
    """The key follows from the commitments, so that anybody can compute it; the proof does not."""
    group = key_group(2, 4)
    value = group.keys[0].record() | {"pok": group.keys[1].record()["pok"]}
    raw = canonical.write(value)
    with pytest.raises(Malformed, match="la prueba de que tiene su llave"):
        threshold.read_verification_key(GROUP, group.certificates, group.dealings, 1, raw, WHAT)


FILES = {
    "another version": (lambda v: v.update(version=2), "versión 2"),
    "another threshold": (lambda v: v.update(threshold=3), "otra ceremonia"),
    "a threshold in words": (lambda v: v.update(threshold="2"), "«threshold» no es un número"),
    "a name less": (lambda v: v["names"].pop() and None, "«names»: hay 3"),
    "a name that is no text": (lambda v: v["names"].__setitem__(0, 1), "no es un texto"),
    "a dealing less": (lambda v: v["dealings"].pop() and None, "trae 3 repartos y hay 4"),
    "the dealings exchanged": (
        lambda v: v["dealings"].reverse(),
        "El reparto del custodio 1 es el",
    ),
    "the certificates exchanged": (lambda v: v["certificates"].reverse(), "otra ceremonia"),
    "a certificate less": (
        lambda v: v.update(certificates=v["certificates"][:3]),
        "«names»: hay 4 elementos y deben ser 3",
    ),
    "a certificate twice": (
        lambda v: v["certificates"].__setitem__(1, v["certificates"][0]),
        "repetida",
    ),
    "a certificate altered": (
        lambda v: plus_one(v["certificates"][2]["signature"], "response"),
        "El certificado del custodio 3: su firma",
    ),
}


@pytest.mark.parametrize(("edit", "reason"), FILES.values(), ids=FILES)
def test_a_false_file_of_a_ceremony_is_refused(edit, reason):
    value = json.loads(key_group(2, 4).file)
    with pytest.raises(Malformed, match=reason):
        threshold.read_file(GROUP, canonical.write(edited(value, edit)))


def test_dealings_of_a_ceremony_that_was_begun_again_do_not_count():
    """One trustee made another key: what was dealt before is of another ceremony."""
    group = key_group(2, 3)
    secrets = (*group.secrets[:2], *secrets_for(1, seed=7))
    again = certificates_of(secrets)
    dealings_of(secrets, 2, again)
    with pytest.raises(Malformed, match="otra ceremonia"):
        threshold.read_dealing(GROUP, 2, again, 1, group.dealings[0].raw, WHAT)
