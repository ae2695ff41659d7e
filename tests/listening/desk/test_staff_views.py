"""The desk of the contributions: who sees which, and what an official does with one."""

import pytest

from tests.listening.desk import people
from tests.listening.desk.people import DESK, TEXT, address, heard


@pytest.fixture
def official(staff, app):
    return staff("RESPONSIBLE", people.works())


def test_an_official_opens_what_somebody_said(official):
    said = heard(topic="Movilidad", territory="01")
    page = official.get(DESK)
    assert TEXT in page.text
    shown = official.get(address(said))
    for words in (TEXT, "Empezar a revisar", "Riesgo vital", "día 15", "Anónimo"):
        assert words in shown.text, words
    for word in (
        "clase",
        "traslado",
        "apoyo",
        "nota",
        "marcas",
        "respuesta",
        "mensaje",
        "completar",
        "prorroga",
        "cierre",
        "reapertura",
        "corrupcion",
        "riesgo-vital",
        "contacto",
    ):
        assert official.get(address(said, word)).status_code == 200, word
