"""What a poster of any channel has besides: the paper it is cut for, and the city's logo."""

import io

import pytest
from PIL import Image

from participa.core.installation import installation
from tests.channels.worlds import WORLDS


@pytest.fixture
def poster(app, staff):
    """The address of a poster, and somebody who may print it."""
    world = WORLDS[0]
    return staff("READER"), world.office_path(world.open(), "cartel")


@pytest.fixture
def logo(app):
    """A logo in the installation's data folder; its bytes."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "blue").save(picture, "PNG")
    path = installation(app).settings.data / "logo.png"
    path.write_bytes(picture.getvalue())
    yield picture.getvalue()
    path.unlink()


def test_half_a_letter_is_printed_twice_on_a_sheet(poster):
    visitor, address = poster
    assert visitor.get(address).text.count('class="sheet"') == 1
    half = visitor.get(f"{address}?papel=media").text
    assert half.count('class="sheet"') == 2
    assert half.count("<h1>") == 1


def test_the_poster_carries_the_logo_of_the_city(poster, logo):
    visitor, address = poster
    assert '<img class="logo" src="/gestion/logo"' in visitor.get(address).text
    assert visitor.get("/gestion/logo", buffered=True).data == logo


def test_without_a_logo_the_page_says_where_to_put_one(poster):
    visitor, address = poster
    page = visitor.get(address).text
    assert 'class="logo"' not in page
    assert "logo.svg o logo.png" in page
    assert visitor.get("/gestion/logo").status_code == 404


def test_the_logo_is_for_the_staff_who_print(client, logo):
    assert client.get("/gestion/logo").status_code == 302
