"""The eight items of the menu Participa › Rendición de cuentas that the law requires (RDC-01).

The titles are the official ones (Resolución MinTIC 1519 de 2020, anexo 2, as entities publish
them); the entries under each item come from the channels of this site.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A link under an item."""

    words: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One of the eight. While it is empty, the page names the offices of the plan's `task`."""

    number: int
    anchor: str
    title: str
    explanation: str
    task: str


ITEMS = (
    Item(
        1,
        "postular-tematicas",
        "Habilitar un espacio para que la ciudadanía postule temáticas",
        "Aquí usted elige y propone de qué debe rendir cuentas la ciudad.",
        "2.1",
    ),
    Item(
        2,
        "estrategia-de-comunicacion",
        "Estrategia de comunicación para la rendición de cuentas",
        "Cómo explicamos qué es rendir cuentas, sus etapas y sus productos.",
        "5.1",
    ),
    Item(
        3,
        "calendario",
        "Calendario eventos de diálogo",
        "Cuándo y dónde nos encontramos a conversar.",
        "7.2",
    ),
    Item(
        4,
        "informes",
        "Articular a los informes de rendición de cuentas en el Menú transparencia",
        "Los informes que conviene leer antes de conversar.",
        "1.1",
    ),
    Item(
        5,
        "canal-de-dialogo",
        "Habilitar un canal para eventos de diálogo. Articulación con sistema nacional de "
        "rendición de cuentas",
        "Los canales para hablar con la ciudad y los grupos que los acompañan.",
        "4.1",
    ),
    Item(
        6,
        "preguntas-y-respuestas",
        "Preguntas y respuestas de eventos de diálogo",
        "Lo que la gente preguntó y lo que la ciudad respondió.",
        "2.1",
    ),
    Item(
        7,
        "memorias",
        "Memorias de cada evento",
        "Quiénes fueron, qué se dijo y a qué se comprometió la ciudad.",
        "3.3",
    ),
    Item(
        8,
        "acciones-de-mejora",
        "Acciones de mejora incorporadas",
        "El plan completo, con el avance de cada tarea y su evidencia.",
        "1.1",
    ),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """An item with its entries, and the offices responsible for it."""

    item: Item
    entries: Sequence[Entry]
    responsible: str

    @property
    def is_empty(self) -> bool:
        return not self.entries
