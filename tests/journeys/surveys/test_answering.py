"""A resident answers a survey on a phone of 360 points: step by step, page by page without scripts,
on two devices, and at a tablet that many people use.
"""

import io
import re

import pytest
from PIL import Image

from participa.core import clock
from participa.surveys.models import Layout, SurveyAccess
from tests.journeys.conftest import PHONE, browsing
from tests.surveys import city

DONE = "Listo. Su respuesta quedó guardada"
CARD = city.Questionnaire((city.Page((city.LONG_FORM.by_key["trato"], city.BETTER)),))


def go_on(page, times=1):
    for _ in range(times):
        page.locator(".actions").get_by_role("button", name="Continuar").click()


def pick(page, question, word):
    page.locator(f"[data-question={question}]").get_by_text(word, exact=True).first.click()


def says_done(page) -> str:
    page.get_by_role("heading", level=1, name=DONE).wait_for()
    code = page.locator(".code").inner_text()
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", code)
    return code


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def photo() -> dict:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(file, "PNG")
    return {"name": "foto.png", "mimeType": "image/png", "buffer": file.getvalue()}


def rate_everything(page):
    """The page «Qué le pareció»."""
    pick(page, "trato", "Muy bien")
    for row in range(3):
        page.locator("fieldset.row").nth(row).get_by_text("Bien", exact=True).click()


def test_a_neighbour_answers_step_by_step(square, phone, axe):
    path = square.open_survey(city.LONG_FORM)
    phone.goto(path)
    first = phone.locator("[data-question=vino] .pick").first.bounding_box()
    assert first["y"] + first["height"] < 740, "the first option is above the fold"
    assert axe.run(phone).response["violations"] == []
    assert phone.get_by_text("¿Por qué no fue?").is_hidden()
    pick(phone, "vino", "No")
    assert phone.get_by_text("¿Por qué no fue?").is_visible()
    go_on(phone)
    assert phone.locator(".error").inner_text() == "Responda «¿Por qué no fue?»."
    pick(phone, "porque", "Otra, ¿cuál?")
    phone.get_by_label("Cuál, en «¿Por qué no fue?»").fill("Llovía")
    pick(phone, "porque", "No supe")
    assert phone.locator("[data-question=porque] input:disabled").count() == 2
    go_on(phone)
    assert phone.locator(".where").inner_text() == "Paso 2 de 5"
    assert axe.run(phone).response["violations"] == []
    rate_everything(phone)
    pick(phone, "recomienda", "9")
    assert fits(phone)
    go_on(phone)
    pick(phone, "primero", "La vía")
    pick(phone, "primero", "El parque")
    phone.get_by_role("button", name="Subir El parque").click()
    phone.get_by_label("¿Cuántas personas viven con usted?").fill("3")
    phone.get_by_label("Barrio o vereda").fill("Fátima")
    phone.get_by_label("Barrio o vereda").press("Tab")
    assert phone.get_by_label("¿Dónde vive?").input_value() == "16"
    assert axe.run(phone).response["violations"] == []
    assert fits(phone)
    go_on(phone)
    phone.get_by_label("Una foto de su cuadra").set_input_files(photo())
    go_on(phone)
    review = phone.locator("dl.review").inner_text()
    assert "1. El parque; 2. La vía" in review
    assert "¿Qué tan clara" not in review
    assert "Llovía" in review
    assert axe.run(phone).response["violations"] == []
    assert fits(phone)
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    assert fits(phone)
    assert axe.run(phone).response["violations"] == []
    [answer] = square.answers(path)
    assert answer["primero"] == ["c1", "c2"]
    assert answer["porque"] == ["c1", "_otra"]
    assert answer["porque._otra"] == "Llovía"
    assert answer["donde"][0] == "16"
    assert answer["foto"] == "1"
    assert "claridad" not in answer


def test_what_was_answered_to_a_question_that_is_hidden_again_is_not_stored(square, phone):
    path = square.open_survey()
    phone.goto(path)
    pick(phone, "vino", "Sí")
    pick(phone, "claridad", "4")
    pick(phone, "vino", "No")
    assert phone.get_by_text("¿Qué tan clara").is_hidden()
    go_on(phone, 2)
    assert "¿Qué tan clara" not in phone.locator("dl.review").inner_text()
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    assert square.answers(path) == [{"vino": "no"}]


def test_a_page_that_concerns_nobody_here_is_passed_over(square, phone):
    only = city.ask("cual", city.QuestionType.SHORT, "¿Cuál?", shown_if=city.when("vino", "si"))
    pages = (city.Page((city.CAME,)), city.Page((only,)), city.Page((city.BETTER,)))
    phone.goto(square.open_survey(city.Questionnaire(pages)))
    pick(phone, "vino", "No")
    assert phone.locator(".where").inner_text() in {"Paso 1 de 3", "Paso 1 de 4"}
    go_on(phone)
    assert phone.locator(".where").inner_text() == "Paso 2 de 3"
    assert phone.get_by_label("¿Qué mejoraría?").is_visible()


def test_what_is_only_read_is_shown_where_it_stands_alone(square, phone, plain_phone):
    """On a page whose question is for others, and on one of its own that is for some people."""
    only = city.ask("cual", city.QuestionType.SHORT, "¿Cuál?", shown_if=city.when("vino", "si"))
    reads = city.ask("aviso", city.QuestionType.STATEMENT, "Lea esto antes de seguir.")
    thanks = city.replace(reads, key="gracias", label="Gracias por venir.", shown_if=only.shown_if)
    pages = (city.Page(one) for one in ((city.CAME,), (reads, only), (thanks,), (city.BETTER,)))
    path = square.open_survey(city.Questionnaire(tuple(pages)))
    seen = {"no": ["Lea esto antes de seguir."]}
    seen["si"] = [*seen["no"], "Gracias por venir."]
    for page in (phone, plain_phone):
        for came, statements in seen.items():
            page.goto(path if page is phone else f"{path}?pagina=1")
            page.locator(f"[name=q_vino][value={came}]").check()
            shown = []
            for step in range(2, 3 + len(statements)):
                go_on(page)
                page.get_by_text(re.compile(rf"(Paso|Página) {step} de")).wait_for()
                assert page.locator("[data-question]:visible").count() > 0, "no empty page"
                shown += page.locator("p.typed:visible").all_inner_texts()
            assert page.get_by_label("¿Qué mejoraría?").is_visible()
            assert shown == statements


def test_who_changes_the_order_from_the_review_comes_back_to_it(square, phone):
    asked = city.LONG_FORM.by_key["primero"]
    pages = (city.Page((asked,)), city.Page((city.BETTER,)))
    path = square.open_survey(city.Questionnaire(pages))
    phone.goto(path)
    pick(phone, "primero", "La escuela")
    assert phone.locator(".where").inner_text() == "Paso 1 de 3"
    pick(phone, "primero", "La vía")
    go_on(phone, 2)
    phone.get_by_role("button", name="Cambiar ¿Qué va primero en su barrio?").click()
    phone.get_by_role("button", name="Subir La vía").click()
    go_on(phone)
    assert "1. La vía; 2. La escuela" in phone.locator("dl.review").inner_text()
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    assert square.answers(path) == [{"primero": ["c2", "c3"]}]


def test_a_card_of_two_questions_is_sent_without_a_review(square, phone):
    path = square.open_survey(CARD)
    phone.goto(path)
    pick(phone, "trato", "Bien")
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    assert square.answers(path) == [{"trato": "4"}]


def test_what_was_typed_is_there_after_a_reload_with_the_questions_it_opens(square, phone):
    phone.goto(square.open_survey(city.LONG_FORM))
    pick(phone, "vino", "No")
    pick(phone, "porque", "Otra, ¿cuál?")
    phone.get_by_label("Cuál, en «¿Por qué no fue?»").fill("Llovía")
    go_on(phone)
    rate_everything(phone)
    go_on(phone)
    phone.get_by_label("¿Cuántas personas viven con usted?").fill("3")
    pick(phone, "primero", "La vía")
    phone.reload()
    phone.get_by_text("Recuperamos lo que había escrito").wait_for(state="attached")
    phone.goto(phone.url.partition("?")[0])
    assert phone.get_by_label("Cuál, en «¿Por qué no fue?»").input_value() == "Llovía"
    go_on(phone, 2)
    box = phone.locator("[data-question=personas]")
    assert box.locator("input[type=text]").input_value() == "3"
    assert box.locator("[data-alone]").input_value() == "_ns"
    assert "La vía" in phone.locator("[data-question=primero] label:has(:checked)").inner_text()


def test_no_answer_and_a_number_exclude_each_other(square, phone):
    asked = city.LONG_FORM.by_key["personas"]
    phone.goto(square.open_survey(city.Questionnaire((city.Page((asked,)),))))
    phone.get_by_label("¿Cuántas personas viven con usted?").fill("3")
    pick(phone, "personas", "No sabe / No aplica")
    assert phone.get_by_label("¿Cuántas personas viven con usted?").input_value() == ""
    phone.get_by_label("¿Cuántas personas viven con usted?").fill("4")
    assert phone.locator("[data-alone]:checked").count() == 0


def test_without_a_script_a_neighbour_goes_page_by_page(square, plain_phone, axe):
    path = square.open_survey(city.LONG_FORM)
    plain_phone.goto(path)
    plain_phone.get_by_role("link", name="Responder página por página").click()
    plain_phone.locator("[name=q_vino][value=si]").check()
    go_on(plain_phone)
    for name, value in (("q_trato", "5"), *((f"q_cosas.r{row}", "c3") for row in (1, 2, 3))):
        plain_phone.locator(f"[name='{name}'][value='{value}']").check()
    go_on(plain_phone)
    for code, place in (("c1", "1"), ("c2", "1")):
        plain_phone.locator(f"[name='q_primero.{code}']").select_option(place)
    plain_phone.locator("select[name=q_donde]").select_option("16")
    plain_phone.get_by_label("Barrio o vereda").fill("las playas")
    go_on(plain_phone)
    problem = plain_phone.locator(".problem")
    assert "dos opciones tienen el lugar 1" in problem.inner_text()
    assert plain_phone.title().startswith("Error: ")
    assert fits(plain_phone)
    plain_phone.locator("[name='q_primero.c2']").select_option("2")
    go_on(plain_phone)
    plain_phone.get_by_label("Una foto de su cuadra").set_input_files(photo())
    go_on(plain_phone)
    assert "1. El parque; 2. La vía" in plain_phone.locator("dl.review").inner_text()
    plain_phone.go_back()
    assert plain_phone.get_by_label("Una foto de su cuadra").is_visible()
    plain_phone.go_forward()
    plain_phone.get_by_role("button", name="Cambiar ¿Cómo lo atendieron?").click()
    plain_phone.locator("[name=q_trato][value='4']").check()
    go_on(plain_phone)
    assert "4, bien" in plain_phone.locator("dl.review").inner_text()
    assert fits(plain_phone)
    plain_phone.locator(".actions").get_by_role("button", name="Enviar").click()
    says_done(plain_phone)
    [answer] = square.answers(path)
    assert (answer["trato"], answer["primero"]) == ("4", ["c1", "c2"])
    assert answer["foto"] == "1"


def test_who_saves_on_the_phone_goes_on_at_a_computer(square, phone, chromium, axe):
    until = clock.today() + city.timedelta(days=9)
    path = square.open_survey(city.LONG_FORM, resume_until_on=until)
    phone.goto(path)
    pick(phone, "vino", "Sí")
    go_on(phone)
    rate_everything(phone)
    go_on(phone)
    pick(phone, "primero", "La escuela")
    pick(phone, "primero", "El parque")
    phone.get_by_role("button", name="Guardar y seguir después").click()
    phone.get_by_role("heading", name="Quedó guardado").wait_for()
    assert axe.run(phone).response["violations"] == []
    code = phone.locator(".code").inner_text()
    with browsing(chromium, square.address, **PHONE) as other:
        other.goto(path)
        other.get_by_role("link", name="Seguir lo que guardé").click()
        assert axe.run(other).response["violations"] == []
        other.get_by_label("Código con el que guardó").fill(code.lower())
        other.get_by_role("button", name="Seguir", exact=True).click()
        assert other.locator("[name=q_vino][value=si]").is_checked()
        go_on(other, 2)
        order = other.locator(".order li > span:first-child").all_inner_texts()
        assert order == ["La escuela", "El parque"]
        other.get_by_label("¿Dónde vive?").select_option("16")
        go_on(other, 2)
        other.get_by_role("button", name="Enviar").click()
        says_done(other)
    [answer] = square.answers(path)
    assert answer["primero"] == ["c3", "c1"]


def test_who_has_a_receipt_corrects_the_answer(square, phone):
    path = square.open_survey()
    phone.goto(path)
    pick(phone, "vino", "No")
    go_on(phone, 2)
    phone.get_by_role("button", name="Enviar").click()
    receipt = says_done(phone)
    phone.get_by_role("link", name="Corregir mis respuestas").click()
    pick(phone, "vino", "Sí")
    pick(phone, "claridad", "5")
    go_on(phone, 2)
    phone.get_by_role("button", name="Enviar").click()
    assert says_done(phone) == receipt
    assert square.answers(path) == [{"vino": "si", "claridad": "5"}]


def test_back_after_the_receipt_shows_an_empty_form(square, phone):
    phone.goto(square.open_survey())
    pick(phone, "vino", "No")
    go_on(phone, 2)
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    phone.go_back()
    phone.get_by_text("Desde este teléfono ya se envió una respuesta").wait_for()
    assert phone.locator("input:checked").count() == 0


def test_a_slip_with_a_code_opens_the_form_filled_in(square, phone):
    path = square.open_survey(access=SurveyAccess.CODE)
    code, *_ = square.codes(path)
    phone.goto(f"{path}?c={code}")
    assert phone.get_by_label("Su código").input_value() == code
    pick(phone, "vino", "No")
    go_on(phone, 2)
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    phone.goto(f"{path}?c={code}")
    pick(phone, "vino", "No")
    go_on(phone, 2)
    phone.get_by_role("button", name="Enviar").click()
    assert "Con ese código ya se respondió." in phone.locator(".problem").inner_text()


def test_the_code_of_one_person_is_not_in_the_form_of_the_next(square, phone):
    """On a phone that a family shares: what somebody began is stored, and their code is not."""
    path = square.open_survey(city.LONG_FORM, access=SurveyAccess.CODE)
    first, second, _ = square.codes(path)
    phone.goto(f"{path}?c={first}")
    pick(phone, "vino", "Sí")
    go_on(phone)
    phone.goto(f"{path}?c={second}")
    phone.get_by_text("Recuperamos lo que había escrito").wait_for(state="attached")
    assert phone.locator("[name=code]").input_value() == second
    assert first not in phone.evaluate("JSON.stringify(localStorage)")


def test_two_browsers_never_share_a_token(square, chromium):
    path, tokens = square.open_survey(), []
    for _ in range(2):
        with browsing(chromium, square.address, **PHONE) as page:
            page.goto(path)
            tokens.append(page.locator("[name=submission]").input_value())
            assert page.context.cookies() == []
    assert tokens[0] != tokens[1]


def test_one_question_at_a_time(square, phone):
    phone.goto(square.open_survey(city.LONG_FORM, layout=Layout.ONE_BY_ONE))
    pick(phone, "vino", "Sí")
    go_on(phone)
    assert phone.get_by_text("¿Qué tan clara").is_visible()
    assert phone.locator("[data-question]:visible").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_colour_schemes_can_be_read(square, chromium, axe, scheme):
    path = square.open_survey(city.LONG_FORM)
    with browsing(chromium, square.address, color_scheme=scheme, **PHONE) as page:
        page.goto(path)
        pick(page, "vino", "Sí")
        go_on(page)
        rate_everything(page)
        assert axe.run(page).response["violations"] == []


def test_the_page_of_a_card_is_light(square, phone):
    """C2: what a phone loads to show the form."""
    path, loaded = square.open_survey(CARD), []
    phone.on("requestfinished", lambda request: loaded.append(request))
    phone.goto(path, wait_until="networkidle")
    shown = [request.sizes() for request in loaded if request.response().status == 200]
    assert len(shown) <= 4
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in shown) <= 30_000
