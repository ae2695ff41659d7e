"""A box that few people use: two officials, a neighbour, and what the box had promised."""

import pytest

from tests.journeys.conftest import DESK, browsing, sign_in
from tests.journeys.test_ballots_staff import (
    CARD_BOX,
    agree,
    ask,
    create,
    print_cards,
    sound,
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


def test_what_was_explained_asked_and_promised_holds_until_the_end(elena, adela, phone, sound):
    # Given: a box whose cards go to a place of its list, in batches as large as the minimum.
    box = create(
        elena,
        "Urna con códigos",
        "¿Qué cancha se arregla primero?",
        Para_qué_se_pregunta="El resultado decide la primera obra.",
        **CARD_BOX,
    )
    uuid = box.rpartition("/")[2]
    elena.goto(f"{box}/cambiar")
    elena.get_by_label("Recibir también votos en papel").uncheck()
    elena.get_by_role("button", name="Guardar").click()
    ask(elena, box, "Responder sí o no", "¿Está de acuerdo?")
    codes = print_cards(elena, box, sound)

    # When: one asks for the opening. Then: only she withdraws it.
    elena.goto(f"{box}/abrir")
    elena.get_by_role("button", name="Pedir la apertura").click()
    adela.goto(f"{box}/abrir")
    assert adela.get_by_role("button", name="Retirar la petición").count() == 0
    elena.goto(f"{box}/abrir")
    elena.get_by_role("button", name="Retirar la petición").click()
    agree(elena, adela, box, "la apertura")

    # When: the explanation changes in the open box. Then: everybody reads what it said before.
    elena.goto(f"{box}/cambiar")
    elena.get_by_label("Para qué se pregunta").fill("El resultado ordena las dos obras.")
    sound(elena)
    elena.get_by_role("button", name="Guardar").click()
    elena.get_by_text("Guardó").first.wait_for()
    phone.goto(f"/urna/{uuid}")
    told = phone.locator("main").inner_text()
    assert "Esta explicación cambió el" in told
    assert "Antes decía: El resultado decide la primera obra." in told

    # When: one person votes and two people close and count. Then: nothing was opened.
    vote(phone, uuid, codes[0], "Sí")
    agree(elena, adela, box, "el cierre")
    agree(adela, elena, box, "el recuento")
    phone.goto(f"/urna/{uuid}/resultados")
    refused = phone.get_by_text("No hubo votos suficientes.").first
    for _ in range(30):
        if refused.count():
            break
        phone.wait_for_timeout(1000)
        phone.reload()
    assert "se necesitaban 10. No se abrió nada." in phone.locator("main").inner_text()
    assert phone.locator(".paired").count() == 0
    sound(phone)
