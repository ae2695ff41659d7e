"""The pages where staff bring a plan in: give a file, look, confirm."""

import io
import re

import pytest
from sqlalchemy import func, select

from participa.core import clock
from participa.core.db import db
from participa.plan.importing import importing, reading
from participa.plan.models import Plan, PlanImport, Task
from participa.staff import service as staff_service
from tests.plan.files import RAW, ROWS, TEXT, as_ods, as_text, as_xlsx, directory, edited
from tests.visitor import Visitor, field, where

pytestmark = pytest.mark.one_engine

PAGE = "/gestion/plan/importar"


@pytest.fixture
def editor(app, staff) -> Visitor:
    staff_service.seed_offices()
    db.session.commit()
    return staff("EDITOR")


def send(visitor: Visitor, content: bytes | None = RAW, name: str = "plan.txt", **typed):
    data = {"csrf_token": field(visitor.get(PAGE), "csrf_token"), **typed}
    if content is not None:
        data["file"] = (io.BytesIO(content), name)
    return visitor.post(PAGE, data=data)


def send_large(visitor: Visitor, content: bytes):
    """As a browser writes it; the test client would leave a file open for so much."""
    page = visitor.get(PAGE)
    token, creation = (field(page, name).encode() for name in ("csrf_token", "creation"))
    part = b'--corte\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = part % (b"csrf_token", b"", token) + part % (b"creation", b"", creation)
    body += part % (b"file", b'; filename="plan.txt"', content) + b"--corte--\r\n"
    return visitor.post(PAGE, data=body, content_type="multipart/form-data; boundary=corte")


def upload(visitor: Visitor, content: bytes = RAW, **typed) -> str:
    """The address of the preview of this file."""
    answer = send(visitor, content, **typed)
    assert answer.status_code == 302, answer.text
    return where(answer)


def choices(page) -> dict[str, str]:
    """What the browser would send back: every hidden field and every select as it stands."""
    selects = re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page.text, re.DOTALL)
    chosen = {
        name: re.search(r'<option selected value="([^"]*)"', options)[1]
        for name, options in selects
    }
    return chosen | {name: field(page, name) for name in ("csrf_token", "seen")}


def confirm(visitor: Visitor, address: str, **changed):
    return visitor.post(address, data=choices(visitor.get(address)) | changed)


def plans() -> int:
    return db.session.scalar(select(func.count(Plan.id)))


def test_the_plan_of_the_city_is_imported_in_three_steps(editor):
    address = upload(editor)
    page = editor.get(address)
    assert "Confirmar: crear 9 acciones y 15 tareas" in page.text
    assert "Digitalización QR de formatos (según su aplicación)." in page.text
    assert plans() == 0
    done = confirm(editor, address)
    assert where(done) == f"{address}/resultado"
    result = editor.get(done.location)
    assert "Lo que se hizo: crear 9 acciones y 15 tareas." in result.text
    assert importing.raw_text(importing.plan_of(2024)).encode() == RAW


def test_what_somebody_has_to_decide_stands_on_top_with_a_suggestion(editor):
    page = editor.get(upload(editor)).text
    assert page.index("Por decidir") < page.index("Así queda el plan")
    assert "Porcentajes sin denominador (7)" in page
    assert "La acción empieza en minúscula" in page
    assert "«Dependencias y entidades» no es una dependencia: es el grupo de todas." in page


def test_a_measure_can_be_changed_before_confirming(editor):
    address = upload(editor)
    page = editor.get(address)
    name = re.search(
        r"<select[^>]*id=\"(\w+)\"[^>]*>(?:(?!</select>).)*?"
        r"selected value=\"listening.working\"",
        page.text,
        re.DOTALL,
    )[1]
    assert "(aún no disponible)" not in page.text, "every measure of the plan is installed"
    confirm(editor, address, **{name: "plan.reported"})
    task = next(t for t in db.session.scalars(select(Task)) if t.code == "7.1")
    assert task.measure == "plan.reported"


def test_a_decision_is_stored_and_can_be_read_later(editor):
    address = upload(editor)
    confirm(editor, address)
    page = editor.get(f"{address}/resultado").text
    assert "Pendiente de corregir en el plan" in page
    assert "Es la misma: Departamento Administrativo de Planeación" in page


def test_pasted_text_is_as_good_as_a_file(editor):
    answer = send(editor, None, text=TEXT)
    page = editor.get(answer.location)
    assert "Confirmar: crear 9 acciones y 15 tareas" in page.text
    assert "Texto pegado" in page.text


@pytest.mark.parametrize("form", [as_xlsx, as_ods], ids=["xlsx", "ods"])
def test_a_spreadsheet_is_as_good_as_text(editor, form):
    rows = [line.split("\t") for line in TEXT.split("\n")]
    assert "crear 9 acciones y 15 tareas" in editor.get(upload(editor, form(rows))).text


def test_the_same_file_again_says_that_nothing_changes(editor):
    confirm(editor, upload(editor))
    page = editor.get(upload(editor)).text
    assert "Este archivo dice lo mismo que el plan 2024" in page
    assert "Confirmar:" not in page


def test_an_edited_file_shows_what_was_and_what_will_be(editor):
    confirm(editor, upload(editor))
    address = upload(editor, as_text(edited(14, 8, "3")))
    page = editor.get(address).text
    assert "<del>2</del>" in page
    assert "<ins>3</ins>" in page
    assert "Confirmar: cambiar 1 tarea" in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (as_text(edited(12, 4, "Enerro")), "Fila 12: el mes «Enerro» no existe."),
        (b"\x00\x01\x02", "hay signos que no son texto"),
        (b" ", "El archivo está vacío."),
        (as_xlsx(ROWS, I12="=1"), "hoja «Plan», la columna I tiene una fórmula"),
    ],
    ids=["a wrong month", "rubbish", "empty", "formula"],
)
def test_a_broken_file_changes_nothing_and_says_where(editor, content, sentence):
    answer = send(editor, content, year="2024")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<title>Error: " in answer.text
    assert 'value="2024"' in answer.text
    assert db.session.scalar(select(func.count(PlanImport.id))) == 0


def test_pasted_text_that_is_rejected_stays_in_the_form(editor):
    answer = send(editor, None, text="Una línea que no es un plan")
    assert answer.status_code == 422
    assert "Una línea que no es un plan" in answer.text


def test_without_a_file_and_without_text_the_page_asks_for_one(editor):
    answer = send(editor, None)
    assert answer.status_code == 422
    assert "Elija un archivo o pegue la tabla." in answer.text


def test_a_year_that_is_no_year_is_explained(editor):
    answer = send(editor, RAW, year="24")
    assert answer.status_code == 422
    assert "Escriba el año con cuatro cifras, como 2025." in answer.text


def test_a_file_over_a_megabyte_is_refused_beside_its_field(editor):
    answer = send_large(editor, b"a" * 1_000_001)
    assert answer.status_code == 422
    assert "La tabla cabe en menos de 1 MB" in answer.text


@pytest.mark.slow
def test_a_file_that_fills_the_promised_megabyte_is_read(editor):
    answer = send_large(editor, RAW + b"\n" * (1_000_000 - len(RAW)))
    assert answer.status_code == 302


def test_two_files_can_be_reviewed_at_once(editor):
    first, second = upload(editor, year="2027"), upload(editor, year="2028")
    assert where(confirm(editor, first)) == f"{first}/resultado"
    assert where(confirm(editor, second)) == f"{second}/resultado"
    assert plans() == 2


def test_what_was_never_confirmed_does_not_pile_up(editor):
    for _ in range(importing.MAX_PENDING + 2):
        latest = upload(editor)
    assert db.session.scalar(select(func.count(PlanImport.id))) == importing.MAX_PENDING
    assert editor.get(latest).status_code == 200


def test_a_file_for_a_closed_plan_is_refused_before_anybody_decides_about_it(editor):
    confirm(editor, upload(editor))
    importing.plan_of(2024).closed_at = clock.now()
    db.session.commit()
    answer = send(editor)
    assert answer.status_code == 422
    assert "El plan 2024 ya cerró" in answer.text


def test_what_is_far_too_long_is_not_even_read(editor):
    answer = editor.post(
        PAGE, data=b"a" * 15_000_000, content_type="multipart/form-data; boundary=corte"
    )
    assert answer.status_code == 413
    assert "El envío es demasiado grande" in answer.text
    assert db.session.scalar(select(func.count(PlanImport.id))) == 0


@pytest.mark.parametrize(
    "path", [f"/{'9' * 30}", f"/plantilla.xlsx?ano={'9' * 30}", f"/plan-{'9' * 30}.txt"]
)
def test_an_endless_number_finds_nothing(editor, path):
    assert editor.get(PAGE + path).status_code in {400, 404}


def test_an_answer_that_nobody_offered_is_refused(editor):
    address = upload(editor)
    answer = confirm(editor, address, decision_1="office:inventada")
    assert answer.status_code == 422
    assert "Elija una de las opciones de la lista." in answer.text
    assert plans() == 0


def test_confirming_twice_leads_to_the_same_result(editor):
    address = upload(editor)
    typed = choices(editor.get(address))
    first = editor.post(address, data=typed)
    second = editor.post(address, data=typed)
    assert where(first) == where(second) == f"{address}/resultado"
    assert plans() == 1


def test_a_plan_that_moved_meanwhile_is_shown_again(editor):
    confirm(editor, upload(editor))
    address = upload(editor, as_text(edited(14, 8, "3")))
    typed = choices(editor.get(address))
    db.session.scalars(select(Task)).first().name = "Otra cosa"
    db.session.commit()
    answer = editor.post(address, data=typed)
    assert answer.status_code == 422
    assert "El plan cambió mientras usted lo revisaba." in answer.text
    assert where(confirm(editor, address)) == f"{address}/resultado"


def test_a_file_of_somebody_else_is_not_found(editor, staff):
    address = upload(editor)
    other = staff("EDITOR")
    assert other.get(address).status_code == 404
    token = field(other.get(PAGE), "csrf_token")
    assert other.post(f"{address}/descartar", data={"csrf_token": token}).status_code == 404
    assert other.get(f"{address}/original").status_code == 404
    assert editor.get(f"{address}/resultado").status_code == 404


def test_a_file_can_be_thrown_away(editor):
    address = upload(editor)
    token = field(editor.get(address), "csrf_token")
    assert where(editor.post(f"{address}/descartar", data={"csrf_token": token})) == PAGE
    assert editor.get(address).status_code == 404


def test_the_file_can_be_had_back_byte_for_byte(editor):
    answer = editor.get(f"{upload(editor)}/original")
    assert answer.data == RAW
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_stored_plan_can_be_had_as_the_text_of_the_city(editor):
    confirm(editor, upload(editor))
    assert editor.get(f"{PAGE}/plan-2024.txt").data == RAW
    assert editor.get(f"{PAGE}/plan-1999.txt").status_code == 404


def test_the_filled_template_is_read_back_as_the_same_plan(editor):
    confirm(editor, upload(editor))
    sheet = editor.get(f"{PAGE}/plantilla.xlsx?ano=2024").data
    page = editor.get(upload(editor, sheet)).text
    assert "Este archivo dice lo mismo que el plan 2024" in page


def test_the_empty_template_has_the_header_and_asks_for_tasks(editor):
    sheet = editor.get(f"{PAGE}/plantilla.xlsx").data
    answer = send(editor, sheet, "plantilla.xlsx")
    assert "El archivo tiene encabezado pero ninguna tarea." in answer.text
    assert editor.get(f"{PAGE}/plantilla.xlsx?ano=1999").status_code == 404


def test_the_template_offers_months_units_and_offices_as_lists(editor):
    members = reading.spreadsheets.unpack(editor.get(f"{PAGE}/plantilla.xlsx").data)
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    words = members["xl/sharedStrings.xml"].decode()
    assert sheet.count('<dataValidation type="list"') == 4
    for word in ("Septiembre", "Porcentaje", "Secretaría de Salud", "Gobernación de Antioquia"):
        assert f">{word}<" in words


def test_hostile_words_are_shown_as_words(editor):
    words = "<script>alert(1)</script>"
    address = upload(editor, as_text(edited(18, 3, words)), year="2024")
    page = editor.get(address).text
    assert words not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    confirm(editor, address)
    assert words not in editor.get(f"{address}/resultado").text
    assert words not in editor.get(PAGE).text


@pytest.mark.parametrize("role", ["READER", "DOOR", "RESPONSIBLE"])
def test_only_editors_import(editor, staff, role):
    assert staff(role).get(PAGE).status_code == 403


def test_a_visitor_is_asked_to_sign_in(client):
    assert "/gestion/entrar" in client.get(PAGE).location


def test_the_plan_that_was_read_has_offices_by_their_official_names(editor):
    page = editor.get(upload(editor)).text
    assert "Departamento Administrativo de Planeación" in page
    assert reading.read(RAW, directory()).tasks


def test_a_second_click_keeps_one_file_and_each_step_is_told(editor):
    tokens = {one: field(editor.get(PAGE), one) for one in ("csrf_token", "creation")}
    clicks = [
        editor.post(PAGE, data=tokens | {"file": (io.BytesIO(RAW), "plan.txt")}) for _ in range(2)
    ]
    assert where(clicks[0]) == where(clicks[1])
    assert db.session.scalar(select(func.count(PlanImport.id))) == 1
    page = editor.get(clicks[0].location)
    assert "<p>Leyó el archivo: aquí está cómo queda." in page.text
    done = editor.post(where(clicks[0]), data=choices(page))
    assert "<p>Confirmó la importación del plan.</p>" in editor.get(done.location).text
