"""A witness keeps its own copy and shouts when the box goes back, forks or shows something else."""

import json
import os
import subprocess
import sys

import pytest

from participa.belenios import (
    archive,
    ballot,
    canonical,
    challenge,
    election,
    opening_proofs,
    verifier,
)
from participa.belenios.witness import own_copy, program, watching
from participa.belenios.witness.own_copy import OwnCopy
from tests.belenios.builders import UUID, Event, File, file_of, honest, small
from tests.belenios.witness.fake_urna import FakeUrna, serving

FINE, ALARM, LATER, OWN_FAULT = range(4)
A, B = 0, 1


@pytest.fixture
def urna():
    return FakeUrna()


@pytest.fixture
def witness(urna, tmp_path, monkeypatch, capsys):
    """One round of the program; returns its exit code and what it says."""
    monkeypatch.setattr(watching, "PAUSE_SECONDS", 0)
    with serving(urna) as address:

        def look(*more):
            code = program.main([address, str(tmp_path / "c"), "--procesos", "1", *more])
            return code, capsys.readouterr().out

        yield look


@pytest.fixture
def kept(tmp_path):
    """What the witness has: the archive and its state."""

    def read():
        folder = tmp_path / "c"
        state = json.loads((folder / "estado.json").read_text(encoding="utf-8"))
        return (folder / f"{UUID}.bel").read_bytes(), state

    return read


def until(events: int) -> bytes:
    """The honest archive up to so many events: setup, two ballots, end, totals, parts, result."""
    return File(honest().copy().events[:events]).bytes()


def other_ballots() -> File:
    """Another history of the same box: the second voter voted otherwise."""
    made = small()
    return file_of(made, [honest().at("Ballot").parts[0], made.ballot(B, {0})])


def end_of(raw: bytes, events: int) -> int:
    return [one.end for one in archive.read(raw) if one.is_event][events - 1]


# ---- what is right


def test_a_witness_takes_what_is_new_until_the_result(urna, witness, kept):
    for events in (1, 2, 2, 4, 8):
        urna.show(until(events))
        code, said = witness()
        assert code == FINE, said
        raw, state = kept()
        assert raw == until(events)
        assert (state["height"], state["size"]) == (events, len(raw))
        assert state["head"] == urna.ends[-1][1]
    assert "Papeletas: 2. Altura: 8." in said
    assert [path.rpartition("?")[2] for path in urna.asked if "desde" in path] == [
        "desde=1",
        "desde=2",
        "desde=2",
        "desde=4",
    ]


def test_it_notes_every_head_that_it_saw_with_its_hour(urna, witness, tmp_path):
    for events in (1, 2, 2):
        urna.show(until(events))
        witness()
    lines = (tmp_path / "c" / own_copy.HEADS).read_text(encoding="utf-8").splitlines()
    assert [line.split()[-2:] for line in lines] == [
        [str(n), urna.ends[n - 1][1]] for n in (1, 2, 2)
    ]


def test_it_takes_the_proof_of_the_opening_once_there_is_one(urna, witness, tmp_path):
    urna.show(until(8))
    made = small()
    read = verifier.verify(until(8))
    entries = [
        opening_proofs.make_entry(made.election, read.totals, secret, n, read.partials[n])
        for n, secret in enumerate(made.secrets, start=1)
    ]
    parsed = [
        opening_proofs.read_entry(made.election.group, json.loads(entry), UUID) for entry in entries
    ]
    file = opening_proofs.OpeningProofs(made.election.fingerprint, read.tally_event, parsed)
    assert "Falta la prueba" in witness()[1]
    urna.proofs = file.record()
    assert "probada por todos" in witness()[1]
    assert (tmp_path / "c" / "refuerzo.json").read_bytes() == file.record()


# ---- rewinds and forks


def shows(urna, file):
    urna.show(file if isinstance(file, bytes) else file.bytes())


def rewound(urna):
    """It has fewer events than before."""
    shows(urna, until(2))


def forked_below(urna):
    """The last ballot of before is another one now, and nothing is new."""
    shows(urna, File(other_ballots().events[:3]))


def forked_and_grown(urna):
    """The last ballot of before is another one now, and more came."""
    shows(urna, File(other_ballots().events[:4]))


def forked_with_honest_fields(urna):
    """The fields say what the witness saw; the rest continues another history."""
    forked = File(other_ballots().events[:4]).bytes()
    urna.delta = forked[end_of(forked, 3) :]
    shows(urna, until(4))
    urna.fields = {"Archive-Height": None, "Archive-Head": None}


def emptied_and_filled_again(urna):
    """A ballot was dropped, and others came until it is as long as before."""
    made = small()
    dropped = File([honest().events[0], *file_of(made, [made.ballot(B, {1})]).events[1:4]])
    shows(urna, dropped)


FORKS = [
    (rewound, "RETROCESO"),
    (forked_below, "BIFURCACIÓN"),
    (forked_and_grown, "BIFURCACIÓN"),
    (forked_with_honest_fields, "BIFURCACIÓN"),
    (emptied_and_filled_again, "BIFURCACIÓN"),
]


@pytest.mark.parametrize(("change", "words"), FORKS, ids=[one.__name__ for one, _ in FORKS])
def test_every_rewind_and_every_fork_is_shouted(urna, witness, kept, tmp_path, change, words):
    urna.show(until(3))
    assert witness()[0] == FINE
    before = kept()
    change(urna)
    code, said = witness()
    assert (code, words in said) == (ALARM, True), said
    assert kept()[0] == before[0]
    assert words in (tmp_path / "c" / own_copy.ALARMS).read_text(encoding="utf-8")
    assert witness()[0] == ALARM
    urna.delta, urna.fields = None, {}
    urna.show(until(4))
    assert witness()[0] == FINE


def test_a_box_that_says_it_is_shorter_went_back_even_if_it_gives_nothing(urna, witness):
    urna.show(until(3))
    witness()
    urna.delta, urna.fields = b"", {"Archive-Height": "2"}
    code, said = witness()
    assert (code, "RETROCESO" in said) == (ALARM, True)


def test_the_head_of_another_witness_is_compared(urna, witness):
    urna.show(until(4))
    heads = [digest for _, digest in urna.ends]
    assert witness("--cabeza", "3", heads[2])[0] == FINE
    code, said = witness("--cabeza", "3", heads[1])
    assert (code, "BIFURCACIÓN" in said) == (ALARM, True)
    code, said = witness("--cabeza", "5", heads[1])
    assert (code, "no tiene todavía la altura 5" in said) == (LATER, True)


# ---- what is no continuation at all


def foreign(raw: bytes) -> bytes:
    """The same archive of a box with another identifier."""
    return raw.replace(UUID.encode(), b"QTcSwkQpEZTh7i")


def test_the_rest_of_another_box_is_not_taken(urna, witness, kept):
    urna.show(until(2))
    witness()
    urna.show(until(3))
    whole = until(3)
    urna.delta = foreign(whole[end_of(whole, 2) :])
    code, said = witness()
    assert (code, "OTRA URNA" in said) == (ALARM, True)
    assert kept()[0] == until(2)


def test_a_box_that_begins_anew_in_its_place_is_another_one(urna, witness):
    urna.show(until(2))
    witness()
    urna.show(until(3))
    urna.delta = until(3)[1024:]
    code, said = witness()
    assert (code, "OTRA URNA" in said) == (ALARM, True)


def test_another_election_for_those_who_vote_is_noticed(urna, witness):
    urna.show(until(2))
    witness()
    made = small().election
    urna.election = election.make(
        UUID, "Otra", made.description, made.public_key, made.questions
    ).raw
    code, said = witness()
    assert (code, "CAMBIÓ LA APERTURA" in said) == (ALARM, True)


def test_the_election_of_the_minutes_is_the_one_that_counts(urna, witness):
    urna.show(until(2))
    assert witness("--huella", small().election.fingerprint)[0] == FINE
    other = "A" * 43
    code, said = witness("--huella", other)
    assert (code, f"usted esperaba {other}" in said) == (ALARM, True)


@pytest.mark.parametrize(
    "typed", [("--huella", "otra"), ("--cabeza", "3", "hola"), ("--cabeza", "x", "a" * 64)]
)
def test_what_was_typed_wrong_is_no_alarm(urna, witness, typed):
    urna.show(until(2))
    with pytest.raises(SystemExit) as stopped:
        witness(*typed)
    assert stopped.value.code == OWN_FAULT


def test_what_no_verifier_accepts_is_an_alarm_that_names_the_record(urna, witness, kept):
    urna.show(until(2))
    witness()
    twice = File([*honest().copy().events[:2], Event("Ballot", [honest().at("Ballot").parts[0]])])
    urna.show(twice.bytes())
    code, said = witness()
    assert code == ALARM
    assert "NO VALE. Registro 9, altura 2 (papeleta): la misma papeleta está dos veces." in said
    assert kept()[0] == until(2)


def test_a_box_that_says_one_head_and_gives_another_is_an_alarm(urna, witness):
    urna.show(until(2))
    urna.fields = {"Archive-Head": "0" * 64}
    code, said = witness()
    assert (code, "entrega otra cosa" in said) == (ALARM, True)


# ---- what happens without anybody's fault


def test_a_rest_that_comes_cut_is_kept_aside_and_asked_for_again(urna, witness, kept, tmp_path):
    urna.show(until(2))
    witness()
    urna.show(until(3))
    urna.keeps_back = 700
    code, said = witness()
    assert (code, "llegó cortado" in said) == (LATER, True)
    assert "ALARMA" not in said
    whole = until(3)
    assert whole[end_of(whole, 2) :].startswith((tmp_path / "c" / own_copy.ASIDE).read_bytes())
    assert kept()[0] == until(2)
    assert len([path for path in urna.asked if "desde=2" in path]) == watching.TRIES
    urna.keeps_back = 0
    assert witness()[0] == FINE
    assert kept()[0] == until(3)


@pytest.mark.parametrize("cut", [1, 600, 4_000])
def test_a_rest_that_the_server_itself_cuts_is_no_fraud_unless_it_lasts(urna, witness, kept, cut):
    urna.show(until(2))
    witness()
    urna.show(until(3))
    whole = until(3)
    urna.delta = whole[end_of(whole, 2) : -cut]
    for _ in range(watching.ROUNDS - 1):
        assert witness()[0] == LATER
    code, said = witness()
    assert (code, "llega cortado en cada intento" in said) == (ALARM, True)
    assert kept()[0] == until(2)


@pytest.mark.parametrize("status", [429, 500, 503, 302])
def test_a_server_that_does_not_answer_is_no_alarm(urna, witness, kept, status):
    urna.show(until(2))
    witness()
    urna.status = status
    code, said = witness()
    assert (code, f"contestó {status}" in said) == (LATER, True)
    assert kept()[0] == until(2)


def test_a_box_that_is_gone_is_an_alarm_when_it_stays_away(urna, witness):
    urna.show(until(2))
    witness()
    urna.status = 404
    codes = [witness()[0] for _ in range(watching.ROUNDS)]
    assert codes == [LATER, LATER, ALARM]


def test_without_a_network_it_says_so(tmp_path, capsys):
    address = f"http://127.0.0.1:9/urna/{UUID}"
    assert program.main([address, str(tmp_path / "c")]) == LATER
    assert "No se pudo hablar con el sitio" in capsys.readouterr().out


# ---- the witness' own machine


def test_a_power_cut_leaves_the_copy_of_before(urna, witness, kept, tmp_path):
    urna.show(until(2))
    witness()
    file = tmp_path / "c" / f"{UUID}.bel"
    with file.open("ab") as opened:
        opened.write(until(3)[len(until(2)) : -300])
    urna.show(until(3))
    assert witness()[0] == FINE
    assert kept()[0] == until(3)


def test_a_state_half_written_is_not_the_state(urna, witness, tmp_path):
    urna.show(until(2))
    witness()
    (tmp_path / "c" / f"{own_copy.STATE}.nuevo").write_text("{", encoding="utf-8")
    assert witness()[0] == FINE


@pytest.mark.parametrize("harm", ["shorter", "other", "state"])
def test_an_own_copy_that_was_touched_is_no_alarm_of_the_box(urna, witness, tmp_path, harm):
    urna.show(until(3))
    witness()
    file, state = tmp_path / "c" / f"{UUID}.bel", tmp_path / "c" / own_copy.STATE
    if harm == "shorter":
        file.write_bytes(file.read_bytes()[:-512])
    elif harm == "other":
        file.write_bytes(File(other_ballots().events[:3]).bytes()[: file.stat().st_size])
    else:
        state.write_text("[]", encoding="utf-8")
    code, said = witness()
    assert (code, "ALARMA." in said) == (OWN_FAULT, False), said


def test_a_folder_is_of_one_box_and_of_one_witness(urna, witness, tmp_path, capsys):
    urna.show(until(1))
    witness()
    address = "https://otro.sitio/urna/QTcSwkQpEZTh7i"
    assert program.main([address, str(tmp_path / "c")]) == OWN_FAULT
    assert f"de la urna {UUID}" in capsys.readouterr().out
    held = OwnCopy(tmp_path / "c", address, UUID)
    assert witness()[0] == OWN_FAULT
    held.lock.close()


@pytest.mark.parametrize(
    "address", ["http://sitio.gov.co/urna/" + UUID, "https://sitio.gov.co/", "urna", ""]
)
def test_an_address_that_is_none_is_refused_in_words(tmp_path, capsys, address):
    assert program.main([address, str(tmp_path / "c")]) == OWN_FAULT
    assert "La dirección debe" in capsys.readouterr().out


# ---- how it shouts


def test_a_new_alarm_runs_the_command_of_the_witness_once(urna, witness, tmp_path):
    urna.show(until(3))
    witness()
    urna.show(until(2))
    heard = tmp_path / "heard"
    for _ in range(2):
        assert witness("--avisar", f"cat >> {heard}")[0] == ALARM
    text = heard.read_text(encoding="utf-8")
    assert text.count("RETROCESO") == 1
    assert UUID in text


def test_mail_is_sent_by_the_server_of_the_witness(urna, witness, tmp_path, monkeypatch):
    sent = []
    monkeypatch.setattr(
        "participa.belenios.witness.shouting.Mail.send",
        lambda mail, subject, text: sent.append((mail.para, subject, text)),
    )
    config = tmp_path / "correo.json"
    facts = {"servidor": "correo.org", "para": ["ana@ejemplo.org"], "de": "t@ejemplo.org"}
    config.write_text(json.dumps(facts), encoding="utf-8")
    urna.show(until(3))
    assert witness("--correo", str(config))[0] == FINE
    urna.show(until(2))
    witness("--correo", str(config))
    ((to, subject, text),) = sent
    assert (to, subject) == (["ana@ejemplo.org"], f"ALARMA en la urna {UUID}")
    assert "RETROCESO" in text


@pytest.mark.parametrize("text", ["{", "[]", '{"servidor": "x"}', '{"para": "a", "de": "b"}'])
def test_a_file_of_the_mail_server_that_is_none_is_refused(tmp_path, capsys, text):
    config = tmp_path / "correo.json"
    config.write_text(text, encoding="utf-8")
    address = f"https://sitio.gov.co/urna/{UUID}"
    assert program.main([address, str(tmp_path / "c"), "--correo", str(config)]) == OWN_FAULT
    assert "debe ser así" in capsys.readouterr().out


# ---- the single file


@pytest.mark.slow
def test_the_single_file_does_all_that_with_python_alone(urna, tmp_path):
    urna.show(until(3))
    program_file = ["-I", "-S", "static/verificador/testigo.py"]
    with serving(urna) as address:
        command = [sys.executable, *program_file, address, str(tmp_path / "c")]
        environment = {"PYTHONIOENCODING": "utf-8", "PATH": os.environ["PATH"]}
        runs = []
        for events in (3, 8, 2):
            urna.show(until(events))
            done = subprocess.run(
                command, capture_output=True, encoding="utf-8", env=environment, check=False
            )
            runs.append((done.returncode, done.stdout, done.stderr))
    assert [code for code, _, _ in runs] == [FINE, FINE, ALARM], runs
    assert "BIEN." in runs[1][1]
    assert "ALARMA. RETROCESO." in runs[2][1]


# ---- ballots that were opened instead of cast


def opened(voter: int, *votes) -> tuple[str, bytes]:
    made = small()
    raw, randomness = ballot.make_with_randomness(
        made.election, made.credentials[voter].secret, votes
    )
    return ballot.tracker(raw), challenge.record(raw, randomness)


def test_it_reads_an_opened_ballot_without_the_pages_of_the_city(urna, witness):
    urna.show(until(2))
    tracker, document = opened(A, {0})
    code, said = witness("--comprobar", tracker[:12])
    assert code == LATER
    assert "Todavía no llegó ninguna papeleta abierta" in said
    urna.files["comprobar.json"] = document
    code, said = witness("--comprobar", f"{tracker[:4]} {tracker[4:8]} {tracker[8:12]}")
    assert code == FINE
    question = small().election.questions[0]
    assert f"{question.text} {question.answers[0]}" in said
    assert any(tracker[:12] in path for path in urna.asked) or "%" in urna.asked[-1]


def test_a_ballot_that_does_not_open_or_is_another_is_an_alarm(urna, witness):
    urna.show(until(2))
    tracker, document = opened(A, {0})
    other, _ = opened(A, {0})
    urna.files["comprobar.json"] = document
    code, said = witness("--comprobar", other[:12])
    assert code == ALARM
    assert "no es la papeleta" in said
    urna.files["comprobar.json"] = document.replace(b'"randomness":[["', b'"randomness":[["1')
    code, said = witness("--comprobar", tracker[:12])
    assert code == ALARM
    assert "No vote en ese celular" in said


def test_a_ballot_in_the_box_that_its_voter_had_opened_is_an_alarm(urna, witness):
    urna.show(until(2))
    tracker = ballot.tracker(honest().at("Ballot").parts[0])
    foreign, _ = opened(A, {0})
    urna.files["comprobadas.json"] = canonical.write([foreign])
    assert witness()[0] == FINE
    urna.files["comprobadas.json"] = canonical.write(sorted([foreign, tracker]))
    code, said = witness()
    assert code == ALARM
    assert f"{tracker} se abrió para comprobar un celular y está en la urna" in said


def test_a_list_of_opened_ballots_that_is_none_is_an_alarm(urna, witness):
    urna.show(until(2))
    for listed in (b"{}", b'["x"]', b"["):
        urna.files["comprobadas.json"] = listed
        code, said = witness()
        assert code == ALARM
        assert "papeletas abiertas" in said


# ---- a box that hides what it showed, and a shout that must be heard


@pytest.mark.parametrize("name", ["eleccion.json", "comprobadas.json"])
def test_a_box_that_hides_a_list_is_not_fine_and_after_three_rounds_an_alarm(urna, witness, name):
    urna.files["comprobadas.json"] = b"[]"
    urna.show(until(2))
    assert witness()[0] == FINE
    urna.files[name] = None
    assert [witness()[0] for _ in range(3)] == [LATER, LATER, ALARM]


def test_a_shout_that_nobody_heard_is_tried_again(urna, witness, tmp_path):
    urna.show(until(4))
    witness()
    urna.show(until(2))
    heard = tmp_path / "heard"
    assert "Se intenta otra vez." in witness("--avisar", "false")[1]
    witness("--avisar", f"cat > {heard}")
    assert "RETROCESO" in heard.read_text(encoding="utf-8")
    heard.unlink()
    witness("--avisar", f"cat > {heard}")
    assert not heard.exists(), "once it worked, the same alarm is not sent again"


@pytest.mark.parametrize(
    "wrong", [{"para": ["a\nb"]}, {"clave": 5}, {"puerto": "x"}, {"para": []}, {"seguro": "si"}]
)
def test_a_mail_server_that_cannot_work_is_said_at_the_start(urna, witness, tmp_path, wrong):
    urna.show(until(2))
    file = tmp_path / "correo.json"
    right = {"servidor": "localhost", "para": ["a@ejemplo.org"], "de": "t@ejemplo.org"}
    file.write_text(json.dumps(right | wrong), encoding="utf-8")
    assert witness("--correo", str(file))[0] == OWN_FAULT
