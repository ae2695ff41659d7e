"""Every answer is fenced in, and no other site can act in a person's name."""

import re

import pytest

from participa.app import create_app
from participa.core.web.security import HEADERS
from tests.conftest import settings

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize("path", ["/", "/plan.json", "/no-existe", "/gestion/entrar", "/radicado"])
def test_every_answer_carries_the_strict_headers(client, path):
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers


def test_a_style_or_a_script_carries_only_what_protects_it(client):
    page = client.get("/accesibilidad").text
    style = client.get(re.search(r'href="(/static/css/[^"]+)"', page)[1])
    assert style.headers["X-Content-Type-Options"] == "nosniff"
    assert style.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Content-Security-Policy" not in style.headers


def test_only_an_installation_behind_https_promises_https(client, tmp_path):
    assert "Strict-Transport-Security" not in client.get("/accesibilidad").headers
    kept = settings(tmp_path, base_url="https://participa.example.gov.co")
    secure = create_app(kept).test_client()
    answer = secure.get("/accesibilidad", base_url="https://participa.example.gov.co")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://otro.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=[
        "from another site",
        "from nowhere",
        "from no address",
        "across sites",
        "from a sister site",
    ],
)
@pytest.mark.parametrize("path", ["/temas/7K3F2QXM", "/gestion/entrar", "/informe-csp"])
def test_a_form_of_another_site_is_refused(client, path, headers):
    assert client.post(path, data={"email": "ana@ejemplo.org"}, headers=headers).status_code == 403


def test_who_is_refused_for_coming_from_elsewhere_reads_what_to_do(client):
    page = client.post("/temas/7K3F2QXM", headers={"Origin": "https://otro.example"})
    assert "Este envío llegó desde otra página." in page.text
    assert "Su cuenta" not in page.text


def test_a_browser_that_hides_addresses_may_send_our_own_forms(client):
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/informe-csp", data="{}", headers=headers).status_code == 204


def test_a_form_of_the_staff_without_its_token_is_refused(client):
    assert client.post("/gestion/entrar", data={"email": "ana@ejemplo.org"}).status_code == 400


def test_an_address_that_is_not_ours_is_not_answered(client):
    answer = client.get("/", headers={"Host": "otro.example"})
    assert answer.status_code == 400
    assert "otro.example" not in answer.text


def test_personal_pages_are_never_kept_by_a_cache(staff):
    assert staff("EDITOR").get("/gestion").headers["Cache-Control"] == "no-store"
