"""Some of the trustees can be enough: they hand in what that takes, round by round."""

import json

import pytest
from sqlalchemy import func, select

from participa.ballots.ceremony import (
    CeremonyFile,
    CeremonyRestart,
    KeyCeremony,
    Round,
    ceremony_of,
    restarts_of,
)
from participa.ballots.keys import ceremony_rounds, trustee_keys
from participa.ballots.lifecycle import opening, service
from participa.ballots.models import BallotBox, BoxKind, BoxTrustee
from participa.ballots.roles import RoleAcceptance
from participa.belenios import threshold, trustees
from participa.belenios.groups import BELENIOS_2048
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city, keepers
from tests.belenios.groups_of_keys import key_group

GROUP = key_group(2, 3)
OTHERS = key_group(2, 3, 2)


@pytest.fixture
def editor(app):
    return city.stored_officials()[0]


def hand_in(made, number: int, raw: bytes) -> Round:
    done = ceremony_rounds.hand_in(made.box.trustees[number - 1], f"Custodia {number}", raw)
    db.session.commit()
    return done


def stored() -> tuple[int, int]:
    """How many public parts and files of the later rounds are kept."""
    parts = select(func.count(BoxTrustee.record)).select_from(BoxTrustee)
    files = select(func.count()).select_from(CeremonyFile)
    return db.session.scalar(parts), db.session.scalar(files)


def last_entry() -> AuditEntry:
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()


def test_three_trustees_go_through_the_rounds_and_the_box_lacks_nothing_of_them(editor):
    made = city.draft(keys=0)
    ceremony_rounds.choose_quorum(made.box, editor, 2)
    for number in (1, 2, 3):
        trustee_keys.add(made.box, editor, f"Custodia {number}", b"")
    db.session.commit()
    lacks = "la parte pública de Custodia 1, Custodia 2 y Custodia 3"
    assert lacks in list(opening.keys(made.box))
    for number in (2, 3, 1):
        assert hand_in(made, number, GROUP.certificates[number - 1].raw) is Round.PART
    assert ceremony_rounds.ceremony_file(made.box) is None
    assert next(opening.keys(made.box)).startswith("cerrar la lista de custodios")
    ceremony_rounds.close_list(made.box, editor)
    db.session.commit()
    half = threshold.read_file(BELENIOS_2048, ceremony_rounds.ceremony_file(made.box))
    assert (half.threshold, half.names, half.is_dealt) == (
        2,
        ["Custodia 1", "Custodia 2", "Custodia 3"],
        False,
    )
    for number in (3, 1, 2):
        assert hand_in(made, number, GROUP.dealings[number - 1].raw) is Round.DEAL
    assert threshold.read_file(BELENIOS_2048, ceremony_rounds.ceremony_file(made.box)).is_dealt
    for number in (1, 3, 2):
        raw = keepers.document(GROUP, Round.CHECK, number)
        assert hand_in(made, number, raw + b"\r\n") is Round.CHECK
    assert ceremony_rounds.progress_of(made.box).round is None
    assert trustees.read(BELENIOS_2048, trustee_keys.trustees_record(made.box)).threshold == 2
    made.secrets = GROUP.secrets
    city.accept_roles(made)
    assert list(opening.keys(made.box)) == []
    entry = last_entry()
    assert (entry.action, entry.actor) == ("ballots.ceremony_file_received", "Custodia 2")


def private(number: int) -> bytes:
    return trustees.write_secret(GROUP.secrets[number - 1])


WRONG = {
    # the round in which the first trustee brings it, what it is, and what the page answers
    "a private key for a public part": (Round.PART, lambda: private(1), "Es la llave privada"),
    "a private key for a dealing": (Round.DEAL, lambda: private(1), "Es la llave privada"),
    "words": (Round.PART, lambda: b"hola", "no es JSON"),
    "nothing": (Round.DEAL, lambda: b"", "no es JSON"),
    "a whole book": (Round.DEAL, lambda: b'"' + b"a" * 200_000 + b'"', "ocupa más de"),
    "the key of a box that needs all": (
        Round.PART,
        lambda: city.public_half(77),
        "Suba la parte pública para un reparto",
    ),
    "a dealing before its time": (
        Round.PART,
        lambda: GROUP.dealings[0].raw,
        "Suba la parte pública para un reparto",
    ),
    "the dealing of another trustee": (
        Round.DEAL,
        lambda: GROUP.dealings[1].raw,
        "es el del custodio 2, y se espera el del 1",
    ),
    "a dealing of other keys": (Round.DEAL, lambda: OTHERS.dealings[0].raw, "es de otra ceremonia"),
    "a dealing of another threshold": (
        Round.DEAL,
        lambda: key_group(3, 4).dealings[0].raw,
        "es de otra ceremonia",
    ),
    "an altered dealing": (
        Round.DEAL,
        lambda: altered(GROUP.dealings[0].raw),
        "no lleva una firma",
    ),
    "a check before its time": (
        Round.DEAL,
        lambda: keepers.document(GROUP, Round.CHECK, 1),
        "Baje «ceremonia.json» otra vez, haga el reparto",
    ),
    "the check of another trustee": (
        Round.CHECK,
        lambda: keepers.document(GROUP, Round.CHECK, 2),
        "Baje «ceremonia.json» otra vez, compruebe",
    ),
    "a check of other keys": (
        Round.CHECK,
        lambda: keepers.document(OTHERS, Round.CHECK, 1),
        "Baje «ceremonia.json» otra vez, compruebe",
    ),
}


def altered(raw: bytes) -> bytes:
    value = json.loads(raw)
    value["shares"][1]["share"] = "1"
    return json.dumps(value, separators=(",", ":")).encode()


@pytest.mark.parametrize(("round", "raw", "says"), WRONG.values(), ids=WRONG)
def test_what_is_not_expected_is_told_why_and_how_to_repair_it(editor, round, raw, says):
    made = keepers.draft(until=round)
    before = stored()
    with pytest.raises(Refused) as refusal:
        hand_in(made, 1, raw())
    db.session.rollback()
    assert says in str(refusal.value)
    assert refusal.value.field == "file"
    assert stored() == before


@pytest.mark.parametrize("round", Round)
def test_a_second_click_stores_once_and_is_no_error(editor, round):
    made = keepers.draft(until=round)
    raw = keepers.document(GROUP, round, 1)
    assert hand_in(made, 1, raw) is round
    kept = stored()
    assert hand_in(made, 1, raw + b"\n") is round
    assert stored() == kept


def test_who_has_handed_in_another_file_of_this_round_is_told_whom_it_waits_for(editor):
    made = keepers.draft(until=Round.PART)
    hand_in(made, 1, GROUP.certificates[0].raw)
    with pytest.raises(
        Refused,
        match=r"Custodia 1 ya entregó la parte pública\. Falta la parte pública de Custodia 2",
    ):
        hand_in(made, 1, OTHERS.certificates[0].raw)
    db.session.rollback()
    whole = keepers.draft(uuid="c" * 14)
    with pytest.raises(Refused, match="ya entregó todo lo que le toca"):
        hand_in(whole, 1, OTHERS.dealings[0].raw)


def test_two_trustees_cannot_bring_the_same_key(editor):
    made = keepers.draft(until=Round.PART)
    hand_in(made, 1, GROUP.certificates[0].raw)
    with pytest.raises(Refused, match="Esta llave ya está"):
        hand_in(made, 2, GROUP.certificates[0].raw)


@pytest.mark.parametrize("round", Round)
def test_of_two_who_bring_a_file_at_once_both_are_answered_and_one_is_kept(editor, round):
    made = keepers.draft(until=round)
    id, raw = made.box.trustees[0].id, keepers.document(GROUP, round, 1)
    before = stored()

    def bring(ready):
        trustee = db.session.get_one(BoxTrustee, id)
        ready()
        return ceremony_rounds.hand_in(trustee, "prueba", raw)

    assert city.at_once(bring, bring) == [round, round]
    assert sum(stored()) == sum(before) + 1


def test_the_list_is_closed_once_and_only_when_it_can_be_dealt(editor):
    made = city.draft(keys=0)
    with pytest.raises(Refused, match="hacen falta todos los custodios"):
        ceremony_rounds.close_list(made.box, editor)
    ceremony_rounds.choose_quorum(made.box, editor, 3)
    for number in (1, 2):
        trustee_keys.add(made.box, editor, f"Custodia {number}", GROUP.certificates[number - 1].raw)
    with pytest.raises(Refused, match=r"hacen falta 3 custodios o más\. Hay 2\."):
        ceremony_rounds.close_list(made.box, editor)
    trustee_keys.add(made.box, editor, "Custodia 3", b"")
    with pytest.raises(Refused, match="Hacen falta 3 y hay 3 custodios"):
        ceremony_rounds.close_list(made.box, editor)
    ceremony_rounds.choose_quorum(made.box, editor, 2)
    with pytest.raises(Refused, match=r"Falta la parte pública de Custodia 3\."):
        ceremony_rounds.close_list(made.box, editor)
    db.session.commit()
    hand_in(made, 3, GROUP.certificates[2].raw)
    ceremony_rounds.close_list(made.box, editor)
    entry = last_entry()
    assert (entry.action, entry.details) == (
        "ballots.trustees_listed",
        {"needed": 2, "trustees": 3},
    )
    for act in (
        lambda: ceremony_rounds.close_list(made.box, editor),
        lambda: ceremony_rounds.choose_quorum(made.box, editor, 3),
        lambda: trustee_keys.add(made.box, editor, "Otra", b""),
        lambda: trustee_keys.remove(made.box.trustees[0], editor),
    ):
        with pytest.raises(Refused, match="empiece la ceremonia otra vez"):
            act()


def test_of_two_officials_who_close_the_list_at_once_one_is_told(editor):
    made = keepers.draft(until=Round.DEAL)
    db.session.get_one(KeyCeremony, made.id).listed_at = None
    db.session.commit()
    id = made.id

    def close(ready):
        box = db.session.get_one(BallotBox, id)
        ready()
        ceremony_rounds.close_list(box, "prueba")
        return "done"

    outcomes = sorted(map(str, city.at_once(close, close)))
    assert outcomes[1] == "done"
    assert "La lista de custodios ya se cerró" in outcomes[0]


def test_between_all_and_some_the_keys_are_handed_in_again_and_a_number_changes_nothing(editor):
    made = city.draft()
    ceremony_rounds.choose_quorum(made.box, editor, 2)
    db.session.commit()
    assert [one.record for one in made.box.trustees] == [None] * 2
    assert db.session.scalar(select(func.count()).select_from(RoleAcceptance)) == 0
    hand_in(made, 1, GROUP.certificates[0].raw)
    ceremony_rounds.choose_quorum(made.box, editor, 3)
    assert made.box.trustees[0].record is not None
    ceremony_rounds.choose_quorum(made.box, editor, None)
    db.session.commit()
    assert ceremony_of(made.box) is None
    assert made.box.trustees[0].record is None
    assert hand_in(made, 1, city.public_half(5)) is Round.PART
    assert next(opening.keys(made.box)) == "la parte pública de Custodia 2"


@pytest.mark.parametrize("needed", [0, 1, 9, -2])
def test_no_other_number_of_trustees_is_enough(editor, needed):
    made = city.draft(keys=0)
    with pytest.raises(Refused, match="Elija de 2 a 8 custodios, o todos"):
        ceremony_rounds.choose_quorum(made.box, editor, needed)


def test_a_ceremony_that_begins_again_forgets_its_files_and_tells_why(editor):
    made = keepers.draft()
    ceremony_rounds.restart(made.box, editor, "Se retira la Universidad", keeps_keys=True)
    db.session.commit()
    assert stored() == (3, 0)
    assert ceremony_rounds.progress_of(made.box).round is Round.PART
    entry = last_entry()
    assert entry.action == "ballots.ceremony_restarted"
    assert entry.details == {"reason": "Se retira la Universidad", "keeps_keys": True}
    ceremony_rounds.close_list(made.box, editor)
    ceremony_rounds.restart(made.box, editor, "Un reparto está mal", keeps_keys=False)
    db.session.commit()
    assert stored() == (0, 0)
    assert [one.name for one in made.box.trustees] == ["Custodia 1", "Custodia 2", "Custodia 3"]
    assert db.session.scalar(select(func.count()).select_from(RoleAcceptance)) == 0
    assert [(one.reason, one.keeps_keys) for one in restarts_of(made.box)] == [
        ("Se retira la Universidad", True),
        ("Un reparto está mal", False),
    ]
    with pytest.raises(Refused, match="La lista de custodios no se ha cerrado"):
        ceremony_rounds.restart(made.box, editor, "Otra vez", keeps_keys=True)
    assert db.session.scalar(select(func.count()).select_from(CeremonyRestart)) == 2


def test_after_the_opening_nothing_of_the_keys_changes(editor):
    made = keepers.opened()
    for act in (
        lambda: hand_in(made, 1, GROUP.dealings[0].raw),
        lambda: ceremony_rounds.choose_quorum(made.box, editor, 3),
        lambda: ceremony_rounds.close_list(made.box, editor),
        lambda: ceremony_rounds.restart(made.box, editor, "Otra vez", keeps_keys=False),
    ):
        with pytest.raises(Refused, match="La urna ya abrió"):
            act()
        db.session.rollback()


@pytest.mark.parametrize("kind", [BoxKind.CODES, BoxKind.OPEN], ids=lambda kind: kind.value)
def test_only_a_verifiable_box_has_a_ceremony(editor, kind):
    made = city.draft(kind)
    with pytest.raises(Refused, match="no tiene custodios fuera"):
        ceremony_rounds.choose_quorum(made.box, editor, 2)
    assert ceremony_of(made.box) is None


def test_who_was_taken_out_meanwhile_is_told(editor):
    made = keepers.draft(until=Round.PART)
    gone = made.box.trustees[0]
    trustee_keys.remove(gone, editor)
    gone.box = made.box
    with pytest.raises(Refused, match="ya no está"):
        ceremony_rounds.hand_in(gone, "prueba", GROUP.certificates[0].raw)


def test_another_box_like_this_one_needs_as_many_and_has_no_key(editor):
    made = keepers.draft()
    copy = service.duplicate(made.box, editor)
    db.session.commit()
    assert (ceremony_of(copy).needed, ceremony_of(copy).listed_at, copy.trustees) == (2, None, [])


def test_a_draft_is_discarded_with_all_of_its_ceremony(editor):
    made = keepers.draft()
    ceremony_rounds.restart(made.box, editor, "Otra lista", keeps_keys=True)
    service.discard(made.box, editor)
    db.session.commit()
    for table in (KeyCeremony, CeremonyFile, CeremonyRestart, BoxTrustee):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
