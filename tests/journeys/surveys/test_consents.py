"""On a phone, who writes their name into a survey is asked for the tick beside it; others not."""

from participa.surveys.models import Anonymity
from tests.journeys.surveys.test_answering import fits, go_on, says_done
from tests.surveys import city

NAME = city.ask(
    "nombre",
    city.QuestionType.SHORT,
    "Su nombre",
    is_personal=True,
    shown_if=city.when("vino", "si"),
)
PAGES = city.Questionnaire((city.Page((city.CAME, NAME)), city.Page((city.BETTER,))))


def test_the_tick_is_asked_of_who_writes_their_name_alone(square, phone, axe):
    path = square.open_survey(PAGES, anonymity=Anonymity.IDENTIFIED)
    phone.goto(path)
    tick = phone.get_by_label("Autorizo guardar mis datos personales")
    phone.get_by_text("No", exact=True).first.click()
    assert tick.is_hidden()
    phone.get_by_text("Sí", exact=True).first.click()
    assert tick.is_visible()
    assert fits(phone)
    assert axe.run(phone).response["violations"] == []
    go_on(phone)
    assert phone.get_by_label("¿Qué mejoraría?").is_visible(), "a name left blank asks nothing"
    phone.go_back()
    phone.get_by_label("Su nombre").fill("Rosa Pérez")
    go_on(phone)
    assert "Marque la autorización" in phone.locator(".error").inner_text()
    assert "Rosa" not in phone.evaluate("JSON.stringify(localStorage)"), "no draft has the name"
    tick.check()
    go_on(phone, 2)
    review = phone.locator("dl.review").inner_text()
    assert "Rosa Pérez" in review
    assert "Autorizo guardar mis datos personales con lo que respondo.\nSí" in review
    assert "Autorizo que me escriban o llamen por lo que respondí.\nNo" in review
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    assert "usted autorizó: Guardar con sus respuestas" in phone.locator("main").inner_text()
    assert fits(phone)
    assert axe.run(phone).response["violations"] == []
