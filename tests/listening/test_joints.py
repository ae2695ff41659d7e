"""The posts on other pages: the home page, the official menu, the staff's home, an event."""

import pytest

from participa.core import clock
from participa.core.db import db
from participa.listening import acts
from participa.listening.models import FULL_NAME
from tests.ballots.city import officials
from tests.events import city as events
from tests.listening.office import posts

pytestmark = pytest.mark.one_engine


def test_one_open_post_has_its_own_door_and_several_share_one(client, app):
    first = posts.open_post()
    page = client.get("/").text
    assert f'href="/escuchaderos/{first.code}"' in page
    posts.open_post(title=f"{FULL_NAME} en línea")
    page = client.get("/").text
    assert page.count("<b>Contarle algo a la ciudad</b>") == 1
    assert "2 escuchaderos abiertos. Elija el más cercano, o uno en línea." in page
    assert 'href="/escuchaderos">' in client.get("/participa").text


def test_a_season_that_ended_says_what_was_heard_and_answered(client, app, at):
    at(2026, 11, 29, 14)
    for number in range(2):
        post = posts.open_post(
            title=f"{FULL_NAME} {number}", closes_at=clock.now().replace(year=2027)
        )
        one = posts.heard(post, 2)
        if number:
            acts.answer(one, officials()[0], "Ya hay luz.")
        post.closed_at = clock.now()
    posts.open_post(title=f"{FULL_NAME} sin nadie", closes_at=clock.now().replace(year=2027))
    db.session.commit()
    page = client.get("/").text
    assert "Escuchaderos de rendición de cuentas de 2026" in page
    assert "Se oyeron 2 aportes en 2 escuchaderos; con respuesta, 1." in page


def test_the_staffs_home_has_the_open_ones_with_what_came(staff):
    post = posts.open_post()
    posts.heard(post)
    page = staff("EDITOR").get("/gestion").text
    assert post.title in page
    assert 'data-label="Aportes">1<' in page


def test_an_event_says_how_much_was_said_about_it_once_there_is_something(client, app):
    event = events.called()
    assert "Aportes sobre este evento" not in client.get(f"/eventos/{event.code}").text
    posts.heard(posts.open_post(), event_id=event.id)
    page = client.get(f"/eventos/{event.code}").text
    assert "Aportes sobre este evento: 1" in page
    assert "Falta luz" not in page
