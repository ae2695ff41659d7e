"""What people print reads like a document of the city."""

import re

import pytest


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
