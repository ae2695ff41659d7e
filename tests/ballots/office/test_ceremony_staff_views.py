"""The staff choose how many trustees are enough, and see how far each has come."""

import io
from pathlib import Path

import pytest

from participa.ballots.ceremony import KeyCeremony, Round, ceremony_of, restarts_of
from participa.ballots.keys import role_acceptance
from participa.ballots.models import BallotBox, BoxKind, BoxTrustee
from participa.ballots.roles import roles_of
from participa.belenios import threshold, trustees
from participa.belenios.groups import BELENIOS_2048
from participa.core.db import db
from tests.ballots import city, keepers
from tests.ballots.office.test_trustees_staff_views import lines_on, type_in
from tests.belenios.groups_of_keys import key_group
from tests.staff.people import post
from tests.visitor import field, where

pytestmark = pytest.mark.one_engine
GROUP = key_group(2, 3)


def page_of(made) -> str:
    return f"/gestion/urnas/{made.uuid}/custodios"


def file(raw: bytes):
    return (io.BytesIO(raw), "archivo.json")


def box_of(made) -> BallotBox:
    return db.session.get_one(BallotBox, made.id)


def test_the_staff_take_three_trustees_through_the_ceremony(staff, app):
    made = city.draft(keys=0)
    page, editor = page_of(made), staff("EDITOR")
    assert where(post(editor, f"{page}/cuantos", needed="2")) == page
    for number in (1, 2, 3):
        assert where(post(editor, f"{page}/agregar", name=f"Custodia {number}")) == page
    listed = editor.get(page).text
    assert listed.count("Sin parte pública") == 3
    assert "Falta la parte pública de Custodia 1, Custodia 2 y Custodia 3." in listed
    assert "Cerrar la lista" not in listed
    ids = [one.id for one in db.session.query(BoxTrustee).order_by(BoxTrustee.position)]
    for round in Round:
        for number, id in enumerate(ids, start=1):
            sent = {"file": file(keepers.document(GROUP, round, number))}
            assert where(post(editor, f"{page}/{id}/entregar", **sent)) == page
        if round is Round.PART:
            assert editor.get(f"{page}/ceremonia.json").status_code == 404
            assert "quedan fijos estos 3 custodios, y que hacen falta 2" in editor.get(page).text
            done = post(editor, page, f"{page}/cerrar-lista")
            assert "Cerró la lista de custodios" in editor.get(done.location).text
    listed = editor.get(page).text
    assert "Cada custodio comprobó lo que le tocó." in listed
    assert listed.count("Comprobación: llegó") == 3
    assert threshold.read_file(BELENIOS_2048, editor.get(f"{page}/ceremonia.json").data).is_dealt
    shown = editor.get(f"/gestion/urnas/{made.uuid}").text
    assert "que acepte su papel, con la llave que guarda" in shown


def test_before_the_number_changes_the_page_says_what_it_costs(staff, app):
    made = city.draft()
    page, editor = page_of(made), staff("EDITOR")
    assert "dejan de servir: cada custodio tiene" in editor.get(f"{page}/cuantos").text
    assert where(post(editor, f"{page}/cuantos", needed="todos")) == page
    assert ceremony_of(box_of(made)) is None
    for needed, says in (("1", "Elija uno de los números"), ("", "Elija cuántos custodios")):
        refused = post(editor, f"{page}/cuantos", needed=needed)
        assert (refused.status_code, says in refused.text) == (422, True)
    post(editor, f"{page}/cuantos", needed="3")
    assert "Sin parte pública" in editor.get(page).text
    assert "3 custodios o más. Hay 2." in editor.get(page).text


def test_two_officials_who_choose_at_once_do_not_overwrite_one_another(staff, app):
    made = city.draft(keys=0)
    address = f"{page_of(made)}/cuantos"
    first, second = staff("EDITOR"), staff("EDITOR")
    pages = [visitor.get(address) for visitor in (first, second)]
    sent = [
        {name: field(page, name) for name in ("csrf_token", "shown", "about")} for page in pages
    ]
    assert first.post(address, data=sent[0] | {"needed": "2"}).status_code == 302
    refused = second.post(address, data=sent[1] | {"needed": "3"})
    assert refused.status_code == 409
    assert db.session.get_one(KeyCeremony, made.id).needed == 2


def test_after_the_list_is_closed_nothing_is_offered_that_would_be_refused(staff, app):
    made = keepers.draft(until=Round.DEAL)
    page, editor = page_of(made), staff("EDITOR")
    listed = editor.get(page).text
    for label in ("Agregar un custodio", "Quitar el 1", "Cuántos hacen falta", "Cerrar la lista"):
        assert label not in listed, label
    assert "Empezar otra vez la ceremonia" in listed
    for address in ("cuantos", "agregar"):
        shown = editor.get(f"{page}/{address}").text
        assert "empiece la ceremonia otra vez" in shown
        assert "<button>Guardar</button>" not in shown
    refused = post(editor, f"{page}/agregar", name="Otra")
    assert "empiece la ceremonia otra vez" in refused.text


def test_a_ceremony_begins_again_with_a_reason_that_the_page_announces(staff, app):
    made = keepers.draft()
    page, editor = page_of(made), staff("EDITOR")
    shown = editor.get(f"{page}/otra-vez").text
    assert "Los repartos y las comprobaciones que llegaron se olvidan." in shown
    refused = post(editor, f"{page}/otra-vez", keys="otras", reason=" ")
    assert (refused.status_code, "Escriba por qué se empieza" in refused.text) == (422, True)
    refused = post(editor, f"{page}/otra-vez", reason="Así")
    assert "Elija si siguen las mismas llaves." in refused.text
    done = post(editor, f"{page}/otra-vez", keys="otras", reason="El reparto de 2 está mal")
    assert where(done) == page
    assert [one.reason for one in restarts_of(box_of(made))] == ["El reparto de 2 está mal"]
    assert editor.get(page).text.count("Sin parte pública") == 3
    assert "puede cambiarla sin empezar otra vez" in editor.get(f"{page}/otra-vez").text
    again = post(editor, f"{page}/otra-vez", keys="otras", reason="Otra vez")
    assert again.status_code in {409, 422}


def test_who_accepted_and_has_to_deal_again_has_their_link_again(staff, app):
    made = keepers.draft()
    page, editor = page_of(made), staff("EDITOR")
    assert editor.get(page).text.count("/urna/papel/") == 1, "of the registrar"
    post(editor, f"{page}/otra-vez", keys="mismas", reason="Se retira uno")
    listed = editor.get(page).text
    assert (listed.count("/urna/papel/"), listed.count("Aceptó</span>")) == (4, 3)


def test_a_private_key_that_comes_to_the_city_is_burnt(staff, app):
    made = keepers.draft(until=Round.DEAL)
    address = f"{page_of(made)}/{made.box.trustees[0].id}/entregar"
    refused = post(staff("EDITOR"), address, file=file(trustees.write_secret(5)))
    assert (refused.status_code, "Es la llave privada" in refused.text) == (422, True)


def test_a_trustee_who_owes_nothing_now_has_no_form(staff, app):
    made = keepers.draft(until=Round.DEAL)
    editor, page = staff("EDITOR"), page_of(made)
    address = f"{page}/{made.box.trustees[0].id}/entregar"
    assert where(post(editor, address, file=file(GROUP.dealings[0].raw))) == page
    shown = editor.get(address).text
    assert "ya entregó lo que le toca. Falta el reparto de Custodia 2 y Custodia 3." in shown
    assert "<button>" not in shown.partition("<main")[2]
    assert editor.get(f"{page}/999999/entregar").status_code == 404
    made = keepers.opened(uuid="e" * 14)
    shown = editor.get(f"{page_of(made)}/{made.box.trustees[0].id}/entregar").text
    assert "La urna ya abrió" in shown


def test_only_a_verifiable_box_has_these_pages(staff, app):
    made = city.draft(BoxKind.CODES)
    editor = staff("EDITOR")
    for part in ("cuantos", "otra-vez", "ceremonia.json", "1/entregar"):
        assert editor.get(f"{page_of(made)}/{part}").status_code == 404


def test_once_there_are_enough_parts_the_page_asks_for_no_more(staff, app):
    made = keepers.counted()
    editor = staff("EDITOR")
    parts = f"{page_of(made)}/partes"
    shown = editor.get(parts).text
    assert "apenas lleguen 2 se publica el resultado" in shown
    assert "ceremonia.json" in shown
    for number in (1, 3):
        post(editor, parts, file=file(made.part(number)))
    assert "Llegaron las partes que hacían falta." in editor.get(parts).text
    listed = editor.get(page_of(made)).text
    assert (listed.count("Llegó</span>"), listed.count("No hizo falta</span>")) == (2, 1)
    assert "El resultado está publicado." in editor.get(f"/gestion/urnas/{made.uuid}").text


class Homes:
    """The machines of three trustees, on which each types what the pages show."""

    def __init__(self, editor, client, page: str, folder: Path, monkeypatch) -> None:
        self.editor, self.client, self.page, self.monkeypatch = editor, client, page, monkeypatch
        self.folders = [folder / str(number) for number in (1, 2, 3)]
        for number, home in enumerate(self.folders, start=1):
            home.mkdir()
            post(editor, f"{page}/agregar", name=f"Custodia {number}")

    def type_at(self, home: Path, *lines: str) -> None:
        self.monkeypatch.chdir(home)
        for line in lines:
            type_in(self.client, line)

    def hand_in(self, box: BallotBox, name: str, *lines: str) -> None:
        ids = [one.id for one in box.trustees]
        held = self.editor.get(f"{self.page}/ceremonia.json")
        for id, home in zip(ids, self.folders, strict=True):
            if held.status_code == 200:
                (home / "ceremonia.json").write_bytes(held.data)
            self.type_at(home, *lines)
            sent = {"file": file((home / name).read_bytes())}
            assert where(post(self.editor, f"{self.page}/{id}/entregar", **sent)) == self.page

    def accept(self, box: BallotBox, sign: str) -> None:
        for role, home in zip(roles_of(box), self.folders, strict=False):
            (home / "rol.json").write_bytes(role.paper)
            self.type_at(home, sign)
            role_acceptance.accept(role, (home / "rol.firma.json").read_bytes())
        db.session.commit()


def test_the_command_lines_on_the_pages_do_what_they_say(staff, client, app, tmp_path, monkeypatch):
    made = city.draft(keys=0, allows_paper=False)
    page, editor = page_of(made), staff("EDITOR")
    post(editor, f"{page}/cuantos", needed="2")
    homes = Homes(editor, client, page, tmp_path, monkeypatch)
    shown = [line.strip() for line in lines_on(editor.get(page).text)]
    key, part, deal, check, sign = shown[:5]
    homes.hand_in(box_of(made), "parte-publica.json", key, part)
    post(editor, page, f"{page}/cerrar-lista")
    homes.hand_in(box_of(made), "reparto.json", deal)
    homes.hand_in(box_of(made), "comprobacion.json", check)
    homes.accept(box_of(made), sign)
    made.box = box_of(made)
    city.open_now(made)
    made.cast(0, city.YES)
    city.count(city.close(made))
    for home, lines in ((homes.folders[2], shown[5:8]), (homes.folders[0], shown[8:])):
        homes.type_at(home, *lines)
        post(editor, f"{page}/partes", file=file((home / "parte").read_bytes()))
    assert box_of(made).is_finished
    assert made.verify().unproved_trustees == []
