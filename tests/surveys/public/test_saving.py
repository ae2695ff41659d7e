"""Who has no time now saves what they have, and goes on with a code from another device."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from participa.core import clock
from participa.core.db import db
from participa.core.web import limits
from participa.surveys import saving
from participa.surveys.models import SavedAnswers
from tests.surveys import city
from tests.surveys.public.people import Reader, opened, path, send, stored


@pytest.fixture
def survey(app):
    return city.open_survey(resume_until_on=clock.today() + timedelta(days=5))


def save(client, survey, **more) -> str:
    """Save an unfinished form; returns the code."""
    values = {"submission": opened(client, survey), "q_mejorar": "A medias", "step": "save"} | more
    page = client.post(f"{path(survey)}/guardar", data=values)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    return re.search(r'class="code">([\w-]+)<', page.text)[1]


def go_on(client, survey, code: str):
    field = client.get(f"{path(survey)}/seguir")
    token = re.search(r'name="submission" value="([^"]+)"', field.text)[1]
    return client.post(f"{path(survey)}/seguir", data={"word": code, "submission": token})


def test_it_goes_on_on_another_device_and_is_erased_once_it_is_sent(app: Flask, client, survey):
    code = save(client, survey)
    other = app.test_client()
    led = go_on(other, survey, code)
    assert led.status_code == 303
    assert code.replace("-", "") not in led.location
    page = other.get(led.location)
    assert "A medias</textarea>" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    resume = re.search(r'name="resume" value="(\w+)"', page.text)[1]
    sent = send(other, survey, {"q_vino": "no", "q_mejorar": "A medias"}, resume=resume)
    assert sent.status_code == 303
    assert stored() == [{"vino": "no", "mejorar": "A medias"}]
    assert db.session.scalars(db.select(SavedAnswers)).all() == []
    assert "A medias" not in other.get(led.location, follow_redirects=True).text


def test_what_is_saved_again_keeps_its_code(client, survey):
    code = save(client, survey)
    again = save(client, survey, resume=code.replace("-", ""), q_mejorar="Más largo")
    assert again == code
    [row] = db.session.scalars(db.select(SavedAnswers)).all()
    assert "Más largo" in row.fields


def test_what_is_saved_lies_encrypted_and_not_under_its_code(client, survey):
    code = save(client, survey)
    [raw] = db.session.execute(db.text("SELECT fields, digest FROM saved_answers")).all()
    assert "A medias" not in raw.fields
    assert code.replace("-", "") not in raw.digest


def test_a_page_of_the_middle_can_be_saved_with_what_came_before(client, survey):
    reader = Reader(client, survey)
    reader.go_on(q_vino="si", q_claridad="2")
    page = client.post(f"{path(survey)}/guardar", data=reader.sent | {"q_mejorar": "Ya casi"})
    code = re.search(r'class="code">([\w-]+)<', page.text)[1]
    page = client.get(go_on(client, survey, code).location)
    assert 'value="2" id="q_claridad-2" checked' in page.text
    assert "Ya casi" in page.text


def test_after_the_stated_day_it_is_gone(client, survey):
    code = save(client, survey)
    [row] = db.session.scalars(db.select(SavedAnswers)).all()
    row.until_on = clock.today() - timedelta(days=1)
    db.session.commit()
    page = go_on(client, survey, code)
    assert page.status_code == 422
    assert "no hay nada guardado, o ya pasó la fecha" in page.text
    assert saving.purge() == 1


@pytest.mark.parametrize("typed", ["", "nada", "ABCD-EFGH-JKMN-PQRS", "x" * 300])
def test_a_wrong_code_says_so(client, survey, typed):
    page = go_on(client, survey, typed)
    assert page.status_code == 422
    assert "Hay un problema" in page.text


def test_who_guesses_codes_has_to_wait(client, survey):
    for number in range(limits.GUESSES.amount):
        assert go_on(client, survey, f"ABCDEFGHJKMNPQ{number:02d}").status_code == 422
    assert go_on(client, survey, save(client, survey)).status_code == 429


def test_a_code_of_another_survey_opens_nothing_here(client, survey):
    code = save(client, survey)
    until = clock.today() + timedelta(days=5)
    other = city.open_survey(title="Otra", resume_until_on=until)
    assert go_on(client, other, code).status_code == 422


def test_a_survey_that_cannot_be_saved_offers_nothing_and_keeps_what_was_typed(client):
    survey = city.open_survey()
    assert "Guardar y seguir después" not in client.get(path(survey)).text
    values = {"submission": opened(client, survey), "q_mejorar": "A medias"}
    page = client.post(f"{path(survey)}/guardar", data=values)
    assert page.status_code == 422
    assert "no se puede guardar para después" in page.text
    assert "A medias" in page.text
    assert f'action="{path(survey)}?' in page.text


def test_a_tablet_neither_saves_nor_opens_what_was_saved(client, survey):
    led = go_on(client, survey, save(client, survey))
    page = client.get(f"{led.location}&canal=kiosco").text
    assert "A medias" not in page
    assert "Guardar y seguir después" not in page
    assert "Seguir lo que guardé" not in page
