"""A questionnaire comes from Excel: its preview, the report with rows, the draft; and goes back."""

import io

import pytest
import xlsxwriter

from participa.core.db import db
from participa.surveys.exchange import xlsform_reading
from participa.surveys.models import Survey
from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import QuestionType
from tests.surveys import city
from tests.visitor import field, where

pytestmark = pytest.mark.one_engine

IMPORT = "/gestion/encuestas/importar"
SURVEY = [
    ["type", "name", "label::English (en)", "label::Español (es)", "relevant", "required"],
    ["start", "inicio", "", "", "", ""],
    ["select one si_no", "fue", "Did you go?", "¿Fue al encuentro?", "", "yes"],
    ["range", "nota", "Mark", "¿Qué nota le pone?", "${fue} = 'si'", ""],
    ["geopoint", "donde", "Where?", "¿Dónde está?", "", ""],
    ["text", "comentario", "Comments", "¿Qué mejoraría?", "", ""],
]
CHOICES = [["list_name", "name", "label"], ["si_no", "si", "Sí"], ["si_no", "no", "No"]]
SETTINGS = [["form_title"], ["Evaluación de Kobo"]]


def workbook(survey=SURVEY, choices=CHOICES, settings=SETTINGS) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file.getvalue()


def upload(visitor, content: bytes, name="evaluacion.xlsx"):
    page = visitor.get(IMPORT)
    sent = {"csrf_token": field(page, "csrf_token"), "file": (io.BytesIO(content), name)}
    return visitor.post(IMPORT, data=sent, content_type="multipart/form-data")


def create(visitor, preview, **values):
    names = ("csrf_token", "document", "creation")
    sent = {name: field(preview, name) for name in names} | {"title": "Evaluación de Kobo"}
    return visitor.post(IMPORT, data=sent | values)


def surveys() -> list[Survey]:
    return db.session.query(Survey).all()


@pytest.mark.slow
def test_the_preview_says_by_row_what_changes_and_stores_nothing(staff):
    preview = upload(staff("EDITOR"), workbook())
    assert preview.status_code == 200
    assert "3 preguntas" in preview.text
    assert "<td" in preview.text
    assert "¿Fue al encuentro?" in preview.text
    for row, words in ((2, "«start»"), (5, "de tipo «geopoint»")):
        assert f'data-label="Fila">{row}</td>' in preview.text
        assert words in preview.text
    assert "Se muestra si</b> «¿Fue al encuentro?» es «Sí»." in preview.text
    assert 'value="Evaluación de Kobo"' in preview.text
    assert surveys() == []


def test_the_draft_is_created_once(staff):
    editor = staff("EDITOR")
    preview = upload(editor, workbook())
    first, second = create(editor, preview), create(editor, preview)
    made = surveys()
    assert where(first) == where(second) == f"/gestion/encuestas/{made[0].code}/preguntas"
    assert len(made) == 1
    questions = made[0].newest.questionnaire.questions
    assert [one.type for one in questions] == [
        QuestionType.ONE,
        QuestionType.SCALE,
        QuestionType.SHORT,
    ]
    assert questions[1].shown_if == Condition(((Clause("fue", Operator.IS, "si"),),))
    assert not made[0].is_published


def test_without_a_title_the_file_stays_on_the_page(staff):
    editor = staff("EDITOR")
    refused = create(editor, upload(editor, workbook()), title="")
    assert refused.status_code == 422
    assert "Escriba el título de la encuesta." in refused.text
    assert create(editor, refused).status_code == 302


def test_a_forged_document_is_refused(staff):
    editor = staff("EDITOR")
    refused = create(editor, upload(editor, workbook()), document="eyJwYWdlcyI6W119.abc")
    assert refused.status_code == 422
    assert "Elíjalo otra vez." in refused.text
    assert surveys() == []


def long_form(questions: int) -> bytes:
    rows = [["text", f"p{number}", f"Pregunta {number}"] for number in range(questions)]
    return workbook([["type", "name", "label"], *rows])


def in_a_circle() -> bytes:
    rows = [
        ["type", "name", "label", "relevant"],
        ["integer", "a", "A", "${b} > 1"],
        ["integer", "b", "B", "${a} > 1"],
    ]
    return workbook(rows)


FILES = {
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"0" * 500, "Es una imagen"),
    "a PDF": (b"%PDF-1.7 algo", "Es un PDF"),
    "nothing": (b"", "no es una tabla"),
    "a workbook of something else": (
        workbook([["nombre", "barrio"], ["Ana", "Castilla"]], []),
        "no es un XLSForm",
    ),
    "half a workbook": (workbook()[:900], "dañado"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"0" * 500, "Guárdelo como .xlsx"),
    "4,000 questions": (long_form(4000), "Haga dos encuestas."),
    "5,000 questions": (long_form(5000), "más de 5000 filas"),
}


@pytest.mark.parametrize(("content", "sentence"), FILES.values(), ids=FILES)
def test_a_file_that_is_not_what_it_says_gets_a_sentence(staff, content, sentence):
    refused = upload(staff("EDITOR"), content)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert surveys() == []


def test_a_circle_is_told_and_broken(staff):
    preview = upload(staff("EDITOR"), in_a_circle())
    assert "mira «b», que no es una pregunta anterior" in preview.text
    assert "Crear el borrador" in preview.text


def test_a_fault_stops_the_import(staff):
    rows = [["type", "name", "label"], ["select_one lugares", "donde", "¿Dónde?"]]
    preview = upload(staff("EDITOR"), workbook(rows, CHOICES))
    assert "La lista «lugares» no está en la hoja «choices»." in preview.text
    assert "Crear el borrador" not in preview.text


def test_what_goes_out_comes_back_the_same(staff):
    reader, survey = staff("READER"), city.draft()
    file = reader.get(f"/gestion/encuestas/{survey.code}/xlsform.xlsx")
    assert file.headers["Content-Disposition"].startswith("attachment")
    found = xlsform_reading.read(file.data)
    assert (found.questionnaire, found.title) == (city.QUESTIONS, city.TITLE)


COLUMNS = ["type", "name", "label", "relevant", "constraint", "parameters"]


def read(*rows):
    filled = [[*row, *[""] * (len(COLUMNS) - len(row))] for row in rows]
    return xlsform_reading.read(workbook(survey=[COLUMNS, *filled]))


@pytest.mark.parametrize(
    "end", ["nan", "inf", "1e400000000", "-1e99", "1000000000", "0.0000000001"]
)
def test_the_end_of_a_scale_may_be_any_number_and_is_refused_in_words(end):
    found = read(["range", "nota", "¿Qué nota?", "", "", f"start=0 end={end} step=1"])
    assert len(found.faults) == 1
    assert "mínimo" in found.faults[0].sentence or "escala" in found.faults[0].sentence


def test_a_step_that_is_not_one_is_told(staff):
    found = read(["range", "nota", "¿Qué nota?", "", "", "start=0;end=10;step=2"])
    assert found.faults == []
    assert [line.sentence for line in found.lines] == ["participa va de uno en uno en una escala."]
    assert found.questionnaire.questions[0].most == 10


def test_a_condition_on_the_other_option_is_kept_as_odk_writes_it():
    found = read(
        ["select_one si_no or_other", "fue", "¿Fue?"],
        ["text", "cual", "¿Cuál?", "selected(${fue}, 'other')"],
    )
    assert found.lines == []
    [group] = found.questionnaire.questions[1].shown_if.groups
    assert group == (Clause("fue", Operator.IS, "_otra"),)


def test_the_report_names_the_function_that_participa_lacks():
    found = read(
        ["select_multiple si_no", "que", "¿Qué?"],
        ["text", "mas", "¿Más?", "count-selected(${que}) >= 2"],
    )
    assert "usa «count-selected»" in found.lines[0].sentence


def test_the_report_quotes_the_beginning_of_a_long_condition():
    found = read(["text", "a", "¿A?"], ["text", "b", "¿B?", "(" * 3000 + "${a} = 1" + ")" * 3000])
    assert len(found.lines[0].sentence) < 300
