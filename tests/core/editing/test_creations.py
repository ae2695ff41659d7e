"""What the staff creates, once: a double click, a retry and a copy lead to the first record."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from participa.core import clock, submissions
from participa.core.db import db
from participa.core.editing import creations
from participa.core.editing.creations import Creation
from participa.staff.models import Office
from tests.ballots.city import at_once
from tests.visitor import field, where

NEW = "/gestion/dependencias/nueva"


@pytest.fixture
def chief(staff):
    return staff("ADMINISTRATOR")


def typed(page, name="Secretaría de la Escucha"):
    tokens = {one: field(page, one) for one in ("csrf_token", "creation")}
    return tokens | {"name": name, "kind": "secretaria"}


def how_many() -> int:
    return db.session.query(Office).count()


def test_a_double_click_makes_one_and_both_lead_to_it(chief):
    sent = typed(chief.get(NEW))
    first, second = (chief.post(NEW, data=sent) for _ in range(2))
    assert where(first) == where(second)
    assert how_many() == 1


def test_a_form_that_is_opened_again_makes_another_one(chief):
    chief.post(NEW, data=typed(chief.get(NEW)))
    chief.post(NEW, data=typed(chief.get(NEW), "Secretaría del Diálogo"))
    assert how_many() == 2


def test_a_refused_form_can_be_sent_again(chief):
    sent = typed(chief.get(NEW))
    assert chief.post(NEW, data=sent | {"name": ""}).status_code == 422
    assert chief.post(NEW, data=sent).status_code == 302
    assert how_many() == 1


@pytest.mark.parametrize("token", ["", "forjado", "otra"], ids=["missing", "forged", "other form"])
def test_a_token_of_elsewhere_makes_nothing_and_keeps_what_was_typed(chief, token):
    sent = typed(chief.get(NEW))
    sent["creation"] = submissions.issue("InviteForm") if token == "otra" else token
    refused = chief.post(NEW, data=sent)
    assert refused.status_code == 422
    assert "Secretaría de la Escucha" in refused.text
    assert how_many() == 0
    assert chief.post(NEW, data=typed(refused)).status_code == 302


def test_what_was_deleted_meanwhile_is_not_made_again_by_an_old_click(chief):
    sent = typed(chief.get(NEW))
    chief.post(NEW, data=sent)
    db.session.delete(db.session.query(Office).one())
    db.session.commit()
    refused = chief.post(NEW, data=sent)
    assert refused.status_code == 422
    assert "después se borró" in refused.text
    assert how_many() == 0


def test_two_clicks_at_the_same_instant_make_one(app, staff):
    visitor = staff("ADMINISTRATOR")
    sent = typed(visitor.get(NEW))
    key = visitor.get_cookie("gestion", path="/gestion").value

    def click() -> str:
        browser = FlaskClient(app)  # a Visitor listens to the engine, one at a time
        browser.set_cookie("gestion", key, path="/gestion")
        return where(browser.post(NEW, data=sent))

    assert len({*at_once(click, click, click)}) == 1
    assert how_many() == 1


def test_old_rows_are_erased(app, at):
    now = at(2026, 3, 2, 13)
    for number, age in enumerate((59, 61)):
        created = now - timedelta(days=age)
        db.session.add(Creation(submission_id=f"{number:032x}", record="", created_at=created))
    db.session.commit()
    assert creations.erase_old() == 1
    assert clock.now() == now
