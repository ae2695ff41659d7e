"""A city that has answered what it heard: `python -m tests.journeys.answered_city FOLDER`.

The demo's data with answered contributions on top. `participa demo --data FOLDER` serves it.
"""

import sys
from datetime import timedelta
from pathlib import Path

from participa.cases.themes import topics
from participa.citizens import territories
from participa.core import clock
from participa.core.db import db
from participa.listening.answers import outcomes
from participa.pages import cli
from tests.journeys.begun_demo import build
from tests.listening.answers import builders

LIGHT = "Me llamo Rosa Pérez. El alumbrado del parque está dañado. Mi celular es 300 123 4567."
BUS = "¿Cuándo vuelve el bus alimentador a la vereda El Plan de Santa Elena?"


def fill(password: str) -> None:
    cli.fill(password)
    today, places = clock.today(), territories.CITY
    builders.answered(LIGHT, "Señora Rosa Pérez, la cuadrilla lo arregla el lunes.")
    for place in range(60):
        made = builders.heard(
            f"Aporte número {place} sobre la calle.",
            filed_on=today - timedelta(days=100 + place % 70),
            topic=topics()[place % 9],
            territory=places[place * place % 11].code,
        )
        if place % 7:
            made.case.answered_on = made.case.filed_on + timedelta(days=3 + place % 30)
            made.came_back_on = today if place % 3 else None
            made.is_resolved = bool(place % 2) if place % 3 else None
    first = builders.published(BUS, "Vuelve el lunes, cada 20 minutos.", territory="90")
    builders.published("¿Por qué no pasa el bus alimentador de Santa Elena?", "Por un derrumbe.")
    outcomes.tell(first, builders.official(), "El bus llega ahora hasta las 11 de la noche.")
    for place in range(12):
        builders.heard(
            f"Que vuelva el bus alimentador a El Plan, Santa Elena. Somos {place} casas."
        )
    db.session.commit()


if __name__ == "__main__":
    build(Path(sys.argv[1]), sys.argv[2], fill)
