"""The staff send the certificates with one button."""

import pytest

from participa.attendance.certificates import mailing, staff_views
from participa.attendance.models import CertificateMailing
from participa.channels.mentions import EVALUATION, Mention
from participa.core.db import db
from participa.core.jobs.jobs import Job
from tests.attendance import city, people
from tests.visitor import field


def press(editor, record):
    path = f"/gestion/asistencia/{record.code}/constancias"
    token = field(editor.get(path), "csrf_token")
    return editor.post(f"{path}/enviar", data={"csrf_token": token})


@pytest.fixture
def record(app):
    record = city.open_list()
    people.attendee(record)
    return people.over(record)


def test_the_button_starts_the_sending_and_says_so(staff, record):
    editor = staff("EDITOR")
    path = f"/gestion/asistencia/{record.code}/constancias"
    page = editor.get(path)
    assert "Enviar las constancias" in page.text
    answer = press(editor, record)
    assert answer.status_code == 302
    told = editor.get(answer.location)
    assert "El envío sigue solo" in told.text
    assert mailing.UNDER_WAY in told.text
    assert "Ver el avance del envío" in told.text
    assert db.session.query(CertificateMailing).count() == 1


def test_a_double_click_sends_once(staff, record):
    editor = staff("EDITOR")
    path = f"/gestion/asistencia/{record.code}/constancias"
    token = field(editor.get(path), "csrf_token")
    for _ in range(2):
        editor.post(f"{path}/enviar", data={"csrf_token": token})
    assert db.session.query(CertificateMailing).count() == 1


def test_the_evaluation_of_the_event_travels_with_it(staff, record, monkeypatch):
    survey = Mention("Evaluación", "/encuestas/7K3F2QXM", fills=EVALUATION)
    monkeypatch.setattr(staff_views.registry, "mentions_of", lambda *named: [survey])
    editor = staff("EDITOR")
    path = f"/gestion/asistencia/{record.code}/constancias"
    assert 'href="/encuestas/7K3F2QXM"' in editor.get(path).text
    press(editor, record)
    assert db.session.query(Job).one().arguments["evaluation"] == "/encuestas/7K3F2QXM"


def test_who_only_reads_sees_no_button(staff, record):
    page = staff("READER").get(f"/gestion/asistencia/{record.code}/constancias")
    assert page.status_code == 200
    assert "<button class" not in page.text.partition("<main")[2]
