"""What is no form is refused in words, wherever a form is expected."""

import pytest

from tests.house.test_every_route import doors
from tests.topics.builders import CODE, call

pytestmark = pytest.mark.one_engine

FOREIGN = {
    "an object": ("application/json", '{"topics": [1]}'),
    "a list": ("application/json", "[1]"),
    "broken JSON": ("application/json", "{"),
    "a kind of JSON": ("application/vnd.api+json", '{"a": 1}'),
    "text": ("text/plain", "topics=1"),
    "XML": ("application/xml", "<a/>"),
    "no kind": ("", "topics=1"),
}
# They read the bytes of the body themselves: reports, ballots, and what devices collected.
OTHERS = {
    "health.policy_report",
    "ballots.cast",
    "ballots.code_state",
    "attendance_offline.receive",
}

SIGNED_OUT = {"security.logout"}  # leads away whoever is not signed in


@pytest.mark.parametrize(("kind", "body"), FOREIGN.values(), ids=FOREIGN)
def test_what_no_form_sends_is_refused_in_words(client, make, kind, body):
    make(call())
    page = client.post(f"/temas/{CODE}", data=body, content_type=kind)
    assert page.status_code == 415
    assert "llene el formulario" in page.text


def test_no_form_of_the_city_takes_json(app, client):
    wrong = []
    for rule, address, method in doors(app):
        if method != "POST" or rule.endpoint in OTHERS:
            continue
        page = client.post(address, json=[1])
        if not 400 <= page.status_code < 500 and rule.endpoint not in SIGNED_OUT:
            wrong.append(f"{address} ({rule.endpoint}) answers {page.status_code}")
    assert wrong == []


def test_a_button_without_fields_needs_no_kind(client, make):
    make(call())
    assert client.post(f"/temas/{CODE}").status_code == 422
