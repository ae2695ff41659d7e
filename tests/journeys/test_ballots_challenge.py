"""A voter tests the phone with a second one before voting, and a phone that cheats is found out."""

import pytest

from tests.journeys.conftest import PHONE, browsing
from tests.journeys.voting import begin, choose, deposit, fits, says_done


def sealed(phone) -> str:
    phone.locator("[data-sealed] code").wait_for()
    return phone.locator("[data-sealed] code").inner_text()


def write_down(second, box, tracker):
    second.goto(f"{box}/comprobar")
    second.get_by_label("Los primeros 12 signos").fill(tracker)
    second.get_by_role("button", name="Ya los escribí").click()
    second.get_by_text("Ahora toque en el otro celular").wait_for()


def open_ballot(phone):
    phone.get_by_text("¿Este celular cifra lo que marqué?").click()
    phone.get_by_role("button", name="Comprobar en vez de depositar").click()
    phone.get_by_role("heading", name="Esa papeleta quedó abierta").wait_for()


@pytest.fixture
def second(chromium, site):
    with browsing(chromium, site, **PHONE) as page:
        yield page


def test_the_second_phone_reads_what_the_first_one_encrypted_and_then_the_voter_votes(
    phone, second, box, card, ballots
):
    before = ballots()
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "Sí")
    tracker = sealed(phone)
    write_down(second, box, tracker)
    open_ballot(phone)
    assert "Sí" in phone.locator("dl.review").inner_text()
    second.get_by_text("Este celular la abrió y la leyó por su cuenta").wait_for()
    assert second.locator("[data-votes] dd").inner_text() == "Sí"
    assert fits(phone)
    assert fits(second)
    assert ballots() == before
    phone.get_by_role("button", name="Seguir y votar").click()
    assert sealed(phone) != tracker
    deposit(phone)
    assert not says_done(phone).startswith(tracker.replace(" ", ""))
    assert ballots() == before + 1


def test_a_phone_that_encrypts_something_else_is_found_out(phone, second, box, card):
    """Its script is replaced by one that votes «No» whatever is marked."""

    def cheat(route):
        answer = route.fetch()
        words = "question, votes[n])"
        assert words in answer.text()
        route.fulfill(response=answer, body=answer.text().replace(words, "question, [1])"))

    phone.context.route("**/urna/urna*.js", cheat)
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "Sí")
    tracker = sealed(phone)
    write_down(second, box, tracker)
    open_ballot(phone)
    second.get_by_text("Este celular la abrió y la leyó por su cuenta").wait_for()
    assert second.locator("[data-votes] dd").inner_text() == "No"


def test_an_opened_ballot_is_never_the_one_that_is_cast_even_if_the_answer_is_lost(
    phone, box, card, ballots
):
    before = ballots()
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "Sí")
    tracker = sealed(phone)

    def lose(route):
        route.fetch()
        route.abort()

    phone.context.route("**/comprobar", lose)
    phone.get_by_text("¿Este celular cifra lo que marqué?").click()
    phone.get_by_role("button", name="Comprobar en vez de depositar").click()
    phone.get_by_text("No pudimos abrir la papeleta.").wait_for()
    phone.context.unroute("**/comprobar")
    deposit(phone)
    assert not says_done(phone).startswith(tracker.replace(" ", ""))
    assert ballots() == before + 1
