"""What proves that the trustees opened the total of these ballots, and no other number."""

import copy
import json

import pytest

from participa.belenios import (
    ballot,
    canonical,
    opening_proofs,
    proofs,
    signatures,
    tally,
    verdict,
    verifier,
)
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.verifier import Rejected
from tests.belenios import forging
from tests.belenios.builders import (
    SECRETS,
    VECTORS,
    Event,
    File,
    box,
    entries_of,
    file_of,
    honest,
    opened,
    refuerzo_of,
    small,
)

UNPROVED = "pero sin prueba de que la apertura sea la de estas papeletas"


def partials_of(file: File):
    """The totals of an archive, the hash of their event, and the decryptions in it."""
    read = verifier.verify(file.bytes())
    return read.totals, read.tally_event, read.partials


@pytest.fixture(scope="module")
def entries():
    return entries_of(small(), honest())


@pytest.fixture
def refuerzo(entries):
    return refuerzo_of(small(), honest(), entries)


def test_an_honest_opening_is_proved_by_all_who_opened(refuerzo):
    read = verifier.verify(honest().bytes(), refuerzo=refuerzo)
    assert read.proved == {1, 2}
    assert read.unproved_trustees == []
    report = verdict.report(read)
    assert report[0] == "ACEPTADA. Terminó, y el resultado es el de sus papeletas."
    assert "Apertura del total: probada por todos los que descifraron" in report


def test_without_the_proofs_the_verdict_says_what_is_not_proved():
    report = verdict.report(verifier.verify(honest().bytes()))
    assert report[0] == (
        f"ACEPTADA, {UNPROVED}. Terminó. "
        "Que el resultado sea el de sus papeletas lo dicen solo los custodios."
    )
    assert "Falta la prueba de la apertura (refuerzo.json) de los custodios: 1, 2" in report


def test_the_proof_of_one_of_two_is_not_enough(entries):
    half = refuerzo_of(small(), honest(), entries[1:])
    read = verifier.verify(honest().bytes(), refuerzo=half)
    assert read.unproved_trustees == [1]
    assert UNPROVED in verdict.report(read)[0]


def test_the_codes_of_the_verdict_tell_proved_from_unproved(tmp_path, refuerzo):
    bel, proof = tmp_path / "urna.bel", tmp_path / "refuerzo.json"
    bel.write_bytes(honest().bytes())
    proof.write_bytes(refuerzo)

    def judged(*given: str | None) -> int:
        return verdict.judge(str(bel), None, None, str, str, *given)

    assert judged() == verdict.UNPROVED == 3
    assert judged(str(proof)) == verdict.ACCEPTED
    assert judged(str(tmp_path / "nada")) == verdict.UNREADABLE
    proof.write_bytes(refuerzo + b" ")
    assert judged(str(proof)) == verdict.REJECTED
    bel.write_bytes(File(honest().events[:5]).bytes())
    assert judged() == verdict.ACCEPTED


def one_more(name: str):
    return lambda entry: entry.__setitem__(name, str(int(entry[name]) + 1))


def altered(which: int, edit):
    """A change of one entry."""

    def change(entries):
        edit(entries[which])

    return change


def possess(statement: str):
    """A proof of possession with another statement, by who has the key."""

    def edit(entry):
        knows = proofs.prove_knowledge(BELENIOS_2048, SECRETS[0], statement)
        entry["possession"] = knows.record()

    return edit


PUBLIC = BELENIOS_2048.generator.power(SECRETS[0])
ENTRIES = {
    "another challenge": (altered(0, one_more("challenge")), "1 no prueba que abre este total"),
    "another response": (altered(1, one_more("response")), "2 no prueba que abre este total"),
    "the proof of the colleague": (
        lambda e: e[0].update(challenge=e[1]["challenge"], response=e[1]["response"]),
        "1 no prueba que abre este total",
    ),
    "a challenge of zero": (
        altered(0, lambda e: e.update(challenge="0")),
        "1 no prueba que abre este total",
    ),
    "about another decryption": (
        altered(0, lambda e: e.update(factors="0" * 64)),
        "la prueba del custodio 1 es de otro descifrado",
    ),
    "about the decryption of the colleague": (
        lambda e: e[0].update(factors=e[1]["factors"]),
        "la prueba del custodio 1 es de otro descifrado",
    ),
    "a hash that is none": (
        altered(0, lambda e: e.update(factors="z")),
        "«factors» no es una huella",
    ),
    "possession of another key": (
        lambda e: e[0].update(possession=e[1]["possession"]),
        "1 no prueba que tiene su llave en esta elección",
    ),
    "possession as in any election": (
        altered(0, possess(f"pok|BELENIOS-2048|{PUBLIC}|")),
        "1 no prueba que tiene su llave en esta elección",
    ),
    "possession in another election": (
        altered(0, possess(f"participa-pok|{'A' * 43}|{PUBLIC}|")),
        "1 no prueba que tiene su llave en esta elección",
    ),
    "without possession": (altered(0, lambda e: e.pop("possession")), "«possession»"),
    "a trustee that there is not": (
        altered(1, lambda e: e.update(owner=3)),
        "no hay un descifrado del custodio 3",
    ),
    "a trustee number zero": (
        altered(0, lambda e: e.update(owner=0)),
        "no hay un descifrado del custodio 0",
    ),
    "the same trustee twice": (lambda e: e.insert(0, e[0]), "cada uno una vez"),
    "in another order": (lambda e: e.reverse(), "no lleva los custodios en orden"),
    "with a member of its own": (altered(0, lambda e: e.update(nota="x")), "campo de más"),
    "a number too large": (
        altered(0, lambda e: e.update(response=str(BELENIOS_2048.q))),
        "es un número demasiado grande",
    ),
    "a number with a zero in front": (
        altered(0, lambda e: e.update(response="0" + e["response"][1:])),
        "no es un número decimal válido",
    ),
}
FILES = {
    "of another version": ({"version": 2}, "es de la versión 2, y debe ser la 1"),
    "of another election": ({"election": "A" * 43}, "es de otra elección"),
    "of another total": ({"archive": "0" * 64}, "es de otro total"),
    "of no total": ({"archive": None}, "«archive» no es un texto"),
    "without a list": ({"proofs": {}}, "no es una lista"),
    "with more in it": ({"nota": 1}, "campo de más"),
}


@pytest.mark.parametrize(("edit", "reason"), ENTRIES.values(), ids=ENTRIES)
def test_an_altered_proof_is_rejected_for_its_reason(entries, edit, reason):
    changed = copy.deepcopy(entries)
    edit(changed)
    with pytest.raises(Rejected, match=reason):
        verifier.verify(honest().bytes(), refuerzo=refuerzo_of(small(), honest(), changed))


@pytest.mark.parametrize(("members", "reason"), FILES.values(), ids=FILES)
def test_an_altered_file_is_rejected_for_its_reason(entries, members, reason):
    with pytest.raises(Rejected, match=reason):
        verifier.verify(
            honest().bytes(), refuerzo=refuerzo_of(small(), honest(), entries, **members)
        )


def test_proofs_of_a_total_that_is_not_there_are_rejected(refuerzo):
    with pytest.raises(Rejected, match="no tiene total todavía"):
        verifier.verify(opened().bytes(), refuerzo=refuerzo)


def test_proofs_of_other_ballots_of_the_same_election_are_rejected(entries):
    made = small()
    other = file_of(made, [made.ballot(0, {1}), made.ballot(1, {1})])
    theirs = entries_of(made, other)
    with pytest.raises(Rejected, match="de otro total"):
        verifier.verify(honest().bytes(), refuerzo=refuerzo_of(made, other, theirs))
    moved = [entry | {"factors": entries[n]["factors"]} for n, entry in enumerate(theirs)]
    with pytest.raises(Rejected, match="1 no prueba que abre este total"):
        verifier.verify(honest().bytes(), refuerzo=refuerzo_of(made, honest(), moved))


# ---- a trustee who opens another number


@pytest.fixture(scope="module")
def forged():
    """An archive whose published result is false, and what its forger can make of it."""
    made = box(voters=2, keys=1)
    first = made.ballot(0, {0})
    before = tally.encrypted_totals(made.election, [ballot.read(made.election, first)])
    slots = forging.plan(made.election, made.secrets[0], before, (-1, 1))
    second = forging.fitted_ballot(made.election, made.credentials[1].secret, {0}, slots)
    file = file_of(made, [first, second], until="EncryptedTally")
    totals = verifier.verify(file.bytes()).totals
    partial = forging.false_partial(made.election, totals, made.secrets[0], slots)
    file.events.append(Event("PartialDecryption", [partial.record(), 1]))
    file.events.append(Event("Result", [tally.result_record([[1, 1]])]))
    return made, file, totals, partial


def test_the_format_alone_accepts_a_result_that_is_not_the_sum(forged, belenios):
    _, file, _, _ = forged
    read = verifier.verify(file.bytes())
    assert read.counts == [[1, 1]]  # both chose the first option
    assert UNPROVED in verdict.report(read)[0]
    assert belenios.accepts(file.bytes())


def test_who_opened_another_number_cannot_prove_it(forged):
    made, file, totals, partial = forged
    secret = made.secrets[0]
    entry = json.loads(opening_proofs.make_entry(made.election, totals, secret, 1, partial))
    with pytest.raises(Rejected, match="1 no prueba que abre este total"):
        verifier.verify(file.bytes(), refuerzo=refuerzo_of(made, file, [entry]))
    honest_one = tally.decrypt(made.election, totals, secret)
    about_truth = opening_proofs.make_entry(made.election, totals, secret, 1, honest_one)
    moved = json.loads(about_truth) | {"factors": canonical.hex_digest(partial.record())}
    for claimed, reason in (
        (json.loads(about_truth), "es de otro descifrado"),
        (moved, "1 no prueba que abre este total"),
    ):
        with pytest.raises(Rejected, match=reason):
            verifier.verify(file.bytes(), refuerzo=refuerzo_of(made, file, [claimed]))


@pytest.mark.parametrize("slot", [0, 1])
def test_a_single_false_factor_is_noticed(slot):
    made = small()
    totals, _, partials = partials_of(honest())
    factors = [list(row) for row in partials[1].factors]
    factors[0][slot] = factors[0][slot] * BELENIOS_2048.g % BELENIOS_2048.p
    false = partials[1]._replace(factors=factors)
    digest = canonical.hex_digest(tally.totals_record(totals))
    statement = opening_proofs.Statement(made.election, digest, totals, PUBLIC, false)
    assert not opening_proofs.verify(statement, opening_proofs.prove(statement, SECRETS[0]))


def test_a_factor_outside_the_group_proves_nothing():
    made = small()
    totals, _, partials = partials_of(honest())
    outside = partials[1]._replace(
        factors=[[BELENIOS_2048.p - factor for factor in row] for row in partials[1].factors]
    )
    digest = canonical.hex_digest(tally.totals_record(totals))
    statement = opening_proofs.Statement(made.election, digest, totals, PUBLIC, outside)
    assert not opening_proofs.verify(statement, opening_proofs.prove(statement, SECRETS[0]))


def test_the_archive_of_the_review_is_told_as_unproved(belenios):
    raw = (VECTORS / "refuerzo" / "result-is-not-the-sum.bel").read_bytes()
    assert UNPROVED in verdict.report(verifier.verify(raw))[0]
    assert belenios.accepts(raw)


# ---- one vote for each code


def test_a_second_ballot_where_the_election_says_one_vote_is_rejected():
    raw = (VECTORS / "refuerzo" / "second-ballot-in-one-vote-box.bel").read_bytes()
    with pytest.raises(Rejected, match=r"\(papeleta\): este código ya votó, y en esta elección"):
        verifier.verify(raw)


# ---- signatures of documents


def test_a_signature_is_of_one_document_and_one_key():
    signed = signatures.sign(SECRETS[0], b"rol")
    assert signatures.check(signed + b"\n", b"rol") == PUBLIC
    assert signatures.check(signed, b"rol", PUBLIC) == PUBLIC
    other = BELENIOS_2048.generator.power(SECRETS[1])
    value = json.loads(signed)
    for raw, document, key, reason in (
        (signed, b"otro", None, "es de otro documento"),
        (signed, b"rol", other, "es de otra llave"),
        (canonical.write(value | {"public_key": str(other)}), b"rol", None, "no es válida"),
        (canonical.write(value | {"response": "1"}), b"rol", None, "no es válida"),
        (canonical.write(value | {"public_key": "1"}), b"rol", None, "no guarda ningún secreto"),
        (b"{}", b"rol", None, "no tiene el campo «document»"),
    ):
        with pytest.raises(Malformed, match=reason):
            signatures.check(raw, document, key)
