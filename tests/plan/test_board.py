import pytest

from participa.plan import board, document, queries
from participa.plan.measures import Indicator
from participa.plan.models import Unit
from tests.plan.builders import office, plan, task


@pytest.fixture
def year(make, at):
    at(2024, 7, 15, 15)
    dap = office()
    return make(plan(*[task(n, (dap,) if n % 2 else ()) for n in range(1, 13)]))


def test_tasks_stand_in_the_order_of_their_numbers(year):
    assert [line.code for line in board.live(year).lines][8:] == ["1.9", "1.10", "1.11", "1.12"]


def test_each_task_knows_its_neighbours(year):
    whole = board.live(year)
    first, second, last = whole.lines[0], whole.lines[1], whole.lines[-1]
    assert whole.neighbours(first) == (None, second)
    assert whole.neighbours(last)[1] is None


def test_a_board_told_as_a_document_is_read_again_as_the_same_board(app, year):
    told = document.of(board.live(year))
    again = document.of(document.board(told))
    assert document.text(again) == document.text(told)


def test_some_tasks_are_named_for_a_page_that_has_only_their_numbers(year):
    named = queries.references(queries.tasks_by_ids([10, 2, 999]))
    assert [(one.code, one.year) for one in named] == [("1.2", 2024), ("1.10", 2024)]


def test_the_words_of_a_value_tell_what_is_missing():
    assert board.words_of(None) == "Aún sin medición"
    assert board.words_of(Indicator(Unit.PERCENT, 100, ())).startswith("Sin denominador")
    assert board.words_of(Indicator(Unit.COUNT, 2, ())) == "0 de 2"
