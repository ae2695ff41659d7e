"""Sheets, rows and columns: which are the plan, and which are not."""

import pytest

from participa.plan.importing import import_problems
from tests.plan.files import archive, as_csv
from tests.plan.importing.tables import (
    FIRST,
    HEADER,
    PLAIN,
    SALUD,
    SECOND,
    TABLE,
    TARGET,
    THIRD,
    TITLE,
    book,
    notes,
    questions,
    read,
    refusal,
    with_cell,
    xlsx,
)

pytestmark = pytest.mark.one_engine


def test_the_plain_table_needs_no_decision():
    assert notes(PLAIN) == {}
    assert [task.target for task in PLAIN.tasks] == [3, 100, 1]


def of_year(year):
    return [[f"ESTRATEGIA {year}"], *TABLE[1:]]


def test_a_formula_on_another_sheet_is_none_of_the_plan():
    assert read(book({"Plan": TABLE, "Tablero": [["=COUNTA(Plan!C3:C5)"]]})) == PLAIN
    assert read(book({"Tablero": [["=COUNTA(Plan!C3:C5)"]], "Plan": TABLE})) == PLAIN


def test_a_formula_inside_the_plan_is_refused_with_its_sheet():
    sentence = refusal(book({"Tablero": [["=1+1"]], "Plan": with_cell(2, TARGET, "=1+2")}))
    assert "Fila 3: en la hoja «Plan», la columna I tiene una fórmula." in sentence
    assert "\n" not in sentence


def test_a_formula_in_the_total_or_beside_the_table_is_none_of_the_plan():
    total = ["TOTAL", "", "", "", "", "", "", "", "=SUM(I3:I5)", ""]
    beside = [*FIRST, "", "=I3*2"]
    assert read(xlsx([[TITLE], HEADER, beside, SECOND, THIRD, total])) == PLAIN


@pytest.mark.parametrize("order", [(2026, 2027), (2027, 2026)])
def test_between_two_plans_in_one_book_somebody_is_asked_which(order):
    content = book({str(year): of_year(year) for year in order})
    draft = read(content)
    assert (draft.year, draft.sheet) == (2027, "2027")
    assert questions(draft)["sheet"].keys() == {"2026", "2027"}
    other = read(content, answers={"sheet:«2027», «2026»": "2026"})
    assert (other.year, other.sheet) == (2026, "2026")


def test_the_year_that_was_typed_chooses_the_sheet():
    draft = read(book({"a": of_year(2026), "b": of_year(2027)}), year=2026)
    assert (draft.year, draft.sheet, questions(draft)) == (2026, "a", {})


def test_a_plan_on_a_hidden_sheet_is_never_read():
    content = book({"viejo": of_year(2028), "Plan": TABLE}, hidden_sheets=["viejo"])
    draft = read(content)
    assert draft == PLAIN
    assert (draft.sheet, notes(draft)) == ("Plan", {"hidden-sheet": "«viejo»"})
    alone = book({"viejo": TABLE, "Notas": [["nada"]]}, hidden_sheets=["viejo"])
    assert "hoja «viejo», que está oculta" in refusal(alone)


def test_a_hidden_row_is_told_and_asked_about():
    old = [
        "3",
        "Acción vieja",
        "Tarea vieja",
        SALUD,
        "Enero",
        "Febrero",
        "Hecha",
        "Número",
        "1",
        "",
    ]
    content = xlsx([*TABLE, old], hidden_rows=[5])
    draft = read(content)
    assert draft == PLAIN
    (note,) = draft.notes
    assert (note.kind, note.row) == ("hidden-row", 6)
    assert "Tarea vieja" in note.words
    taken = read(content, answers={note.key: "take"})
    assert [action.number for action in taken.actions] == [1, 2, 3]


def test_a_hidden_row_that_opens_an_action_leaves_the_action_to_the_others():
    rows = [[TITLE], HEADER, FIRST, SECOND, THIRD]
    content = xlsx(rows, hidden_rows=[2])
    draft = read(content)
    assert [(task.code, task.name) for task in draft.tasks] == [
        ("1.1", "Responder lo dicho"),
        ("2.1", "Publicar una cartilla"),
    ]


def test_a_hidden_column_does_not_hide_the_one_that_is_seen():
    rows = [[*cells[:8], "9", *cells[8:]] if len(cells) > 1 else cells for cells in TABLE]
    rows[1][8] = "Meta"
    assert read(xlsx(rows, hidden_columns=[8])) == PLAIN


def test_a_column_of_the_plan_that_is_hidden_is_told():
    draft = read(xlsx(TABLE, hidden_columns=[9]))
    assert notes(draft) == {"hidden-column": "«Observaciones»"}


def test_a_note_beside_the_table_is_skipped_and_told_once():
    rows = [[TITLE], HEADER, [*FIRST, "", "ojo: preguntar"], SECOND, [*THIRD, "también"]]
    draft = read(xlsx(rows))
    assert draft == PLAIN
    assert notes(draft) == {"side-note": "ojo: preguntar · también"}
    padded = [[*cells, *[""] * (12 - len(cells))] for cells in rows[:-1]]
    assert notes(read(as_csv([*padded, THIRD]))) == {"side-note": "ojo: preguntar"}


def test_a_legend_beside_the_table_is_told_in_one_sentence():
    far = [""] * 12
    rows = [[TITLE], [*HEADER, "", "", "Colores"], [*FIRST, "", "", "Rojo: tarde"], SECOND, THIRD]
    draft = read(xlsx([*rows, [*far, "Verde: al día"]]))
    assert draft == PLAIN
    assert notes(draft) == {"side-note": "Colores · Rojo: tarde · Verde: al día"}


def test_a_note_beside_a_title_or_an_empty_row_is_a_note_too():
    far = [""] * 11
    rows = [[TITLE, *far[1:], "ojo"], HEADER, FIRST, [*far, "preguntar"], SECOND, THIRD]
    for content in (xlsx(rows), as_csv(rows)):
        draft = read(content)
        assert draft == PLAIN
        assert notes(draft) == {"side-note": "ojo · preguntar"}


@pytest.mark.parametrize(
    "total",
    [
        ["TOTAL", "", "3", "", "", "", "", "", "5", ""],
        ["", "", "Total", "", "", "", "", "", "4", ""],
        ["Total general", "", "", "", "", "", "", "", "", ""],
        ["", "SUBTOTAL", "", "", "", "", "", "", "4", ""],
        ["", "", "Suma", "", "", "", "", "", "104", ""],
        ["", "", "", "", "", "", "", "", "104", ""],
    ],
)
def test_a_total_is_no_task(total):
    draft = read(as_csv([*TABLE, total]))
    assert draft == PLAIN
    assert notes(draft).keys() == {"total"}
    assert read(as_csv([[TITLE], HEADER, FIRST, SECOND, total, THIRD])) == PLAIN


@pytest.mark.parametrize(
    "footer",
    [
        [["Elaboró: Marta Pérez"]],
        [["Elaboró: Marta", "", "", "Revisó: Luis"], [], ["Aprobó: Ana"]],
        [["", "", "Fuente: Secretaría de Planeación"]],
        [["Nota:", "los meses pueden cambiar"]],
    ],
)
def test_words_below_the_table_are_skipped_and_told_once(footer):
    draft = read(as_csv([*TABLE, [], *footer]))
    assert draft == PLAIN
    assert [note.kind for note in draft.notes] == ["footer"]


def test_an_action_alone_in_its_row_holds_for_the_tasks_below():
    heading = ["1", "Escuchar en los barrios", *[""] * 8]
    rows = [[TITLE], HEADER, heading, ["", "", *FIRST[2:]], SECOND, THIRD]
    assert read(as_csv(rows)) == PLAIN


def test_one_cause_is_one_sentence():
    missing = [[*cells[:3], *cells[4:]] if len(cells) > 1 else cells for cells in TABLE]
    assert refusal(as_csv(missing)) == (
        "Fila 2: falta la columna «Responsable». Agréguela con ese nombre."
    )
    wrong = refusal(as_csv(with_cell(2, 0, "primera")))
    assert wrong == "Fila 3: el número de la acción es «primera». Debe ser 1, 2, 3…"
    bare = refusal(as_csv([[TITLE], HEADER, FIRST, ["", "", "Una", SALUD, *[""] * 6], THIRD]))
    assert bare.count("\n") == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "tiene contraseña"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "documento antiguo de Word"),
        (b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "archivo antiguo de Excel (.xls)"),
        (archive({"word/document.xml": "<w/>"}), "documento de Word. Copie la tabla"),
        (archive({"ppt/presentation.xml": "<p/>"}), "presentación de PowerPoint"),
        (archive({"xl/workbook.bin": "x"}), "Excel binario"),
        (b"<html><table><tr><td>Plan</td></tr></table></html>", "página web"),
        (b"\x89PNG\r\n\x1a\n", "imagen"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(content, sentence):
    assert sentence in refusal(content)


def test_every_note_has_its_sentence_and_its_title():
    assert import_problems.NOTES.keys() <= import_problems.TITLES.keys()
