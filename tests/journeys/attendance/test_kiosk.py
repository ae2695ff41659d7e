"""A tablet passes from hand to hand: each person finds an empty form, also without a signal."""

import pytest

from participa.attendance.models import SignInWay
from tests.journeys.attendance.signing import fill_in, keeps_working, waiting
from tests.journeys.clocks import stop_clock
from tests.journeys.conftest import DESK, browsing

DONE = "Listo. Su asistencia quedó anotada"


@pytest.fixture
def tablet(chromium, hall):
    """The page of the tablet, whose clock the test moves; `tablet.path` is that of the list."""
    path = hall.open_list()
    with browsing(chromium, hall.address, **DESK) as page:
        page.clock.install()
        page.path = path
        page.goto(hall.device_path(path, SignInWay.KIOSK, "tableta"))
        keeps_working(page)
        page.locator("[data-ready]").wait_for(state="attached")
        yield page


def press_sign(page) -> None:
    page.get_by_role("button", name="Firmar").click()


def is_empty(page) -> bool:
    checked = page.locator("input:checked").count()
    name = page.get_by_label("Nombres y apellidos")
    return checked == 0 and name.is_visible() and name.input_value() == ""


def test_who_signs_is_on_the_list_and_the_tablet_returns_by_itself(tablet, hall):
    stop_clock(tablet)
    fill_in(tablet, "Ana Ruiz", "43123456")
    press_sign(tablet)
    tablet.get_by_role("heading", name=DONE).wait_for()
    assert hall.names(tablet.path) == ["Ana Ruiz"]
    assert "Ana" not in tablet.locator("main").inner_text()
    tablet.clock.run_for(5000)
    assert "vuelve al inicio en 10 segundos" in tablet.locator("[data-saved]").inner_text()
    tablet.clock.run_for(10_000)
    assert is_empty(tablet)
    assert tablet.locator("[data-saved]").is_hidden()


def test_who_gave_a_document_learns_how_to_get_to_the_certificate(tablet):
    fill_in(tablet, "Ana Ruiz", "43123456")
    press_sign(tablet)
    tablet.get_by_role("heading", name=DONE).wait_for()
    way = tablet.get_by_text("firme otra vez con los mismos datos")
    assert way.is_visible()
    tablet.get_by_role("button", name="Terminar").click()
    # Without a document, to sign again would be to count twice.
    fill_in(tablet, "Eva Sosa")
    press_sign(tablet)
    tablet.get_by_role("heading", name=DONE).wait_for()
    assert way.is_hidden()


def test_who_walks_away_leaves_nothing_and_who_is_slow_may_go_on(tablet):
    stop_clock(tablet)
    fill_in(tablet, "Ana Ruiz", "43123456")
    tablet.clock.run_for(45_000)
    assert "Quedan 15 segundos." in tablet.get_by_role("alert").inner_text()
    tablet.get_by_role("button", name="Seguir").click()
    assert tablet.get_by_label("Nombres y apellidos").input_value() == "Ana Ruiz"
    tablet.clock.run_for(59_000)
    assert tablet.get_by_label("Nombres y apellidos").input_value() == "Ana Ruiz"
    tablet.clock.run_for(2000)
    assert is_empty(tablet)
    assert tablet.get_by_role("button", name="Seguir").count() == 0


def test_back_shows_nobody_what_the_person_before_wrote(tablet):
    address = tablet.url
    fill_in(tablet, "Ana Ruiz", "43123456")
    tablet.goto("/")
    tablet.go_back()
    tablet.wait_for_url(address)
    tablet.locator("[data-ready]").wait_for(state="attached")
    assert is_empty(tablet)
    fields = tablet.locator("form input:not([type=hidden]), form select")
    assert {one.get_attribute("autocomplete") for one in fields.all()} == {"off"}
    assert tablet.evaluate("localStorage.length + sessionStorage.length") == 0


def test_what_the_server_refuses_stays_on_the_screen_to_be_corrected(tablet, hall):
    fill_in(tablet, "Ana Ruiz", "43123456")
    tablet.get_by_label("Correo o celular").fill("no es correo")
    tablet.locator("[name=consent_contact]").check()
    press_sign(tablet)
    tablet.get_by_text("Escriba un correo, como nombre@ejemplo.org").wait_for()
    assert tablet.get_by_label("Nombres y apellidos").input_value() == "Ana Ruiz"
    assert tablet.locator("[data-queue]").is_hidden()
    tablet.get_by_label("Correo o celular").fill("ana@ejemplo.org")
    press_sign(tablet)
    tablet.get_by_role("heading", name=DONE).wait_for()
    assert hall.names(tablet.path) == ["Ana Ruiz"]


def test_without_a_signal_the_tablet_goes_on_and_sends_later(tablet, hall, axe):
    tablet.context.set_offline(True)
    tablet.reload()
    tablet.locator("[data-ready]").wait_for(state="attached")
    for name in ("Ana Ruiz", "Luz Ruiz"):
        fill_in(tablet, name)
        press_sign(tablet)
        tablet.get_by_role("heading", name=DONE).wait_for()
        assert "quedó guardada en esta tableta" in tablet.locator("[data-outcome]").inner_text()
        assert axe.run(tablet).response["violations"] == []
        tablet.get_by_role("button", name="Terminar").click()
        assert is_empty(tablet)
    assert waiting(tablet) == "2 guardados en esta tableta"
    assert "Ruiz" not in tablet.locator("main").inner_text()
    tablet.context.set_offline(False)
    tablet.clock.run_for(3000)
    tablet.locator("[data-queue]").wait_for(state="hidden")
    assert hall.names(tablet.path) == ["Ana Ruiz", "Luz Ruiz"]


def test_a_tablet_opens_only_from_the_desk(chromium, hall):
    path = hall.open_list()
    with browsing(chromium, hall.address, **DESK) as page:
        for address in (f"{path}/tableta", hall.device_path(path, SignInWay.DESK, "tableta")):
            page.goto(address)
            assert "Abra esta página desde la mesa de registro" in page.locator("main").inner_text()
