"""Back on the citizens' forms of one page: a question for an event, a request for support, the
calls by mail, the answer to an invitation. Looking something up and coming back empties nothing;
after the sending the next person at the phone finds an empty form, and what is sent twice arrives
once.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest

from tests.journeys.conftest import DESK, browsing, sign_in

BODIES = {  # of one body each name accepts once
    "phone": "Comité Territorial de Rendición de Cuentas",
    "phone_without_javascript": "Nodo territorial de seguridad alimentaria",
}
NEW_MEMBER = "Liga de usuarios de la prueba"
COMING = "Audiencia pública de rendición de cuentas"
SENT = "[...new FormData(document.querySelector('main form[method=post]'))]"


@dataclass(frozen=True)
class ShortForm:
    """What somebody types and ticks, by label; the button; and the page that follows."""

    typed: dict[str, str]
    ticked: tuple[str, ...]
    button: str
    leads_to: str  # a regular expression
    answered: str = ""  # what Back shows instead of an empty form, where the link is good once


FORMS = {
    "a question": ShortForm(
        {"Su pregunta": "¿Cuándo abre la biblioteca?"},
        (),
        "Enviar la pregunta",
        r"/eventos/\w+/preguntas/\w+",
    ),
    "a request for support": ShortForm(
        {"Qué necesita": "Intérprete de lengua de señas"},
        ("consent",),
        "Pedir el apoyo",
        r"/eventos/\w+/apoyo/\w+",
    ),
    "the calls by mail": ShortForm(
        {"Su correo": "vecina@ejemplo.org"}, ("consent",), "Recibir los avisos", "/avisos/pedidos"
    ),
    "an invitation": ShortForm(
        {"Su nombre completo": "Ana Ejemplo"},
        (),
        "Aceptar",
        "/instancias/aceptar/.+",
        "Usted aceptó",
    ),
}
ENDINGS = {"a question": "/preguntar", "a request for support": "/apoyo"}


@pytest.fixture
def address(request, site, chromium, form, browser):
    """Where the form is: of the event that comes, or of a member whom an official invites now."""
    page = request.getfixturevalue("phone_without_javascript")
    if form == "the calls by mail":
        return "/avisos"
    if form == "an invitation":
        with browsing(chromium, site, **DESK) as desk:
            return invited(desk, BODIES[browser])
    page.goto("/eventos")
    event = page.get_by_role("link", name=COMING).first.get_attribute("href")
    return event + ENDINGS[form]


def invited(desk, body: str) -> str:
    """The path of the link that an official hands over to a new member."""
    sign_in(desk, "editor")
    desk.goto("/gestion/instancias")
    body = desk.get_by_role("link", name=body).first.get_attribute("href")
    desk.goto(f"{body}/integrantes/agregar")
    desk.get_by_label("Quién integra").select_option("Entidad externa")
    desk.get_by_label("Nombre", exact=False).first.fill(NEW_MEMBER)
    desk.get_by_role("button", name="Guardar el integrante").click()
    desk.locator("tr", has_text=NEW_MEMBER).get_by_role("button", name="Invitar").click()
    link = desk.locator("main code").inner_text()
    return re.sub("^https?://[^/]+", "", link)


def fill(page, form: ShortForm) -> None:
    for label, text in form.typed.items():
        page.get_by_label(label).fill(text)
    for name in form.ticked:
        page.locator(f"[name={name}]").check()


def standing(page, form: ShortForm) -> list:
    """What the form holds: texts and ticks."""
    texts = [page.get_by_label(label).input_value() for label in form.typed]
    return texts + [page.locator(f"[name={name}]").is_checked() for name in form.ticked]


@pytest.mark.parametrize("browser", ["phone_without_javascript", "phone"])
@pytest.mark.parametrize("form", FORMS)
def test_back_empties_nothing_before_the_sending_and_all_after_it(request, form, address, browser):
    page, form = request.getfixturevalue(browser), FORMS[form]
    page.goto(address)
    fill(page, form)
    page.goto("/datos-personales")
    page.go_back()
    assert standing(page, form) == [*form.typed.values(), *(True for _ in form.ticked)]

    body = dict(page.evaluate(SENT))
    action = page.locator("main form[method=post]").first.get_attribute("action")
    target = urljoin(page.url, action or page.url)
    page.get_by_role("button", name=form.button, exact=True).click()
    page.wait_for_url(re.compile(form.leads_to))
    page.get_by_text(form.answered).first.wait_for()
    receipt = page.url

    page.go_back()
    if form.answered:
        page.get_by_text(form.answered).wait_for()
        assert page.get_by_role("textbox").count() == 0
    else:
        assert standing(page, form) == [*("" for _ in form.typed), *(False for _ in form.ticked)]
        page.go_forward()
    assert page.url == receipt

    again = page.request.post(target, form=body)
    assert again.ok
    assert again.url == receipt
