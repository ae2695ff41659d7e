"""Who keeps the key: trustees with a file of their own, or the server alone, sealed."""

import json

import pytest
from sqlalchemy import delete, select

from participa.ballots import queries
from participa.ballots.keys import trustee_keys
from participa.ballots.models import BoxKind, BoxTrustee
from participa.ballots.roles import RoleAcceptance
from participa.belenios import trustees
from participa.belenios.groups import BELENIOS_2048, RFC_3526_2048
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city
from tests.belenios.builders import SECRETS

THIRD = 987654321


@pytest.fixture
def editor(app):
    return city.stored_officials()[0]


@pytest.fixture
def made(editor):
    return city.draft()


def spoilt(edit):
    value = json.loads(city.public_half(THIRD))
    edit(value)
    return json.dumps(value, separators=(",", ":")).encode()


def test_the_public_half_of_a_trustee_is_kept_with_the_name(made, editor):
    raw = b"\n" + city.public_half(THIRD) + b"\r\n"  # as a file from elsewhere may be
    kept = trustee_keys.add(made.box, editor, "Universidad", raw)
    db.session.commit()
    assert (kept.position, kept.name, kept.sealed_secret) == (3, "Universidad", None)
    assert json.loads(kept.record)["name"] == "Universidad"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry.action == "ballots.trustee_added"
    assert entry.details == {"name": "Universidad", "fingerprint": kept.fingerprint}


SPOILT = {
    "no file": (lambda: b"", "no es JSON"),
    "a private key": (lambda: trustees.write_secret(THIRD), "Es la llave privada"),
    "another proof": (
        lambda: spoilt(lambda value: value["pok"].update(challenge="1")),
        "la prueba de que",
    ),
    "somebody else's key": (
        lambda: spoilt(
            lambda v: v.update(public_key=json.loads(city.public_half(5))["public_key"])
        ),
        "la prueba de que",
    ),
    "a key that everybody knows": (
        lambda: spoilt(lambda value: value.update(public_key="1")),
        "no guarda ningún secreto",
    ),
    "a key outside the group": (
        lambda: spoilt(lambda value: value.update(public_key="2")),
        "no pertenece al grupo",
    ),
    "a key of another group": (
        lambda: json.dumps(trustees.make(RFC_3526_2048, THIRD).record()).replace(" ", "").encode(),
        "es un número demasiado grande",
    ),
    "a book": (lambda: b'"' + b"a" * 20_000 + b'"', "ocupa más de 10000 bytes"),
}


@pytest.mark.parametrize(("raw", "says"), SPOILT.values(), ids=SPOILT)
def test_what_is_not_the_public_half_of_a_key_is_told_why(made, editor, raw, says):
    with pytest.raises(Refused, match=r"Este archivo no sirve|No se guardó") as refusal:
        trustee_keys.add(made.box, editor, "Universidad", raw())
    assert says in str(refusal.value)
    assert refusal.value.field == "file"
    assert len(made.box.trustees) == 2


def test_the_same_key_cannot_be_two_trustees(made, editor):
    with pytest.raises(Refused, match="Esta llave ya está"):
        trustee_keys.add(made.box, editor, "Custodia 1", city.public_half(SECRETS[0]))
    with pytest.raises(Refused, match="Esta llave ya está"):
        trustee_keys.add(made.box, editor, "Otro nombre", city.public_half(SECRETS[0]))


def test_a_box_has_no_more_trustees_than_can_meet(made, editor):
    for number in range(trustee_keys.MOST - 2):
        trustee_keys.add(made.box, editor, f"Otra {number}", city.public_half(THIRD + number))
    with pytest.raises(Refused, match="hasta 9 custodios"):
        trustee_keys.add(made.box, editor, "Una más", city.public_half(1))


def test_numbers_follow_the_places_in_the_archive_also_after_one_left(made, editor):
    trustee_keys.add(made.box, editor, "Universidad", city.public_half(THIRD))
    db.session.commit()
    trustee_keys.remove(made.box.trustees[0], editor)
    db.session.commit()
    assert [(one.position, one.name) for one in made.box.trustees] == [
        (1, "Custodia 2"),
        (2, "Universidad"),
    ]
    made.secrets = (SECRETS[1], THIRD)
    made.box.allows_paper = False
    db.session.execute(delete(RoleAcceptance))
    city.accept_roles(made)
    city.opening.open_box(made.box, editor)
    made.box.minimum_ballots = 0
    db.session.commit()
    made.cast(0, city.YES)
    city.count(city.close(made))
    assert queries.parts_of(made.box).lacking == 2
    for number in (2, 1):
        city.counting.receive_partial(made.box, editor, made.part(number))
        db.session.commit()
    assert made.verify().counts == [[1, 0]]


def test_of_two_who_remove_the_same_trustee_at_once_one_is_told(made):
    trustee_id = made.box.trustees[0].id

    def remove(ready):
        trustee = db.session.get_one(BoxTrustee, trustee_id)
        ready()
        trustee_keys.remove(trustee, "prueba")
        return "done"

    outcomes = sorted(map(str, city.at_once(remove, remove)))
    assert outcomes[1] == "done"
    assert outcomes[0] == "Ese custodio ya no está. Recargue la página."
    db.session.expire_all()
    assert [one.position for one in made.box.trustees] == [1]


def test_after_the_opening_the_keepers_stay(editor):
    made = city.opened()
    with pytest.raises(Refused, match="sus custodios no cambian"):
        trustee_keys.add(made.box, editor, "Universidad", city.public_half(THIRD))
    with pytest.raises(Refused, match="sus custodios no cambian"):
        trustee_keys.remove(made.box.trustees[0], editor)


@pytest.mark.parametrize("kind", [BoxKind.CODES, BoxKind.OPEN], ids=lambda kind: kind.value)
def test_only_a_verifiable_box_has_trustees_outside(editor, kind):
    made = city.draft(kind)
    with pytest.raises(Refused, match="no tiene custodios fuera"):
        trustee_keys.add(made.box, editor, "Universidad", city.public_half(THIRD))


def test_the_servers_own_key_is_sealed_used_once_and_erased(editor):
    made = city.opened(BoxKind.CODES)
    [own] = made.box.trustees
    secret = trustee_keys.server_secret(made.box)
    assert own.name == trustee_keys.SERVER
    assert str(secret).encode() not in own.sealed_secret
    read = trustees.read_one(BELENIOS_2048, json.loads(own.record), "La llave")
    assert read.public_key == BELENIOS_2048.power(BELENIOS_2048.g, secret)
    city.finish(made)
    assert db.session.scalar(select(BoxTrustee.sealed_secret)) is None
    with pytest.raises(Refused, match="ya se usó y se borró"):
        trustee_keys.server_secret(made.box)


def test_the_server_keeps_no_secret_of_a_trustee(editor):
    """Neither while people vote, nor when the parts came in: only what everybody may have."""
    made = city.opened()
    made.cast(0, city.YES)
    for step in (lambda: None, lambda: city.finish(made)):
        step()
        rows = [db.session.execute(table.select()).all() for table in db.metadata.sorted_tables]
        assert not [secret for secret in made.secrets if str(secret) in str(rows)]
        assert set(db.session.scalars(select(BoxTrustee.sealed_secret))) == {None}
        with pytest.raises(Refused, match="ya se usó y se borró"):
            trustee_keys.server_secret(made.box)
