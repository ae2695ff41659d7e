"""The number is the list: whatever happens, page, JSON, CSV and Excel tell the same."""

import re
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from participa.core.db import db
from participa.core.installation import installation
from participa.plan import measures
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Plan, Unit
from tests.plan.builders import csv_rows, plan, task, xlsx_rows

NAMES = ("pruebas.uno", "pruebas.dos")
DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))
MONTHS = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(sorted)
TASKS = st.fixed_dictionaries(
    {
        "months": MONTHS,
        "unit": st.sampled_from(Unit),
        "target": st.integers(1, 100),
        "measure": st.sampled_from([None, "desconocida", *NAMES]),
    }
)
# (which task, when, whether it counts)
PROOFS = st.lists(st.tuples(st.integers(0, 5), DAYS, st.booleans()), max_size=30)
STATES = ("sin iniciar", "en curso", "cumplida", "vencida")


def city(tasks, proofs) -> list[Evidence]:
    """Store the plan; of another example nothing is left."""
    db.session.execute(delete(Plan))
    made = plan(
        *[
            task(
                place,
                start_month=told["months"][0],
                end_month=told["months"][1],
                unit=told["unit"],
                target=told["target"],
                measure=told["measure"],
            )
            for place, told in enumerate(tasks, 1)
        ]
    )
    db.session.add(made)
    db.session.commit()
    stored = made.actions[0].tasks
    return [
        Evidence(stored[place].id, f"Hecho {number}", "/p", on, counts, "" if counts else "No.")
        for number, (place, on, counts) in zip(count(1), proofs, strict=False)
        if place < len(stored)
    ]


def tell(app, monkeypatch, evidence: list[Evidence]) -> None:
    """Each measure speaks only for the tasks that it is asked about."""

    def answer(task_ids):
        return [one for one in evidence if one.task_id in task_ids]

    told = {name: Measure(name, f"Hechos de {name}", answer) for name in NAMES}
    monkeypatch.setattr(installation(app), "measures", told)


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tasks=st.lists(TASKS, min_size=1, max_size=6), proofs=PROOFS, today=DAYS)
def test_every_form_of_the_board_tells_the_same_numbers(
    app, client, at, monkeypatch, tasks, proofs, today
):
    at(today.year, today.month, today.day, 15)
    evidence = city(tasks, proofs)
    tell(app, monkeypatch, evidence)
    document = client.get("/plan.json?ano=2024").json
    told = document["actions"][0]["tasks"]
    rows = csv_rows(client, "/plan.csv?ano=2024")
    sheet = xlsx_rows(client, "/plan.xlsx?ano=2024")
    for entry, row, cells in zip(told, rows, sheet[1:], strict=True):
        check_list(entry)
        check_csv(entry, row)
        check_cells(entry, dict(zip(sheet[0], cells, strict=True)))
        check_page(client, entry)
        listed = csv_rows(client, f"/plan/tareas/{entry['code']}.csv?ano=2024")
        counted = [one for one in listed if one["Cuenta"] == "sí"]
        assert (len(counted), len(listed)) == (entry["numerator"] or 0, len(entry["evidence"]))
    check_facts(client, told)


def check_list(entry) -> None:
    counted = sum(proof["fulfilled"] for proof in entry["evidence"])
    if entry["measure"] not in NAMES:
        assert (entry["numerator"], entry["denominator"], entry["value"]) == (None, None, None)
        return
    assert entry["numerator"] == counted
    if entry["unit"] == "count":
        assert (entry["value"], entry["denominator"]) == (counted, entry["target"])
    elif entry["evidence"]:
        assert entry["denominator"] == len(entry["evidence"])
        assert entry["value"] == 100 * counted / len(entry["evidence"])
    else:
        assert (entry["denominator"], entry["value"]) == (0, None)


def check_csv(entry, row) -> None:
    def written(value):
        return "" if value is None else str(value).replace(".", ",")

    assert row["Cumplen"] == written(entry["numerator"])
    assert row["De"] == written(entry["denominator"])
    assert row["Valor"] == written(entry["value"])
    assert row["Estado"] == entry["state"]


def check_cells(entry, row) -> None:
    assert row["Estado"] == entry["state"]
    for title, key in (("Cumplen", "numerator"), ("De", "denominator"), ("Valor", "value")):
        expected = "" if entry[key] is None else pytest.approx(entry[key])
        assert row[title] == expected


def check_page(client, entry) -> None:
    page = client.get(f"/plan/tareas/{entry['code']}?ano=2024").text
    assert page.count('<span class="hidden">Cuenta: ') == (entry["numerator"] or 0)
    assert page.count("Cuenta: ") + page.count("No cuenta: ") == len(entry["evidence"])
    if entry["value"] is not None:
        words = f"<b>{entry['numerator']} de {entry['denominator']}"
        assert words in page
    elif entry["measure"] in NAMES:
        assert "Sin denominador" in page
    else:
        assert "Aún sin medición" in page
    assert entry["state"].capitalize() in page


def check_facts(client, told) -> None:
    page = client.get("/plan?ano=2024").text
    facts = dict(re.findall(r"estado=([a-z-]+)\">[^<]+</a></dt><dd>(\d+)</dd>", page))
    for state in STATES:
        there = [entry for entry in told if entry["state"] == state]
        slug = state.replace(" ", "-")
        assert int(facts[slug]) == len(there)
        listed = client.get(f"/plan.json?ano=2024&estado={slug}").json["actions"]
        assert sum(len(action["tasks"]) for action in listed) == len(there)


def test_each_measure_is_asked_once_however_many_tasks(app, monkeypatch, make):
    asked = []

    def answer(task_ids):
        asked.append(len(task_ids))
        return ()

    made = make(plan(*[task(n, measure=NAMES[n % 2]) for n in range(1, 21)]))
    told = {name: Measure(name, name, answer) for name in NAMES}
    monkeypatch.setattr(installation(app), "measures", told)
    measures.indicators(made.actions[0].tasks)
    assert asked == [10, 10]
