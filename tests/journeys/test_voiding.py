"""Two officials void cards of an open box and undo it; a neighbour reads both in public."""

import pytest

from tests.journeys.conftest import DESK, browsing, sign_in
from tests.journeys.test_ballots_staff import (
    CARD_BOX,
    agree,
    ask,
    create,
    print_cards,
    sound,
    void,
    vote,
)

__all__ = ["sound"]


@pytest.fixture
def elena(desktop):
    sign_in(desktop, "editor")
    return desktop


@pytest.fixture
def adela(chromium, site):
    with browsing(chromium, site, **DESK) as page:
        sign_in(page, "administrador")
        yield page


def test_cards_are_void_and_valid_again_at_the_word_of_two_people_and_all_can_read_it(
    elena, adela, phone, sound
):
    # Given: an open box, of whose twelve cards two are left over.
    box = create(elena, "Urna con códigos", "¿Qué biblioteca se pinta primero?", **CARD_BOX)
    uuid = box.rpartition("/")[2]
    ask(elena, box, "Responder sí o no", "¿Está de acuerdo?")
    codes = print_cards(elena, box, sound)
    agree(elena, adela, box, "la apertura")

    # When: one asks to void them and the other confirms.
    request = void(elena, adela, box, codes[10:], sound)

    # Then: such a card does not vote, and everybody reads who voided it, when and why.
    phone.goto(f"/urna/{uuid}#c={codes[10]}")
    phone.get_by_role("button", name="Empezar a votar").click()
    phone.get_by_text("Esta tarjeta fue anulada y ya no sirve.").first.wait_for()
    phone.goto(f"/urna/{uuid}/auditoria")
    sound(phone)
    listed = phone.locator("section.void-list")
    for told in ("Lista 1: 2 tarjetas", "Sobraron en la mesa.", "Elena Editora", "Adela Admin"):
        assert told in listed.inner_text()
    assert len(phone.request.get(f"/urna/{uuid}/anuladas.json").json()) == 2

    # When: they undo it on the same day, the other way round.
    adela.goto(request)
    adela.get_by_role("link", name="Deshacer hoy mismo").click()
    adela.get_by_label("Motivo").fill("Llegó más gente.")
    sound(adela)
    adela.get_by_role("button", name="Pedir deshacerla").click()
    elena.goto(request)
    sound(elena)
    elena.get_by_role("button", name="Confirmar que se deshace").click()
    elena.get_by_text("Las tarjetas pueden votar otra vez.").wait_for()

    # Then: the card votes, and what was done stays public.
    phone.goto("/urna")
    vote(phone, uuid, codes[10], "Sí")
    phone.goto(f"/urna/{uuid}/acta")
    listed = phone.locator("section.void-list").inner_text()
    for told in ("Lista 1: 2 tarjetas, deshecha", "Sobraron en la mesa.", "Llegó más gente."):
        assert told in listed
    assert phone.request.get(f"/urna/{uuid}/anuladas.json").json() == []
    assert len(phone.request.get(f"/urna/{uuid}/anuladas/1.json").json()) == 2
