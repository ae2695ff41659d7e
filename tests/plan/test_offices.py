"""Cells that name several offices with nothing between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.plan.offices import Directory, KnownOffice, OfficeMention
from tests.plan.files import OFFICES, SEED_PLAN, directory

ALL = directory()
TASKS = [task for action in SEED_PLAN["actions"] for task in action["tasks"]]
NAMES = {name: row["id"] for row in OFFICES for name in [row["name"], *row["seed_aliases"]]}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["code"])
def test_each_cell_of_the_city_names_the_offices_that_answer(task):
    pieces = ALL.split(task["responsable_raw"])
    assert [mention.written for mention in pieces] == task["responsables"]
    assert [mention.slug for mention in pieces] == task["responsables_ids"]


def test_the_longest_name_wins_so_that_distrital_is_not_left_behind():
    pieces = ALL.split("Departamento Adm de Planeación Distrital Gobernación de Antioquia")
    assert [mention.written for mention in pieces] == [
        "Departamento Adm de Planeación Distrital",
        "Gobernación de Antioquia",
    ]


def test_a_stray_word_is_the_end_of_the_name_before_it():
    pieces = directory(without="Distrital").split(
        "Departamento Adm de Planeación Distrital Gobernación de Antioquia"
    )
    assert pieces[0] == OfficeMention("Departamento Adm de Planeación Distrital", "dap")


@pytest.mark.parametrize(
    "cell",
    [
        "Secretaría de SaludSecretaría de las Mujeres",
        "SECRETARIA DE SALUD / SECRETARIA DE LAS MUJERES",
        "secretaría de salud y secretaría de las mujeres",
        "Secretaría  de\nSalud; Secretaría de las\tMujeres.",
    ],
    ids=["no blank", "capitals without accents", "joined by y", "lines and tabs"],
)
def test_two_offices_are_found_however_they_are_written(cell):
    assert [mention.slug for mention in ALL.split(cell)] == ["sec-salud", "sec-mujeres"]


def test_an_unknown_office_has_the_words_of_the_cell():
    cell = "Oficina de Asuntos Raros Secretaría de Salud, Corporación Río Vivo Gerencia Lunar"
    assert ALL.split(cell) == [
        OfficeMention("Oficina de Asuntos Raros"),
        OfficeMention("Secretaría de Salud", "sec-salud"),
        OfficeMention("Corporación Río Vivo"),
        OfficeMention("Gerencia Lunar"),
    ]


def test_a_city_without_offices_still_cuts_names_at_their_first_word():
    written = [
        p.written for p in Directory([]).split("Secretaría de Salud Gobernación de Antioquia")
    ]
    assert written == ["Secretaría de Salud", "Gobernación de Antioquia"]


def test_an_empty_cell_names_nobody():
    assert ALL.split("") == ALL.split(" , ; ") == []


@given(
    st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=6),
    st.sampled_from([" ", ", ", "; ", "  ", " / "]),
)
def test_offices_glued_in_any_order_are_split_right(names, glue):
    pieces = ALL.split(glue.join(names))
    assert [mention.slug for mention in pieces] == [NAMES[name] for name in names]


@given(st.text(max_size=200))
def test_any_text_is_split_without_losing_a_known_word(cell):
    pieces = Directory([(KnownOffice("x", "Secretaría de Salud"), ())]).split(cell)
    assert all(mention.written in cell for mention in pieces)
