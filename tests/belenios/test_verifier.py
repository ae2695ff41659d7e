"""The strict verifier: accepted and rejected vectors, the report, and comparison with a copy."""

import pytest

from participa.belenios import verdict, verifier
from participa.belenios.archive import UnreadableArchive
from participa.belenios.questions import Unsupported
from participa.belenios.verifier import Rejected
from tests.belenios.builders import VECTORS, File, box, file_of, honest, opened, small

HONEST = sorted((VECTORS / "honest").glob("*.bel"))
INVALID = {
    "ballots-after-close": r"altura 4 \(papeleta\): hay una papeleta después del cierre",
    "credential-not-on-roll": r"altura 4 \(papeleta\): la credencial .* no está en el padrón",
    "decrypted-before-close": r"altura 1 \(descifrado parcial\): se descifró antes del cierre",
    "false-encrypted-tally": r"altura 5 \(total cifrado\): el total cifrado no es el de las",
    "false-result": r"altura 7 \(resultado\): el resultado publicado no es el que sale",
    "invalid-proof-counted": r"altura 3 \(papeleta\): .*respuesta 1: la prueba de la casilla 1",
    "same-ballot-twice": r"altura 4 \(papeleta\): la misma papeleta está dos veces",
    "threshold-key-of-no-share": r"altura 0 \(apertura\): El custodio 3: su llave no es la que",
    "threshold-too-few-parts": r"altura 6 \(resultado\): hay 1 descifrados y faltan 1",
}
RESULTS = {
    "cli_homomorphic": [[2, 2, 2, 0, 2], [1, 2, 1]],
    "js_ballots_BELENIOS-2048": [[1, 1, 0, 0, 1], [1, 2, 1]],
    "own_BELENIOS-2048": [[2, 2, 2, 0, 1], [1, 1, 1], [2, 1], [1, 1, 1, 0]],
    "revote-last-counts": [[0, 3]],
    "three-ballots": [[1, 2]],
    "threshold_of_ours": [[1, 1]],
    "threshold_of_the_tool": [[0, 1, 2]],
}


@pytest.mark.parametrize("path", HONEST, ids=lambda path: path.stem)
def test_an_honest_archive_is_accepted_with_its_result(path):
    verified = verifier.verify(path.read_bytes())
    assert verified.is_finished
    assert verified.counts == RESULTS[path.stem]


def test_the_invalid_archives_are_all_known():
    assert {path.stem for path in (VECTORS / "invalid").glob("*.bel")} == set(INVALID)


@pytest.mark.parametrize(("name", "reason"), INVALID.items(), ids=INVALID)
def test_an_invalid_archive_is_rejected_for_its_reason(name, reason):
    with pytest.raises(Rejected, match=reason):
        verifier.verify((VECTORS / "invalid" / f"{name}.bel").read_bytes())


STATES = [
    (1, "sigue abierta. No tiene ninguna papeleta", True),
    (3, "NO ha terminado: la urna sigue abierta", True),
    (4, "NO ha terminado: la urna cerró y falta sumar", False),
    (5, "NO ha terminado: falta que descifren los custodios 1, 2", False),
    (6, "NO ha terminado: falta que descifren los custodios 2", False),
    (7, "NO ha terminado: falta publicar el resultado", False),
    (8, "Terminó. Que el resultado sea el de sus papeletas lo dicen solo", False),
]


@pytest.mark.parametrize(
    ("events", "words", "is_open"),
    STATES,
    ids=["opened", "voting", "closed", "added up", "half opened", "all opened", "finished"],
)
def test_an_election_under_way_is_not_told_as_finished(events, words, is_open):
    verified = verifier.verify(File(honest().events[:events]).bytes())
    first = verdict.report(verified)[0]
    assert first.startswith("ACEPTADA, pero sin prueba" if events > 5 else "ACEPTADA. ")
    assert words in first
    assert verified.is_open == is_open
    assert verified.is_finished == (events == 8)


def test_a_box_that_closed_without_ballots_is_told_as_empty():
    verified = verifier.verify(file_of(small(), []).bytes())
    assert "no hay nada que contar. No tiene ninguna papeleta." in verdict.report(verified)[0]
    assert verified.counts == [[0, 0]]


def test_the_report_gives_what_the_minutes_give():
    verified = verifier.verify(honest().bytes())
    text = "\n".join(verdict.report(verified))
    assert verified.head in text
    assert verified.election.fingerprint in text
    assert verified.roll_fingerprint in text
    assert "1. ¿Está de acuerdo?\n   1  Sí\n   1  No" in text


def test_a_later_file_continues_every_earlier_one():
    raw = honest().bytes()
    ends = verifier.verify(raw).event_ends
    for end in (ends[0], ends[2], ends[-1]):
        assert verifier.verify(raw, raw[:end]).event_ends == ends


def test_a_file_from_which_a_ballot_was_dropped_does_not_continue_the_earlier_one():
    made = small()
    cast = [made.ballot(0, {0}), made.ballot(1, {1})]
    before = file_of(made, cast, until="Ballot").bytes()
    after = file_of(made, cast[:1]).bytes()
    assert verifier.verify(after).is_finished
    with pytest.raises(Rejected, match="no continúa la copia anterior: difieren desde la altura 2"):
        verifier.verify(after, before)


def test_another_box_does_not_continue_this_one():
    with pytest.raises(Rejected, match="difieren desde el comienzo"):
        verifier.verify(honest().bytes(), file_of(box(voters=1), []).bytes())


def test_an_earlier_file_does_not_continue_a_later_one():
    with pytest.raises(Rejected, match="difieren desde la altura 1"):
        verifier.verify(opened().bytes(), honest().bytes())


@pytest.mark.parametrize("cut", [0, 1, 700, 5_000])
def test_a_snapshot_that_is_cut_or_empty_proves_nothing(cut):
    raw = opened().bytes()
    with pytest.raises(UnreadableArchive, match="La copia anterior"):
        verifier.verify(raw, raw[:cut])


def test_the_hash_of_the_minutes_must_be_in_the_file():
    raw = honest().bytes()
    heads = verifier.verify(raw).event_hashes
    assert verifier.verify(raw, head=f" {heads[2].upper()}\n").is_finished
    with pytest.raises(Rejected, match="La huella del acta"):
        verifier.verify(raw, head="0" * 64)


def test_progress_is_told_for_each_ballot():
    seen = []
    verifier.verify(File(honest().events[:3]).bytes(), on_progress=seen.append)
    assert seen == [1, 2]


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (opened().change("Setup", 0, lambda v: v | {"group": "Ed25519"}), "Ed25519"),
        (
            opened().change(
                "Setup", 0, lambda v: v["questions"].append({"type": "NonHomomorphic"})
            ),
            "de ordenar",
        ),
        (opened().with_event("Setup", type="Shuffle"), "mezclas"),
    ],
    ids=["a newer group", "ranking", "shuffles"],
)
def test_what_this_program_does_not_check_is_neither_accepted_nor_rejected(spoilt, reason):
    with pytest.raises(Unsupported, match=reason):
        verifier.verify(spoilt.bytes())
