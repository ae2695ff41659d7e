"""Reading the plan of the city from its own file, and saying which row of a broken one is wrong."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participa.core.errors import Refused
from participa.plan.importing import columns, reading
from participa.plan.models import Unit
from tests.plan.files import (
    RAW,
    ROWS,
    SEED_PLAN,
    TEXT,
    as_csv,
    as_ods,
    as_text,
    as_xlsx,
    directory,
    edited,
)

OFFICES = directory()
HEADER = 6  # where ROWS has the header; the file counts it as row 7
COLUMNS = list(columns.COLUMNS)


def read(content: bytes | str, year: int | None = None):
    return reading.read(content.encode() if isinstance(content, str) else content, OFFICES, year)


def refusal(content: bytes | str) -> str:
    with pytest.raises(Refused) as refused:
        read(content)
    return str(refused.value)


def broken(row: int, column: str, words: str) -> str:
    return refusal(as_text(edited(row, COLUMNS.index(column), words)))


def test_the_text_of_the_city_becomes_exactly_the_plan_that_was_expected():
    draft = read(RAW)
    assert draft.year == SEED_PLAN["plan"]["year"]
    assert draft.strategy == SEED_PLAN["plan"]["strategy"]
    assert draft.title == SEED_PLAN["plan"]["title"]
    parsed = [
        {
            "number": action.number,
            "name": action.name,
            "tasks": [
                {
                    "code": task.code,
                    "task": task.name,
                    "responsables": [mention.written for mention in task.offices],
                    "responsables_ids": [mention.slug for mention in task.offices],
                    "responsable_raw": task.offices_written,
                    "start_month": task.start_month,
                    "end_month": task.end_month,
                    "start_raw": task.start_written,
                    "end_raw": task.end_written,
                    "indicator": task.indicator,
                    "unit": task.unit_written,
                    "target": task.target,
                    "target_raw": task.target_written,
                    "observations": task.observations,
                    "seed_line": task.row,
                }
                for task in action.tasks
            ],
        }
        for action in draft.actions
    ]
    ours = {"derived", "unit_id", "measure"}  # analysis, not the words of the city
    assert parsed == [
        action | {"tasks": [{k: v for k, v in t.items() if k not in ours} for t in action["tasks"]]}
        for action in SEED_PLAN["actions"]
    ]


def test_the_plan_has_9_actions_15_tasks_8_numbers_and_7_percentages():
    draft = read(RAW)
    units = [task.unit for task in draft.tasks]
    assert (len(draft.actions), len(units)) == (9, 15)
    assert (units.count(Unit.COUNT), units.count(Unit.PERCENT)) == (8, 7)


def test_the_page_break_before_action_8_is_noted_and_is_no_task():
    draft = read(RAW)
    assert draft.breaks == ("8.1",)
    assert [(note.kind, note.row) for note in draft.notes] == [("repeated-header", 25)]


@pytest.mark.parametrize(
    "content",
    [
        RAW.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + RAW,
        TEXT.encode("utf-16"),
        TEXT.encode("cp1252"),
        as_csv(ROWS, ";", "utf-8-sig"),
        as_csv(ROWS, ",", "utf-8"),
        as_csv(ROWS, "\t", "cp1252"),
        as_csv(ROWS, ";", "utf-16"),
        as_xlsx(ROWS),
        as_ods(ROWS),
    ],
    ids=[
        "Windows lines",
        "with a mark",
        "utf-16",
        "cp1252",
        "csv ;",
        "csv ,",
        "csv tab",
        "csv utf-16",
        "xlsx",
        "ods",
    ],
)
def test_every_format_of_the_same_table_gives_the_same_plan(content):
    assert read(content) == read(RAW)
    assert [task.row for task in read(content).tasks] == [task.row for task in read(RAW).tasks]


def test_numbers_and_percentages_of_excel_are_read_as_the_person_sees_them():
    rows = [list(cells) for cells in ROWS]
    for cells in rows:
        if len(cells) == len(COLUMNS) and cells[8] == "100%":
            cells[8] = 1.0
        elif len(cells) == len(COLUMNS) and cells[8].isdigit():
            cells[8] = int(cells[8])
        if cells[0].isdigit():
            cells[0] = int(cells[0])
    draft = read(as_xlsx(rows))
    assert draft == read(RAW)
    assert {note.kind for note in draft.notes} == {"repeated-header"}


def test_columns_are_found_by_name_in_any_order_without_accents_or_capitals():
    order = [2, 9, 0, 8, 7, 1, 3, 6, 5, 4]
    rows = [[c[i] for i in order] if len(c) == len(order) else list(c) for c in ROWS]
    rows[HEADER] = [name.upper().replace("Ó", "O") for name in rows[HEADER]]
    assert read(as_csv(rows)) == read(RAW)


def test_a_column_that_the_plan_does_not_have_is_named_and_not_imported():
    rows = [[*c, "extra" if c[0] != "#" else "Presupuesto"] if len(c) > 1 else c for c in ROWS]
    draft = read(as_text(rows))
    assert draft == read(RAW)
    assert ("unknown-column", 7, "«Presupuesto»") in [(n.kind, n.row, n.words) for n in draft.notes]


@pytest.mark.parametrize("column", [c for c in COLUMNS if c != "observations"])
def test_a_missing_column_is_named(column):
    position = COLUMNS.index(column)
    rows = [[*c[:position], *c[position + 1 :]] if len(c) > 1 else c for c in ROWS]
    sentence = refusal(as_text(rows))
    assert f"Fila 7: falta la columna «{ROWS[HEADER][position]}»" in sentence


def test_without_observations_the_plan_is_still_imported_and_says_so():
    draft = read(as_text([c[:9] for c in ROWS]))
    assert [task.observations for task in draft.tasks] == [""] * 15
    assert "missing-column" in {note.kind for note in draft.notes}


@pytest.mark.parametrize(
    ("row", "column", "words", "sentence"),
    [
        (12, "start_month", "Enerro", "Fila 12: el mes «Enerro» no existe."),
        (12, "end_month", "13", "Fila 12: el mes «13» no existe."),
        (
            12,
            "start_month",
            "Octubre",
            "Fila 12: termina en Septiembre, antes de empezar en Octubre.",
        ),
        (10, "target", "mucho", "Fila 10: la meta «mucho» no es un número entero"),
        (10, "target", "0", "Fila 10: la meta «0» no es un número entero"),
        (10, "target", "120%", "Fila 10: la meta «120%» pasa de 100."),
        (12, "target", "50%", "Fila 12: la meta «50%» es un porcentaje y la unidad dice Número."),
        (12, "target", "1,5 o 2", "Fila 12: la meta «1,5 o 2» no es un número entero"),
        (12, "target", "=1+1", "Fila 12: «Meta» tiene una fórmula."),
        (12, "name", "", "Fila 12: falta la tarea."),
        (12, "start_month", "", "Fila 12: falta el mes de inicio."),
        (12, "indicator", "", "Fila 12: falta el indicador"),
        (9, "number", "1", "Fila 9: la acción 1 ya está en la fila 8."),
        (9, "number", "dos", "Fila 9: el número de la acción es «dos»."),
        (9, "number", "", "Fila 9: el número de la acción es «»."),
        (9, "action", "", "Fila 9: la acción 2 no tiene nombre."),
        (8, "number", "", "Fila 8: el número de la acción es «»."),
        (11, "name", "x" * 4001, "Fila 11: «Tareas» pasa de 4000 letras."),
    ],
)
def test_a_broken_row_is_named_with_what_to_repair(row, column, words, sentence):
    assert sentence in broken(row, column, words)


def test_every_broken_row_is_named_at_once():
    rows = edited(12, 4, "Enerro")
    rows[9][8] = "mucho"
    assert [line.split(":")[0] for line in refusal(as_text(rows)).split("\n")] == [
        "Fila 10",
        "Fila 12",
    ]


def test_a_task_before_any_action_is_refused():
    rows = [c for number, c in enumerate(ROWS, 1) if number not in {8, 9, 10}]
    assert "Fila 8: la tarea no tiene acción encima." in refusal(as_text(rows))


def test_a_row_with_more_cells_than_the_header_is_refused():
    rows = [list(c) for c in ROWS]
    rows[11].append("de más")
    assert "Fila 12: tiene más celdas que el encabezado." in refusal(as_text(rows))


def test_a_line_that_is_no_row_is_refused():
    rows = [list(c) for c in ROWS]
    rows.insert(11, ["continúa en la página siguiente"])
    assert "Fila 12: solo dice «continúa en la página siguiente»." in refusal(as_text(rows))


def test_a_column_that_stands_twice_is_refused():
    rows = [[*c, c[8]] if len(c) > 1 else c for c in ROWS]
    assert "la columna «Meta» está dos veces" in refusal(as_text(rows))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "está vacío"),
        (" \n\t\n", "está vacío"),
        ("hola", "No encontramos la fila de encabezados"),
        (TEXT.split("\n1\t")[0], "ninguna tarea"),
    ],
    ids=["empty", "spaces", "no table", "header only"],
)
def test_a_file_without_a_plan_says_what_it_lacks(content, sentence):
    assert sentence in refusal(content)


def test_a_plan_of_more_than_300_rows_is_refused():
    line = "\t".join(ROWS[11])
    assert "más de 300 filas" in refusal(TEXT + ("\n" + line) * 301)


def test_a_column_of_other_things_is_not_taken_for_offices():
    strange = [f"Cosa {chr(97 + place // 26)}{chr(97 + place % 26)}" for place in range(61)]
    rows = ["\t".join([*ROWS[11][:3], name, *ROWS[11][4:]]) for name in strange]
    assert "61 nombres que no conocemos" in refusal("\n".join([TEXT, *rows]))


def test_the_year_comes_from_the_title_or_from_the_person():
    without = TEXT.replace(" 2024", "")
    assert "no dice el año" in refusal(without)
    assert read(without, year=2025).year == 2025
    other = read(RAW, year=2025)
    assert other.year == 2025
    assert [note.words for note in other.notes if note.kind == "year"] == ["2024 → 2025"]


def test_merged_cells_that_repeat_the_action_on_each_task_are_one_action():
    rows = [list(c) for c in ROWS]
    for cells in rows[10:14]:
        cells[0], cells[1] = rows[9][0], rows[9][1]
    assert read(as_text(rows)) == read(RAW)


@given(st.binary(max_size=400))
def test_random_bytes_are_refused_and_nothing_else(noise):
    with pytest.raises(Refused):
        read(noise)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150, deadline=None)
@given(
    st.sampled_from([RAW, as_csv(ROWS), as_xlsx(ROWS), as_ods(ROWS)]),
    st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_damaged_file_is_a_plan_or_is_refused(content, damage):
    noisy = bytearray(content)
    for place, byte in damage:
        noisy[place % len(noisy)] = byte
    with contextlib.suppress(Refused):
        assert list(read(bytes(noisy)).tasks)
