"""How every channel tells its times, is shared, and lets people keep what proves their answer."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from PIL import Image

from participa.channels import lifecycle, sharing
from participa.channels.flow import DAMAGED
from participa.channels.phases import Phase
from participa.channels.wording import beside_state, closing, early_closing, when
from participa.core import clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city
from tests.channels.worlds import TITLE, WORLDS

MIDNIGHT = "12:00\xa0a.\xa0m."


@pytest.fixture(params=WORLDS, ids=lambda world: world.channel.name)
def world(request, app):
    return request.param


def midnight():
    return clock.at_city(clock.today() + timedelta(days=9))


def places(world, record) -> list[str]:
    """Everywhere that the closing of a record is told."""
    return [world.path(record), "/", "/participa", f"/{world.channel.section}"]


# ---- times


def test_a_closing_at_midnight_is_told_as_the_end_of_the_day_before(client, staff, world):
    record = world.open(closes_at=midnight())
    editor = staff("EDITOR")
    own = [world.office_path(record, word) for word in ("", "cartel", "proyectar")]
    pages = [(client, path) for path in places(world, record) if client.get(path).status_code < 400]
    wrong_day = spanish.weekday(midnight()).partition(" ")[2]
    for visitor, path in [*pages, *((editor, path) for path in own), (editor, "/gestion")]:
        page = unescape(visitor.get(path).text)
        assert MIDNIGHT not in page, path
        assert wrong_day not in page, path
    told = [unescape(visitor.get(path).text) for visitor, path in pages]
    assert any(spanish.weekday(midnight() - timedelta(days=1))[-14:] in page for page in told)


def test_the_hour_of_every_page_is_told_to_be_that_of_colombia_once(client, staff, world):
    record = world.open()
    editor = staff("EDITOR")
    for path in places(world, record):
        if (answer := client.get(path)).status_code < 400:
            assert answer.text.casefold().count("hora de colombia") == 1, path
    for word in ("", "cartel", "proyectar"):
        page = editor.get(world.office_path(record, word)).text
        assert page.casefold().count("hora de colombia") == 1, word


class Told:
    """A record that is told in sentences."""

    phase = Phase.OPEN
    closes_at = clock.at_city(clock.system_now().date().replace(month=3, day=20))
    ended_at = announced_end = closes_at
    closed_early = True
    closed_because = ""


@pytest.mark.one_engine
def test_every_sentence_of_a_closing_at_midnight_says_the_day_before():
    told, over = Told(), Told()
    over.phase = Phase.CLOSED
    sentences = [when(told), when(over), beside_state(told), early_closing(told)]
    for sentence in [*sentences, closing("La lista", told.closes_at)]:
        assert "19 de marzo" in sentence
        assert "11:59\xa0p.\xa0m." in sentence


# ---- pictures of a shared address


def picture_of(client, page: str) -> Image.Image:
    [address] = re.findall(r'<meta property="og:image" content="([^"]+)">', page)
    answer = client.get(address.removeprefix("http://localhost"))
    assert answer.mimetype == "image/png"
    assert len(answer.data) < 60_000, "messengers leave out what is heavy"
    assert answer.headers["Cache-Control"].startswith("public")
    return Image.open(io.BytesIO(answer.data))


def test_a_shared_address_shows_a_picture_of_its_own(client, world):
    record = world.open()
    page = client.get(world.path(record)).text
    assert picture_of(client, page).size == (1200, 630)
    assert f"/imagen/{world.channel.section}/{getattr(record, world.channel.address)}.png" in page


def test_the_picture_changes_with_its_words(client, world):
    record = world.open()
    path = f"/imagen/{world.channel.section}/{getattr(record, world.channel.address)}.png"
    before = client.get(path).data
    assert client.get(path).data == before
    shown = world.of(record)
    shown.title = f"{TITLE} Y otra cosa."
    shown.touch()
    db.session.commit()
    assert client.get(path).data != before


def test_a_draft_has_no_picture(client, world):
    record = world.draft()
    path = f"/imagen/{world.channel.section}/{getattr(record, world.channel.address)}.png"
    assert client.get(path).status_code == 404


# ---- what proves an answer


def test_a_receipt_can_be_copied_and_kept_and_has_a_code(client, world):
    record = world.open()
    receipt = client.post(world.form_path(record), data=world.form(client, record))
    page = client.get(receipt.location).text
    assert "data-copy=" in page
    assert re.search(r'download="radicado-[0-9A-Z-]+\.txt" href="data:text/plain', page)
    assert "<svg" in page.partition("<main")[2]
    assert "data-print" in page


@pytest.mark.one_engine
def test_the_kept_text_says_what_it_is_of_and_where_it_is_shown(app):
    with app.test_request_context("/temas/7K3F/comprobante/ABC"):
        kept = sharing.kept_text("Temas & más", "radicado", "AB-12")
    assert kept.startswith(
        "data:text/plain;charset=utf-8,Temas%20%26%20m%C3%A1s%0ARadicado%3A%20AB-12"
    )
    assert kept.endswith("/temas/7K3F/comprobante/ABC")


# ---- a closing that people rely on


def test_an_open_record_gets_no_closing_in_the_past(world):
    record = world.open()
    with pytest.raises(
        Refused, match=r"Ese cierre ya pasó\. Para cerrar ahora use «Cerrar»\."
    ) as told:
        lifecycle.change(
            record,
            city.officials()[0],
            {"closes_at": clock.now() - timedelta(minutes=1)},
            record.tasks,
            {},
            "Se cierra antes.",
        )
    assert told.value.field == "closes_at"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "text",
    ["50%DE los recursos", "50 %DE", "el 80%EDUCACIÓN", "100%AFRO", "90%ED", "19%ÉL", "un 20 %FA"],
)
def test_a_percent_sign_before_a_word_is_a_sentence(text):
    assert not DAMAGED.search(text)


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "text", ["Pe%F1a", "%FAltimo", "Bogot%E1", "EDUCACI%D3N", "%C3%B3", "3%BA piso", "se da\ufffd"]
)
def test_a_damaged_letter_is_asked_again(text):
    assert DAMAGED.search(text)
