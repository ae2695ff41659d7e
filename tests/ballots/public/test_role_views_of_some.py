"""Where some trustees are enough, each does the rounds of the ceremony by their own link."""

import io
import json

import pytest

from participa.ballots import roles
from participa.ballots.ceremony import Round, ceremony_of
from participa.ballots.keys import ceremony_rounds, role_acceptance, trustee_keys
from participa.belenios import signatures, threshold, trustees
from participa.belenios.groups import BELENIOS_2048
from participa.core.db import db
from tests.ballots import city, keepers
from tests.belenios.groups_of_keys import key_group
from tests.visitor import field

pytestmark = pytest.mark.one_engine
GROUP = key_group(2, 3)
SENDS = {Round.PART: "la parte pública", Round.DEAL: "el reparto", Round.CHECK: "la comprobación"}


def link_of(made, number: int) -> str:
    return f"/urna/papel/{role_acceptance.link_token(roles.roles_of(made.box)[number - 1])}"


def bring(client, link: str, raw: bytes, name: str = "file", page=None):
    sent = {"submission": field(page or client.get(link), "submission")}
    sent[name] = (io.BytesIO(raw), "archivo.json")
    return client.post(link, data=sent, content_type="multipart/form-data")


def test_a_trustee_comes_back_to_one_link_for_each_round_and_accepts_at_the_end(client, app):
    made = keepers.draft(until=Round.PART)
    links = [link_of(made, number) for number in (1, 2, 3)]
    assert client.get(f"{links[0]}/ceremonia.json").status_code == 404
    for round in Round:
        for number, link in enumerate(links, start=1):
            page = client.get(link)
            assert f"<button>Entregar {SENDS[round]}</button>" in page.text
            raw = keepers.document(GROUP, round, number)
            assert bring(client, link, raw).status_code == 303
            if number < 3:
                assert "Guarde su llave, y vuelva a este enlace" in client.get(link).text or (
                    round is Round.CHECK
                )
        if round is Round.PART:
            assert "Falta que la ciudad cierre la lista" in client.get(links[0]).text
            ceremony_rounds.close_list(made.box, city.officials()[0])
            db.session.commit()
        read = client.get(f"{links[0]}/ceremonia.json")
        assert read.headers["Cache-Control"] == "no-store"
        found = threshold.read_file(BELENIOS_2048, read.data)
        assert found.is_dealt is (round is not Round.PART)
    page = client.get(links[0])
    assert "Para abrir el total hacen falta 2 de los 3 custodios." in page.text
    assert "Si 2 custodios pierden su parte de la llave, no hay resultado." in page.text
    paper = client.get(f"{links[0]}/rol.json")
    assert "Para abrir el total: 2 de los 3 custodios" in paper.json["asked"]
    signature = signatures.sign(GROUP.secrets[0], paper.data)
    assert bring(client, links[0], signature, "signature").status_code == 303
    assert "Usted aceptó este papel con su firma" in client.get(links[0]).text


@pytest.mark.parametrize("round", Round)
def test_a_second_click_on_the_same_form_is_no_error(client, app, round):
    made = keepers.draft(until=round)
    link, raw = link_of(made, 1), keepers.document(GROUP, round, 1)
    page = client.get(link)
    assert [bring(client, link, raw, page=page).status_code for _ in range(2)] == [303, 303]


def test_a_wrong_file_is_told_at_its_field_and_the_form_stays(client, app):
    made = keepers.draft(until=Round.DEAL)
    link = link_of(made, 1)
    for raw, says in (
        (GROUP.dealings[1].raw, "es el del custodio 2, y se espera el del 1"),
        (trustees.write_secret(5), "Es la llave privada"),
        (b"", "Este archivo no sirve."),
        (json.dumps({"ceremony": 1}).encode(), "Este archivo no sirve."),
    ):
        refused = bring(client, link, raw)
        assert (refused.status_code, says in refused.text) == (422, True), says
        assert "<button>Entregar el reparto</button>" in refused.text


def test_a_page_left_open_while_the_ceremony_began_again_says_what_is_awaited_now(client, app):
    made = keepers.draft(until=Round.CHECK)
    link, page = link_of(made, 1), client.get(link_of(made, 1))
    ceremony_rounds.restart(made.box, city.officials()[0], "Otra lista", keeps_keys=True)
    db.session.commit()
    refused = bring(client, link, keepers.document(GROUP, Round.CHECK, 1), page=page)
    assert refused.status_code == 422
    assert "Falta que la ciudad cierre la lista de custodios." in refused.text


def test_a_file_is_no_signature_and_the_page_leads_on(client, app):
    """An old page of the last round, sent when the role waits to be accepted."""
    made = keepers.draft(until=Round.CHECK)
    link, page = link_of(made, 1), client.get(link_of(made, 1))
    ceremony_rounds.hand_in(made.box.trustees[0], "prueba", keepers.document(GROUP, Round.CHECK, 1))
    db.session.commit()
    refused = bring(client, link, GROUP.dealings[0].raw + b"x", page=page)
    assert (refused.status_code, "Ver lo que sigue" in refused.text) == (422, True)
    registrar = link_of(made, 4)
    answer = bring(client, registrar, GROUP.dealings[0].raw, page=client.get(registrar))
    assert answer.status_code == 422


def test_nobody_accepts_before_the_key_is_there(client, app):
    made = keepers.draft(until=Round.DEAL)
    link = link_of(made, 1)
    assert client.get(f"{link}/rol.json").status_code == 404
    refused = bring(client, link, b"{}", "signature")
    assert refused.status_code == 422


def test_a_link_stays_with_its_person_through_other_keys_and_goes_with_them(client, app):
    made = keepers.draft(until=Round.DEAL)
    link = link_of(made, 1)
    editor = city.officials()[0]
    ceremony_rounds.restart(made.box, editor, "Un reparto está mal", keeps_keys=False)
    db.session.commit()
    assert "<button>Entregar la parte pública</button>" in client.get(link).text
    trustee_keys.remove(made.box.trustees[0], editor)
    trustee_keys.add(made.box, editor, "Otra persona", b"")
    db.session.commit()
    assert client.get(link).status_code == 404


def test_the_ceremony_is_public_from_the_opening_on(client, app):
    draft = keepers.draft(uuid="c" * 14)
    assert client.get(f"/urna/{draft.uuid}/ceremonia.json").status_code == 404
    made = keepers.opened()
    body = client.get(f"/urna/{made.uuid}/ceremonia.json").data
    assert threshold.read_file(BELENIOS_2048, body).is_dealt
    assert client.get(f"{link_of(made, 1)}").status_code == 200
    every = city.opened(uuid="d" * 14)
    assert client.get(f"/urna/{every.uuid}/ceremonia.json").status_code == 404


def test_the_public_pages_say_how_many_are_needed_and_whose_part_was_not(client, app):
    made = keepers.counted()
    page = client.get(f"/urna/{made.uuid}").text
    assert "Es secreto mientras al menos 2 de los 3 custodios cuiden a solas" in page
    assert "Si un custodio pierde su parte de la llave, el resultado sale igual." in page
    assert "Si 2 de los 3 custodios se ponen de acuerdo" in page
    waiting = client.get(f"/urna/{made.uuid}/resultados").text
    assert (
        "Faltan 2 partes, de cualesquiera de ellos: Custodia 1, Custodia 2 y Custodia 3." in waiting
    )
    assert made.definition.election.description.count("hacen falta 2 de los 3 custodios") == 1
    for number in (3, 1):
        city.counting.receive_partial(made.box, city.officials()[0], made.part(number))
    db.session.commit()
    said = (
        "Abrieron el total 2 de los 3 custodios: Custodia 1 y Custodia 3. "
        "La parte de Custodia 2 no hizo falta."
    )
    assert said in client.get(f"/urna/{made.uuid}/resultados").text
    minutes = client.get(f"/urna/{made.uuid}/acta").text
    assert f"Para abrir el total hacen falta 2 de los 3 custodios. {said}" in minutes
    assert ceremony_of(made.box).fingerprint in minutes
    assert "ceremonia.json" in client.get(f"/urna/{made.uuid}/auditoria").text


def test_the_minutes_say_that_and_why_a_ceremony_began_again(client, app):
    made = keepers.draft(allows_paper=False)
    editor = city.officials()[0]
    ceremony_rounds.restart(made.box, editor, "El reparto de Custodia 2 está mal", keeps_keys=True)
    ceremony_rounds.close_list(made.box, editor)
    for round in (Round.DEAL, Round.CHECK):
        for number, trustee in enumerate(list(made.box.trustees), start=1):
            ceremony_rounds.hand_in(trustee, "prueba", keepers.document(GROUP, round, number))
    db.session.commit()
    city.open_now(made)
    for page in ("acta", "auditoria"):
        text = client.get(f"/urna/{made.uuid}/{page}").text
        assert "La ceremonia de las llaves se empezó otra vez antes de abrir" in text
        assert "con las mismas llaves. Motivo: El reparto de Custodia 2 está mal" in text


def test_where_all_are_needed_a_trustee_without_a_key_brings_one_by_the_same_link(client, app):
    """After the city went back from some of them to all."""
    made = keepers.draft(until=Round.DEAL)
    editor = city.officials()[0]
    ceremony_rounds.restart(made.box, editor, "Hacen falta todos", keeps_keys=True)
    ceremony_rounds.choose_quorum(made.box, editor, None)
    db.session.commit()
    link = link_of(made, 1)
    page = client.get(link).text
    assert ("Su parte pública" in page, "Su reparto" in page) == (True, False)
    assert bring(client, link, city.public_half(77)).status_code == 303
    assert "Aceptar mi papel" in client.get(link).text
