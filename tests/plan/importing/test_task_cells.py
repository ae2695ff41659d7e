"""Cells of a task, read as a person reads them, or asked about."""

import io
import zipfile

import pytest

from participa.plan.models import Unit
from tests.plan.files import archive, as_csv, as_ods
from tests.plan.importing.tables import (
    END,
    FIRST,
    HEADER,
    MUJER,
    PLAIN,
    SALUD,
    START,
    TABLE,
    TARGET,
    THIRD,
    TITLE,
    UNIT,
    first,
    notes,
    questions,
    read,
    refusal,
    with_cell,
    xlsx,
)

pytestmark = pytest.mark.one_engine


def test_cells_merged_downwards_hold_for_each_of_their_tasks():
    rows = [[TITLE], HEADER, FIRST, ["", "", "Cerrar mesas", *[""] * 7], THIRD]
    merged = [(2, column, 3, column) for column in (0, 1, 3, 4, 5, 6, 7, 8)]
    one, two, _ = read(xlsx(rows, merges=merged)).tasks
    assert (two.name, two.start_month, two.end_month, two.unit) == ("Cerrar mesas", 3, 6, one.unit)
    assert (two.indicator, two.target, two.offices_written) == ("Mesas abiertas", 3, SALUD)
    assert (two.action, two.position) == (1, 2)


def test_a_month_merged_over_both_columns_of_time_is_first_and_last():
    rows = [[TITLE], HEADER, [*FIRST[:5], "", *FIRST[6:]], THIRD]
    task = first(read(xlsx(rows, merges=[(2, START, 2, END)])))
    assert (task.start_month, task.end_month) == (3, 3)
    assert "falta el mes de terminación" in refusal(xlsx(rows))


@pytest.mark.parametrize(
    "cell",
    ["2027-03-01 00:00:00", "01/03/2027 00:00", "1/03/2027 12:00:00 a. m.", "2027-03-01T00:00"],
)
def test_the_hour_of_a_date_is_left_out(cell):
    assert first(read(as_csv(with_cell(2, START, cell)))).start_month == 3


def test_cells_merged_in_opendocument_hold_too():
    content = as_ods(TABLE)
    spanned = archive_edited(
        content,
        f'<table:table-cell office:value-type="string"><text:p>{MUJER}</text:p>',
        '<table:table-cell office:value-type="string" table:number-rows-spanned="2">'
        f"<text:p>{MUJER}</text:p>",
    )
    assert list(read(spanned).tasks)[2].offices_written == MUJER


def archive_edited(content, old, new):
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        members = {name: opened.read(name).decode() for name in opened.namelist()}
    assert old in members["content.xml"]
    return archive(members | {"content.xml": members["content.xml"].replace(old, new)})


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("01/03/2027", "30/06/2027"),
        ("1-3-27", "30-6-27"),
        ("2027-03-01", "2027-06-30"),
        ("03/2027", "06/2027"),
        ("2027/03", "2027/06"),
        ("mar-27", "jun-27"),
        ("Mar-27", "Jun-27"),
        ("mar.-27", "jun.-27"),
        ("MAR.", "JUN."),
        ("Marzo de 2027", "Junio de 2027"),
        ("marzo/2027", "junio/2027"),
        ("1 de marzo de 2027", "30 de junio de 2027"),
        ("lunes 1 de marzo de 2027", "miércoles 30 de junio de 2027"),
        ("01-mar-2027", "30-jun-2027"),
        ("03/31/2027", "06/30/2027"),
        ("3", "6"),
    ],
)
def test_a_month_is_read_from_any_way_to_write_a_date(start, end):
    rows = with_cell(2, START, start)
    rows[2][END] = end
    assert read(as_csv(rows)) == PLAIN
    assert notes(read(as_csv(rows))) == {}


@pytest.mark.parametrize(("start", "end"), [("31 de enero", "10-feb"), ("enero 31", "feb. 10")])
def test_the_day_of_a_month_is_not_its_year(start, end):
    rows = with_cell(2, START, start)
    rows[2][END] = end
    task = first(read(as_csv(rows)))
    assert (task.start_month, task.end_month) == (1, 2)


def test_a_date_of_the_year_before_is_asked_about():
    rows = with_cell(2, START, "01/11/2026")
    rows[2][END] = "15/12/2027"
    content = as_csv(rows)
    draft = read(content)
    key = "other-year:2026 a 2027"
    assert questions(draft)["other-year"].keys() == {"clip", "keep"}
    assert (first(draft).start_month, first(draft).end_month) == (1, 12)
    kept = first(read(content, answers={key: "keep"}))
    assert (kept.start_month, kept.end_month) == (11, 12)


def test_dates_that_are_all_of_another_year_are_asked_about_once():
    rows = with_cell(2, START, "01/03/2026")
    rows[2][END] = "30/06/2026"
    rows[3][START], rows[3][END] = "jun-26", "dic-26"
    draft = read(as_csv(rows))
    (note,) = draft.notes
    assert (note.kind, note.words, note.row, note.also) == ("other-year", "2026", 3, (4,))


@pytest.mark.parametrize(
    ("cell", "target"),
    [
        *(("100,00%", 100), ("100.0 %", 100), ("100\u202f%", 100), ("95,0%", 95), ("100", 100)),
        *(("1%", 1), ("0,95", 95), ("0.5", 50)),
    ],
)
def test_a_percentage_is_read_as_it_is_written(cell, target):
    draft = read(as_csv(with_cell(3, TARGET, cell)))
    assert list(draft.tasks)[1].target == target
    assert questions(draft) == {}


@pytest.mark.parametrize(
    ("cell", "kind", "answers"),
    [
        ("1", "share", {"1", "100"}),
        ("1,0", "share", {"1", "100"}),
        ("95,5%", "target", {"95", "96"}),
    ],
)
def test_a_percentage_that_says_two_things_is_asked_about(cell, kind, answers):
    content = as_csv(with_cell(3, TARGET, cell))
    assert questions(read(content))[kind].keys() == answers
    for answer in answers:
        draft = read(content, answers={f"{kind}:{cell}": answer})
        assert list(draft.tasks)[1].target == int(answer)


@pytest.mark.parametrize(("row", "cell"), [(2, "0,5"), (3, "0,5%"), (3, "0,004")])
def test_a_target_below_one_is_refused_and_not_made_one(row, cell):
    assert f"«{cell}» no es un número entero" in refusal(as_csv(with_cell(row, TARGET, cell)))


def test_excel_shows_a_share_as_a_percentage_and_without_that_format_it_is_asked_about():
    rows = [list(cells) for cells in TABLE]
    rows[3][TARGET] = 1
    assert read(xlsx(rows, formats={(3, TARGET): "0%"})) == PLAIN
    assert read(xlsx(rows, formats={(3, TARGET): '0.00" "%'})) == PLAIN
    assert questions(read(xlsx(rows))).keys() == {"share"}
    rows[3][TARGET] = 0.955
    assert questions(read(xlsx(rows, formats={(3, TARGET): "0.0%"}))).keys() == {"target"}


@pytest.mark.parametrize(
    ("cell", "target"),
    [
        *(("1.200", 1200), ("1 200", 1200), ("1\xa0200", 1200), ("1\u202f200", 1200)),
        *(("1'200", 1200), ("1.200,00", 1200), ("1,200.00", 1200), ("1200,0", 1200)),
        ("12.500", 12500),
    ],
)
def test_a_number_is_read_as_the_site_itself_prints_it(cell, target):
    draft = read(as_csv(with_cell(2, TARGET, cell)))
    assert first(draft).target == target
    assert questions(draft) == {}


@pytest.mark.parametrize(
    ("cell", "answers"),
    [("1,200", {"1200", "1", "2"}), ("2.5", {"2", "3"}), ("2,5", {"2", "3"})],
)
def test_a_number_that_is_not_whole_or_reads_two_ways_is_asked_about(cell, answers):
    assert questions(read(as_csv(with_cell(2, TARGET, cell))))["target"].keys() == answers


def test_a_decimal_of_excel_is_a_decimal_and_no_thousand():
    rows = with_cell(2, TARGET, 1.234)
    draft = read(xlsx(rows))
    assert questions(draft)["target"].keys() == {"1", "2"}
    assert notes(draft)["target"] == "1,234"


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        *(("Unidad", Unit.COUNT), ("Número (#)", Unit.COUNT), ("Numérico", Unit.COUNT)),
        *(("Und.", Unit.COUNT), ("N°", Unit.COUNT), ("Cantidad", Unit.COUNT), ("#", Unit.COUNT)),
        *(("Número de mesas", Unit.COUNT), ("NÚMERO ABSOLUTO", Unit.COUNT)),
    ],
)
def test_a_unit_is_known_by_the_words_that_offices_use(cell, unit):
    assert first(read(as_csv(with_cell(2, UNIT, cell)))).unit is unit


@pytest.mark.parametrize("cell", ["Porcentaje (%)", "%", "Porcentual", "Porcentaje de avance"])
def test_a_percentage_is_known_too(cell):
    assert read(as_csv(with_cell(3, UNIT, cell))) == PLAIN


def test_an_unknown_unit_is_asked_about():
    content = as_csv(with_cell(2, UNIT, "Documento"))
    assert questions(read(content))["unit"].keys() == {"COUNT", "PERCENT"}
    asked = read(content, answers={"unit:Documento": "PERCENT"})
    assert first(asked).unit is Unit.PERCENT


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('"Abrir la mesa ""Voces""\nen tres barrios"', 'Abrir la mesa "Voces" en tres barrios'),
        ('"""Voces"" en el barrio"', '"Voces" en el barrio'),
        ('"Voces" en el barrio', '"Voces" en el barrio'),
        ('"Uno\ndos"', "Uno dos"),
    ],
)
def test_cells_copied_from_excel_are_read_as_excel_shows_them(cell, name):
    lines = ["\t".join(cells) for cells in TABLE]
    text = "\n".join(lines).replace("Abrir mesas", cell)
    draft = read(text)
    assert first(draft).name == name
    assert len(list(draft.tasks)) == 3


def test_a_file_with_marks_around_every_cell_is_read():
    text = "\n".join("\t".join(f'"{cell}"' for cell in cells) for cells in TABLE)
    assert read(text) == PLAIN
