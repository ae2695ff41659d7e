"""The page of a survey: what it promises, what it asks, and that nothing of a person stays."""

import gzip
import re

import pytest

from participa.channels.phases import Phase
from participa.core import clock
from participa.surveys.models import Anonymity, SurveyAccess
from participa.surveys.public import promises
from participa.surveys.questionnaire.questions import Showing
from participa.surveys.snapshots import snapshot_of
from tests.surveys import city
from tests.surveys.public.people import path, send

LIGHT = 3_000  # bytes, compressed


def sentences(**facts) -> list[str]:
    return [one.sentence for one in promises.promises_of(snapshot_of(city.draft(**facts)), 5)]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "Es anónima: no guardamos quién responde, con qué código ni a qué hora."),
        (
            {"anonymity": Anonymity.CONFIDENTIAL},
            "Es confidencial: quién respondió nunca se publica.",
        ),
        ({"anonymity": Anonymity.IDENTIFIED}, "Esos datos se guardan cifrados."),
        ({"access": SurveyAccess.CODE}, "Cada código sirve para una sola respuesta."),
        ({}, "Puede responder cualquier persona, sin cuenta y sin decir quién es."),
        ({"allows_correction": False}, "La respuesta enviada no se cambia."),
        ({"variables": ["curso_vida"]}, "Los datos sobre usted son opcionales."),
    ],
)
def test_what_is_configured_is_what_is_promised(app, facts, sentence):
    assert sentence in sentences(**facts)


def test_results_that_nobody_publishes_are_not_promised(app):
    never = city.replace(city.CAME, shows=Showing.NEVER)
    survey = snapshot_of(city.draft(city.Questionnaire((city.Page((never,)),))))
    [said] = [one for one in promises.promises_of(survey, 5) if "resultados" in one.sentence]
    assert said.sentence == "Los resultados no se publican: los lee el equipo que organiza."


def test_three_lines_and_the_rest_for_who_wants_it(client):
    page = client.get(path(city.open_survey(access=SurveyAccess.CODE))).text
    box = page[page.index("data-promise") :]
    first = re.findall(r"<span>(.*?)</span>", box.partition("<details>")[0])
    assert first == [
        "Es anónima: no guardamos quién responde, con qué código ni a qué hora.",
        "Responde solo quien tenga un código.",
        "Si escribe nombres o teléfonos en sus respuestas, quien las lee los ve.",
    ]
    assert "Ver todo" in box
    assert page.index("<form") < page.index("data-promise")


def test_a_question_of_every_type_is_drawn_with_its_label_and_its_help(client):
    page = client.get(path(city.open_survey(city.LONG_FORM))).text
    for question in city.LONG_FORM.questions:
        assert question.label in page
        assert question.hint in page
    assert page.count('class="row"') == 3  # a fieldset for each row of the table
    assert page.count("<svg viewBox") == 5  # the faces
    assert "Marque hasta 2 opciones." in page
    assert "De 0 a 20." in page
    assert '<datalist id="barrios">' in page


def test_what_is_asked_only_sometimes_says_so_to_the_script_alone(client):
    page = client.get(path(city.open_survey())).text
    condition = re.search(r'data-question="claridad" data-if="([^"]+)"', page)[1]
    assert condition.replace("&#34;", '"') == '[[["vino","is","si",""]]]'
    assert "js/survey" in page
    plain = city.Questionnaire((city.Page((city.CAME, city.BETTER)),))
    assert "js/survey" not in client.get(path(city.open_survey(plain))).text


def test_the_page_of_a_card_is_light(client):
    questions = (city.LONG_FORM.by_key["trato"], city.BETTER)
    page = client.get(path(city.open_survey(city.Questionnaire((city.Page(questions),))))).text
    assert len(gzip.compress(page.encode())) < LIGHT
    assert len(re.findall(r'(?:src|href)="/static/[^"]+\.(?:js|css)"', page)) == 2


def test_at_a_tablet_nothing_is_kept_and_nothing_leads_away(client):
    survey = city.open_survey()
    page = client.get(f"{path(survey)}?canal=kiosco")
    assert page.headers["Cache-Control"] == "no-store"
    assert 'autocomplete="off"' in page.text
    assert "data-draft" not in page.text
    assert "<footer" not in page.text
    assert "GOV.CO" not in page.text
    assert f'data-kiosk="{path(survey)}?canal=kiosco"' in page.text
    receipt = send(client, survey, query="?canal=kiosco").location
    assert "?canal=kiosco&vale=" in receipt
    page = client.get(receipt).text
    assert "Corregir mis respuestas" not in page
    assert "Responder otra persona" not in page
    assert "<footer" not in page
    for later in (receipt.partition("&vale=")[0], receipt[:-3]):
        assert client.get(later).location == f"{path(survey)}?canal=kiosco", "Back shows nobody"


def test_the_index_says_what_is_open_and_what_needs_a_code(client):
    assert "Todavía no hay ninguna publicada." in client.get("/encuestas").text
    city.open_survey(title="La abierta")
    city.open_survey(title="La de códigos", access=SurveyAccess.CODE)
    later = city.open_survey(title="La próxima")
    later.opens_at = clock.now() + city.timedelta(days=2)
    later.touch()
    city.db.session.commit()
    assert later.phase is Phase.SCHEDULED
    page = client.get("/encuestas").text
    assert page.index("Abiertas") < page.index("La abierta") < page.index("Próximas")
    assert "Para responder necesita un código." in page
    assert "La abierta" in client.get("/").text
    assert "La de códigos" not in client.get("/").text
