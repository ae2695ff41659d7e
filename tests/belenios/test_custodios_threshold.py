"""The trustees' page where some of the keys are enough: the rounds, and opening with the share."""

import json

import pytest

from participa.belenios import (
    archive,
    ballot,
    canonical,
    credentials,
    election,
    opening_proofs,
    questions,
    tally,
    threshold,
    trustees,
    verifier,
)
from participa.belenios.archive import Chain
from tests.belenios import test_threshold as false
from tests.belenios.builders import CODES, MOMENT, SECRETS, UUID, file_of, refuerzo_of
from tests.belenios.desks import PHONE, Desk
from tests.belenios.groups_of_keys import GROUP, WHAT, key_group, secrets_for, threshold_box
from tests.belenios.test_custodios import add

NAMES = ["Personería", "Comité de control", "Universidad"]


@pytest.fixture
def desk(chromium, tmp_path):
    open_desk = Desk(chromium, tmp_path)
    yield open_desk
    open_desk.close()


def named(group) -> bytes:
    return threshold.write_file(group.threshold, NAMES, group.certificates, group.dealings)


def hold_ceremony(desk, others):
    """All rounds for a trustee who works with the page, and others who work with Python.

    Returns the private key of the first, the file of the ceremony and the trustees record.
    """
    private, _ = desk.make_key()
    assert "Su parte pública para repartir está hecha" in desk.public_part(private)
    part = desk.saved("Guardar esta parte pública")
    assert part.name.startswith("parte-publica-")
    mark = desk.page.locator("#part-mark").inner_text().replace("\n", "").replace(" ", "")
    assert mark == canonical.fingerprint(part.read_bytes())
    raw = [part.read_bytes(), *(threshold.certificate(GROUP, secret) for secret in others)]
    certificates = [threshold.read_certificate(GROUP, one, WHAT) for one in raw]
    file = desk.write("ceremonia.json", threshold.write_file(2, NAMES, certificates))

    answer = desk.ceremony(private, file)
    assert "Repartir: compare antes la huella" in answer
    assert "Bastan 2 de 3 custodios" in answer
    assert "Comité de control" in answer
    assert threshold.ceremony(2, certificates) in answer.replace("\n", "")
    dealt = desk.saved("Guardar mi reparto")
    assert dealt.name == "reparto-custodio-1.json"
    dealings = [dealt.read_bytes(), *(threshold.deal(GROUP, s, 2, certificates) for s in others)]
    dealings = [
        threshold.read_dealing(GROUP, 2, certificates, number, one, WHAT)
        for number, one in enumerate(dealings, start=1)
    ]
    file = desk.write("ceremonia.json", threshold.write_file(2, NAMES, certificates, dealings))
    assert "Comprobar: está bien lo que le repartieron" in desk.ceremony(private, file)
    checked = desk.saved("Guardar mi comprobación")
    assert checked.name == "comprobacion-custodio-1.json"
    said = desk.page.locator("#round-saved").inner_text()
    assert said.startswith("Listo: comprobacion-custodio-1.json. Súbalo en su página de custodio")
    shares = [threshold.share_of(GROUP, s, 2, certificates, dealings) for s in others]
    proofs = [checked.read_bytes(), *(threshold.verification_key(GROUP, s) for s in shares)]
    keys = [
        threshold.read_verification_key(GROUP, certificates, dealings, number, one, WHAT)
        for number, one in enumerate(proofs, start=1)
    ]

    return private, file, threshold.record(2, certificates, dealings, keys)


def test_a_ceremony_from_the_key_to_the_result(desk, belenios):
    """The third trustee opens with Python and the first with the page, and all agree."""
    others = secrets_for(2, seed=4)
    private, file, record = hold_ceremony(desk, others)
    ceremony = threshold.read_file(GROUP, file.read_bytes())
    third = threshold.share_of(GROUP, others[1], 2, ceremony.certificates, ceremony.dealings)
    public = trustees.read(GROUP, record).public_key()
    asked = election.make(UUID, "Parques", "", public, [questions.yes_no("¿Aprueba?")])
    holders = [credentials.derive(code, UUID) for code in CODES]
    setup = (asked.raw, record, credentials.public_roll(holders))
    grown, chain = archive.beginning(MOMENT), Chain(MOMENT)
    grown, chain = add(grown, chain, "Setup", *setup, archive.setup_record(*setup))
    for holder, vote in zip(holders, ({0}, {1}, {0}), strict=True):
        grown, chain = add(grown, chain, "Ballot", ballot.make(asked, holder.secret, [vote]))
    grown, chain = add(grown, chain, "EndBallots")
    totals = tally.encrypted_totals(asked, verifier.verify(grown).ballots)
    sums = tally.totals_record(totals)
    grown, chain = add(grown, chain, "EncryptedTally", sums, tally.sized_record(3, sums))
    event = chain.head
    theirs = opening_proofs.make_part(asked, totals, third, 3).splitlines()
    grown, chain = add(grown, chain, "PartialDecryption", *theirs[:2])
    about = {"version": 1, "election": asked.fingerprint, "archive": event}
    refuerzo = canonical.write(about | {"proofs": [json.loads(theirs[2])]})
    bel, proofs = desk.write("urna.bel", grown), desk.write("refuerzo.json", refuerzo)
    answer = desk.review(private, bel, proofs=proofs)
    assert answer == "En esta urna bastan algunas llaves: escoja también el archivo ceremonia.json."
    answer = desk.review(private, bel, proofs=proofs, ceremony=file)
    assert "Custodios que hacen falta para abrir el total\n2 de 3" in answer
    ours = desk.saved("Descifrar y guardar mi parte").read_bytes().splitlines()
    grown, chain = add(grown, chain, "PartialDecryption", *ours[:2])
    grown, chain = add(grown, chain, "Result", tally.result_record([[2, 1]]))
    refuerzo = canonical.write(about | {"proofs": [json.loads(ours[2]), json.loads(theirs[2])]})
    assert verifier.verify(grown, refuerzo=refuerzo).unproved_trustees == []
    assert belenios.accepts(grown)


def test_the_paper_copy_does_for_every_round(desk):
    """A trustee whose file is lost opens with the sheet: nothing else was kept."""
    desk.begin_key()
    rows = "\n".join(desk.paper_rows())
    assert "Listo: su llave sirve" in desk.check_key(rows=rows)
    desk.public_part(None, rows)
    part = desk.saved("Guardar esta parte pública").read_bytes()
    certificates = [
        threshold.read_certificate(GROUP, one, WHAT)
        for one in (part, *(threshold.certificate(GROUP, s) for s in SECRETS))
    ]
    file = desk.write("ceremonia.json", threshold.write_file(2, NAMES, certificates))
    assert "Su número de custodio\n1" in desk.ceremony(None, file, rows)


def test_who_dealt_wrong_is_named(desk):
    group = key_group(2, 3)
    value = json.loads(named(group))
    dealing = value["dealings"][1]
    false.plus_one(dealing["shares"][2], "share")
    del dealing["signature"]
    value["dealings"][1] = json.loads(false.signed(dealing, group.secrets[1]))
    file = desk.write("ceremonia.json", canonical.write(value))
    key = desk.write("llave", trustees.write_secret(group.secrets[2]))
    answer = desk.ceremony(key, file)
    assert answer == (
        "La parte que le repartió el custodio 2 (Comité de control) está mal: no es la que "
        "publicó. Avise a los demás y a la ciudad: hay que repetir la ceremonia con otras llaves."
    )
    assert desk.page.locator("#ceremony-file").get_attribute("aria-invalid") == "true"
    fine = desk.write("llave-1", trustees.write_secret(group.secrets[0]))
    assert "Comprobar: está bien" in desk.ceremony(fine, file)


def test_what_is_missing_or_of_another_ceremony_is_said(desk):
    group, other = key_group(2, 3), key_group(2, 3, seed=8)
    key = desk.write("llave", trustees.write_secret(group.secrets[0]))
    assert desk.public_part(None).startswith("Escoja el archivo de su llave privada")
    assert desk.ceremony(key, None) == "Escoja el archivo ceremonia.json."
    wrong = desk.write("otra.json", named(other))
    assert desk.ceremony(key, wrong).startswith("Esta llave no es de ningún custodio")
    broken = desk.write("rota.json", named(group)[:-9])
    assert desk.ceremony(key, broken) == "La ceremonia no es JSON."
    right = desk.write("ceremonia.json", named(group))
    assert "Comprobar: está bien" in desk.ceremony(key, right)


def test_opening_needs_the_ceremony_of_the_box(desk):
    group = key_group(2, 3)
    made = threshold_box(group)
    closed = file_of(made, [made.ballot(0, {0})], "EncryptedTally").bytes()
    bel = desk.write("urna.bel", closed)
    key = desk.write("llave", trustees.write_secret(group.secrets[1]))
    begun = canonical.write(json.loads(named(group)) | {"dealings": []})
    ceremony = desk.write("empezada.json", begun)
    assert "no tiene todavía el reparto" in desk.review(key, bel, ceremony=ceremony)
    secrets = (group.secrets[1], *secrets_for(2, seed=11))
    certificates = false.certificates_of(secrets)
    dealings = false.dealings_of(secrets, 2, certificates)
    other = desk.write("otra.json", threshold.write_file(2, NAMES, certificates, dealings))
    assert desk.review(key, bel, ceremony=other).startswith("Esa ceremonia no es la de esta urna.")
    right = desk.write("ceremonia.json", named(group))
    assert "Su número de custodio\n2" in desk.review(key, bel, ceremony=right)
    stranger = desk.write("extraña", trustees.write_secret(SECRETS[0]))
    assert "no es de ningún custodio" in desk.review(stranger, bel, ceremony=right)


def test_an_opened_part_asks_for_its_proof_also_here(desk):
    group = key_group(2, 3)
    made = threshold_box(group)
    whole = file_of(made, [made.ballot(0, {0})], openers=(3, 1))
    whole.events = whole.events[:-2]
    bel = desk.write("urna.bel", whole.bytes())
    key = desk.write("llave", trustees.write_secret(group.secrets[0]))
    file = desk.write("ceremonia.json", named(group))
    answer = desk.review(key, bel, ceremony=file)
    assert "La parte del custodio 3 ya está en el archivo y falta comprobar" in answer
    proofs = desk.write("refuerzo.json", refuerzo_of(made, whole))
    answer = desk.review(key, bel, ceremony=file, proofs=proofs)
    assert "Custodios que ya abrieron este total, con prueba\n3" in answer


def test_the_rounds_fit_a_phone(chromium, tmp_path):
    desk = Desk(chromium, tmp_path, **PHONE)
    group = key_group(2, 3)
    key = desk.write("llave", trustees.write_secret(group.secrets[0]))
    desk.public_part(key)
    desk.ceremony(key, desk.write("ceremonia.json", named(group)))
    width = desk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    desk.close()
