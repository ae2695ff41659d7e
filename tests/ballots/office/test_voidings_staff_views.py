"""Voiding cards of an open box through the pages: one asks, another confirms, all can read it."""

import io

import pytest

from participa.ballots.lifecycle import voiding
from participa.ballots.models import BoxCredential, BoxKind
from participa.ballots.public_changes import Voiding
from participa.belenios import canonical, credentials, signatures
from participa.core.db import db
from tests.ballots import city
from tests.staff.people import post
from tests.visitor import field, where

pytestmark = pytest.mark.one_engine


@pytest.fixture
def elena(staff):
    return staff("EDITOR", name="Elena Editora")


@pytest.fixture
def beto(staff):
    return staff("EDITOR", name="Beto Barrera")


@pytest.fixture
def made(elena, beto):
    return city.opened(BoxKind.CODES)


def lists(made) -> str:
    return f"/gestion/urnas/{made.uuid}/anulaciones"


def void_now() -> int:
    return db.session.query(BoxCredential).filter(BoxCredential.voided_on.is_not(None)).count()


def ask(visitor, made, **sent):
    page = f"{lists(made)}/pedir"
    opened = visitor.get(page)
    proof = {name: field(opened, name) for name in ("csrf_token", "creation")}
    return visitor.post(page, data={"reason": "Sobraron en la mesa."} | proof | sent)


def press(visitor, address: str, button: str):
    """Press a button of this page, as it shows itself now."""
    opened = visitor.get(address)
    sent = {name: field(opened, name) for name in ("csrf_token", "shown")}
    return visitor.post(f"{address}/{button}", data=sent)


def test_from_the_request_to_the_public_list(elena, beto, made, client):
    typed = made.codes[0].lower() + "\r\n\r\n" + made.codes[1].replace("-", " ")
    address = where(ask(elena, made, codes=typed))
    assert void_now() == 0
    own = elena.get(address).text
    assert "Espera a otra persona." in own
    assert "Confirmar la anulación" not in own
    shown = beto.get(address).text
    for told in ("Sobraron en la mesa.", "Elena Editora", "Cuenta desde el", "Confirmar la anul"):
        assert told in shown
    assert (
        "Elena Editora pidió anular 2 tarjetas. Revise y confirme."
        in beto.get(f"/gestion/urnas/{made.uuid}").text
    )
    assert "Elena Editora pidió anular 2 tarjetas." in beto.get("/gestion").text
    assert "Retirar la petición" not in shown
    assert where(press(beto, address, "confirmar")) == address
    assert void_now() == 2
    done = db.session.query(Voiding).one()
    for page in (f"/urna/{made.uuid}/auditoria", f"/urna/{made.uuid}/acta"):
        public = client.get(page).text
        for told in ("Sobraron en la mesa.", "Elena Editora", "Beto Barrera", done.fingerprint):
            assert told in public, page
    document = client.get(f"/urna/{made.uuid}/anuladas/1.json")
    assert canonical.fingerprint(document.data) == done.fingerprint
    assert document.data == client.get(f"/urna/{made.uuid}/anuladas.json").data
    assert client.get(f"/urna/{made.uuid}/anuladas/2.json").status_code == 404
    assert client.get(f"/urna/{made.uuid}/anuladas/1.firma.json").status_code == 404


def test_before_the_confirmation_nothing_is_public(elena, made, client):
    ask(elena, made, codes=made.codes[0])
    assert "Sobraron" not in client.get(f"/urna/{made.uuid}/auditoria").text
    assert client.get(f"/urna/{made.uuid}/anuladas/1.json").status_code == 404
    assert client.get(f"/urna/{made.uuid}/anuladas.json").data == b"[]"


def test_a_second_click_asks_once(elena, made):
    page = f"{lists(made)}/pedir"
    opened = elena.get(page)
    sent = {name: field(opened, name) for name in ("csrf_token", "creation")}
    sent |= {"codes": made.codes[0], "reason": "Sobraron"}
    first, again = elena.post(page, data=sent), elena.post(page, data=sent)
    assert first.location == again.location
    assert db.session.query(Voiding).count() == 1


def test_who_looked_before_something_changed_looks_again(elena, beto, made):
    address = where(ask(elena, made, codes=made.codes[0]))
    opened = beto.get(address)
    sent = {name: field(opened, name) for name in ("csrf_token", "shown")}
    press(elena, address, "retirar")
    assert beto.post(f"{address}/confirmar", data=sent).status_code == 404
    assert void_now() == 0


def test_who_was_invited_by_who_asked_is_told_and_has_no_button(elena, beto, made):
    beto.account.invited_by = elena.account
    db.session.commit()
    address = where(ask(elena, made, codes=made.codes[0]))
    page = beto.get(address).text
    assert "Elena Editora invitó a Beto Barrera. Pida que confirme otra persona" in page
    assert "Confirmar la anulación" not in page
    refused = beto.post(
        f"{address}/confirmar",
        data={
            "csrf_token": field(beto.get("/gestion/cuenta"), "csrf_token"),
            "shown": _shown(address),
        },
        headers={"Referer": f"http://localhost{address}"},
    )
    assert refused.status_code == 409
    assert void_now() == 0


def _shown(address: str) -> str:
    from participa.core.editing import versions  # noqa: PLC0415

    return versions.of(db.session.get_one(Voiding, int(address.rpartition("/")[2])))


def test_without_a_second_factor_the_page_says_what_to_do(staff, elena, made):
    address = where(ask(elena, made, codes=made.codes[0]))
    plain = staff("EDITOR", tf_primary_method=None)
    for page in (address, f"/gestion/urnas/{made.uuid}", f"/gestion/urnas/{made.uuid}/tarjetas"):
        told = plain.get(page).text
        assert "Active el segundo paso en su cuenta" in told, page
        assert "/gestion/cuenta/segundo-paso" in told, page
        assert "Pedir anular" not in told
        assert "Confirmar la" not in told
    led = plain.get(f"{lists(made)}/pedir")
    assert led.location.startswith("/gestion/cuenta/segundo-paso?next=")
    assert "Lo necesita quien abre, cierra o cuenta una urna" in plain.get(led.location).text


def test_a_lost_batch_goes_the_same_way(elena, beto, made):
    made.cast(0, {0})
    batch = made.box.batches[0]
    page = f"{lists(made)}/pedir/lote/{batch.id}"
    opened = elena.get(page)
    assert "Las tarjetas del lote que no hayan votado" in opened.text
    proof = {name: field(opened, name) for name in ("csrf_token", "creation")}
    sent = elena.post(page, data=proof | {"reason": "Se perdió la caja."})
    assert press(beto, where(sent), "confirmar").status_code == 302
    assert void_now() == 9
    assert "Anulado" in elena.get(f"/gestion/urnas/{made.uuid}/tarjetas").text


def test_two_people_undo_it_on_the_same_day(elena, beto, made, client):
    address = where(ask(elena, made, codes=made.codes[0]))
    press(beto, address, "confirmar")
    assert "Deshacer hoy mismo" in beto.get(address).text
    post(beto, f"{address}/deshacer", reason="La caja apareció.")
    assert "Beto Barrera pidió deshacer la lista 1." in elena.get("/gestion").text
    assert press(elena, address, "deshacer/confirmar").status_code == 302
    assert void_now() == 0
    public = client.get(f"/urna/{made.uuid}/auditoria").text
    for told in ("Lista 1: 1 tarjeta, deshecha", "La caja apareció.", "Sobraron en la mesa."):
        assert told in public
    assert client.get(f"/urna/{made.uuid}/anuladas.json").data == b"[]"
    assert len(client.get(f"/urna/{made.uuid}/anuladas/1.json").data) > 100


def test_a_verifiable_box_takes_the_list_with_the_registrars_signature(elena, beto, client):
    made = city.opened()
    page = f"{lists(made)}/pedir"
    told = elena.get(page).text
    assert "abrió sin que el registrador aceptara su papel" in told
    assert "Pedir la anulación" not in told
    made.box.registrar_key = city.public_half(city.REGISTRAR)
    db.session.commit()
    document = credentials.public_roll(made.holders[2:5])
    signed = signatures.sign(city.REGISTRAR, document)
    refused = ask(elena, made, file=(io.BytesIO(document), "anuladas.json"))
    assert refused.status_code == 422
    assert "Suba también la firma del registrador" in refused.text
    address = where(
        ask(
            elena,
            made,
            file=(io.BytesIO(document), "anuladas.json"),
            signature=(io.BytesIO(signed), "anuladas.firma.json"),
        )
    )
    assert press(beto, address, "confirmar").status_code == 302
    assert void_now() == 3
    assert client.get(f"/urna/{made.uuid}/anuladas/1.json").data == document
    assert client.get(f"/urna/{made.uuid}/anuladas/1.firma.json").data == signed
    assert "la firma del registrador" in client.get(f"/urna/{made.uuid}/auditoria").text


def refused_lists(made):
    foreign = credentials.derive(credentials.new_code(), made.uuid)
    return {
        "nothing": ({"codes": "  \n"}, "Escriba los códigos o elija el archivo"),
        "a wrong sign": ({"codes": made.codes[0][:-1] + "*"}, "Tarjeta 1: "),
        "too short": ({"codes": f"{made.codes[1]}\nK7QX"}, "Tarjeta 2: El código tiene 20"),
        "of another box": ({"codes": foreign.code}, "no es de esta urna"),
        "one that voted": ({"codes": made.codes[0]}, "ya votó, y eso no se deshace"),
        "not a list": ({"file": b"{}"}, "Este archivo no sirve."),
        "no numbers": ({"file": b'["hola"]'}, "Este archivo no sirve."),
        "no text": ({"file": b"\xff\xfe"}, "no es texto UTF-8"),
        "codes in the file": ({"file": canonical.write(made.codes)}, "Este archivo no sirve."),
        "no reason": ({"codes": made.codes[1], "reason": ""}, "Escriba el motivo."),
    }


WRONG = (
    "nothing",
    "a wrong sign",
    "too short",
    "of another box",
    "one that voted",
    "not a list",
    "no numbers",
    "no text",
    "codes in the file",
    "no reason",
)


@pytest.mark.parametrize("what", WRONG)
def test_a_list_that_cannot_be_is_not_asked_for_and_stays_on_the_page(elena, made, what):
    made.cast(0, {0})
    sent, sentence = refused_lists(made)[what]
    typed = sent.get("codes", "")
    if "file" in sent:
        sent = {"file": (io.BytesIO(sent["file"]), "anuladas.json")}
    page = ask(elena, made, **sent)
    assert page.status_code == 422
    assert sentence in page.text
    assert typed.strip() in page.text
    assert db.session.query(Voiding).count() == 0


def test_after_the_closing_nothing_waits_any_more(elena, beto, made):
    address = where(ask(elena, made, codes=made.codes[0]))
    city.close(made)
    page = beto.get(address).text
    assert "No se confirmó" in page
    assert "Confirmar la anulación" not in page
    assert "pidió anular" not in beto.get("/gestion").text
    refused = ask(elena, made, codes=made.codes[1])
    assert refused.status_code == 422
    assert voiding.TOO_LATE in refused.text


def test_a_request_is_found_in_its_own_box_alone(elena, made):
    address = where(ask(elena, made, codes=made.codes[0]))
    other = city.draft(BoxKind.CODES, uuid="Otra1111111111")
    id = address.rpartition("/")[2]
    assert elena.get(f"{lists(other)}/{id}").status_code == 404
    consultation = city.draft(BoxKind.OPEN, uuid="Otra2222222222")
    assert elena.get(f"{lists(consultation)}/pedir").status_code == 404
