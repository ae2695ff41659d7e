"""The steps of somebody who votes in a browser, and what is looked at afterwards."""

import re


def begin(page):
    page.get_by_role("button", name="Empezar a votar").click()


def choose(page, words):
    page.locator("#papeleta").get_by_text(words, exact=True).click()
    page.get_by_role("button", name="Continuar").click()


def deposit(page):
    page.get_by_role("button", name="Depositar mi voto").click()


def says_done(page) -> str:
    """Where the ballot lies; returns its tracker."""
    page.wait_for_url(re.compile(r"/papeletas\?rastreo="))
    assert page.get_by_role("heading", level=1).inner_text() == "Listo. Su papeleta está en la urna"
    assert page.title().startswith("Listo. Su papeleta está en la urna")
    return page.locator("[data-tracker]").get_attribute("data-tracker")


def focused(page) -> str:
    return page.evaluate("document.activeElement.innerText || document.activeElement.id")


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def kept(page) -> str:
    """Everything that the browser keeps or shows, but for the cards that the example offers."""
    return page.evaluate(
        "document.querySelector('[data-try]')?.remove();"
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,"
        " history.state, location.href, document.documentElement.outerHTML])"
    )
