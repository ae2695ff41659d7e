"""The year 2024 from January to December: every indicator follows from what people did.

The story of the demonstration is played through the services, up to the end of each quarter and to
the closing of the plan, and read on the page of the plan. No indicator is typed.
"""

import pytest

from tests.story import tell_whole_story

pytestmark = [pytest.mark.one_engine, pytest.mark.slow]

DONE, GOING, LATE, NOT_BEGUN = "cumplida", "en curso", "vencida", "sin iniciar"
MEASURES = {
    "1.1": "groups.formed",
    "2.1": "topics.published",
    "3.1": "formats.with_variables",
    "3.2": "formats.updated",
    "3.3": "attendance.lists",
    "3.4": "formats.with_qr",
    "3.5": "events.meetings_held",
    "4.1": "ballots.working",
    "5.1": "outreach.pieces_published",
    "6.1": "formats.in_use",
    "7.1": "listening.working",
    "7.2": "outreach.events_called",
    "8.1": "groups.formed",
    "8.2": "groups.formed",
    "9.1": "groups.formed",
}
# Numerator, denominator and state of each task. An open call and two open boxes count besides those
# of the story: a demonstration has something open on whatever day it is begun.
STORY = {
    (2024, 3, 31): {
        "1.1": (1, 1, DONE),  # the lead team was founded in February
        "2.1": (2, 1, DONE),
        "3.1": (1, 1, DONE),  # one format is in force, with its variables
        "3.2": (1, 1, DONE),
        "3.3": (0, 1, GOING),
        "3.4": (1, 1, DONE),
        "3.5": (0, 2, GOING),
        "4.1": (2, 1, DONE),
        "5.1": (1, 8, GOING),
        "6.1": (0, 1, GOING),
        "7.1": (0, 0, NOT_BEGUN),  # without a denominator, and its months begin in July
        "7.2": (0, 0, NOT_BEGUN),
        "8.1": (0, 1, GOING),
        "8.2": (0, 1, GOING),
        "9.1": (0, 1, GOING),
    },
    (2024, 6, 30): {
        "1.1": (1, 1, DONE),
        "2.1": (2, 1, DONE),
        "3.1": (3, 3, DONE),
        "3.2": (3, 3, DONE),
        "3.3": (1, 1, DONE),  # the Comité signed it on the 20th
        "3.4": (2, 2, DONE),  # one format was found not to apply, with its reason
        "3.5": (1, 2, GOING),  # the Comité met on the 20th
        "4.1": (2, 1, DONE),
        "5.1": (4, 8, GOING),
        "6.1": (1, 1, DONE),  # that meeting was planned with the format
        "7.1": (0, 0, NOT_BEGUN),
        "7.2": (0, 0, NOT_BEGUN),  # a meeting of the Comité is no event of dialogue
        "8.1": (0, 1, GOING),
        "8.2": (0, 1, GOING),
        "9.1": (1, 1, DONE),
    },
    (2024, 9, 30): {
        "1.1": (1, 1, DONE),
        "2.1": (2, 1, DONE),
        "3.1": (3, 3, DONE),
        "3.2": (5, 5, DONE),
        "3.3": (3, 1, DONE),
        "3.4": (3, 3, DONE),
        "3.5": (2, 2, DONE),
        "4.1": (2, 1, DONE),
        "5.1": (6, 8, GOING),
        "6.1": (1, 1, DONE),
        "7.1": (3, 7, GOING),  # three of the seven planned posts have opened and been used
        "7.2": (1, 2, GOING),  # Popular by radio; San Cristóbal is called and has no mass medium
        "8.1": (1, 1, DONE),
        "8.2": (0, 1, GOING),
        "9.1": (1, 1, DONE),
    },
    (2024, 12, 31): {
        "1.1": (1, 1, DONE),
        "2.1": (2, 1, DONE),
        "3.1": (3, 3, DONE),
        "3.2": (5, 5, DONE),
        "3.3": (5, 1, DONE),  # each event of the year had its list
        "3.4": (3, 3, DONE),
        "3.5": (2, 2, DONE),
        "4.1": (4, 1, DONE),  # two boxes were counted in December
        "5.1": (8, 8, DONE),
        "6.1": (1, 1, DONE),
        "7.1": (5, 7, GOING),  # one never opened, and at another one nobody was heard
        "7.2": (2, 3, GOING),  # and the hearing by press, radio and television
        "8.1": (1, 1, DONE),
        "8.2": (1, 1, DONE),
        "9.1": (1, 1, DONE),
    },
}


def tasks_at(client, at, year, month, day):
    at(year, month, day, 20)
    tell_whole_story()
    board = client.get("/plan.json?ano=2024").json
    return {task["code"]: task for action in board["actions"] for task in action["tasks"]}


@pytest.mark.parametrize("day", STORY, ids=lambda day: "-".join(map(str, day)))
def test_the_indicators_have_the_values_of_what_was_done_by_then(demo, at, client, day):
    tasks = tasks_at(client, at, *day)
    found = {
        code: (task["numerator"], task["denominator"], task["state"])
        for code, task in tasks.items()
    }
    assert found == STORY[day]
    assert {code: task["measure"] for code, task in tasks.items()} == MEASURES


def test_each_number_is_the_list_under_it_and_each_gap_says_why(demo, at, client):
    tasks = tasks_at(client, at, 2024, 12, 31)
    for code, task in tasks.items():
        counted = [one for one in task["evidence"] if one["fulfilled"]]
        assert len(counted) == task["numerator"], code
        assert all(one["reason"] for one in task["evidence"] if not one["fulfilled"]), code
        for one in task["evidence"]:
            assert client.get(one["url"]).status_code == 200, one


def test_what_the_year_did_not_reach_is_overdue_once_it_is_closed(demo, at, client):
    tasks = tasks_at(client, at, 2025, 2, 10)
    overdue = {code for code, task in tasks.items() if task["state"].startswith(LATE)}
    assert overdue == {"7.1", "7.2"}
    assert (tasks["7.2"]["numerator"], tasks["7.2"]["denominator"]) == (2, 3)
    [missing] = [one for one in tasks["7.2"]["evidence"] if not one["fulfilled"]]
    assert missing["title"] == "Diálogo territorial en San Cristóbal"
