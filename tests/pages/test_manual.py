"""The help: the manual inside the application, opened where it explains the page."""

import re

import pytest

from participa.pages.manual import manual
from participa.staff.access import manual_section
from tests.house.source import ROOT, TEMPLATES
from tests.house.test_guards import is_guarded, views

pytestmark = pytest.mark.one_engine

HELP = re.compile(r'<a class="help" href="/gestion/ayuda(?:#([^"]+))?">')
EXTENDS = re.compile(r'{% extends "([^"]+)" %}')


def pages_of_the_staff(app) -> list[str]:
    """The endpoints that draw a page of the staff."""
    return [
        endpoint
        for endpoint in views(app)
        if is_guarded(app, endpoint) and (TEMPLATES / f"{endpoint.replace('.', '/')}.html").exists()
    ]


def test_every_page_of_the_staff_opens_a_section_that_exists(app):
    anchors = {section.anchor for section in manual().sections}
    endpoints = pages_of_the_staff(app)
    assert len(endpoints) > 50
    lost = {
        endpoint: manual_section(endpoint)
        for endpoint in endpoints
        if manual_section(endpoint) not in anchors
    }
    assert lost == {}, "name a section of docs/manual.md in guard(...); write it if there is none"


def test_every_page_of_the_staff_has_the_menu_with_the_help(app):
    without = {one for one in pages_of_the_staff(app) if not has_menu(one.replace(".", "/"))}
    assert without == set(), "extend staff/_layout.html: its menu has the help"


def has_menu(name: str) -> bool:
    """Whether a template extends the layout of the staff, itself or through another one."""
    text = (TEMPLATES / f"{name}.html").read_text(encoding="utf-8")
    base = EXTENDS.search(text)
    return bool(base) and (
        base[1] == "staff/_layout.html" or has_menu(base[1].removesuffix(".html"))
    )


def test_a_view_with_a_section_of_its_own_exists(app):
    for name, blueprint in app.blueprints.items():
        for view in getattr(blueprint, "manual_sections", {}):
            assert not view or f"{name}.{view}" in app.view_functions


def test_the_help_opens_where_it_explains_the_page(staff):
    chief = staff("ADMINISTRATOR")
    for address, anchor in (
        ("/gestion", "hoy"),
        ("/gestion/registro", "el-registro-de-actos"),
        ("/gestion/temas/nueva", "prepararlo"),
        ("/gestion/urnas", "una-urna-de-principio-a-fin"),
    ):
        assert HELP.search(chief.get(address).text)[1] == anchor
    page = chief.get("/gestion/ayuda").text
    assert '<h3 id="prepararlo">Prepararlo</h3>' in page
    assert page.count('<a href="#') >= len(manual().chapters)


def test_who_guards_the_door_may_read_the_help_too(staff, client):
    assert staff("DOOR").get("/gestion/ayuda").status_code == 200
    assert client.get("/gestion/ayuda").status_code == 302


def test_the_manual_is_the_one_of_the_documents_and_travels_with_the_package():
    text = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
    shipped = ROOT / "participa" / "pages" / "seed" / "manual.md"
    assert shipped.read_text(encoding="utf-8") == text
    headings = re.findall(r"^##+ (.+)$", text, re.MULTILINE)
    assert [section.title for section in manual().sections] == headings
    anchors = [section.anchor for section in manual().sections]
    assert len(set(anchors)) == len(anchors)


def test_the_table_of_a_list_in_trouble_helps_who_lost_the_receipt():
    row = str(manual().text).partition("Alguien perdió su radicado")[2].partition("</tr>")[0]
    assert "los mismos datos" in row


def test_a_table_of_the_manual_becomes_cards_on_a_phone():
    text = str(manual().text)
    assert text.count('<table class="rows">') >= 4
    assert '<td data-label="Qué puede hacer">' in text


def test_the_pictures_of_the_manual_are_there_and_say_what_they_show(staff):
    page = staff("READER").get("/gestion/ayuda").text
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)" loading="lazy"', page)
    assert len(pictures) == page.count("<img") >= 5
    for address, words in pictures:
        picture = staff("READER").get(address)
        assert (picture.status_code, picture.mimetype) == (200, "image/png"), address
        assert len(picture.data) < 120_000, address
        assert len(words) > 20, address
