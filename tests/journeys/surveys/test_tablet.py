"""A survey at a tablet that passes from hand to hand, and the PIN with which it is left."""

import re

import pytest

from participa.core.web import kiosks
from tests.journeys.clocks import stop_clock
from tests.journeys.conftest import PHONE, browsing
from tests.journeys.surveys.test_answering import go_on, pick, says_done

PIN = "4821"


def is_empty(page) -> bool:
    return page.locator("input:checked").count() == 0


def test_the_tablet_returns_by_itself_and_back_shows_nobody(square, tablet, axe):
    path = square.open_survey()
    tablet.goto(f"{path}?canal=kiosco")
    assert axe.run(tablet).response["violations"] == []
    pick(tablet, "vino", "No")
    go_on(tablet)
    tablet.get_by_label("¿Qué mejoraría?").fill("El sonido.")
    go_on(tablet)
    tablet.get_by_role("button", name="Enviar").click()
    says_done(tablet)
    stop_clock(tablet)
    tablet.clock.run_for(31_000)
    tablet.wait_for_url(re.compile(r"canal=kiosco&hoja="))
    tablet.locator("[data-question=vino]").wait_for()
    assert is_empty(tablet)
    assert tablet.evaluate("localStorage.length") == 0
    while tablet.evaluate("history.length") and tablet.url != "about:blank":
        tablet.go_back()
        assert "El sonido." not in tablet.content()
        assert "comprobante" not in tablet.url
        if tablet.locator("textarea").count():
            assert is_empty(tablet)
            assert tablet.locator("textarea").input_value() == ""
    assert square.channels(path) == ["kiosk"]


def test_who_walks_away_leaves_nothing_and_who_is_slow_may_go_on(square, tablet):
    path = square.open_survey()
    tablet.goto(f"{path}?canal=kiosco")
    stop_clock(tablet)
    pick(tablet, "vino", "Sí")
    tablet.clock.run_for(45_000)
    assert "Quedan 15 segundos." in tablet.get_by_role("alert").inner_text()
    tablet.get_by_role("button", name="Seguir", exact=True).click()
    tablet.clock.run_for(30_000)
    assert not is_empty(tablet)
    tablet.clock.run_for(31_000)
    tablet.wait_for_function("() => !document.querySelector('input:checked')")
    assert is_empty(tablet)
    assert square.answers(path) == []


def test_no_link_leads_away_from_the_tablet(square, tablet):
    tablet.goto(f"{square.open_survey(variables=['curso_vida'])}?canal=kiosco")
    assert tablet.locator("main a[href]").count() == 0
    assert tablet.locator("header a").count() == 1
    assert tablet.get_by_role("link", name="Salir de esta tableta, con PIN").is_visible()
    assert tablet.locator("footer").count() == 0


# ---- the PIN


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_whoever_has_the_tablet_stays_with_the_survey_until_the_pin(square, chromium, axe, scripts):
    path = square.open_survey()
    with browsing(chromium, square.address, java_script_enabled=scripts, **PHONE) as page:
        square.lock(page, path, PIN)
        page.goto("/")
        assert page.url.startswith(f"{square.address}{path}?canal=kiosco")
        page.locator("[name=q_vino][value=no]").check()
        page.goto("/encuestas")
        page.goto("/gestion")
        assert page.url.startswith(f"{square.address}{path}?canal=kiosco")
        assert is_empty(page)
        page.get_by_role("link", name="Salir").click()
        page.get_by_label("PIN").fill("0000")
        page.locator(".actions").get_by_role("button", name="Salir").click()
        assert "Ese PIN no es el de esta tableta." in page.locator(".problem").inner_text()
        assert page.get_by_label("PIN").input_value() == ""
        if scripts:
            assert axe.run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("link", name="Volver a la tableta").click()
        page.locator("[data-question=vino]").wait_for()
        page.get_by_role("link", name="Salir").click()
        page.get_by_label("PIN").fill(PIN)
        page.locator(".actions").get_by_role("button", name="Salir").click()
        page.wait_for_url(re.compile("/gestion/entrar"))
        page.goto("/encuestas")
        assert page.get_by_role("heading", level=1).inner_text() == "Encuestas de la ciudad"
        assert page.context.cookies() == [] or kiosks.COOKIE not in str(page.context.cookies())


def test_who_touched_leave_by_mistake_is_brought_back(square, tablet):
    path = square.open_survey()
    square.lock(tablet, path, PIN)
    tablet.goto("/")
    tablet.get_by_role("link", name="Salir").click()
    tablet.get_by_label("PIN").wait_for()
    stop_clock(tablet)
    tablet.clock.run_for(61_000)
    tablet.wait_for_url(re.compile("canal=kiosco"))
    tablet.locator("[data-question=vino]").wait_for()
