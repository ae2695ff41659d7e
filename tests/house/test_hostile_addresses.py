"""Whatever stands where an address names a record, the page says that nothing is there."""

import pytest
from werkzeug.routing import AnyConverter, FloatConverter, IntegerConverter

from participa.staff.models import Role
from tests.house.test_every_route import ask, example
from tests.house.test_guards import is_guarded
from tests.visitor import field

ODD = {
    "a NUL": "%00",
    "a NUL inside": "A%00B",
    "3,000 characters": "A" * 3000,
    "5,000 digits": "9" * 5000,  # more than Python reads as a number
    "broken bytes": "%FF%FE%C3%28%ED%A0%80",
}
MARK = "QZQZ"


def odd_addresses(app):
    """(rule, address, method) with each odd text in the place of each value of an address."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        converters = rule._converters
        for name in rule.arguments:
            if isinstance(converters[name], AnyConverter | FloatConverter):
                continue
            values = {one: example(converters[one]) for one in rule.arguments}
            is_number = isinstance(converters[name], IntegerConverter)
            place = "4242" if is_number else MARK
            for method in sorted(rule.methods & {"GET", "POST"}):
                address = adapter.build(rule.endpoint, values | {name: place}, method=method)
                for odd in ODD.values():
                    yield rule, address.replace(place, odd), method


def wrong_answers(visitor, asked, token: str = "") -> list[str]:
    wrong = []
    for rule, address, method in asked:
        status = ask(visitor, address, method, token).status_code
        if not 300 <= status < 500:  # 404, unless it is asked first who sends it
            wrong.append(f"{method} {rule.rule} as {address[:60]} answers {status}")
    return wrong


@pytest.mark.slow
def test_an_odd_address_leads_nowhere_and_breaks_nothing_for_a_visitor(app, client):
    assert wrong_answers(client, odd_addresses(app)) == []


@pytest.mark.slow
def test_an_odd_address_leads_nowhere_and_breaks_nothing_for_the_staff(app, staff):
    """Of the administrator, who is let in everywhere: the others are refused or get the same."""
    asked = [one for one in odd_addresses(app) if is_guarded(app, one[0].endpoint)]
    views = [app.view_functions[rule.endpoint] for rule, *_ in asked]
    assert all(Role.ADMINISTRATOR in view.allowed_roles for view in views)
    administrator = staff("ADMINISTRATOR")
    token = field(administrator.get("/gestion/cuenta"), "csrf_token")
    assert wrong_answers(administrator, asked, token) == []


def test_the_record_of_another_page_is_looked_for_as_ever(client):
    """What only looks odd is a name like others: the page of the code says that there is none."""
    for odd in ("%20%20", "%F0%9F%91%A9", "..%2F..%2Fetc", "'%20OR%201=1"):
        assert client.get(f"/temas/{odd}").status_code == 404


def test_a_visitor_with_a_dead_link_and_no_cookie_reads_that_the_link_is_over(client):
    page = client.post("/gestion/clave/ZZZZ9999", data={"csrf_token": ""})
    assert page.status_code == 409
    assert "Este enlace ya no sirve. Pida uno nuevo." in page.text
