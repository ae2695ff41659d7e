"""Who answered, beside who lives in the city; and the staff's own figures."""

import io
from datetime import date

import pytest

from participa.core.db import db
from participa.surveys.models import CityFigure, SurveyAccess
from participa.surveys.results import coverage, population
from participa.surveys.results.margin import Reached, margin, note
from tests.surveys import city
from tests.surveys.results import city as results_city
from tests.visitor import field

pytestmark = pytest.mark.one_engine
POPULATION = "/gestion/encuestas/poblacion"
CSV = (
    "Territorio;Sexo;Edad;Personas\n"
    "Popular;;;130.000\n14;;;128000\nComuna 10;;;85000\n60;;;90000\n"
    ";Hombre;;1200000\n;Mujer;;1300000\n"
)


def load(visitor, content: str, source="DANE 2026"):
    sent = {
        "csrf_token": field(visitor.get(POPULATION), "csrf_token"),
        "source": source,
        "file": (io.BytesIO(content.encode()), "poblacion.csv"),
    }
    return visitor.post(POPULATION, data=sent, content_type="multipart/form-data")


def test_the_population_is_loaded_and_shown(staff, app):
    editor = staff("EDITOR")
    assert load(editor, CSV).status_code == 302
    assert coverage.city_people()["comuna"] == {
        "01": 130_000,
        "14": 128_000,
        "10": 85_000,
        "60": 90_000,
    }
    page = editor.get(POPULATION).text
    assert "DANE 2026" in page
    assert "6 filas" in page


def test_wrong_rows_are_named_by_their_number_and_nothing_changes(staff, app):
    editor = staff("EDITOR")
    load(editor, CSV)
    answer = load(editor, "Comuna;Personas\nPopular;12\nMarte;8\n14;muchas\nPopular;9\n")
    assert answer.status_code == 422
    assert "Fila 3: «Marte» no es una comuna" in answer.text
    assert "Fila 4: «muchas» no es un número de personas." in answer.text
    assert "Fila 5: repite lo de la fila 2." in answer.text
    assert db.session.query(CityFigure).count() == 6


@pytest.mark.parametrize("content", ["", "a;b\n1;2\n", "Personas\n12\n", "%PDF-1.4"])
def test_a_file_that_is_no_such_table_is_refused_with_a_sentence(staff, app, content):
    answer = load(staff("EDITOR"), content)
    assert answer.status_code == 422
    assert 'class="error" id="file-error"' in answer.text


def test_a_reader_does_not_load_it(staff, app):
    assert staff("READER").get(POPULATION).status_code == 403


def test_finer_rows_are_added_where_there_are_no_totals(app):
    rows = population.read(b"Territorio,Sexo,Personas\n1,Hombre,10\n1,Mujer,12\n2,Mujer,7\n")
    db.session.add_all(
        CityFigure(
            territory=one.territory,
            sex=one.sex,
            age=one.age,
            people=one.people,
            source="x",
            loaded_on=date(2026, 1, 1),
        )
        for one in rows
    )
    db.session.flush()
    assert coverage.city_people()["comuna"] == {"01": 22, "02": 7}
    assert coverage.city_people()["sexo"] == {"1": 10, "2": 19}


def test_missing_groups_are_named_and_small_ones_are_not_told_apart():
    city_people = {"01": 100, "02": 100, "03": 100, "14": 100}
    found = coverage.covered("comuna", {"01": 40, "02": 10, "03": 2, "": 20}, city_people, 5)
    shown = {group.label: group.people for group in found.groups}
    assert shown["Comuna 1 – Popular"] == 40
    assert shown["Comuna 3 – Manrique"] is shown["Comuna 14 – El Poblado"] is None
    assert "Comuna 3 – Manrique" in found.sentence
    assert "Comuna 14 – El Poblado" in found.sentence


def test_the_coverage_page_of_a_survey(staff, app):
    made, editor = results_city.answered(40), staff("EDITOR")
    city.close(made)
    where = f"/gestion/encuestas/{made.code}/cobertura"
    assert "Todavía no se ha cargado la población" in editor.get(where).text
    load(editor, CSV)
    text = editor.get(where).text
    assert (
        "Corregimiento 60" in text.partition("Sin respuestas, o tan pocas")[2].partition("</p>")[0]
    )
    assert "Nadie" not in text.partition("Comuna 1 – Popular")[0]


def test_a_table_with_some_groups_only_does_not_pass_for_the_whole_city(staff, app):
    made, editor = results_city.answered(40), staff("EDITOR")
    city.close(made)
    load(editor, "Territorio;Sexo;Edad;Personas\nPopular;;;130000\n;;;2600000\n")
    page = editor.get(f"/gestion/encuestas/{made.code}/cobertura").text
    assert ("5\xa0%" in page, "100\xa0%" in page) == (True, False)
    assert "no trae 20 grupos" in page


def test_the_staff_sees_also_what_is_never_published(staff, app):
    made, editor = results_city.answered(40), staff("EDITOR")
    city.close(made)
    where = f"/gestion/encuestas/{made.code}/resultados"
    assert "¿Cómo lo atendieron?" in editor.get(where).text
    assert "<b>Por sexo</b>" in editor.get(f"{where}?por=sexo").text
    token = field(editor.get(where), "csrf_token")
    with editor.post(f"{where}/csv", data={"csrf_token": token}) as file:
        assert "Hombre" in file.data.decode("utf-8-sig")


def test_the_note_is_computed_from_who_could_answer_and_who_did():
    anyone = note(Reached(SurveyAccess.ANYONE, 400))
    assert anyone[0].startswith("No es una muestra representativa: respondió quien quiso (400")
    assert "4,9 puntos" in anyone[-1]
    codes = note(Reached(SurveyAccess.CODE, 50, codes=200))
    assert "el 25\xa0% de quienes recibieron un código" in codes[0]
    far = note(Reached(SurveyAccess.ANYONE, 90, farthest=("Comuna 1 – Popular", 60.0, 5.0)))
    assert "de «Comuna 1 – Popular» es el 60\xa0%" in far[1]
    assert note(Reached(SurveyAccess.ANYONE, 0)) == []
    assert margin(400) == pytest.approx(4.9)
