"""How the city answers what it hears: the report that the law asks for (TRA-02)."""

import csv
import io
import json
from datetime import date, timedelta

import pytest

from participa.core import clock, codes
from participa.core.db import db
from participa.listening import acts
from participa.listening.answers import periods, transparency
from participa.listening.answers.periods import ReportPeriod
from participa.listening.models import Contribution
from tests.listening.answers.builders import heard, office_of, official
from tests.plan.builders import office

PAGE = "/escuchaderos/como-respondemos"


def said(on: date, answered_after: int | None = None, **facts) -> Contribution:
    made = heard("Algo que contar.", filed_on=on, **facts)
    if answered_after is not None:
        made.case.office = office_of()
        made.case.answered_on = on + timedelta(days=answered_after)
        db.session.commit()
    return made


def test_the_report_counts_what_the_law_asks_for(client, at):
    """TRA-02."""
    at(2026, 6, 1, 15)
    said(date(2026, 3, 2), 3)
    said(date(2026, 3, 2), 60)
    overdue = said(date(2026, 3, 3))
    moved = said(date(2026, 5, 29))
    health = office("salud", "Secretaría de Salud")
    db.session.add(health)
    db.session.flush()
    acts.transfer(moved, official(), health, "Es de salud.")
    db.session.commit()
    page = client.get(f"{PAGE}?periodo=2026").text
    assert "<dt>Recibidos</dt><dd>4</dd>" in page
    assert "<dt>Trasladados a otra dependencia</dt><dd>1</dd>" in page
    assert "<dt>Vencidos sin responder</dt><dd>1</dd>" in page
    assert "<b>33,3\xa0%</b> a tiempo" in page
    assert "1 ÷ (2 + 1)" in page
    assert overdue.shown_number in page
    assert "Vencido sin responder" in page


def test_leaving_questions_open_lowers_the_figure(client, at):
    at(2026, 6, 1, 15)
    said(date(2026, 3, 2), 3)
    assert "<b>100\xa0%</b> a tiempo" in client.get(PAGE).text
    said(date(2026, 3, 2))
    assert "<b>50\xa0%</b> a tiempo" in client.get(PAGE).text


def test_what_was_closed_without_an_answer_is_counted(client, at):
    """TRA-02."""
    at(2026, 6, 1, 15)
    made = said(date(2026, 5, 28), wants_answer=False)
    acts.close(made, official(), "Gracias.")
    db.session.commit()
    page = client.get(PAGE).text
    assert "<dt>Cerrados sin respuesta</dt><dd>1</dd>" in page


def test_a_risk_for_a_life_is_neither_counted_nor_listed(client, at):
    at(2026, 6, 1, 15)
    made = said(date(2026, 5, 28))
    other = said(date(2026, 5, 28))
    acts.mark_life_risk(made, official(), True)
    db.session.commit()
    page = client.get(PAGE).text
    assert "<dt>Recibidos</dt><dd>1</dd>" in page
    assert made.shown_number not in page
    assert other.shown_number in page


def many(territory: str, count: int, on: date = date(2026, 2, 10), **facts) -> list[Contribution]:
    return [said(on, territory=territory, **facts) for _ in range(count)]


def test_a_territory_with_few_people_is_hidden_and_cannot_be_computed(client, at):
    """TRA-01."""
    at(2026, 6, 1, 15)
    many("01", 9)
    many("16", 7)
    many("90", 2)
    report = transparency.report_of(ReportPeriod(2026, 1))
    shown = report.details.territories
    assert shown["90"] is None
    assert [count for count in shown.values() if count is None] != [None]
    assert sum(count or 0 for count in shown.values()) <= 9
    page = client.get(f"{PAGE}?periodo=2026-1").text
    assert 'aria-label="De dónde llegó: un cuadro por territorio' in page
    assert "oculto" in page


def test_details_wait_until_the_quarter_has_ended_and_a_year_has_none(client, at):
    """What a growing table or a year beside its quarters shows could be subtracted."""
    at(2026, 3, 31, 15)
    many("01", 9)
    for key in ("2026-1", "2026"):
        assert "De dónde llegó" not in client.get(f"{PAGE}?periodo={key}").text
    at(2026, 4, 1, 15)
    assert "De dónde llegó" in client.get(f"{PAGE}?periodo=2026-1").text
    assert "De dónde llegó" not in client.get(f"{PAGE}?periodo=2026").text


def test_who_came_back_and_what_they_said_are_groups(app, at):
    at(2026, 6, 1, 15)
    came = many("01", 12)
    for one in came[:6]:
        one.came_back_on, one.is_resolved = clock.today(), True
    came[0].is_resolved = False
    for one in came:
        one.case.answered_on = date(2026, 2, 20)
    db.session.commit()
    details = transparency.report_of(ReportPeriod(2026, 1)).details
    assert details.returns == {transparency.RETURNED: 6, transparency.STAYED: 6}
    assert details.satisfaction[transparency.NOT_RESOLVED] is None
    assert list(details.satisfaction.values()).count(None) >= 2


def test_the_files_carry_the_days_of_each_request_and_nothing_else(client, at):
    """TRA-01, TRA-02."""
    at(2026, 6, 1, 15)
    made = said(date(2026, 3, 2), 3, territory="01", topic="Educación")
    answer = client.get(f"{PAGE}/tiempos.json?periodo=2026")
    data = json.loads(answer.data)
    assert data["rows"] == [
        {
            "number": codes.show(made.receipt),
            "state": "Respondido",
            "days": 3,
            "on_time": True,
            "updated_on": "2026-06-01",
        }
    ]
    assert "Licencia" in data["note"]
    totals = client.get(f"{PAGE}/totales.csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(totals.lstrip("\ufeff")), delimiter=";"))
    assert ["Año 2026", "Recibidos", "", "1"] in [row[:4] for row in rows]
    for path in ("/tiempos.pdf", "/totales.exe"):
        assert client.get(f"{PAGE}{path}").status_code == 404


@pytest.mark.parametrize("key", ["1999", "2026-9", "hoy", "2099", "%00", "2026-", "٢٠٢٦"])
def test_a_period_that_is_none_has_no_page(client, at, key):
    at(2026, 6, 1, 15)
    assert client.get(f"{PAGE}?periodo={key}").status_code == 404
    assert client.get(f"{PAGE}/tiempos.csv?periodo={key}").status_code == 404


def test_a_city_that_has_heard_nobody_says_so(client, at):
    at(2026, 6, 1, 15)
    page = client.get(PAGE).text
    assert "En este periodo no ha llegado ningún aporte." in page
    assert client.get(f"{PAGE}/totales.json").status_code == 200


def test_the_periods_are_the_years_and_quarters_since_the_first_day():
    found = periods.periods(date(2025, 11, 3), date(2026, 4, 1))
    assert [one.key for one in found] == ["2026", "2026-1", "2026-2", "2025", "2025-4"]
    quarter = periods.read("2026-4")
    assert (quarter.begins_on, quarter.ends_on) == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter.name == "Cuarto trimestre de 2026"


def test_the_statements_of_the_report_do_not_grow(client, at, questions):
    at(2026, 6, 1, 15)
    many("01", 2)
    client.get(f"{PAGE}?periodo=2026-1")
    before = len(questions)
    client.get(f"{PAGE}?periodo=2026-1")
    few = len(questions) - before
    many("02", 12)
    before = len(questions)
    client.get(f"{PAGE}?periodo=2026-1")
    assert len(questions) - before == few
