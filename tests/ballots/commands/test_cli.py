"""The commands of the registrar, the trustees and whoever doubts: no server, no network."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import date

import pytest
from click.testing import CliRunner

from participa.ballots.commands import cli, registrars_files
from participa.ballots.roll import cards, second_part
from participa.belenios import (
    ballot,
    canonical,
    credentials,
    roll,
    signatures,
    tally,
    trustees,
    verifier,
)
from participa.belenios.bundles import browser_files
from participa.belenios.groups import BELENIOS_2048
from participa.core import clock, spanish
from tests.belenios.builders import (
    CODES,
    SECRETS,
    UUID,
    VECTORS,
    Event,
    File,
    honest,
    opened,
    refuerzo_of,
    small,
)
from tests.house.source import ROOT

HOST = "participa.ciudad.gov.co"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in an empty folder: run("urna", "key", "--out", "llave")."""
    monkeypatch.chdir(tmp_path)
    program = {command.name: command for command in cli.COMMANDS}

    def run(name: str, *arguments: str):
        return CliRunner().invoke(program[name], arguments)

    return run


@pytest.mark.slow
def test_the_commands_need_no_installation(tmp_path):
    file = VECTORS / "honest" / "three-ballots.bel"
    told = subprocess.run(
        [sys.executable, "-c", "from participa.app import cli; cli()", "verify-bel", str(file)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert told.stderr == ""
    assert told.returncode == 3
    assert told.stdout.startswith("ACEPTADA, pero sin prueba")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["honest/three-ballots.bel"], 3, "ACEPTADA, pero sin prueba de que la apertura sea"),
        (["invalid/same-ballot-twice.bel"], 1, "RECHAZADA. Registro 13, altura 4 (papeleta)"),
        (["election.json"], 2, "NO SE PUDO REVISAR"),
        (["honest"], 2, "NO SE PUDO REVISAR. No se pudo leer"),
        (["honest/three-ballots.bel", "--snapshot", "nada"], 2, "No existe el archivo nada"),
        (["honest/three-ballots.bel", "--head", "abc"], 1, "La huella del acta"),
    ],
    ids=["accepted", "rejected", "no archive", "a folder", "no snapshot", "another head"],
)
def test_the_exit_code_and_the_words_tell_the_verdict(run, arguments, code, words):
    told = run("verify-bel", str(VECTORS / arguments[0]), *arguments[1:])
    assert told.exit_code == code
    assert words in told.output


def test_without_a_file_it_says_what_to_write(run):
    told = run("verify-bel")
    assert told.exit_code == 2
    assert told.output == "Diga qué archivo revisar: participa verify-bel ARCHIVO.bel\n"


def test_the_words_of_a_stranger_do_not_command_the_terminal(run, tmp_path):
    spoilt = opened().change("Setup", 0, lambda v: v | {"name": "Urna\u001b[2J\u202e\u009b"})
    (tmp_path / "x.bel").write_bytes(spoilt.bytes())
    told = run("verify-bel", "x.bel")
    assert told.exit_code == 0
    assert "Elección: Urna�[2J��" in told.output


def test_a_registrar_gets_codes_cards_roll_and_fingerprint(run, tmp_path):
    told = run(
        *("urna", "credentials", "--uuid", UUID, "--count", "5", "--out", "a"),
        *("--host", HOST, "--title", "¿Qué <temas>?"),
    )
    assert told.exit_code == 0, told.output
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert names - {"tarjetas.pdf"} == {"codigos.csv", "huella.txt", "padron.json", "tarjetas.html"}
    text = (tmp_path / "a" / "codigos.csv").read_text(encoding="utf-8-sig")
    codes = [row["codigo"] for row in csv.DictReader(io.StringIO(text), delimiter=";")]
    assert len(set(codes)) == 5
    record = (tmp_path / "a" / "padron.json").read_bytes()
    publics = roll.read(BELENIOS_2048, record)
    assert publics == sorted(credentials.derive(code, UUID).public for code in codes)
    fingerprint = (tmp_path / "a" / "huella.txt").read_text().strip()
    assert fingerprint == canonical.fingerprint(record)
    assert f"para el acta: {fingerprint}" in told.output
    sheet = (tmp_path / "a" / "tarjetas.html").read_text(encoding="utf-8")
    assert [code in sheet for code in codes] == [True] * 5
    assert "¿Qué &lt;temas&gt;?" in sheet
    assert sheet.count("<svg xmlns") == 5
    assert "<script" not in sheet
    assert not [code for code in codes if code in told.output]


def test_a_registrar_adds_to_each_card_the_digits_of_a_second_vote(run, tmp_path):
    """They stand on the card, apart from the QR; the city gets digests, in a file of its own."""
    told = run(
        *("urna", "credentials", "--uuid", UUID, "--count", "3", "--out", "a", "--host", HOST),
        *("--short", f"https://{HOST}/q/7K3F-2QXM", "--closes", "2026-12-20T17:00"),
        "--second-part",
    )
    assert told.exit_code == 0, told.output
    assert "Entregue solo padron.json y segundas.json. El segundo no se publica." in told.output
    sheet = (tmp_path / "a" / "tarjetas.html").read_text(encoding="utf-8")
    assert sheet.count(f">{HOST}/q/7K3F-2QXM<") == 3
    closes = spanish.moment(clock.at_city(date(2026, 12, 20), 17))
    assert sheet.count(f"Se vota hasta el {closes}") == 3
    printed = re.findall(r"Para cambiar su voto: <b>(\d{3} \d{3})</b>", sheet)
    assert len(printed) == 3
    codes = credentials.read_codes((tmp_path / "a" / "codigos.csv").read_bytes())
    handed_in = second_part.read_file((tmp_path / "a" / "segundas.json").read_bytes())
    publics = [str(credentials.derive(code, UUID).public) for code in codes]
    assert handed_in == {
        public: second_part.digest(words.replace(" ", ""), UUID, public)
        for public, words in zip(publics, printed, strict=True)
    }
    assert list(handed_in) == sorted(publics, key=int), "their order tells nothing"


def test_cards_without_digits_say_nothing_of_them(run, tmp_path):
    run("urna", "credentials", "--uuid", UUID, "--count", "1", "--out", "a")
    assert not (tmp_path / "a" / "segundas.json").exists()
    assert "Para cambiar" not in (tmp_path / "a" / "tarjetas.html").read_text(encoding="utf-8")


def test_the_files_of_the_registrar_are_for_the_registrar_only(run, tmp_path):
    run("urna", "credentials", "--uuid", UUID, "--count", "1", "--out", "a")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "a").iterdir()} == {0o600}


def test_the_sign_of_a_card_carries_the_code_behind_the_number_sign():
    link = cards.link(HOST, UUID, "K7QX-9MZT-2RVA-HW4P-C3NY")
    assert link == f"https://{HOST}/urna/{UUID}#c=K7QX-9MZT-2RVA-HW4P-C3NY"


def test_cards_without_a_host_have_the_code_alone():
    sheet = cards.html([cards.PrintedCard("K7QX-9MZT-2RVA-HW4P-C3NY")], cards.Face("Urna", UUID))
    assert "K7QX-9MZT-2RVA-HW4P-C3NY" in sheet
    assert "<svg xmlns" not in sheet
    assert "Escanee" not in sheet


BAD = {
    "no box": (["--count", "5", "--out", "a"], "Escriba --uuid"),
    "a strange box": (["--uuid", "../../etc/passwd", "--count", "5", "--out", "a"], "--uuid"),
    "no number": (["--uuid", UUID, "--out", "a"], "Escriba --count"),
    "none": (["--uuid", UUID, "--count", "0", "--out", "a"], "Escriba --count"),
    "a word": (["--uuid", UUID, "--count", "muchos", "--out", "a"], "Escriba --count"),
    "a million": (["--uuid", UUID, "--count", "1000000", "--out", "a"], "Escriba --count"),
    "a huge number": (["--uuid", UUID, "--count", "1" * 5_000, "--out", "a"], "Escriba --count"),
    "no folder": (["--uuid", UUID, "--count", "5"], "Diga con --out"),
    "a folder nowhere": (["--uuid", UUID, "--count", "5", "--out", "no/existe/a"], "No se pudo"),
    "a strange short address": (
        ["--uuid", UUID, "--count", "5", "--out", "a", "--short", "a b"],
        "Escriba --short así",
    ),
    "a closing that is no moment": (
        ["--uuid", UUID, "--count", "5", "--out", "a", "--closes", "mañana"],
        "Escriba --closes así",
    ),
    "a strange host": (
        ["--uuid", UUID, "--count", "5", "--out", "a", "--host", "javascript:x"],
        "Escriba --host así",
    ),
}


@pytest.mark.parametrize(("arguments", "words"), BAD.values(), ids=BAD)
def test_a_registrar_s_mistake_is_one_sentence(run, tmp_path, arguments, words):
    told = run("urna", "credentials", *arguments)
    assert told.exit_code == 1
    assert words in told.output
    assert told.output.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def in_small_parts(monkeypatch):
    """A thread makes files of two cards, as processes make files of a thousand."""
    monkeypatch.setattr(registrars_files, "IN_ONE_TABLE", 2)
    monkeypatch.setattr(registrars_files, "AT_ONCE", 2)
    monkeypatch.setattr(cards, "MOST_IN_PDF", 2)
    monkeypatch.setattr(cards, "HAS_PDF", False)


MANY = ("urna", "credentials", "--uuid", UUID, "--count", "5", "--out", "a", "--host", HOST)


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))


def test_many_cards_come_in_parts(run, tmp_path, in_small_parts):
    assert run(*MANY).exit_code == 0
    names = sorted(path.name for path in (tmp_path / "a").glob("tarjetas*"))
    assert names == [f"tarjetas-{part}.html" for part in ("1-a-2", "3-a-4", "5-a-5")]
    codes = credentials.read_codes((tmp_path / "a" / "codigos.csv").read_bytes())
    sheets = [(tmp_path / "a" / name).read_text("utf-8") for name in names]
    assert [[code for code in codes if code in sheet] for sheet in sheets] == [
        codes[:2],
        codes[2:4],
        codes[4:],
    ]


def test_a_printer_gets_tables_instead_of_cards(run, tmp_path, in_small_parts):
    told = run(*MANY, "--mail-merge", "--second-part", "--short", f"{HOST}/q/7K3F-2QXM")
    assert told.exit_code == 0, told.output
    assert not list((tmp_path / "a").glob("tarjetas*"))
    rows = [
        row
        for part in ("1-a-2", "3-a-4", "5-a-5")
        for row in rows_of(tmp_path / "a" / f"combinar-{part}.csv")
    ]
    codes = credentials.read_codes((tmp_path / "a" / "codigos.csv").read_bytes())
    assert [row["numero"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["codigo"] for row in rows] == codes
    assert [row["enlace"] for row in rows] == [cards.link(HOST, UUID, code) for code in codes]
    assert {row["direccion"] for row in rows} == {f"{HOST}/q/7K3F-2QXM"}
    handed_in = second_part.read_file((tmp_path / "a" / "segundas.json").read_bytes())
    for row in rows:
        public = str(credentials.derive(row["codigo"], UUID).public)
        digits = row["para_cambiar_su_voto"].replace(" ", "")
        assert handed_in[public] == second_part.digest(digits, UUID, public)
    without = [word for word in MANY if word not in {"--host", HOST}]
    assert "diga también --host" in run(*without[:-1], "b", "--mail-merge").output


@pytest.mark.parametrize("lost", ["huella.txt", "tarjetas-3-a-4.html"])
def test_who_was_interrupted_goes_on_with_the_same_codes(run, tmp_path, in_small_parts, lost):
    run(*MANY, "--second-part")
    folder = tmp_path / "a"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / lost).unlink()
    kept = (folder / "tarjetas-1-a-2.html").stat().st_mtime_ns
    (folder / "tarjetas-3-a-4.html.part").write_bytes(b"half")
    told = run(*MANY, "--second-part", "--resume")
    assert told.exit_code == 0, told.output
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert (folder / "tarjetas-1-a-2.html").stat().st_mtime_ns == kept, "not printed again"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (["--count", "6"], "Repita la orden tal como era"),
        (["--second-part"], "Repita la orden tal como era"),
        (["--out", "nada"], "No se pudo leer"),
    ],
)
def test_only_the_same_order_goes_on(run, tmp_path, in_small_parts, change, words):
    run(*MANY)
    told = run(*MANY, "--resume", *change)
    assert told.exit_code == 1
    assert words in told.output


def test_a_file_of_codes_that_was_cut_is_not_taken_for_the_whole(run, tmp_path, in_small_parts):
    run(*MANY, "--second-part")
    path = tmp_path / "a" / "codigos.csv"
    path.write_bytes(path.read_bytes()[:-9])
    told = run(*MANY, "--second-part", "--resume")
    assert (told.exit_code, "no sirve" in told.output) == (1, True)


def test_all_cores_make_the_same_as_one(run, tmp_path, in_small_parts, monkeypatch):
    monkeypatch.setattr(registrars_files, "FEW", 1)
    assert run(*MANY, "--mail-merge").exit_code == 0
    record = (tmp_path / "a" / "padron.json").read_bytes()
    tables = sorted((tmp_path / "a").glob("combinar-*.csv"))
    codes = [row["codigo"] for table in tables for row in rows_of(table)]
    assert record == roll.write(credentials.derive(code, UUID).public for code in codes)


def test_codes_are_never_written_over_others(run, tmp_path):
    first = ("urna", "credentials", "--uuid", UUID, "--count", "1", "--out", "a")
    run(*first)
    before = (tmp_path / "a" / "codigos.csv").read_bytes()
    told = run(*first)
    assert told.exit_code == 1
    assert "no está vacía" in told.output
    assert (tmp_path / "a" / "codigos.csv").read_bytes() == before


def test_a_trustee_gets_a_key_that_nobody_else_reads(run, tmp_path):
    told = run("urna", "key", "--out", "llave", "--name", "Personería")
    assert told.exit_code == 0, told.output
    assert (tmp_path / "llave").stat().st_mode & 0o777 == 0o600
    secret = trustees.read_secret(BELENIOS_2048, (tmp_path / "llave").read_bytes())
    record = (tmp_path / "llave.publica.json").read_bytes()
    trustee = trustees.read_one(BELENIOS_2048, json.loads(record), "El custodio")
    assert trustee.public_key == BELENIOS_2048.generator.power(secret)
    assert trustee.name == "Personería"
    assert canonical.fingerprint(record) in told.output
    assert str(secret) not in told.output


@pytest.mark.parametrize("taken", ["llave", "llave.publica.json"])
def test_a_key_is_never_written_over_another(run, tmp_path, taken):
    (tmp_path / taken).write_text("lo de antes")
    told = run("urna", "key", "--out", "llave")
    assert told.exit_code == 1
    assert "Ya existe" in told.output
    assert [path.name for path in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text() == "lo de antes"


@pytest.fixture
def waiting(tmp_path):
    """A box that was added up and waits for its trustees, with the keys of both."""
    (tmp_path / "urna.bel").write_bytes(File(honest().events[:5]).bytes())
    for number, secret in enumerate(SECRETS, start=1):
        (tmp_path / f"llave{number}").write_bytes(trustees.write_secret(secret))


def decrypt(run, key="llave1", archive="urna.bel", out="parte"):
    return run("urna", "decrypt", "--key", key, "--archive", archive, "--out", out)


def test_two_trustees_open_the_result_together(run, tmp_path, waiting):
    finished = File(honest().copy().events[:5])
    entries = []
    for number in (2, 1):  # in whatever order they come
        told = decrypt(run, f"llave{number}", out=f"parte{number}")
        assert told.exit_code == 0, told.output
        assert f"custodio {number}" in told.output
        read = verifier.verify((tmp_path / "urna.bel").read_bytes())
        assert f"Huella del cierre: {read.closing}" in told.output
        assert read.closing != read.head, "which is the hash of the total"
        part, owned, entry = (tmp_path / f"parte{number}").read_bytes().splitlines()
        finished.events.append(Event("PartialDecryption", [part, owned]))
        entries.insert(0, json.loads(entry))
    finished.events.append(Event("Result", [tally.result_record([[1, 1]])]))
    (tmp_path / "final.bel").write_bytes(finished.bytes())
    (tmp_path / "refuerzo.json").write_bytes(refuerzo_of(small(), finished, entries))
    told = run("verify-bel", "final.bel", "--refuerzo", "refuerzo.json", "--snapshot", "urna.bel")
    assert told.exit_code == 0, told.output
    assert run("verify-bel", "final.bel", "--snapshot", "urna.bel").exit_code == 3


def test_the_last_trustee_does_not_open_before_the_earlier_parts_are_proved(run, tmp_path, waiting):
    half = File(honest().events[:6])
    (tmp_path / "media.bel").write_bytes(half.bytes())
    (tmp_path / "refuerzo.json").write_bytes(refuerzo_of(small(), half))
    told = decrypt(run, "llave2", "media.bel")
    assert told.exit_code == 1
    assert "La parte del custodio 1 ya está en el archivo y falta comprobar" in told.output
    proved = ("--key", "llave2", "--archive", "media.bel", "--refuerzo", "refuerzo.json")
    told = run("urna", "decrypt", *proved, "--out", "parte2")
    assert told.exit_code == 0, told.output


def test_who_holds_a_key_signs_a_document_with_it(run, tmp_path, waiting):
    (tmp_path / "rol.json").write_bytes(b"{}")
    told = run("urna", "sign", "--key", "llave1", "--document", "rol.json", "--out", "firma")
    assert told.exit_code == 0, told.output
    signer = signatures.check((tmp_path / "firma").read_bytes(), b"{}")
    assert signer == BELENIOS_2048.generator.power(SECRETS[0])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"key": ""}, "Diga con --key"),
        ({"key": "no-existe"}, "No se pudo leer no-existe"),
        ({"key": "otra"}, "no es de ningún custodio de esta urna"),
        ({"key": "urna.bel"}, "no es una llave privada"),
        ({"archive": ""}, "Diga con --archive"),
        ({"archive": "llave1"}, "no es una urna"),
        ({"archive": "abierta.bel"}, "aún no ha cerrado"),
        ({"archive": "falsa.bel"}, "No descifre esta urna: fue rechazada. Registro"),
        ({"archive": "final.bel"}, "ya tiene su resultado"),
        ({"archive": "media.bel"}, "El custodio 1 ya descifró"),
        ({"out": ""}, "Diga con --out"),
        ({"out": "llave1"}, "Ya existe llave1"),
        ({"out": "no/existe"}, "No se pudo escribir"),
    ],
    ids=lambda value: "-".join(value.values()) or "nothing" if isinstance(value, dict) else "",
)
def test_a_trustee_s_mistake_is_one_sentence_and_opens_nothing(
    run, tmp_path, waiting, given, words
):
    (tmp_path / "otra").write_bytes(trustees.write_secret(SECRETS[0] + 1))
    (tmp_path / "abierta.bel").write_bytes(opened().bytes())
    (tmp_path / "final.bel").write_bytes(honest().bytes())
    (tmp_path / "media.bel").write_bytes(File(honest().events[:6]).bytes())
    false = File(honest().copy().events[:5]).change("EncryptedTally", 1, lambda v: v | {"a": 1})
    (tmp_path / "falsa.bel").write_bytes(false.bytes())
    before = sorted(path.name for path in tmp_path.iterdir())
    told = decrypt(run, **given)
    assert told.exit_code == 1
    assert words in told.output
    assert told.output.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_total_of_one_chosen_ballot_is_not_opened(run, tmp_path, waiting):
    """A server that asks to open somebody's own ballot in place of the total is refused."""
    alone = ballot.read(small().election, honest().events[1].parts[0])
    totals = tally.totals_record(tally.encrypted_totals(small().election, [alone]))
    false = File(honest().copy().events[:5])
    false.at("EncryptedTally").parts = [totals, tally.sized_record(1, totals)]
    (tmp_path / "urna.bel").write_bytes(false.bytes())
    told = decrypt(run)
    assert told.exit_code == 1
    assert "No descifre esta urna" in told.output


def void(run, uuid=UUID, codes="sobrantes.txt", out="anuladas.json"):
    return run("urna", "void", "--uuid", uuid, "--codes", codes, "--out", out)


def test_unused_cards_become_a_public_list_that_does_not_tell_their_codes(run, tmp_path):
    (tmp_path / "sobrantes.txt").write_text("\n".join(code.lower() for code in CODES))
    told = void(run)
    assert told.exit_code == 0, told.output
    record = (tmp_path / "anuladas.json").read_bytes()
    publics = roll.read(BELENIOS_2048, record)
    assert publics == sorted(credentials.derive(code, UUID).public for code in CODES)
    assert "Tarjetas anuladas: 3." in told.output
    assert f"para el acta: {canonical.fingerprint(record)}" in told.output
    assert not [code for code in CODES if code in told.output]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"uuid": "x"}, "Escriba --uuid"),
        ({"codes": ""}, "Diga con --codes"),
        ({"codes": "no-existe"}, "No se pudo leer no-existe"),
        ({"codes": "nada.txt"}, "En nada.txt no hay códigos"),
        ({"codes": "malos.txt"}, "Renglón 2: Hay una letra o un número cambiado"),
        ({"out": ""}, "Diga con --out"),
        ({"out": "sobrantes.txt"}, "Ya existe sobrantes.txt"),
    ],
    ids=["no box", "no list", "a lost list", "an empty list", "a wrong line", "no name", "taken"],
)
def test_a_mistake_voids_no_card(run, tmp_path, given, words):
    (tmp_path / "sobrantes.txt").write_text(CODES[0])
    (tmp_path / "malos.txt").write_text(f"{CODES[0]}\n{CODES[1][:-1]}C\n")
    (tmp_path / "nada.txt").write_text("\n\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    told = void(run, **given)
    assert told.exit_code == 1
    assert words in told.output
    assert told.output.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("word", "page"),
    [("trustees", browser_files.TRUSTEES), ("registrar", browser_files.REGISTRAR)],
    ids=["trustees", "registrar"],
)
def test_anybody_can_have_the_pages_without_network_written(run, tmp_path, word, page):
    told = run("urna", word, "--out", "pagina.html")
    assert told.exit_code == 0, told.output
    written = (tmp_path / "pagina.html").read_bytes()
    assert written == page.read_bytes()
    assert canonical.hex_digest(written) in told.output


def test_anybody_can_have_the_verifier_written(run, tmp_path):
    told = run("urna", "verifier", "--out", "v.py")
    assert told.exit_code == 0
    assert canonical.hex_digest((tmp_path / "v.py").read_bytes()) in told.output
