"""The city closes a day: every open case moves, and the trail says from when to when."""

from datetime import date

import pytest

from participa.cases.calendar import Closure, closed_days, forget_closed_days
from participa.cases.legal_calendar import closures
from participa.core import workdays
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from tests.cases.builders import question
from tests.plan.builders import account
from tests.topics.builders import call
from tests.visitor import field, where

CALENDAR = "/gestion/radicados/calendario"
CLOSED = date(2026, 3, 10)
TYPED = {"closed_on": "2026-03-10", "reason": "Jornada sindical", "act": "Decreto 0123 de 2026"}


@pytest.fixture
def city(app, at):
    """Three open questions, of which two end after the closure, and one that was answered."""
    at(2026, 3, 3, 15)
    asked = call()
    days = (date(2026, 2, 9), date(2026, 3, 2), date(2026, 3, 2))
    cases = [
        question(asked, f"{place:012}", filed_on=day) for place, day in enumerate(days, start=1)
    ]
    question(asked, "9" * 12, filed_on=days[1], answered_on=date(2026, 3, 3), answer="Sí")
    db.session.commit()
    return cases


def add(visitor, **changes):
    """Send the form twice, as its page asks: to look, and to add."""
    page = visitor.get(f"{CALENDAR}/cierre")
    kept = {name: field(page, name) for name in ("csrf_token", "creation")}
    looked = visitor.post(f"{CALENDAR}/cierre", data=kept | TYPED | changes)
    if 'name="looked"' not in looked.text:
        return looked, looked
    kept["looked"] = field(looked, "looked")
    return looked, visitor.post(f"{CALENDAR}/cierre", data=kept | TYPED | changes)


def last(action: str) -> AuditEntry:
    rows = db.select(AuditEntry).filter_by(action=action).order_by(AuditEntry.number.desc())
    return db.session.scalars(rows).first()


def test_a_closure_shows_what_it_moves_before_it_is_added_and_the_trail_holds_the_same(staff, city):
    """PQR-01."""
    before = city[1].due_on
    visitor = staff("EDITOR")
    looked, done = add(visitor)
    after = workdays.add(before, 1)
    assert looked.status_code == 200
    assert "Agregar el cierre" in looked.text
    assert f"{before.day} de marzo" in looked.text
    assert '<td class="number" data-label="Radicados">2</td>' in looked.text
    assert where(done) == CALENDAR
    assert "Se movió el término de 2 radicados." in visitor.get(done.location).text
    entry = last("cases.closure_added")
    assert entry.details["cases"] == 2
    assert entry.details["moves"] == [
        {"before": before.isoformat(), "after": after.isoformat(), "cases": 2}
    ]
    assert (entry.details["closed_on"], entry.details["closing_act"]) == (
        "2026-03-10",
        TYPED["act"],
    )
    forget_closed_days()
    assert city[1].due_on == after


def test_the_first_sending_adds_nothing(staff, city):
    visitor = staff("EDITOR")
    page = visitor.get(f"{CALENDAR}/cierre")
    kept = {name: field(page, name) for name in ("csrf_token", "creation")}
    visitor.post(f"{CALENDAR}/cierre", data=kept | TYPED)
    assert db.session.query(Closure).count() == 0
    another = kept | TYPED | {"looked": "2026-03-11"}
    shown = visitor.post(f"{CALENDAR}/cierre", data=another)
    assert field(shown, "looked") == "2026-03-10"
    assert db.session.query(Closure).count() == 0


def test_two_clicks_add_one_closure(staff, city):
    visitor = staff("EDITOR")
    page = visitor.get(f"{CALENDAR}/cierre")
    kept = {name: field(page, name) for name in ("csrf_token", "creation")}
    sent = kept | TYPED | {"looked": TYPED["closed_on"]}
    first, second = (visitor.post(f"{CALENDAR}/cierre", data=sent) for _ in range(2))
    assert (where(first), where(second)) == (CALENDAR, CALENDAR)
    assert db.session.query(Closure).count() == 1


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-03-14", "Ningún término cuenta ese día: es sábado."),
        ("2026-03-23", "Ningún término cuenta ese día: es festivo: "),
        ("2026-02-30", "Escriba la fecha así"),
        ("0001-01-01", "Escriba un año entre 2000 y 2100."),
        ("", "Escriba el día del cierre."),
    ],
)
def test_a_day_that_counts_for_nobody_gets_a_sentence(staff, city, day, sentence):
    looked, _ = add(staff("EDITOR"), closed_on=day)
    assert looked.status_code == 422
    assert sentence in looked.text
    assert TYPED["act"] in looked.text


def test_a_closure_that_is_taken_back_moves_the_terms_back(staff, city):
    visitor = staff("EDITOR")
    before = city[1].due_on
    add(visitor)
    made = db.session.scalars(db.select(Closure)).one()
    address = f"{CALENDAR}/cierre/{made.id}/quitar"
    page = visitor.get(address)
    assert '<td class="number" data-label="Radicados">2</td>' in page.text
    done = visitor.post(address, data={"csrf_token": field(page, "csrf_token")})
    assert where(done) == CALENDAR
    assert last("cases.closure_taken_back").details["moves"][0]["after"] == before.isoformat()
    assert db.session.query(Closure).count() == 0
    assert visitor.get(address).status_code == 404


def test_of_two_who_add_the_same_day_the_second_is_told(app, city):
    by = account()
    db.session.add(by)
    closures.add(by, CLOSED, "Jornada", "Decreto 1")
    assert CLOSED in closed_days()
    with pytest.raises(Refused, match="ya está entre los cierres"):
        closures.add(by, CLOSED, "Otra", "Decreto 2")


@pytest.mark.parametrize("role", ["READER", "RESPONSIBLE"])
def test_only_editors_change_the_calendar(staff, city, role):
    visitor = staff(role)
    page = visitor.get(CALENDAR)
    assert page.status_code == 200
    assert "Agregar un cierre" not in page.text
    assert visitor.get(f"{CALENDAR}/cierre").status_code == 403
    assert visitor.get(f"{CALENDAR}/falla").status_code == 403


def test_the_trail_shows_the_moves_in_words(staff, city):
    add(staff("EDITOR"))
    page = staff("ADMINISTRATOR").get("/gestion/registro?buscar=cierre")
    assert "Agregó un cierre de la ciudad" in page.text
    assert "radicados que se movieron: 2" in page.text
