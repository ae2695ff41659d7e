"""Lists of topics as offices have them: the topics are read, and nothing else."""

import io

import pytest
import xlsxwriter

from participa.core.errors import Refused
from participa.topics import topic_lines

pytestmark = pytest.mark.one_engine

THREE = [("Vías", ""), ("Salud", ""), ("Vivienda", "")]
TOLD = [("Vías", "Andenes y buses"), ("Salud", "Hospitales")]


def xlsx(*rows, sheet="Temas", **others):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for name, lines in {sheet: rows, **others}.items():
        page = book.add_worksheet(name)
        for number, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                page.write(number, column, cell)
    book.close()
    return file.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "Vías\nSalud\nVivienda",
        "• Vías\n• Salud\n• Vivienda",
        "- Vías\n- Salud\n- Vivienda",
        "* Vías\n*\tSalud\n* Vivienda",
        "•\tVías\n•\tSalud\n•\tVivienda",
        "1. Vías\n2. Salud\n3. Vivienda",
        "1) Vías\n2) Salud\n3) Vivienda",
        "1.- Vías\n2.- Salud\n3.- Vivienda",
        "a. Vías\nb. Salud\nc. Vivienda",
        "1\tVías\n2\tSalud\n3\tVivienda",
        "1.\tVías\n2.\tSalud\n3.\tVivienda",
        "N°\tTema\n1\tVías\n2\tSalud\n3\tVivienda",
        "TEMAS\nVías\nSalud\nVivienda",
        "Temas para la audiencia:\n\n1. Vías\n2. Salud\n3. Vivienda",
        "Temas propuestos\n• Vías\n• Salud\n\n• Vivienda\n",
        "RENDICIÓN DE CUENTAS 2027\nVías\nSalud\nVivienda",
    ],
)
def test_numbers_bullets_and_titles_are_no_topics(text):
    assert topic_lines.pasted(text) == THREE


@pytest.mark.parametrize(
    "text",
    [
        "Vías | Andenes y buses\nSalud | Hospitales",
        "Vías\tAndenes y buses\nSalud\tHospitales",
        "1\tVías\tAndenes y buses\n2\tSalud\tHospitales",
        "Tema\tDescripción\nVías\tAndenes y buses\nSalud\tHospitales",
        'No.\tTema\tDescripción\n1\tVías\t"Andenes\ny buses"\n2\tSalud\tHospitales',
        "LISTA 2027\nN\tNombre del tema\tDetalle\n1\tVías\tAndenes y buses\n2\tSalud\tHospitales",
    ],
)
def test_a_description_comes_after_a_bar_or_a_tab(text):
    assert topic_lines.pasted(text) == TOLD


@pytest.mark.parametrize(
    "title",
    [
        *("100 años de Medellín", "1.200 viviendas", "Temas de salud mental", "5 de cada 10"),
        *("Salud; vivienda; vías", "-5 grados en el páramo", "A. Mejía y su barrio"),
    ],
)
def test_a_title_keeps_its_own_numbers_and_signs(title):
    assert topic_lines.pasted(f"{title}\nOtro")[0] == (title, "")


@pytest.mark.parametrize(
    "line",
    [
        ("Agua | luz", ""),
        ("Agua | luz", "Tarifas | cobros"),
        ("Salud; vivienda", "Casas; hospitales"),
        ("- Con raya", ""),
        ("1. Con número", "x"),
        ("Temas", ""),
        ("x" * 300, "título de antes de que hubiera un límite"),
    ],
)
def test_a_stored_topic_survives_editing(line):
    others = [("Vías", ""), line, ("Nombre", "")]
    text = topic_lines.as_text(others)
    assert topic_lines.pasted(text, others) == others
    added = topic_lines.pasted(f"{text}\n• Parques", others)
    assert added == [*others, ("Parques", "")]


def test_a_bar_that_was_escaped_stays_in_the_title_when_another_word_changes():
    text = topic_lines.as_text([("Agua | luz", "Tarifas")])
    assert topic_lines.pasted(text.replace("Agua", "Gas")) == [("Gas | luz", "Tarifas")]


@pytest.mark.parametrize(
    "text",
    [
        "Vías, andenes y puentes\nSalud; vivienda\nAgua",
        '"Vías, andenes y puentes"\nSalud; vivienda\nAgua',
        "Tema\nVías, andenes y puentes\nSalud; vivienda\nAgua",
        'N°;Tema\n1;Vías, andenes y puentes\n2;"Salud; vivienda"\n3;Agua',
        'sep=;\nN°;Tema\n1;Vías, andenes y puentes\n2;"Salud; vivienda"\n3;Agua',
        "1\tVías, andenes y puentes\n2\tSalud; vivienda\n3\tAgua",
        'TEMAS 2027,\nN,Tema\n1,"Vías, andenes y puentes"\n2,Salud; vivienda\n3,Agua',
    ],
)
def test_the_delimiter_of_a_file_is_the_one_that_splits_it_best(text):
    titles = [title for title, _ in topic_lines.from_file(text.encode())]
    assert titles == ["Vías, andenes y puentes", "Salud; vivienda", "Agua"]


@pytest.mark.parametrize(
    "text",
    [
        "Vías;Andenes y buses\nSalud;Hospitales",
        "Tema;Descripción\nVías;Andenes y buses\nSalud;Hospitales",
        "Vías,Andenes y buses\nSalud,Hospitales",
        "#,Tema,Descripción\n1,Vías,Andenes y buses\n2,Salud,Hospitales",
        "1;Vías;Andenes y buses\n2;Salud;Hospitales",
    ],
)
def test_title_and_description_of_a_file(text):
    assert topic_lines.from_file(text.encode()) == TOLD


@pytest.mark.parametrize(
    "rows",
    [
        [["Vías", "Andenes y buses"], ["Salud", "Hospitales"]],
        [["Tema", "Descripción"], ["Vías", "Andenes y buses"], ["Salud", "Hospitales"]],
        [["N°", "Tema", "Detalle"], [1, "Vías", "Andenes y buses"], [2, "Salud", "Hospitales"]],
        [
            ["ALCALDÍA DE VALLE CLARO"],
            ["Temas para la audiencia 2027"],
            [],
            ["Ítem", "Temas propuestos", "Descripción del tema"],
            [1, "Vías", "Andenes y buses"],
            [2, "Salud", "Hospitales"],
        ],
        [["LISTA DE TEMAS 2027"], [1, "Vías", "Andenes y buses"], [2, "Salud", "Hospitales"]],
        [["Descripción", "Tema"], ["Andenes y buses", "Vías"], ["Hospitales", "Salud"]],
    ],
)
def test_a_workbook_is_read_by_its_headings(rows):
    assert topic_lines.from_file(xlsx(*rows)) == TOLD


@pytest.mark.parametrize(
    "text",
    [
        "LISTADO DE TEMAS;;\nN°;Tema;Responsable\n1;Vías;Obras\n2;Salud;Salud\n",
        "Tema;Votos\nVías;10\nSalud;5\nTotal;15\n",
        "LISTADO DE TEMAS;\nTema;Votos\nVías;10\nSalud;5\n",
        "Temática\nVías\nSalud",
        "1. Vías\n1.1 Salud",
        "I. Vías\nII. Salud",
        "☐ Vías\n➤ Salud",
        "\uf0b7 Vías\n\uf0b7 Salud",
        "Tema|Votos\nVías|10\nSalud|5",
    ],
    ids=[
        *("a title above three columns", "votes and a total", "a title above votes", "one word"),
        *("numbers of two levels", "roman numbers", "boxes and arrows", "bullets of Word", "bars"),
    ],
)
def test_what_stands_around_the_topics_is_left_out(text):
    assert topic_lines.from_file(text.encode()) == [("Vías", ""), ("Salud", "")]


def test_a_comma_inside_quotes_belongs_to_the_title():
    text = '"Vías, andenes","Por barrio, y por vereda"\n"Salud","Hospitales"\n'
    lines = [("Vías, andenes", "Por barrio, y por vereda"), ("Salud", "Hospitales")]
    assert topic_lines.from_file(text.encode()) == lines


def test_a_formula_on_another_sheet_does_not_refuse_the_list():
    content = xlsx(["Vías"], ["Salud"], ["Vivienda"], Tablero=[["=COUNTA(Temas!A1:A3)"]])
    assert topic_lines.from_file(content) == THREE


def test_a_file_without_topics_says_so():
    with pytest.raises(Refused, match="no tiene temas"):
        topic_lines.from_file(xlsx(["Tema", "Descripción"]))
