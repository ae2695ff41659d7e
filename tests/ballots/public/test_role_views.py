"""Trustees and the registrar accept their role themselves; nobody types it for them."""

import io
import json
from datetime import timedelta

import pytest

from participa.ballots import roles
from participa.ballots.keys import role_acceptance
from participa.ballots.models import BallotBox, BoxKind
from participa.belenios import canonical, signatures, trustees
from participa.belenios.groups import BELENIOS_2048
from participa.core.audit import AuditEntry
from participa.core.db import db
from tests.ballots import city
from tests.belenios.builders import SECRETS
from tests.visitor import field

REGISTRARS_SECRET = 123456789
PUBLIC_PART = canonical.write(trustees.make(BELENIOS_2048, REGISTRARS_SECRET).record())


@pytest.fixture
def made(app):
    """A draft with two trustees and a registrar, of whom nobody has accepted."""
    made = city.draft()
    db.session.query(roles.RoleAcceptance).delete()
    db.session.commit()
    return made


def address(made, number: int) -> str:
    """The personal link of the trustee with this number from 0, or of the registrar."""
    return f"/urna/papel/{role_acceptance.link_token(roles.roles_of(made.box)[number])}"


def bring(client, link, signature: bytes, public_part: bytes | None = None):
    sent = {"submission": field(client.get(link), "submission")}
    sent["signature"] = (io.BytesIO(signature), "rol.firma.json")
    if public_part is not None:
        sent["public_part"] = (io.BytesIO(public_part), "llave.json")
    return client.post(link, data=sent, content_type="multipart/form-data")


def signed(client, link, secret: int) -> bytes:
    return signatures.sign(secret, client.get(f"{link}/rol.json").data)


def test_a_trustee_accepts_with_the_key_that_they_keep(client, made):
    link = address(made, 0)
    page = client.get(link)
    assert "Custodia 1" in page.text
    assert made.box.trustees[0].fingerprint in page.text
    assert page.headers["Cache-Control"] == "no-store"
    paper = client.get(f"{link}/rol.json").json
    assert (paper["role"], paper["name"], paper["uuid"]) == ("custodio", "Custodia 1", made.uuid)
    assert bring(client, link, signed(client, link, SECRETS[0])).status_code == 303
    assert "Usted aceptó este papel con su firma" in client.get(link).text
    entry = db.session.query(AuditEntry).filter_by(action="ballots.role_accepted").one()
    assert (entry.actor, entry.details["as"]) == ("Custodia 1", "custodio")


def test_the_registrar_brings_the_key_with_the_signature(client, made):
    link = address(made, 2)
    assert "Personería" in client.get(link).text
    signature = signed(client, link, REGISTRARS_SECRET)
    missing = bring(client, link, signature)
    assert (missing.status_code, "Elija la parte pública" in missing.text) == (422, True)
    assert bring(client, link, signature, PUBLIC_PART).status_code == 303
    assert db.session.get(BallotBox, made.id).registrar_key == PUBLIC_PART


def refused(client, made) -> dict[str, tuple[int, bytes, bytes | None, str]]:
    first, last = address(made, 0), address(made, 2)
    good = signed(client, first, SECRETS[0])
    other = trustees.make(BELENIOS_2048, 77).record()
    return {
        "of another key": (0, signed(client, first, SECRETS[1]), None, "es de otra llave"),
        "of another paper": (0, signed(client, last, SECRETS[0]), None, "es de otro documento"),
        "no signature": (0, b"hola", None, "Esta firma no sirve."),
        "an altered one": (
            0,
            canonical.write(json.loads(good) | {"response": "1"}),
            None,
            "no es válida",
        ),
        "a registrar's of another key": (
            2,
            signed(client, last, REGISTRARS_SECRET),
            canonical.write(other),
            "es de otra llave",
        ),
        "a private key": (2, good, trustees.write_secret(5), "Es la llave privada"),
    }


def test_a_signature_that_will_not_do_is_told_why_and_nobody_has_accepted(client, made):
    for name, (number, signature, public_part, says) in refused(client, made).items():
        answer = bring(client, address(made, number), signature, public_part)
        assert answer.status_code == 422, name
        assert says in answer.text, name
    assert roles.accepted(db.session.get(BallotBox, made.id)) == {}


@pytest.mark.parametrize("spoil", [lambda token: token[:-2] + "xx", lambda token: "hola"])
def test_a_link_that_somebody_made_up_opens_nothing(client, made, spoil):
    token = address(made, 0).rpartition("/")[2]
    answer = client.get(f"/urna/papel/{spoil(token)}")
    assert (answer.status_code, "Pida uno nuevo" in answer.text) == (404, True)
    assert client.get(f"/urna/papel/{spoil(token)}/rol.json").status_code == 404


def test_a_link_ends_after_two_weeks_and_with_its_trustee(client, made, monkeypatch):
    link, other = address(made, 0), address(made, 1)
    db.session.delete(made.box.trustees[0])
    db.session.commit()
    assert client.get(link).status_code == 404
    assert client.get(other).status_code == 200
    monkeypatch.setattr(role_acceptance, "LASTS", timedelta(seconds=-1))
    assert client.get(other).status_code == 404


def test_a_box_whose_title_changed_is_accepted_again(client, made):
    link = address(made, 0)
    bring(client, link, signed(client, link, SECRETS[0]))
    box = db.session.get(BallotBox, made.id)
    box.title = "Otra pregunta"
    db.session.commit()
    assert "Traiga aquí la firma" in client.get(link).text
    assert bring(client, link, signed(client, link, SECRETS[0])).status_code == 303


def test_a_second_click_accepts_once(client, made):
    link = address(made, 0)
    signature = signed(client, link, SECRETS[0])
    page = field(client.get(link), "submission")
    for _ in range(2):
        sent = {"submission": page, "signature": (io.BytesIO(signature), "rol.firma.json")}
        answer = client.post(link, data=sent, content_type="multipart/form-data")
    assert "Usted aceptó este papel con su firma" in answer.text
    assert list(roles.accepted(db.session.get(BallotBox, made.id))) == [
        made.box.trustees[0].fingerprint
    ]


def test_a_box_does_not_open_before_each_trustee_has_shown_their_key(staff, client, made):
    editor = staff("EDITOR")
    page = editor.get(f"/gestion/urnas/{made.uuid}").text
    assert "que acepte su papel, con la llave que guarda: Custodia 1 y Custodia 2" in page
    listed = editor.get(f"/gestion/urnas/{made.uuid}/custodios").text
    assert listed.count('<span class="state">Falta</span>') == 3
    assert address(made, 0).rpartition(".")[0][:30] in listed
    city.accept_roles(made)
    db.session.commit()
    assert "que acepte su papel" not in editor.get(f"/gestion/urnas/{made.uuid}").text
    assert "/urna/papel/" not in staff("READER").get(f"/gestion/urnas/{made.uuid}/custodios").text


def test_what_nobody_signed_is_told_as_what_the_city_says(client, app):
    made = city.opened()
    page = client.get(f"/urna/{made.uuid}").text
    assert "Con su firma aceptaron guardar la llave: Custodia 1 y Custodia 2." in page
    assert (
        "La ciudad declara que los códigos los hizo, fuera de esta plataforma: Personería." in page
    )
    minutes = client.get(f"/urna/{made.uuid}/acta").text
    assert minutes.count("Lo aceptó con su firma") == 2
    assert "Hizo los códigos: Personería. Lo declara la ciudad." in minutes
    link = address(made, 2)
    bring(client, link, signed(client, link, REGISTRARS_SECRET), PUBLIC_PART)
    page = client.get(f"/urna/{made.uuid}").text
    assert "Con su firma aceptó hacer los códigos fuera de esta plataforma: Personería." in page
    assert canonical.fingerprint(PUBLIC_PART) in client.get(f"/urna/{made.uuid}/acta").text


def test_anybody_can_check_the_signed_papers(client, app):
    made = city.opened()
    assert "papeles.json" in client.get(f"/urna/{made.uuid}/auditoria").text
    papers = client.get(f"/urna/{made.uuid}/papeles.json").json["papers"]
    assert len(papers) == 2
    for one, secret in zip(papers, SECRETS, strict=True):
        paper, signature = canonical.write(one["paper"]), canonical.write(one["signature"])
        assert signatures.check(signature, paper) == BELENIOS_2048.generator.power(secret)
    assert (
        client.get(f"/urna/{city.draft(uuid='zzzzzzzzzzzzzz').uuid}/papeles.json").status_code
        == 404
    )
    other = city.opened(BoxKind.CODES, uuid="zzzzzzzzzzzzzy")
    assert client.get(f"/urna/{other.uuid}/papeles.json").status_code == 404
