"""A printed code opens its door for as long as the paper lasts. (C17, S4)"""

import sqlite3

import pytest
from flask import url_for
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from participa.core import links
from participa.core.db import db
from participa.core.installation import installation
from participa.core.links import ShortLink

pytestmark = pytest.mark.one_engine

PATH = "/temas/7K3F2Q0M"


@pytest.fixture
def poster(app):
    link = links.register("7K3F2Q0M", PATH)
    db.session.commit()
    return link


def scans():
    db.session.expire_all()
    return db.session.get(ShortLink, "7K3F2Q0M").scans


@pytest.mark.parametrize(
    "address",
    ["/Q/7K3F2Q0M", "/q/7K3F2Q0M", "/q/7k3f2q0m", "/q/7K3F-2QOM", "/q/7k3f 2qom", "/q/7K3F2Q0M."],
    ids=["as printed", "small q", "small", "groups and an O", "blanks", "end of a sentence"],
)
def test_a_code_opens_its_page_however_it_is_typed(poster, client, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"] == PATH
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_the_forms_to_which_a_code_leads_at_once_are_there(app):
    assert installation(app).forms
    assert installation(app).forms <= set(app.view_functions)


def test_a_path_that_leads_nowhere_any_more_is_no_form(client):
    links.register("7K3F2Q0N", "/lo-que-ya-no-existe?canal=qr")
    db.session.commit()
    assert client.get("/q/7K3F2Q0N").location == "/lo-que-ya-no-existe?canal=qr"


def test_each_scan_is_counted_and_nothing_else_is_kept(poster, client):
    for _ in range(3):
        client.get("/Q/7K3F2Q0M")
    assert scans() == 3
    assert set(ShortLink.__table__.columns.keys()) == {"code", "path", "scans", "created_at"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "Prefetch"},
        {"X-Purpose": "preview"},
    ],
    ids=["prefetch", "prerender", "old browser", "page of favourites"],
)
def test_a_browser_that_looks_ahead_is_no_visit(poster, client, headers):
    assert client.get("/Q/7K3F2Q0M", headers=headers).status_code == 302
    assert scans() == 0


def test_a_program_that_checks_the_link_is_no_visit(poster, client):
    assert client.head("/Q/7K3F2Q0M").status_code == 302
    assert scans() == 0


@pytest.mark.parametrize(
    "agent",
    [
        "WhatsApp/2.23.20.0 A",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (Macintosh) facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0)",
    ],
    ids=lambda agent: agent[:24],
)
def test_the_preview_of_a_link_is_no_visit(poster, client, agent):
    assert client.get("/Q/7K3F2Q0M", headers={"User-Agent": agent}).status_code == 302
    assert scans() == 0


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 13; CUBOT_NOTE_30) AppleWebKit/537.36 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone) Mobile/15E148 [FBAN/FBIOS;FBAV/439.0.0.27.106]",
        "",
    ],
    ids=["a phone of the brand Cubot", "the browser within Facebook", "no name"],
)
def test_who_opens_a_link_by_a_strange_phone_is_a_visit(poster, client, agent):
    client.get("/Q/7K3F2Q0M", headers={"User-Agent": agent})
    assert scans() == 1


@pytest.mark.parametrize("code", ["7K3F2Q0N", "7K3F", "0" * 500, "ñandú", "%00", "''"])
def test_an_unknown_code_says_kindly_what_to_look_at(poster, client, code):
    page = client.get(f"/q/{code}")
    assert page.status_code == 404
    assert "<h1>No encontramos ese código</h1>" in page.text
    assert "Revise que esté completo: lleva letras y números" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_who_stands_before_the_poster_gets_in_though_the_scan_cannot_be_written(poster, client):
    def refuse(connection, cursor, statement, *rest):
        if statement.startswith("UPDATE short_link"):
            raise OperationalError(statement, {}, sqlite3.OperationalError("disk full"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        answer = client.get("/Q/7K3F2Q0M")
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)
    assert answer.headers["Location"] == PATH
    assert scans() == 0
    client.get("/Q/7K3F2Q0M")
    assert scans() == 1


def test_the_address_of_a_code_is_short(app):
    with app.test_request_context():
        assert url_for("links.resolve", code="7K3F2Q0M").lower() == "/q/7k3f2q0m"
