"""The commands of trustees of whom some are enough: no server, no network."""

import json

import pytest
from click.testing import CliRunner

from participa.ballots.commands import cli
from participa.belenios import canonical, threshold, trustees, verifier
from tests.belenios import test_threshold as false
from tests.belenios.builders import SECRETS, Event, File, file_of, refuerzo_of
from tests.belenios.groups_of_keys import (
    GROUP,
    WHAT,
    KeyGroup,
    key_group,
    secrets_for,
    threshold_box,
)

NAMES = ["Personería", "Comité\x1b[2J", "Universidad"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli.urna, words)


def keys(folder, *secrets: int) -> None:
    for number, secret in enumerate(secrets, start=1):
        (folder / f"llave{number}").write_bytes(trustees.write_secret(secret))


def held(group: KeyGroup) -> bytes:
    return threshold.write_file(group.threshold, NAMES, group.certificates, group.dealings)


def take_part(run, key="llave1", ceremony="ceremonia.json", out="hecho"):
    return run("ceremony", "--key", key, "--ceremony", ceremony, "--out", out)


def test_three_trustees_hold_a_ceremony_and_two_open_the_result(run, tmp_path):
    numbers = (1, 2, 3)
    keys(tmp_path, *secrets_for(3, seed=6))
    parts = []
    for n in numbers:
        told = run("part", "--key", f"llave{n}", "--out", f"parte{n}.json")
        assert told.exit_code == 0, told.output
        parts.append((tmp_path / f"parte{n}.json").read_bytes())
        assert canonical.fingerprint(parts[-1]) in told.output
    certificates = [threshold.read_certificate(GROUP, raw, WHAT) for raw in parts]
    file = tmp_path / "ceremonia.json"
    file.write_bytes(threshold.write_file(2, NAMES, certificates))
    for n in numbers:
        told = take_part(run, f"llave{n}", out=f"reparto{n}")
        assert told.exit_code == 0, told.output
        assert f"Reparto del custodio {n}: reparto{n}." in told.output
        assert f"Huella de la ceremonia: {threshold.ceremony(2, certificates)}." in told.output
        assert "Bastan 2 de estos custodios: 1 Personería, 2 Comité�[2J, 3 U" in told.output
    dealings = [
        threshold.read_dealing(
            GROUP, 2, certificates, n, (tmp_path / f"reparto{n}").read_bytes(), WHAT
        )
        for n in numbers
    ]
    file.write_bytes(threshold.write_file(2, NAMES, certificates, dealings))
    proved, shares = [], []
    for n in numbers:
        told = take_part(run, f"llave{n}", out=f"prueba{n}")
        assert f"Comprobación del custodio {n}: prueba{n}." in told.output
        raw = (tmp_path / f"prueba{n}").read_bytes()
        proved.append(threshold.read_verification_key(GROUP, certificates, dealings, n, raw, WHAT))
        secret = trustees.read_secret(GROUP, (tmp_path / f"llave{n}").read_bytes())
        shares.append(threshold.share_of(GROUP, secret, 2, certificates, dealings))
    group = KeyGroup(2, (), tuple(certificates), tuple(dealings), tuple(shares), tuple(proved))
    made = threshold_box(group)
    whole = file_of(made, [made.ballot(0, {0}), made.ballot(1, {1})], openers=(3, 1))
    grown = File(whole.copy().events[:5])
    for n in (3, 1):
        (tmp_path / "urna.bel").write_bytes(grown.bytes())
        (tmp_path / "refuerzo.json").write_bytes(refuerzo_of(made, grown))
        told = decrypt(run, f"llave{n}", out=f"abierto{n}")
        assert told.exit_code == 0, told.output
        assert f"Descifrado del custodio {n}" in told.output
        part, owned, _ = (tmp_path / f"abierto{n}").read_bytes().splitlines()
        grown.events.append(Event("PartialDecryption", [part, owned]))
    grown.events.append(whole.events[-1])
    verdict = verifier.verify(grown.bytes(), refuerzo=refuerzo_of(made, grown))
    assert (verdict.counts, verdict.unproved_trustees) == ([[1, 1]], [])


def decrypt(run, key="llave1", ceremony="ceremonia.json", out="abierto"):
    words = ["--key", key, "--archive", "urna.bel", "--refuerzo", "refuerzo.json"]
    return run("decrypt", *words, "--ceremony", ceremony, "--out", out)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"key": ""}, "Diga con --key"),
        ({"key": "ceremonia.json"}, "no es una llave privada"),
        ({"key": "extraña"}, "no es de ningún custodio de esta ceremonia"),
        ({"ceremony": ""}, "Diga con --ceremony"),
        ({"ceremony": "llave1"}, "La ceremonia no está en la forma única"),
        ({"ceremony": "falsa.json"}, "El reparto del custodio 2 no lleva una firma válida"),
        ({"ceremony": "mala.json"}, "Lo que el custodio 2 le repartió al custodio 1 no es lo que"),
        ({"ceremony": "mala.json"}, "El custodio 2 es Comité�[2J."),
        ({"out": ""}, "Diga con --out"),
        ({"out": "llave1"}, "Ya existe llave1"),
    ],
)
def test_a_mistake_in_a_ceremony_is_one_sentence_and_writes_nothing(run, tmp_path, given, words):
    group = key_group(2, 3)
    keys(tmp_path, *group.secrets)
    (tmp_path / "extraña").write_bytes(trustees.write_secret(SECRETS[0]))
    (tmp_path / "ceremonia.json").write_bytes(held(group))
    value = json.loads(held(group))
    dealing = value["dealings"][1]
    false.plus_one(dealing["shares"][0], "share")
    (tmp_path / "falsa.json").write_bytes(canonical.write(value))
    del dealing["signature"]
    value["dealings"][1] = json.loads(false.signed(dealing, group.secrets[1]))
    (tmp_path / "mala.json").write_bytes(canonical.write(value))
    before = sorted(path.name for path in tmp_path.iterdir())
    told = take_part(run, **given)
    assert told.exit_code == 1
    assert words in told.output
    assert told.output.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_opening_needs_the_ceremony_of_the_box(run, tmp_path):
    group = key_group(2, 3)
    keys(tmp_path, *group.secrets)
    made = threshold_box(group)
    closed = file_of(made, [made.ballot(0, {0})], "EncryptedTally")
    (tmp_path / "urna.bel").write_bytes(closed.bytes())
    (tmp_path / "refuerzo.json").write_bytes(refuerzo_of(made, closed, []))
    secrets = (group.secrets[0], *secrets_for(2, seed=11))
    certificates = false.certificates_of(secrets)
    dealings = false.dealings_of(secrets, 2, certificates)
    other = threshold.write_file(2, NAMES, certificates, dealings)
    (tmp_path / "otra.json").write_bytes(other)
    assert "bastan algunas llaves: diga con --ceremony" in decrypt(run, ceremony="").output
    assert "Esa ceremonia no es la de esta urna" in decrypt(run, ceremony="otra.json").output
    assert not (tmp_path / "abierto").exists()
    (tmp_path / "ceremonia.json").write_bytes(held(group))
    assert decrypt(run).exit_code == 0
