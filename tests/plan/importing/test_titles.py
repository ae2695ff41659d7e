"""What stands above the table: the title, its year, and what is neither."""

import pytest

from tests.plan.files import as_csv
from tests.plan.importing.tables import TABLE, TITLE, book, notes, questions, read, refusal, xlsx

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    "block",
    [
        [
            ["ALCALDÍA DE VALLE CLARO", "", "", "Código: FO-PLA-012"],
            ["", "", "", "Versión: 03"],
            ["", "", "", "Fecha de aprobación: 18/09/2023"],
            [TITLE],
        ],
        [
            ["ALCALDÍA DE VALLE CLARO", "", "Código:", "FO-PLA-012"],
            [TITLE, "", "Versión:", "3"],
            ["", "", "Vigente desde:", "2023-09-18"],
            ["", "", "Página", "1 de 3"],
        ],
        [
            ["MUNICIPIO DE VALLE CLARO 2024-2027"],
            ["Código FO-PLA-012", "Versión 03", "Fecha 18/09/2023", "Página 1 de 2"],
            [TITLE],
        ],
        [["Proceso: Planeación", "FO-PLA-012", "18 de septiembre de 2023"], [TITLE]],
    ],
    ids=["at the right", "labels and values", "one line", "without code label"],
)
def test_the_block_of_a_quality_system_is_no_title_and_its_date_is_not_the_year(block):
    draft = read(xlsx([*block, ["Plan de acciones"], *TABLE[1:]]))
    assert (draft.year, draft.strategy, draft.title) == (2027, TITLE, "Plan de acciones")
    assert "block" in notes(draft)
    assert questions(draft) == {}


def test_a_block_that_says_the_year_of_the_plan_is_where_it_is_read():
    rows = [["ESTRATEGIA DE RENDICIÓN DE CUENTAS", "Código: A-1", "Vigencia: 2027"], *TABLE[1:]]
    assert read(xlsx(rows)).year == 2027


@pytest.mark.parametrize("date", ["Fecha: marzo de 2024", "Versión 2 de 2024", "Aprobado 2024"])
def test_the_year_in_which_a_form_was_approved_is_not_that_of_the_plan(date):
    rows = [["ESTRATEGIA DE RENDICIÓN DE CUENTAS", "Código: A-1", date], *TABLE[1:]]
    assert "no dice el año" in refusal(xlsx(rows))


@pytest.mark.parametrize(
    ("rows", "strategy"),
    [
        ([["PLAN DE ACCIÓN"], ["VIGENCIA 2027"]], "PLAN DE ACCIÓN VIGENCIA 2027"),
        ([["PLAN DE ACCIÓN", "", "Versión: 4"], ["Año: 2027"]], "PLAN DE ACCIÓN Año: 2027"),
        ([["PLAN DE ACCIÓN"], ["Vigencia:", 2027]], "PLAN DE ACCIÓN 2027"),
        ([["PLAN DE ACCIÓN", "", "", "Año", "2027"]], "PLAN DE ACCIÓN Año 2027"),
        ([["FORMATO: PLAN", "", "Versión: 4"], ["AÑO: 2027"]], ""),
    ],
    ids=["a line below", "below a block", "two cells", "one line", "no title"],
)
def test_a_year_that_stands_alone_belongs_to_the_title(rows, strategy):
    draft = read(xlsx([*rows, *TABLE[1:]]))
    assert (draft.year, draft.strategy, draft.title) == (2027, strategy, "")


def test_between_two_years_in_the_title_somebody_is_asked():
    content = as_csv([[TITLE], ["Plan de acciones 2026"], *TABLE[1:]])
    assert questions(read(content))["title-year"].keys() == {"2026", "2027"}
    assert read(content, answers={"title-year:2026 y 2027": "2026"}).year == 2026
    assert questions(read(content, year=2027)) == {}


def test_the_years_of_a_government_are_not_the_year_of_the_plan():
    content = as_csv([["Plan de Desarrollo 2024-2027"], ["ESTRATEGIA 2026"], *TABLE[1:]])
    draft = read(content)
    assert (draft.year, draft.strategy, questions(draft)) == (2026, "ESTRATEGIA 2026", {})


def test_without_a_year_in_the_title_the_name_of_the_sheet_says_it():
    draft = read(book({"Plan 2027": [["ESTRATEGIA"], *TABLE[1:]]}))
    assert draft.year == 2027
    assert notes(draft) == {"sheet-year": "Plan 2027"}
