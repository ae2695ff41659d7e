"""An address works with a final slash too; what is not there stays not there."""

import pytest

from participa.core import links
from participa.core.db import db
from tests.house.test_every_route import doors

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/plan/", "/plan"),
        ("/plan//", "/plan"),
        ("/temas/?q=agua%20limpia&q=%C3%B1", "/temas?q=agua%20limpia&q=%C3%B1"),
        ("/gestion/entrar/", "/gestion/entrar"),
        ("/q/7k3f%3F/", "/q/7k3f%3F"),
        ("/temas/á/", "/temas/%C3%A1"),
    ],
)
def test_a_reader_is_sent_to_the_address_without_it(client, address, to):
    page = client.get(address)
    assert (page.status_code, page.location) == (301, to)


def test_what_was_sent_is_sent_again_with_its_method(client):
    page = client.post("/temas/7K3F2QXM/", data={"a": "b"})
    assert (page.status_code, page.location) == (308, "/temas/7K3F2QXM")


def test_a_printed_code_with_a_slash_opens_its_page(client):
    links.register("7K3F2QXM", "/plan")
    db.session.commit()
    page = client.get("/q/7k3f2qxm/", follow_redirects=True)
    assert page.request.path == "/plan"


@pytest.mark.parametrize(
    "address",
    ["/no-existe", "/gestion/no-existe", "/q", "/static", "/static/css/nada.css", "/temas/a/b/c"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_address_stays_unknown(client, address, method):
    page = client.open(f"{address}/", method=method)
    assert page.status_code == client.open(address, method=method).status_code
    assert page.status_code in {404, 405} or (method, page.status_code) == ("POST", 400)


@pytest.mark.parametrize("path", ["//ejemplo.org/", "//plan/", "/ejemplo.org//", "/\\ejemplo.org/"])
def test_nobody_is_sent_to_another_site(client, path):
    page = client.get("/", environ_overrides={"PATH_INFO": path})
    assert page.status_code == 404 or page.location == "/plan"


def test_a_page_of_the_staff_asks_to_sign_in_as_without_the_slash(client):
    plain = client.get("/gestion/cuentas")
    slash = client.get("/gestion/cuentas/", follow_redirects=True)
    assert plain.status_code == 302
    assert slash.request.path == "/gestion/entrar"


def test_every_address_of_the_city_has_its_twin_with_a_slash(app, client):
    adapter = app.url_map.bind("localhost")
    wrong = []
    for rule, address, method in doors(app):
        if address == "/" or rule.endpoint == "assets.static_file":
            continue
        page = client.open(f"{address}/", method=method)
        if page.status_code not in {301, 308, 400, 403} or not adapter.test(
            page.headers.get("Location", address), method=method
        ):
            wrong.append(f"{method} {address}/ answers {page.status_code}")
    assert wrong == []
