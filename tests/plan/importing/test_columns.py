"""The headings of the table, in the words and rows that offices use."""

import pytest

from tests.plan.files import as_csv
from tests.plan.importing.tables import (
    FIRST,
    HEADER,
    PLAIN,
    SECOND,
    TABLE,
    THIRD,
    TITLE,
    first,
    notes,
    read,
    with_cell,
    xlsx,
)

pytestmark = pytest.mark.one_engine


def two_rows(group, *below):
    """The header with a group above the two columns of time."""
    above = [*HEADER[:4], group, "", *HEADER[6:]]
    return above, ["", "", "", "", *below, "", "", "", ""]


@pytest.mark.parametrize("group", ["Tiempo", "Cronograma", "Fechas", "Plazo de ejecución"])
@pytest.mark.parametrize(
    "below", [("Inicio", "Terminación"), ("Fecha de inicio", "Fecha fin"), ("Desde", "Hasta")]
)
def test_a_header_of_two_rows_is_one_header(group, below):
    above, under = two_rows(group, *below)
    rows = [[TITLE], above, under, FIRST, SECOND, THIRD]
    merges = [(1, 4, 1, 5), *((1, c, 2, c) for c in range(10) if c not in {4, 5})]
    assert read(xlsx(rows, merges=merges)) == PLAIN
    assert read(as_csv(rows)) == PLAIN
    assert notes(read(as_csv(rows))) == {}


def test_a_group_above_some_columns_of_a_whole_header_is_no_title():
    above = ["", "", "", "", "Tiempo", "", "", "", "", ""]
    under = [*HEADER[:4], "Inicio", "Terminación", *HEADER[6:]]
    assert read(as_csv([[TITLE], above, under, FIRST, SECOND, THIRD])) == PLAIN


@pytest.mark.parametrize(
    ("column", "heading"),
    [
        *(
            (0, words)
            for words in ("N°", "Nº", "N.º", "No.", "Núm.", "ID", "Ítem", "Nro.", "Código")
        ),
        *((1, words) for words in ("Acción", "Acción(es) de mejora", "ACCIONES DE MEJORA:")),
        *((2, words) for words in ("Actividades", "Actividad(es)", "Tarea(s)", "Tareas *")),
        *((3, words) for words in ("Responsable(s)", "Dependencia responsable", "RESPONSABLES")),
        *((4, words) for words in ("Fecha de inicio", "Fecha inicio", "Mes de inicio", "Desde")),
        *((5, words) for words in ("Fecha fin", "Fecha final", "Fecha de terminación", "Hasta")),
        *((6, words) for words in ("Indicador", "Indicador(es)", "Nombre del indicador")),
        *((7, words) for words in ("Unidad", "Unidad de medida (número o %)", "Unidades")),
        *((8, words) for words in ("Meta 2027", "Meta (cantidad)", "META ANUAL")),
        *((9, words) for words in ("Observación(es)", "Comentarios")),
        *((0, words) for words in ("Número de acción", "No. de acción", "N")),
        *((2, words) for words in ("Descripción de la actividad", "Acciones / Tareas")),
        *((3, words) for words in ("Responsable/s", "Área", "Dependencia/s")),
        *((4, words) for words in ("F. inicio", "Fecha inicio programada")),
        *((7, words) for words in ("U.M.", "Und. de medida", "U. de medida")),
        *((8, words) for words in ("Valor meta", "Meta propuesta", "Meta vigencia", "Cantidad")),
        (9, "Observaciones generales"),
        (3, "Respon\xadsable"),
        (3, "Respon\u200csable"),
        (3, "Respon\u200dsable"),
        (3, "Respon\u2060sable"),
        (3, "\ufeffResponsable\u200b"),
        (4, "Tiempo\u202finicio"),
        (4, "Tiempo\u2003inicio"),
        (6, "Indicador de seguimie\u200bnto"),
        (5, "Tiempo termi\u0301nacio\u0301n".replace("mi\u0301", "mi")),
    ],
)
def test_a_heading_is_known_by_the_words_that_offices_use(column, heading):
    assert read(as_csv(with_cell(1, column, heading))) == PLAIN


def test_invisible_signs_in_the_cells_are_left_out():
    content = as_csv(with_cell(2, 2, "Abrir\xa0me\xadsas\u200b"))
    assert first(read(content)).name == "Abrir mesas"


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;;;"])
def test_the_line_with_which_excel_names_its_separator_is_no_title(line):
    draft = read(f"{line}\r\n" + as_csv(TABLE).decode())
    assert draft == PLAIN
    assert first(draft).row == 4


def test_bars_separate_columns_without_being_named():
    assert read(as_csv(TABLE, "|")) == PLAIN


def test_the_named_separator_is_used():
    assert read("sep=|\n" + as_csv(TABLE, "|").decode()) == PLAIN
