"""What residents see: the strategy, its pieces, how an event was called, the feed."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest

from participa.core import clock, links
from participa.core.db import db
from participa.events import service
from participa.outreach.models import Medium
from tests.outreach import city
from tests.topics.builders import call

ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_strategy_lists_what_is_published_and_what_comes(client, app):
    page = client.get("/aprende").text
    assert "Todavía no se ha publicado ninguna pieza." in page
    city.published(title="Publicada ayer")
    city.piece(title="La que viene")
    city.piece(title="La que tarda", planned_on=clock.today() - timedelta(days=3))
    page = client.get("/aprende").text
    assert page.index("Publicada ayer") < page.index("La que tarda") < page.index("La que viene")
    assert "Vencida" in page
    assert "Prevista" in page
    assert len(page.encode()) < 14_000


def test_a_piece_is_read_in_plain_language_and_says_its_task(client, app):
    made = city.published(text="# Qué es\n\nContar [el plan](/plan).\n\n<b>No</b>")
    page = client.get(f"/aprende/{made.code.lower()}").text
    assert "<h2>Qué es</h2>" in page
    assert '<a href="/plan">el plan</a>' in page
    assert "&lt;b&gt;No&lt;/b&gt;" in page
    assert "Cuenta para el plan de rendición de cuentas" in page


def test_a_planned_piece_and_its_file_are_not_public(client, app):
    made = city.piece(upload=city.proof())
    for end in ("", "/archivo"):
        assert client.get(f"/aprende/{made.code}{end}").status_code == 404


def test_the_file_of_a_piece_is_a_download(client, app):
    made = city.published(upload=city.proof("Cartilla"))
    answer = client.get(f"/aprende/{made.code}/archivo")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data == b"Cartilla"
    answer.close()


def test_how_an_event_was_called_is_public_with_its_proofs(client, app):
    """The indicator can be followed down to the proofs."""
    event = city.called()
    city.spot(event, Medium.RADIO, piece="Cuña en Altavista")
    proved = city.spot(event, Medium.BOARD, upload=city.proof("Foto"), proof_url="")
    bare = city.spot(event, Medium.PRESS, proof_url="", piece="Aviso sin soporte")
    page = client.get(f"/eventos/{event.code}/convocatoria").text
    for told in ("Cuña en Altavista", city.LINK, "1.000 personas", "Sin soporte", "Son masivos"):
        assert told in page
    address = f"/eventos/{event.code}/convocatoria"
    with client.get(f"{address}/{proved.id}") as file:
        assert file.data == b"Foto"
    assert client.get(f"{address}/{bare.id}").status_code == 404
    other = city.called(title="Otro")
    assert client.get(f"/eventos/{other.code}/convocatoria/{proved.id}").status_code == 404
    assert "Por prensa, radio y cartelera" in client.get(f"/eventos/{event.code}").text


def test_the_call_of_a_plan_is_not_public(client, app):
    event = city.planned()
    city.spot(event)
    assert client.get(f"/eventos/{event.code}/convocatoria").status_code == 404


def test_the_official_menu_has_the_strategy_and_the_reports(client, app):
    """RDC-01."""
    made = city.published()
    event = city.called()
    page = client.get("/participa").text
    second = page.partition('id="estrategia-de-comunicacion"')[2].partition('id="calendario"')[0]
    assert 'href="/aprende"' in second
    assert made.title in second
    fourth = page.partition('id="informes"')[2].partition('id="canal-de-dialogo"')[0]
    assert event.report_url in fourth
    assert "Todavía no hay nada publicado aquí" not in second + fourth


# ---- the feed


def feed(client):
    answer = client.get("/convocatorias.atom")
    assert answer.mimetype == "application/atom+xml"
    return ElementTree.fromstring(answer.data)


def told(element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}")


def test_an_empty_feed_is_a_feed(client, app):
    root = feed(client)
    assert root.findall(f"{ATOM}entry") == []
    own = links.absolute("/convocatorias.atom")
    assert told(root, "id") == own
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == own
    assert datetime.fromisoformat(told(root, "updated")).tzinfo is not None


def test_the_feed_has_called_events_and_open_channels_the_newest_first(client, app, at):
    at(2026, 3, 2, 9)
    first = city.called(title="Audiencia <de> & «marzo»")
    city.planned(title="Sin convocar")
    at(2026, 3, 3, 9)
    asked = call(title="¿De qué temas?", opens_at=clock.now(), published_at=clock.now())
    db.session.commit()
    entries = feed(client).findall(f"{ATOM}entry")
    assert [told(one, "title") for one in entries] == [asked.title, first.title]
    addresses = [one.find(f"{ATOM}link").get("href") for one in entries]
    assert addresses == [told(one, "id") for one in entries]
    assert addresses[0] == links.absolute(f"/temas/{asked.code}")
    for one in entries:
        for name in ("published", "updated"):
            assert datetime.fromisoformat(told(one, name)).utcoffset() == timedelta(hours=-5)


def test_a_change_brings_an_event_to_the_top_under_the_same_id(client, app, at):
    at(2026, 3, 2, 9)
    event = city.called(title="Primera")
    at(2026, 3, 3, 9)
    city.called(title="Segunda")
    before = {told(one, "title"): one for one in feed(client).findall(f"{ATOM}entry")}
    at(2026, 3, 4, 9)
    service.cancel(event, city.official(), "Llueve.")
    db.session.commit()
    [top, *_] = feed(client).findall(f"{ATOM}entry")
    assert told(top, "title") == "Se canceló: Primera"
    assert told(top, "id") == told(before["Primera"], "id")
    assert told(top, "updated") > told(before["Primera"], "updated")


@pytest.mark.parametrize("page", ["/eventos", "/eventos/{}"])
def test_pages_lead_to_the_feed(client, app, page):
    event = city.called()
    text = client.get(page.format(event.code)).text
    assert 'rel="alternate" type="application/atom+xml"' in text
