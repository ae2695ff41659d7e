from dataclasses import replace
from datetime import date

import pytest

from participa.plan import board, document, queries
from participa.plan.measures import Indicator
from participa.plan.models import Unit
from tests.plan.builders import office, plan, proof, task


@pytest.fixture
def year(make, at):
    at(2024, 7, 15, 15)
    dap = office()
    return make(plan(*[task(n, (dap,) if n % 2 else ()) for n in range(1, 13)]))


def test_tasks_stand_in_the_order_of_their_numbers(year):
    assert [line.code for line in board.current_board(year).lines][8:] == [
        "1.9",
        "1.10",
        "1.11",
        "1.12",
    ]


def test_each_task_knows_its_neighbours(year):
    whole = board.current_board(year)
    first, second, last = whole.lines[0], whole.lines[1], whole.lines[-1]
    assert whole.neighbours(first) == (None, second)
    assert whole.neighbours(last)[1] is None


def test_a_board_stored_as_a_document_is_read_again_as_the_same_board(app, year):
    exported = document.board_document(board.current_board(year))
    again = document.board_document(document.board_from(exported))
    assert document.canonical_json(again) == document.canonical_json(exported)


def test_some_tasks_are_named_for_a_page_that_has_only_their_numbers(year):
    named = queries.references(queries.tasks_by_ids([10, 2, 999]))
    assert [(one.code, one.year) for one in named] == [("1.2", 2024), ("1.10", 2024)]


def test_the_words_of_a_value_tell_what_is_missing():
    assert board.indicator_text(None) == "Aún sin medición"
    assert board.indicator_text(Indicator(Unit.PERCENT, 100, ())).startswith("Sin denominador")
    assert board.indicator_text(Indicator(Unit.COUNT, 2, ())) == "0 de 2"


def test_more_than_the_target_is_shown_without_a_part_greater_than_its_whole():
    first = task(1)
    three = tuple(proof(first, date(2024, 3, day)) for day in (1, 2, 3))
    assert board.indicator_text(Indicator(Unit.COUNT, 3, three)) == "3 de 3"
    assert board.indicator_text(Indicator(Unit.COUNT, 2, three)) == "3, más que la meta"


def answering(written: str, *linked: str) -> board.Line:
    [one] = plan(task(1, offices_written=written)).actions[0].tasks
    line = board.task_line(one, 2024, None, (), date(2024, 7, 15))
    responsibles = tuple(
        board.Responsible(str(place), name, name) for place, name in enumerate(linked)
    )
    return replace(line, offices=responsibles)


def test_offices_that_the_plan_writes_without_a_separator_are_shown_apart(app):
    line = answering("Gobernación de AntioquiaPlaneación", "Gobernación de Antioquia", "Planeación")
    assert line.offices_text == "Gobernación de Antioquia · Planeación"
    assert not line.leaves_words_unlinked


def test_no_word_of_the_plan_about_who_answers_is_lost(app):
    line = answering("Planeación y el comité", "Planeación")
    assert line.offices_text == "Planeación y el comité"
    assert line.leaves_words_unlinked
    assert answering("El comité").offices_text == "El comité"
