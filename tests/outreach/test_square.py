"""The square picture: its code can be read, its letters have accents, long titles fit."""

import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from participa.core import links
from participa.core.db import db
from participa.core.files import lettering
from participa.events import service
from participa.outreach import square
from tests.outreach import city


def read_code(png: bytes) -> str:
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return found.text


def test_the_code_of_the_picture_opens_the_event(client, app):
    event = city.called(title="Audiencia pública de rendición de cuentas: ¿qué se hizo? " * 3)
    answer = client.get(f"/eventos/{event.code}/imagen.png")
    assert answer.mimetype == "image/png"
    picture = Image.open(io.BytesIO(answer.data))
    assert picture.size == (1080, 1080)
    assert picture.mode == "L", "black on white"
    assert read_code(answer.data) == links.printed(event.code)
    assert len(answer.data) < 80_000


def test_the_code_of_the_poster_opens_the_event(staff, app):
    event = city.called()
    answer = staff("EDITOR").get(f"/gestion/eventos/{event.code}/qr.png")
    assert read_code(answer.data) == links.printed(event.code)


@pytest.mark.parametrize("paper", ["carta", "media"])
def test_the_poster_of_an_event_prints_in_both_sizes(staff, app, paper):
    event = city.called()
    page = staff("EDITOR").get(f"/gestion/eventos/{event.code}/cartel?papel={paper}").text
    assert page.count(links.readable(event.code)) >= (2 if paper == "media" else 1)
    assert event.title in page


def test_the_preview_of_an_address_shows_the_picture(client, app):
    event = city.called()
    page = client.get(f"/eventos/{event.code}").text
    address = links.absolute(f"/imagen/eventos/{event.code}.png")
    assert f'<meta property="og:image" content="{address}">' in page


def test_a_plan_has_no_picture(client, app):
    assert client.get(f"/eventos/{city.planned().code}/imagen.png").status_code == 404


def test_an_event_that_is_off_says_so_in_its_picture(client, app):
    event = city.called()
    before = client.get(f"/eventos/{event.code}/imagen.png").data
    service.cancel(event, city.official(), "Llueve.")
    db.session.commit()
    assert square.texts(event)[1] == "Cancelado. No se hará."
    assert client.get(f"/eventos/{event.code}/imagen.png").data != before


@pytest.mark.one_engine
def test_every_letter_of_spanish_has_a_shape_of_its_own():
    for weight in ("bold", "regular"):
        letters = lettering.font(weight, 60)
        missing = bytes(letters.getmask("\U000e0001"))
        for letter in "áéíóúüñÁÉÍÓÚÜÑ¿¡«»–…°ª":
            assert bytes(letters.getmask(letter)) != missing, letter


@pytest.mark.one_engine
@settings(max_examples=25)
@given(st.text(alphabet="abc ñÑM¿?.-", min_size=1, max_size=400))
def test_no_line_of_a_title_leaves_the_picture(title):
    letters, lines = lettering.fitted(title, 952, 400, square.SIZES)
    assert len(lines) * lettering.line_height(letters) <= 400
    slack = letters.getlength("…")
    assert all(letters.getlength(line) <= 952 + slack for line in lines)
