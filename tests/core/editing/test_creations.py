"""What the staff creates, once: a double click, a retry and a copy lead to the first record."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from participa.ballots.models import BoxKind
from participa.core import clock, submissions
from participa.core.db import db
from participa.core.editing import creations
from participa.core.editing.creations import Creation
from participa.staff.models import Office
from tests.ballots import city
from tests.ballots.city import at_once
from tests.filling import Forms
from tests.topics.builders import call
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


OTHER = "Secretaría del Diálogo"


def names() -> set[str]:
    return {one.name for one in db.session.query(Office)}


def test_other_content_under_a_used_token_is_not_swallowed(chief):
    """As after the browser's Back, which shows the old page with its old token."""
    sent = typed(chief.get(NEW))
    first = chief.post(NEW, data=sent)
    refused = chief.post(NEW, data=sent | {"name": OTHER})
    assert refused.status_code == 409
    assert f'value="{OTHER}"' in refused.text
    assert f'<a href="{where(first)}">Ver «Secretaría de la Escucha»</a>' in refused.text
    assert names() == {"Secretaría de la Escucha"}
    again = chief.post(NEW, data=typed(refused, OTHER))
    assert again.status_code == 302
    assert names() == {"Secretaría de la Escucha", OTHER}


def test_other_content_is_refused_even_where_it_would_be_refused_anyway(chief):
    sent = typed(chief.get(NEW))
    chief.post(NEW, data=sent)
    assert chief.post(NEW, data=sent | {"kind": "entidad"}).status_code == 409
    assert how_many() == 1


def test_a_used_token_leads_to_the_first_question_of_a_box_and_keeps_the_second(staff):
    """A question has a text, and stands in a box; it is told by both."""
    made = city.draft(BoxKind.CODES)
    address = f"/gestion/urnas/{made.uuid}/preguntas/nueva"
    visitor = staff("EDITOR")
    [form] = [one for one in Forms(visitor.get(address).text, address).forms if one.is_sent][-1:]
    sent = dict(form.as_it_stands()) | {"text": "¿Un parque?", "kind": "YES_NO"}
    assert visitor.post(address, data=sent).status_code == 302
    refused = visitor.post(address, data=sent | {"text": "¿Una biblioteca?"})
    assert refused.status_code == 409
    assert "¿Una biblioteca?" in refused.text
    assert "Ver «¿Un parque?»" in refused.text


def test_a_token_is_good_for_its_page_its_record_and_its_account_only(staff):
    one, other = (db.session.merge(call(code=code)) for code in ("AAAA1111", "BBBB2222"))
    db.session.commit()
    box = city.draft(BoxKind.CODES)
    visitor, colleague = staff("EDITOR"), staff("EDITOR")
    page = visitor.get(f"/gestion/temas/{one.code}")
    token = {"creation": field(page, "creation")}
    elsewhere = (
        (visitor, f"/gestion/urnas/{box.uuid}"),
        (visitor, f"/gestion/temas/{other.code}"),
        (colleague, f"/gestion/temas/{one.code}"),
    )
    for who, address in elsewhere:
        mine = {"csrf_token": field(who.get(address), "csrf_token")}
        assert who.post(f"{address}/duplicar", data=token | mine).status_code == 409
    mine = {"csrf_token": field(page, "csrf_token")}
    here = f"/gestion/temas/{one.code}/duplicar"
    assert visitor.post(here, data=token | mine).status_code == 302


def test_what_was_deleted_can_be_created_again_by_who_insists(chief):
    sent = typed(chief.get(NEW))
    chief.post(NEW, data=sent)
    db.session.delete(db.session.query(Office).one())
    db.session.commit()
    refused = chief.post(NEW, data=sent)
    assert chief.post(NEW, data=typed(refused)).status_code == 302
    assert how_many() == 1
