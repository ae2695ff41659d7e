"""No act of the staff ends in silence: the page that follows says what was done."""

import pytest

from tests.visitor import field

# Where the answer is itself what was asked for.
ANSWERED = {
    "ballots_cards.make": "the cards",
    "ballots_staff.export": "a file",
    "plan_import.review": "the page of the result",
    "plan_import.start": "the page of the review",
    "staff_account.confirm": "the page that asked for the password",
    "staff_account.recovery_codes": "the codes",
    "staff_audit.export": "a file",
    "topics_moderation.answer_question": "the case, at its new address",
    "topics_staff.export": "a file",
    "topics_staff.preview": "the preview",
}
NEW, SAID = "/gestion/dependencias/nueva", "Agregó la dependencia."
SIGNING_IN = "security."  # its pages have sentences of their own


@pytest.mark.one_engine
def test_every_act_of_the_staff_has_its_sentence(app):
    silent = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        is_act = str(rule).startswith("/gestion") and "POST" in (rule.methods or ())
        is_told = hasattr(view, "done_sentence") or rule.endpoint.startswith(SIGNING_IN)
        if is_act and not is_told:
            silent.add(rule.endpoint)
    assert silent == set(ANSWERED), "give it @says(…), with the verb of its button"


def new_office(chief, name: str):
    page = chief.get(NEW)
    sent = {one: field(page, one) for one in ("csrf_token", "creation")}
    return chief.post(NEW, data=sent | {"name": name, "kind": "secretaria"})


@pytest.mark.one_engine
def test_a_link_claims_no_act_that_this_session_did_not_do(staff, at):
    at(2026, 3, 2, 13, 0)
    chief, other = staff("ADMINISTRATOR"), staff("ADMINISTRATOR")
    address = new_office(chief, "Secretaría de la Escucha").location
    assert SAID in chief.get(address).text
    assert SAID not in other.get(address).text
    forged = address.partition("?")[0] + "?listo=staff_offices.add"
    assert SAID not in chief.get(forged).text
    at(2026, 3, 2, 13, 5)
    assert SAID not in chief.get(address).text


@pytest.mark.one_engine
def test_a_rejected_form_says_nothing_of_the_act_before(staff):
    chief = staff("ADMINISTRATOR")
    address = new_office(chief, "Secretaría de la Escucha").location
    assert SAID in chief.get(address).text
    rejected = chief.post(
        address, data={"csrf_token": field(chief.get(address), "csrf_token"), "alias": ""}
    )
    assert rejected.status_code == 422
    assert SAID not in rejected.text


@pytest.mark.one_engine
@pytest.mark.parametrize("word", ["salir", "clave", "clave-pedida"])
def test_nor_does_a_link_to_the_sign_in(client, word):
    assert 'role="status"' not in client.get(f"/gestion/entrar?listo={word}").text
