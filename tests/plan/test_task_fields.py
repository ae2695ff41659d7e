"""The facts of a task are listed once, and everything else follows the list."""

from participa.plan.board import Line
from participa.plan.importing.columns import HEADER
from participa.plan.importing.drafts import DraftTask
from participa.plan.models import Task, Unit
from participa.plan.reporting.sheets import BOARD
from participa.plan.task_fields import FIELDS, KEYS, STORED, TABLE_FIELDS, facts_of
from tests.plan.builders import plan, task
from tests.plan.files import ROWS

OF_THE_RECORD = {"id", "action_id", "position"}


def test_what_the_database_stores_of_a_task_is_what_is_listed():
    assert {column.name for column in Task.__table__.columns} == OF_THE_RECORD | set(STORED)


def test_each_stored_fact_is_described():
    assert list(KEYS) == list(STORED)
    for kind in (DraftTask, Line):
        assert all(hasattr(kind, field.attribute) for field in FIELDS)


def test_the_table_has_the_columns_of_the_city_in_their_order():
    assert list(HEADER) == ROWS[6]


def test_no_two_columns_of_the_board_have_the_same_key():
    keys = [column.key for column in BOARD]
    assert len(set(keys)) == len(keys)


def test_a_task_is_written_as_the_city_writes_it():
    original = task(start_month=1, end_month=12, unit=Unit.PERCENT, target=100, observations="Ojo")
    plan(original)
    copy = DraftTask(action=1, position=1, **facts_of(original))
    assert [field.text(copy) for field in TABLE_FIELDS] == [
        "Tarea de prueba 1.",
        "Departamento Adm de Planeación",
        "Enero",
        "Diciembre",
        "Cosas hechas",
        "Porcentaje",
        "100%",
        "Ojo",
    ]
    assert facts_of(copy) == facts_of(original)
