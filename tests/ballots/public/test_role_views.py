"""Trustees and the registrar accept their role themselves; nobody types it for them."""

import io
import json
from datetime import timedelta

import pytest

from participa.ballots import roles
from participa.ballots.keys import role_acceptance
from participa.ballots.kinds import BelowMinimum
from participa.ballots.models import BallotBox, BoxKind
from participa.belenios import canonical, credentials, signatures, trustees
from participa.belenios.groups import BELENIOS_2048
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city
from tests.belenios.builders import SECRETS
from tests.staff.people import post
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
    for trustee in made.box.trustees:
        assert f"Con la llave de huella {trustee.fingerprint} se firmó que se guarda" in page
    assert (
        "Las llaves son, en ese orden, de Custodia 1 y Custodia 2: lo declara la ciudad."
    ) in page
    assert (
        "La ciudad declara que los códigos los hizo, fuera de esta plataforma: Personería." in page
    )
    minutes = client.get(f"/urna/{made.uuid}/acta").text
    assert minutes.count("Con la llave de esta huella se firmó") == 2
    assert "Hizo los códigos: Personería. Lo declara la ciudad." in minutes
    assert "Que cada llave es de quien dice esta acta lo declara la ciudad." in minutes


def accepted_by_registrar(client, made) -> str:
    """The registrar signs with their own key; the link."""
    link = address(made, 2)
    done = bring(client, link, signed(client, link, REGISTRARS_SECRET), PUBLIC_PART)
    assert done.status_code == 303
    return link


def test_the_registrar_signs_which_roll_it_is_and_sees_it(client, made):
    link = address(made, 2)
    print_of_roll = canonical.fingerprint(city.roll_of(made))
    assert print_of_roll in client.get(link).text
    paper = client.get(f"{link}/rol.json").json
    assert (paper["roll"], paper["seconds"]) == (print_of_roll, "")
    assert "Pregunta 1: ¿Está de acuerdo?" in paper["asked"]
    assert client.get(f"{address(made, 0)}/rol.json").json["roll"] == ""
    accepted_by_registrar(client, made)
    city.accept_roles(made)
    city.open_now(made)
    page = client.get(f"/urna/{made.uuid}").text
    mark = canonical.fingerprint(PUBLIC_PART)
    assert f"Con la llave de huella {mark} se firmó que los códigos se hacen fuera" in page
    assert "También se firmó cuál es el padrón." in page
    minutes = client.get(f"/urna/{made.uuid}/acta").text
    assert print_of_roll in minutes
    assert mark in minutes
    papers = client.get(f"/urna/{made.uuid}/papeles.json").json
    assert papers["papers"][-1]["paper"]["roll"] == print_of_roll
    assert canonical.fingerprint(canonical.write(papers["registrar_key"])) == mark


def test_without_a_roll_there_is_nothing_for_the_registrar_to_sign(client, made):
    link = address(made, 2)
    page = client.get(link)
    signature = signatures.sign(REGISTRARS_SECRET, client.get(f"{link}/rol.json").data)
    db.session.get(BallotBox, made.id).roll_fingerprint = None
    db.session.commit()
    assert "Todavía no hay un padrón revisado" in client.get(link).text
    files = {
        "submission": field(page, "submission"),
        "signature": (io.BytesIO(signature), "rol.firma.json"),
        "public_part": (io.BytesIO(PUBLIC_PART), "llave.json"),
    }
    answer = client.post(link, data=files, content_type="multipart/form-data")
    assert (answer.status_code, "Todavía no hay un padrón" in answer.text) == (422, True)
    assert client.get(f"{link}/rol.json").status_code == 404
    assert roles.accepted(db.session.get(BallotBox, made.id)) == {}


def test_a_roll_that_one_official_replaces_is_signed_by_nobody(staff, client, made):
    accepted_by_registrar(client, made)
    city.accept_roles(made)
    db.session.commit()
    editor = staff("EDITOR")
    own_cards = credentials.public_roll(credentials.make(city.VOTERS, made.uuid))
    where = f"/gestion/urnas/{made.uuid}/padron"
    sent = post(editor, f"{where}/subir", file=(io.BytesIO(own_cards), "padron.json"))
    assert sent.status_code == 302
    city.run_jobs()
    assert "La firma del registrador ya no vale" in editor.get(where).text
    assert "Algo cambió después de su firma" in editor.get(f"{where[:-7]}/custodios").text
    assert "Usted ya había firmado, y algo cambió" in client.get(address(made, 2)).text
    city.open_now(made)
    page = client.get(f"/urna/{made.uuid}").text
    assert "La ciudad declara que los códigos los hizo" in page
    assert "cuál es el padrón" not in page
    assert db.session.get(BallotBox, made.id).registrar_key is None


CHANGES = {
    "the question": lambda box: setattr(box.questions[0], "text", "¿Y si no?"),
    "the options": lambda box: setattr(box.questions[0], "answers", ["Sí", "Tal vez"]),
    "the closing": lambda box: setattr(box, "closes_at", box.closes_at + timedelta(days=1)),
    "who uses the result": lambda box: setattr(box, "used_by", "otra secretaría"),
    "whether the last vote counts": lambda box: setattr(box, "takes_last", not box.takes_last),
    "what happens to few votes": lambda box: setattr(box, "below_minimum", BelowMinimum.EXTEND),
    "the paper": lambda box: setattr(box, "allows_paper", not box.allows_paper),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_asked_cannot_change_behind_the_back_of_who_accepted(client, made, change):
    accepted_by_registrar(client, made)
    city.accept_roles(made)
    db.session.commit()
    assert len(roles.accepted(made.box)) == 3
    change(made.box)
    db.session.commit()
    assert roles.accepted(db.session.get(BallotBox, made.id)) == {}


def test_after_the_opening_nobody_accepts_a_role(staff, client, app):
    made = city.opened()
    link = address(made, 2)
    assert "La urna ya abrió" in client.get(link).text
    role = roles.roles_of(made.box)[2]
    with pytest.raises(Refused, match="La urna ya abrió"):
        role_acceptance.accept(role, signatures.sign(SECRETS[0], role.paper), PUBLIC_PART)
    db.session.rollback()
    listed = staff("EDITOR").get(f"/gestion/urnas/{made.uuid}/custodios").text
    assert "/urna/papel/" not in listed
    assert "La ciudad declara que los códigos los hizo" in client.get(f"/urna/{made.uuid}").text


def test_what_was_signed_after_an_opening_of_before_is_no_fact(client, app):
    made = city.opened()
    role = roles.roles_of(made.box)[2]
    late = {"paper": role.paper, "signature": signatures.sign(REGISTRARS_SECRET, role.paper)}
    db.session.add(
        roles.RoleAcceptance(box_id=made.id, holder=role.holder, **late, accepted_at=clock.now())
    )
    made.box.registrar_key = PUBLIC_PART
    made.box.touch()
    db.session.commit()
    assert "La ciudad declara que los códigos los hizo" in client.get(f"/urna/{made.uuid}").text


def test_the_same_key_does_not_keep_the_votes_and_make_the_codes(staff, client, made):
    link = address(made, 2)
    theirs = city.public_half(SECRETS[0])
    answer = bring(client, link, signed(client, link, SECRETS[0]), theirs)
    assert (answer.status_code, "ya es de un custodio" in answer.text) == (422, True)
    accepted_by_registrar(client, made)
    add = f"/gestion/urnas/{made.uuid}/custodios/agregar"
    answer = post(staff("EDITOR"), add, name="Otra", text=PUBLIC_PART.decode())
    assert (answer.status_code, "ya es la del registrador" in answer.text) == (422, True)


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
