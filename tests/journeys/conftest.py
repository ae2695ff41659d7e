"""Real browsers in front of a real server: what a neighbour sees on a phone, with and without
JavaScript, and what an official sees at a desk. Each browser notices what a careful person would:
errors of scripts, of the content policy, and requests that leave the site.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests import shared

ROOT = Path(__file__).resolve().parents[2]
IN_BOGOTA = {"locale": "es-CO", "timezone_id": "America/Bogota"}
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK = {"viewport": {"width": 1280, "height": 800}}
PASSWORD = "clave de prueba para recorrer"
START_SECONDS = 180  # a busy machine
STOP_SECONDS = 60
WAIT_MS = 30_000
# What a page sends by itself: a box, the desk at the door of an event, what waited for a signal.
BROUGHT = ("/papeletas", "/comprobar", "/sobre-usted", "/nueva", "/pendientes")
BOX_TO_TRY = "¿Abrir las bibliotecas los domingos?"


@pytest.fixture(scope="session")
def begun_demo(tmp_path_factory) -> Path:
    """A demo that has begun, which nobody changes: cities are built upon copies of it."""
    return shared.built_once(tmp_path_factory, "begun_demo", partial(fill, "begun_demo"))


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory, begun_demo) -> Path:
    """Where the demo of `site` stores its data."""
    return copied(begun_demo, tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def site(site_folder) -> Iterator[str]:
    """The address of a demo of its own, as whoever clones the house would start it."""
    with served(site_folder) as address:
        yield address


@pytest.fixture(scope="session")
def worst_site(tmp_path_factory, begun_demo) -> Iterator[str]:
    """The address of the city of worst_case.py."""

    def build(folder: Path) -> None:
        fill("worst_case", copied(begun_demo, folder))

    folder = shared.built_once(tmp_path_factory, "worst_case", build)
    with served(copied(folder, tmp_path_factory.mktemp("worst_site"))) as address:
        yield address


def copied(folder: Path, into: Path) -> Path:
    shutil.copytree(folder, into, dirs_exist_ok=True)
    return into


def fill(city: str, folder: Path) -> None:
    """Build the city of this module in the folder, upon the data that lies there."""
    command = [sys.executable, "-m", f"tests.journeys.{city}", str(folder / "instance"), PASSWORD]
    subprocess.run(command, cwd=ROOT, env=plain_environment(), check=True)


def plain_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("PARTICIPA_")}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Start the demo on the data in this folder."""
    port = free_port()
    command = [sys.executable, "-m", "participa", "demo", "--port", str(port)]
    command += ["--data", str(folder / "instance"), "--password", PASSWORD]
    with (folder / "site.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=plain_environment(), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_for(f"http://127.0.0.1:{port}", process, folder / "site.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{address}/salud", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"the demo did not start:\n{log.read_text(errors='replace')[-3000:]}")


class Watch:
    """What went wrong in a browser while somebody used it."""

    def __init__(self, host: str):
        self.host = host
        self.faults: list[str] = []

    def over(self, context) -> None:
        context.on("console", self.said)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self.asked)

    def said(self, message) -> None:
        # A page that says no (a closed call, a rejected form) is a page, not an accident; so is a
        # box that refuses a ballot.
        url = message.location.get("url") or ""
        is_answer = message.page is not None and url == message.page.url
        is_answer = is_answer or urlsplit(url).path.endswith(BROUGHT)
        refused = message.text.startswith("Failed to load resource") and is_answer
        if message.type == "error" and not (refused and "status of 5" not in message.text):
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def asked(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.host:
            self.faults.append(f"request to another host: {request.url}")


@contextmanager
def browsing(chromium, site: str, **options):
    """A browser of its own, watched from its first page to its last."""
    watch = Watch(urlsplit(site).netloc)
    context = chromium.new_context(base_url=site, **IN_BOGOTA, **options)
    context.set_default_timeout(WAIT_MS)
    watch.over(context)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert watch.faults == [], "\n".join(watch.faults)


@pytest.fixture
def phone(chromium, site):
    """A neighbour's phone."""
    with browsing(chromium, site, **PHONE) as page:
        yield page


@pytest.fixture
def phone_without_javascript(chromium, site):
    with browsing(chromium, site, java_script_enabled=False, **PHONE) as page:
        yield page


@pytest.fixture
def desktop(chromium, site):
    """The desk of an official."""
    with browsing(chromium, site, **DESK) as page:
        yield page


def sign_in(page, role: str) -> None:
    """Enter as the demo's account of this role: sign_in(desktop, "editor")."""
    page.goto("/gestion/entrar")
    page.locator("input[name=email]").fill(f"{role}@ejemplo.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/entrar" not in address)


@pytest.fixture
def box(site, phone_without_javascript) -> str:
    """The address of the example that takes votes."""
    phone_without_javascript.goto("/urna")
    link = phone_without_javascript.get_by_role("link", name=BOX_TO_TRY)
    return link.get_attribute("href")


@pytest.fixture
def card(phone_without_javascript, box):
    """Draws a card from the box on the table: a code that nobody has used."""

    def card() -> str:
        phone_without_javascript.goto(box)
        return phone_without_javascript.locator(".tries code").first.inner_text()

    return card


@pytest.fixture
def ballots(phone_without_javascript, box):
    """How many ballots lie in the box, as its public list says."""

    def count() -> int:
        phone_without_javascript.goto(f"{box}/papeletas")
        words = phone_without_javascript.locator("h2").first.inner_text()
        return int(words.split()[0])

    return count
