"""Every route with every role: who is let in is what the view declares, and nothing else."""

import re

import pytest
from werkzeug.routing import AnyConverter, FloatConverter, IntegerConverter

from participa.staff.models import Role
from tests.house.test_guards import is_guarded
from tests.visitor import field

pytestmark = pytest.mark.one_engine

# What would take away by what the rest is entered: the session, and the second factor.
ENDS_THE_SESSION = {
    "security.logout",
    "staff_account.end_others",
    "staff_account.remove_second_factor",
}
GONE = {404, 409, 410}
UNKNOWN = "ZZZZ9999"


def example(converter) -> object:
    """A value that the address takes and that no record has."""
    if isinstance(converter, AnyConverter):
        return converter.regex.removeprefix("(?:").rstrip(")").split("|")[0].replace("\\", "")
    if isinstance(converter, IntegerConverter):
        return 10**converter.fixed_digits - 1 if converter.fixed_digits else 987_654
    return 9.5 if isinstance(converter, FloatConverter) else UNKNOWN


def doors(app):
    """(rule, address, method) of all there is to ask for."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: example(rule._converters[name]) for name in rule.arguments}
        for method in sorted(rule.methods & {"GET", "POST"}):
            yield rule, adapter.build(rule.endpoint, values, method=method), method


def names_a_record(rule) -> bool:
    return any(not isinstance(rule._converters[name], AnyConverter) for name in rule.arguments)


def ask(visitor, address, method, token=""):
    if method == "GET":
        return visitor.get(address)
    return visitor.post(address, data={"csrf_token": token})


def verdict(app, rule, method, response, is_let_in: bool) -> str:
    """What is wrong with an answer: nothing that is not there is shown, nothing ever breaks."""
    status = response.status_code
    if status >= 500:
        return f"broke with {status}"
    if is_let_in and status == 403:
        return "is refused, and its role is declared"
    if is_let_in and method == "GET" and names_a_record(rule) and status not in GONE:
        return f"answers {status} for what does not exist"
    if not is_let_in and method == "GET" and not is_shut(response):
        return f"answers {status} to who may not enter"
    if not is_let_in and method == "POST" and status not in {400, 401, 403}:
        return f"answers {status} to who may not send"
    return ""


def is_dead_end(response) -> bool:
    """Whether a page leaves its reader no way but the public home."""
    if response.mimetype != "text/html":
        return False
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return re.findall(r'<a [^>]*href="([^"]*)"', main) == ["/"]


def is_shut(response) -> bool:
    to_sign_in = response.status_code == 302 and "/gestion/entrar" in response.location
    return response.status_code == 403 or to_sign_in


def test_a_visitor_is_sent_to_sign_in_and_finds_nothing_that_is_not_there(app, client):
    wrong = []
    for rule, address, method in doors(app):
        is_open = not is_guarded(app, rule.endpoint)
        if is_open and method == "POST":
            continue  # its forms have tests of their own; here it only must not break
        found = verdict(app, rule, method, ask(client, address, method), is_open)
        wrong += [f"{method} {address} {found}"] * bool(found)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("role", [role.name for role in Role])
def test_a_role_enters_where_it_is_declared_and_nowhere_else(app, staff, role):
    visitor = staff(role)
    token = field(visitor.get("/gestion/cuenta"), "csrf_token")
    wrong = []
    for rule, address, method in doors(app):
        allowed = getattr(app.view_functions[rule.endpoint], "allowed_roles", ())
        is_let_in = not is_guarded(app, rule.endpoint) or Role[role] in allowed
        if rule.endpoint in ENDS_THE_SESSION or (
            is_let_in and rule.endpoint.startswith("security")
        ):
            continue
        response = ask(visitor, address, method, token)
        found = verdict(app, rule, method, response, is_let_in)
        wrong += [f"{method} {address} {found}"] * bool(found)
        leads_nowhere = address.startswith("/gestion") and is_dead_end(response)
        wrong += [f"{method} {address} leads only to the public home"] * leads_nowhere
    assert wrong == [], "\n".join(wrong)


def test_a_token_of_another_session_opens_nothing(app, staff):
    stolen = field(staff("ADMINISTRATOR").get("/gestion/cuenta"), "csrf_token")
    visitor = staff("EDITOR")
    visitor.get("/gestion")
    opened = [
        address
        for rule, address, method in doors(app)
        if method == "POST" and is_guarded(app, rule.endpoint)
        if ask(visitor, address, method, stolen).status_code != 400
    ]
    assert opened == []
