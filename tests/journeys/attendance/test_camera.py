"""At the door a phone's camera reads the tickets; where it cannot, the page says what to do."""

import io

import pytest

from tests.journeys.attendance.fake_camera import (
    ALLOWED,
    DENIED,
    picture_of,
    video_of,
    with_camera,
)
from tests.journeys.conftest import PHONE, browsing

OTHERWISE = "O escriba el código que está bajo el QR."


@pytest.fixture
def door(hall):
    """An event with Ana on its list, who has not come yet, and a link for the phone at its door."""
    path = hall.open_list()
    return hall.door_link(path), hall.ticket(path, "Ana Ruiz")


def opened(page, link: str):
    """The desk on this device; returns the button for the camera."""
    page.goto(link)
    page.get_by_role("button", name="Usar este aparato").click()
    return page.get_by_role("button", name="Escanear con la cámara")


def photograph(text: str = "") -> dict:
    """A file from the phone's gallery: of a QR, or of a grey wall."""
    held = io.BytesIO()
    picture = picture_of(text) if text else picture_of("x").point(lambda _: 120)
    picture.save(held, "PNG")
    return {"name": "foto.png", "mimeType": "image/png", "buffer": held.getvalue()}


def test_a_ticket_before_the_camera_registers_its_person(chromium, hall, door, tmp_path):
    link, ticket = door
    video = video_of(ticket, tmp_path / "camera.y4m")
    with (
        with_camera(chromium, *ALLOWED, f"--use-file-for-fake-video-capture={video}") as browser,
        browsing(browser, hall.address, **PHONE) as page,
    ):
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        button = opened(page, link)
        assert [url for url in asked if "/vendor/" in url] == []
        button.click()
        page.get_by_text("Listo, quedó registrada").wait_for()
        assert "Ana Ruiz" in page.locator("[data-people]").inner_text()
        page.get_by_role("button", name="Apagar la cámara").click()
        assert page.evaluate("document.querySelector('[data-camera] video').srcObject") is None


def test_the_ticket_of_another_event_is_told_apart(chromium, hall, door, tmp_path):
    link, _ = door
    other = hall.ticket(hall.open_list(), "Luz Ruiz")
    video = video_of(other, tmp_path / "camera.y4m")
    with (
        with_camera(chromium, *ALLOWED, f"--use-file-for-fake-video-capture={video}") as browser,
        browsing(browser, hall.address, **PHONE) as page,
    ):
        opened(page, link).click()
        page.get_by_text("Ese pase es de otro evento.").wait_for()


def test_a_camera_without_permission_is_explained_and_the_code_can_be_typed(chromium, hall, door):
    link, ticket = door
    with (
        with_camera(chromium, *DENIED) as browser,
        browsing(browser, hall.address, **PHONE) as page,
    ):
        opened(page, link).click()
        told = page.get_by_text("No hay permiso para usar la cámara.")
        told.wait_for()
        assert OTHERWISE in told.inner_text()
        page.get_by_label("Código del pase").fill(ticket.rpartition("/")[2].lower())
        page.get_by_role("button", name="Leer", exact=True).click()
        page.get_by_text("Listo, quedó registrada").wait_for()


def test_a_device_without_a_camera_says_so_and_reads_a_photograph(chromium, hall, door):
    link, ticket = door
    with browsing(chromium, hall.address, **PHONE) as page:
        opened(page, link).click()
        page.get_by_text("Este aparato no tiene una cámara que se pueda usar.").wait_for()
        page.get_by_label("O una foto del QR").set_input_files(photograph())
        page.get_by_text("En esa foto no hay un código QR que se pueda leer.").wait_for()
        page.get_by_label("O una foto del QR").set_input_files(photograph("https://ejemplo.org"))
        page.get_by_text("Ese código no es un pase.").wait_for()
        page.get_by_label("O una foto del QR").set_input_files(photograph(ticket))
        page.get_by_text("Listo, quedó registrada").wait_for()


def test_only_the_page_of_the_desk_may_use_the_camera(chromium, hall, door):
    link, _ = door
    with browsing(chromium, hall.address, **PHONE) as page:
        opened(page, link)
        desk = page.request.get(page.url).headers
        assert "'wasm-unsafe-eval'" in desk["content-security-policy"]
        assert "camera=(self)" in desk["permissions-policy"]
        for path in ("/", "/asistencia", link):
            other = page.request.get(path, max_redirects=0).headers
            assert "wasm-unsafe-eval" not in other["content-security-policy"]
            assert "camera=()" in other["permissions-policy"]
