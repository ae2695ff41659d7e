"""What people tell of themselves: always optional, kept apart from what they chose (DAT-05)."""

from datetime import timedelta

import pytest

from participa.citizens import service as citizens
from participa.citizens.models import PopulationSlip
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from tests.topics.builders import CODE, call, filled, publish_notice, stored

ADDRESS = f"/temas/{CODE}"
ASKED = ["curso_vida", "discapacidad", "pertenencia_etnica"]


@pytest.fixture
def city(app, make):
    publish_notice(app)
    return make(call(variables=ASKED))


def slips():
    return db.session.query(PopulationSlip).all()


def test_nobody_has_to_tell_anything(client, city):
    page = client.get(ADDRESS)
    assert "No está obligado(a) a responder" in page.text
    assert client.post(ADDRESS, data=filled(city, page)).status_code == 303
    assert slips() == []


def test_what_is_told_is_kept_apart_and_leads_to_no_answer(client, city):
    sent = filled(city, client.get(ADDRESS), v_curso_vida="AU")
    assert client.post(ADDRESS, data=sent).status_code == 303
    [slip] = slips()
    assert slip.answers == {"curso_vida": ["AU"]}
    assert (slip.source, slip.source_id, slip.received_on) == ("topics", city.id, clock.today())
    [answer] = stored()
    ids = [slip.id, slip.consent_id, slip.notice_id]
    assert not {answer.submission_id, answer.receipt} & set(map(str, ids))


def test_sensitive_answers_need_their_own_consent_and_nothing_is_lost_without_it(client, city):
    sent = filled(city, client.get(ADDRESS), v_discapacidad="VI", proposal="Ruido")
    refused = client.post(ADDRESS, data=sent)
    assert refused.status_code == 422
    assert "Marque la autorización o deje en blanco estas preguntas." in refused.text
    assert 'value="Ruido"' in refused.text
    assert (slips(), stored()) == ([], [])
    again = client.post(ADDRESS, data=sent | {"sensitive_consent": "y"})
    assert again.status_code == 303
    assert slips()[0].answers == {"discapacidad": ["VI"]}


def test_the_review_shows_and_sends_on_what_was_told(client, city):
    sent = filled(city, client.get(ADDRESS), v_curso_vida="AU") | {"confirm": ""}
    review = client.post(ADDRESS, data=sent)
    assert 'name="v_curso_vida" value="AU"' in review.text
    assert "29 a 59" in review.text


def test_sending_again_keeps_one_slip(client, city):
    sent = filled(city, client.get(ADDRESS), v_curso_vida="AU")
    for _ in range(3):
        client.post(ADDRESS, data=sent)
    assert len(slips()) == 1


def test_an_option_that_does_not_exist_is_refused(client, city):
    sent = filled(city, client.get(ADDRESS), v_curso_vida="99\x00")
    assert client.post(ADDRESS, data=sent).status_code == 422
    assert (slips(), stored()) == ([], [])


def test_without_a_notice_nobody_is_asked_who_they_are(client, make):
    made = make(call(variables=ASKED))
    page = client.get(ADDRESS)
    assert "v_curso_vida" not in page.text
    sent = filled(made, page, v_curso_vida="AU")
    assert client.post(ADDRESS, data=sent).status_code == 303
    assert slips() == []


def test_a_new_notice_is_shown_at_once(app, client, city):
    assert "Leer el aviso completo" in client.get(ADDRESS).text
    entity = type(installation(app).settings.entity)(name="Alcaldía de Prueba")
    citizens.publish_notice("topics", entity, by="prueba")
    db.session.commit()
    page = client.get(ADDRESS)
    assert "Alcaldía de Prueba responde por estos datos." in page.text
    client.post(ADDRESS, data=filled(city, page, v_curso_vida="AU"))
    assert slips()[0].notice_id == 2


def test_results_tell_who_answered_only_after_the_closing(client, city, make, staff):
    for age in ["AU"] * 6 + ["PM"] * 6:
        client.post(ADDRESS, data=filled(city, client.get(ADDRESS), v_curso_vida=age))
    results = f"{ADDRESS}/resultados"
    assert "Cómo son quienes respondieron" not in client.get(results).text
    reader = staff("READER")
    page = reader.get(f"/gestion{ADDRESS}").text  # two looks would tell what one person said
    assert "Qué han dicho de sí las personas" not in page
    assert "se cuenta al cierre" in page
    city.closed_at = clock.now() - timedelta(seconds=1)
    make(city)
    assert "Qué han dicho de sí las personas" in reader.get(f"/gestion{ADDRESS}").text
    assert "Cómo son quienes respondieron" in client.get(results).text
