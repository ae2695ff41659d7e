"""What people print reads like a document of the city."""

import io
import re

import pytest

from tests.journeys.conftest import sign_in


@pytest.fixture
def paper(desktop):
    desktop.emulate_media(media="print")
    return desktop


def style(page, selector: str, name: str) -> str:
    read = "(e, name) => getComputedStyle(e)[name]"
    return page.locator(selector).first.evaluate(read, name)


def test_a_printed_plan_has_no_lonely_headings_and_no_controls(paper):
    paper.goto("/plan")
    assert style(paper, "main h2", "breakAfter") == "avoid"
    assert style(paper, "article.task", "breakInside") == "avoid"
    assert not paper.get_by_text("Filtrar las tareas").is_visible()
    assert not paper.locator(".top nav").is_visible()
    assert paper.get_by_role("heading", name=re.compile(r"^Plan de mejora 20\d\d")).is_visible()


@pytest.mark.parametrize(
    ("words", "sheets"),
    [
        ("puerta=1", 1),
        ("papel=media&puerta=2", 1),
        ("puerta=todas", 2),
        ("papel=media&puerta=todas", 2),
    ],
    ids=["a door", "two halves for a door", "every door", "halves for every door"],
)
def test_the_poster_of_each_door_is_one_sheet_of_paper(desktop, words, sheets):
    pypdf = pytest.importorskip("pypdf")
    sign_in(desktop, "editor")
    desktop.goto("/gestion/asistencia")
    fair = desktop.get_by_role("link", name=re.compile("Feria")).first.get_attribute("href")
    desktop.goto(f"{fair}/cartel?{words}")
    assert desktop.locator(".place").first.is_visible()
    printed = desktop.pdf(prefer_css_page_size=True)
    assert len(pypdf.PdfReader(io.BytesIO(printed)).pages) == sheets
