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


def line(*proofs, notes=(), ends=3, today=date(2024, 7, 15)) -> board.Line:
    """A task until the end of March, with its evidence and the notes of its reports."""
    one = task(1, start_month=1, end_month=ends)
    plan(one)
    day = date(2024, 3, 2)
    reports = [board.Report(n, "R", day, 1, None, words, "Q1", ()) for n, words in enumerate(notes)]
    return board.task_line(one, 2024, Indicator(Unit.COUNT, 1, proofs), reports, today)


def test_a_task_that_is_late_explains_why_in_the_words_of_its_last_report(app):
    no = proof(task(1), date(2024, 3, 2), fulfilled=False)
    assert line(no, notes=["Llovió.", "Se aplazó.", ""]).explanation == "Se aplazó."
    assert line(no).explanation == "Todavía no se usa."
    assert line(no, ends=12).explanation == "", "it still has time"
    late = proof(task(1), date(2024, 4, 2))
    assert line(late, notes=["Se aplazó."]).explanation == "Se aplazó."
    assert line(late).explanation == ""
    assert line(proof(task(1), date(2024, 3, 2)), notes=["Todo bien."]).explanation == ""


def test_the_sentence_says_how_many_of_the_met_were_late(app):
    late, in_time = proof(task(1), date(2024, 4, 2)), proof(task(1), date(2024, 3, 2))

    def sentence(*lines):
        section = board.Section(1, "Acción", lines)
        return board.Board(2024, "E", "P", None, (section,), ()).sentence

    words = "1 acción y 3 tareas: 2 cumplidas (1 de ellas fuera de término) y 1 vencida."
    assert sentence(line(late), line(in_time), line()) == words
    assert sentence(line(late)) == "1 acción y 1 tarea: 1 cumplida fuera de término."
    assert sentence(line(in_time)) == "1 acción y 1 tarea: 1 cumplida."


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
