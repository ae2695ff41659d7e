"""The official formats in the story of a demonstration, beside those who use them."""

import pytest

from participa.formats import example, queries
from participa.formats.models import VersionState
from tests.story import AFTERNOON, tell_whole_story

pytestmark = [pytest.mark.one_engine, pytest.mark.slow]


@pytest.fixture
def november(demo, at):
    at(*AFTERNOON)
    tell_whole_story()


def told(client, year: int, code: str):
    actions = client.get(f"/plan.json?ano={year}").json["actions"]
    return next(task for action in actions for task in action["tasks"] if task["code"] == code)


def test_the_story_has_formats_in_force_and_one_in_review(november):
    register = queries.register()
    assert {one.state for one in register} == {VersionState.APPROVED}
    [waiting] = [one for one in register if one.open_version]
    assert (waiting.reference, waiting.open_version.is_in_review) == (example.ATTENDANCE, True)
    assert [one.reference for one in register if one.applies_qr is None] == []


@pytest.mark.parametrize(("code", "formats"), [("3.1", 3), ("3.2", 5), ("3.4", 3)])
def test_2024_ends_with_all_that_applied(november, client, code, formats):
    task = told(client, 2024, code)
    assert task["measure"].startswith("formats.")
    assert (task["numerator"], task["denominator"], task["value"]) == (formats, formats, 100)


@pytest.mark.parametrize(
    ("code", "done", "whole", "reason"),
    [
        ("3.1", 4, 4, None),
        ("3.2", 5, 6, "Su versión 1 es de 2024: no se actualizó en 2026."),
        ("3.4", 4, 4, None),
    ],
)
def test_this_year_is_under_way(november, client, code, done, whole, reason):
    task = told(client, 2026, code)
    assert (task["numerator"], task["denominator"]) == (done, whole)
    reasons = [proof["reason"] for proof in task["evidence"] if not proof["fulfilled"]]
    assert reasons == ([reason] if reason else [])


def test_the_planning_format_counts_once_an_event_uses_it(november, client):
    task = told(client, 2024, "6.1")
    assert (task["measure"], task["numerator"]) == ("formats.in_use", 1)
    page = client.get(f"/formatos/{example.PLANNING}").text
    assert "Dónde se usó" in page


def test_the_register_shows_the_digital_forms_that_the_channels_made(november, client):
    page = client.get(f"/formatos/{example.TOPICS}").text
    assert "¿De qué temas debe rendir cuentas la ciudad en 2024?" in page
    assert "Lleva las variables poblacionales, diferenciales y territoriales." in page
    link = client.get(f"/formatos/{example.BALLOTS}").text
    assert "Balance del año en su comuna" in link


def test_the_review_waits_for_another_editor(november, staff):
    page = staff("EDITOR").get("/gestion").text
    assert "Listado de asistencia, versión 2" in page


def test_the_official_menu_leads_to_the_register(november, client):
    page = client.get("/participa").text
    item = page.partition('id="informes"')[2].partition("</li>")[0]
    assert 'href="/formatos"' in page
    assert "Todavía no hay nada publicado" not in item
