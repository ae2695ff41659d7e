"""A hall with several doors has a poster for each, and who scans it is noted at that door."""

import io

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from participa.attendance.models import Presence
from participa.attendance.public import presence_codes
from participa.core import codes, links
from participa.core.db import db
from tests.attendance import city
from tests.attendance.public.people import MARIA
from tests.filling import Forms

NORTH, SOUTH = "Puerta norte", "Portería de la calle 50"


@pytest.fixture
def record(app):
    return city.open_list(doors=[NORTH, SOUTH])


def address(record, word="") -> str:
    return f"/gestion/asistencia/{record.code}{word}"


def scanned(picture: bytes) -> str:
    """What a phone reads from the picture, as a path of this site."""
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return found.text.lower().partition("localhost")[2]


def sign(client, opened_at: str) -> None:
    page = client.get(opened_at, follow_redirects=True)
    [form] = [one for one in Forms(page.text, page.request.url).forms if "hoja" in one.action]
    hidden = dict(form.as_it_stands())
    assert client.post(form.action, data=hidden | MARIA).status_code == 303


def door() -> str | None:
    return db.session.scalar(select(Presence.door))


def test_who_scans_the_poster_of_a_door_is_noted_there(staff, client, record):
    picture = staff("EDITOR").get(address(record, "/qr.png?puerta=2")).data
    sign(client, scanned(picture))
    assert door() == SOUTH


def test_the_short_address_of_a_door_can_be_typed_as_it_is_printed(staff, client, record):
    page = staff("EDITOR").get(address(record, "/cartel?puerta=2")).text
    short = f"localhost/q/{codes.show(record.code)}-2"
    assert short in page
    assert f'<p class="place">{SOUTH}</p>' in page
    assert NORTH not in page
    sign(client, short.removeprefix("localhost").lower())
    assert door() == SOUTH


def test_somebody_who_only_has_the_code_of_a_door_finds_the_list(client, record):
    page = client.get(f"/radicado?codigo={codes.show(record.code)}-1")
    assert page.location == f"/asistencia/{record.code}?canal=qr&puerta=1"


def test_the_page_of_the_list_leads_to_the_poster_of_each_door(staff, record):
    visitor = staff("READER")
    page = visitor.get(address(record)).text
    assert "Un cartel para cada puerta (2)" in page
    for number, name in enumerate((NORTH, SOUTH), 1):
        assert f'Cartel<span class="hidden"> de {name}</span>' in page
        for word in ("cartel", "proyectar", "proyectar.json", "qr.svg", "qr.png"):
            path = f"{address(record, f'/{word}')}?puerta={number}"
            assert visitor.get(path).status_code == 200
            assert word.endswith("json") or path in page
    wall = visitor.get(address(record, "/proyectar?puerta=1")).text
    assert f'<p class="place">{NORTH}</p>' in wall


def test_a_poster_keeps_its_door_when_its_paper_changes(staff, record):
    page = staff("READER").get(address(record, "/cartel?puerta=2")).text
    half = f"{address(record, '/cartel')}?papel=media&amp;puerta=2"
    assert half in page
    assert staff("READER").get(half.replace("&amp;", "&")).text.count(SOUTH) == 2 + 2


def test_all_posters_are_printed_in_one_go(staff, record):
    page = staff("READER").get(address(record, "/cartel?puerta=todas")).text
    assert page.count('class="sheet"') == 2
    assert page.count("<h1>") == 1
    for number in (1, 2):
        assert f"{codes.show(record.code)}-{number}" in page


@pytest.mark.parametrize("number", ["0", "3", "-1", "norte", "²", "99999999999999999999"])
def test_a_door_that_the_list_does_not_have_has_no_poster(staff, client, record, number):
    assert staff("READER").get(address(record, f"/cartel?puerta={number}")).status_code == 404
    signing = client.get(f"/asistencia/{record.code}?puerta={number}", follow_redirects=True)
    assert signing.status_code == 200


def test_the_poster_of_a_door_that_is_gone_still_opens_the_list(client, record):
    sign(client, f"/q/{record.code}7")
    assert door() == ""


@pytest.mark.parametrize("doors", [[], [NORTH]], ids=["none", "one"])
def test_where_everybody_comes_in_by_the_same_door_there_is_one_poster(staff, doors):
    record, visitor = city.open_list(doors=doors), staff("READER")
    assert "Un cartel para cada puerta" not in visitor.get(address(record)).text
    assert visitor.get(address(record, "/cartel?puerta=1")).status_code == 404


class TestWhereTheCodeOnTheScreenChanges:
    @pytest.fixture
    def record(self, app):
        return city.open_list(doors=[NORTH, SOUTH], has_rotating_code=True)

    def test_each_door_has_its_screen(self, staff, client, record):
        visitor = staff("EDITOR")
        screen = address(record, "/proyectar-codigo?puerta=2")
        assert screen in visitor.get(address(record)).text
        page = visitor.get(screen).text
        assert f'<p class="place">{SOUTH}</p>' in page
        assert f"{links.readable(record.code)}-2" in page
        following = page.partition('data-code-from="')[2].partition('"')[0]
        assert "Código QR" in client.get(following).json["picture"]
        seen = presence_codes.current(record.code)
        sign(client, f"/q/{record.code}2/{seen}")
        assert door() == SOUTH
        assert visitor.get(address(record, "/proyectar-codigo?puerta=3")).status_code == 404
