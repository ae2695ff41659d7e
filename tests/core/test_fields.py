"""An address that somebody types is one that a reader can open, and stays where it says."""

import pytest

from participa.core.fields import is_own_address, is_web_address

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    "text",
    [
        "https://ejemplo.org",
        "HTTPS://Ejemplo.org/informe",
        "https://ejemplo.org:8443/a?b=c#d",
        "https://archivos.ejemplo.org/informe%20final.pdf",
        "https://ñandú.org/año",
    ],
)
def test_an_address_of_the_web(text):
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "http://",
        "https://.",
        "https://servidor/x",
        "http://ejemplo.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://ejemplo.org/a b",
        "https://ejemplo.org\\@malo.org",
        "https://alcaldia.org@malo.org/",
        "https://ejemplo.org:puerto/",
        "https://[::1",
        "https://ejemplo.org/\u202egpj",
        "/informe",
        "//ejemplo.org",
    ],
)
def test_no_address_of_the_web(text):
    assert not is_web_address(text)


@pytest.mark.parametrize("text", ["/plan", "/plan/2026/informe.xlsx", "/eventos?ano=2024#a"])
def test_an_address_of_this_site(text):
    assert is_own_address(text)


@pytest.mark.parametrize("text", ["", "/", "plan", "//malo.org", "/\\malo.org", "/a b", "/\tx"])
def test_no_address_of_this_site(text):
    assert not is_own_address(text)
