"""Long work: who sees it, how far it is, and its result."""

import pytest

from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job
from participa.staff.jobs_staff_views import words
from tests.staff.people import post

pytestmark = pytest.mark.one_engine


@pytest.fixture
def job(make):
    def job(owner, **facts) -> Job:
        given = {"name": "topics.export", "title": "Respuestas de temas", "arguments": {}}
        return make(Job(owner=str(owner.account), **given | facts))

    return job


def test_progress_is_told_in_words(at):
    began = at(2026, 3, 2, 13, 0, 0)
    at(2026, 3, 2, 13, 0, 12)
    running = Job(done=1200, total=3400, queued_at=began, started_at=began, error="")
    assert words(running) == "1.200 de 3.400 (faltan unos 22 s)"


@pytest.mark.parametrize(
    ("done", "told"),
    [(10, "10 de 3.400 (faltan unos 7 h)"), (300, "300 de 3.400 (faltan unos 12 min)")],
)
def test_longer_waits_are_told_in_minutes_and_hours(at, done, told):
    began = at(2026, 3, 2, 13, 0, 0)
    at(2026, 3, 2, 13, 1, 12)
    running = Job(done=done, total=3400, queued_at=began, started_at=began, error="")
    assert words(running) == told


def test_a_job_shows_its_progress_and_reloads_without_a_script(staff, job):
    editor = staff("EDITOR")
    mine = job(editor, done=1200, total=3400)
    page = editor.get(f"/gestion/trabajos/{mine.id}").text
    assert '<progress aria-label="Avance de Respuestas de temas" max="3400" value="1200">' in page
    assert 'http-equiv="refresh"' in page
    assert "1.200 de 3.400" in editor.get("/gestion/trabajos").text


def test_the_script_is_told_how_far_it_is(staff, job):
    editor = staff("EDITOR")
    mine = job(editor, done=1200, total=3400)
    told = editor.get(f"/gestion/trabajos/{mine.id}.json").json
    assert told == {
        "done": 1200,
        "total": 3400,
        "words": "1.200 de 3.400",
        "state": "En espera",
        "is_over": False,
    }


def test_a_job_belongs_to_who_asked_for_it(staff, job):
    editor, other, chief = staff("EDITOR"), staff("EDITOR"), staff("ADMINISTRATOR")
    mine = job(editor)
    addresses = [f"/gestion/trabajos/{mine.id}", f"/gestion/trabajos/{mine.id}.json"]
    assert [other.get(address).status_code for address in addresses] == [404, 404]
    assert [chief.get(address).status_code for address in addresses] == [200, 200]
    assert "Respuestas de temas" not in other.get("/gestion/trabajos").text
    assert "Respuestas de temas" in chief.get("/gestion/trabajos").text
    assert post(other, "/gestion/cuenta", f"{addresses[0]}/cancelar").status_code == 404


def test_a_waiting_job_is_cancelled(staff, job):
    editor = staff("EDITOR")
    mine = job(editor)
    address = f"/gestion/trabajos/{mine.id}"
    post(editor, address, f"{address}/cancelar")
    assert db.session.get_one(Job, mine.id).state is jobs.JobState.CANCELLED


def test_the_result_is_a_file_for_its_owner_that_nobody_keeps(staff, job, at):
    now = at(2026, 3, 2, 13)
    editor, other = staff("EDITOR"), staff("EDITOR")
    (jobs.results() / "abc.xlsx").write_bytes(b"resultado")
    mine = job(editor, started_at=now, finished_at=now, result_name="abc.xlsx")
    page = editor.get(f"/gestion/trabajos/{mine.id}/resultado")
    assert page.data == b"resultado"
    assert 'filename="Respuestas de temas.xlsx"' in page.headers["Content-Disposition"]
    assert page.headers["Cache-Control"] == "no-store"
    assert other.get(f"/gestion/trabajos/{mine.id}/resultado").status_code == 404
    page.close()


def test_a_result_that_was_erased_is_explained(staff, job, at):
    now = at(2026, 3, 2, 13)
    editor = staff("EDITOR")
    mine = job(editor, started_at=now, finished_at=now, result_name="ya-no-esta.xlsx")
    assert "El resultado se guardó siete días" in editor.get(f"/gestion/trabajos/{mine.id}").text
    assert editor.get(f"/gestion/trabajos/{mine.id}/resultado").status_code == 404


def test_a_failed_job_says_why(staff, job, at):
    now = at(2026, 3, 2, 13)
    editor = staff("EDITOR")
    mine = job(editor, started_at=now, finished_at=now, error="El trabajo falló.")
    page = editor.get(f"/gestion/trabajos/{mine.id}").text
    assert "El trabajo falló." in page
    assert "http-equiv" not in page


def test_without_jobs_the_page_says_what_will_be_there(staff):
    assert "Aún no hay ninguna." in staff("READER").get("/gestion/trabajos").text
