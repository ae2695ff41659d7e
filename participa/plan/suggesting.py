"""Which measure a task may have, and which one it most likely needs."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from participa.plan import measures
from participa.plan.offices import key

SEED = Path(__file__).with_name("seed") / "plan-2024.json"
SEED_YEAR = 2024
REPORTED = "plan.reported"
# What proves each task of the 2024 plan.
MEASURE_OF = {
    "1.1": "groups.formed",
    "2.1": "topics.published",
    "3.1": "formats.with_variables",
    "3.2": "formats.updated",
    "3.3": "attendance.lists",
    "3.4": "formats.with_qr",
    "3.5": "events.meetings_held",
    "4.1": "ballots.working",
    "5.1": "outreach.pieces_published",
    "6.1": "formats.in_use",
    "7.1": "listening.working",
    "7.2": "outreach.events_called",
    "8.1": "groups.formed",
    "8.2": "groups.formed",
    "9.1": "groups.formed",
}
LABELS = {
    "groups.formed": "Equipos, nodos y mesas conformados",
    "topics.published": "Formularios de temas publicados",
    "formats.with_variables": "Formatos con las variables poblacionales",
    "formats.updated": "Formatos actualizados en Isolución",
    "attendance.lists": "Listados de asistencia usados",
    "formats.with_qr": "Formatos aplicables con QR activo",
    "events.meetings_held": "Reuniones del Comité Territorial con acta",
    "ballots.working": "Urnas en funcionamiento",
    "outreach.pieces_published": "Piezas pedagógicas publicadas",
    "formats.in_use": "Formatos de planeación en uso",
    "listening.working": "Escuchaderos en funcionamiento",
    "outreach.events_called": "Eventos convocados por medios masivos",
    REPORTED: "Reportes de avance aprobados",
}
LIKE_ENOUGH = 0.5  # share of words that two indicators have in common
SHORT_WORD = 3


def measure(year: int, code: str, indicator: str) -> str:
    """The measure of the 2024 task with the same code, or with an indicator in like words."""
    if year == SEED_YEAR and code in MEASURE_OF:
        return MEASURE_OF[code]
    wanted = _telling_words(indicator)
    best, name = max(
        (len(wanted & known) / (len(wanted | known) or 1), MEASURE_OF[known_code])
        for known_code, known in _seed_indicators()
    )
    return name if best >= LIKE_ENOUGH else REPORTED


@cache
def _seed_indicators() -> tuple[tuple[str, frozenset[str]], ...]:
    seed: dict[str, Any] = json.loads(SEED.read_text("utf-8"))
    return tuple(
        (task["code"], _telling_words(task["indicator"]))
        for action in seed["actions"]
        for task in action["tasks"]
    )


def _telling_words(text: str) -> frozenset[str]:
    return frozenset(word for word in key(text) if len(word) > SHORT_WORD)


def labels() -> dict[str, str]:
    """Every measure that a task may have, also those whose feature is not installed yet."""
    here = {name: known.label for name, known in measures.known().items()}
    missing = {
        name: f"{label} (aún no disponible)" for name, label in LABELS.items() if name not in here
    }
    return here | missing
