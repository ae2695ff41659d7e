"""The kinds and states of the ballot boxes; the values are words that people read."""

import enum
from typing import Any

from participa.channels.phases import Phase


class BoxKind(enum.Enum):
    """How far the votes of a box are secret and verifiable; the value is its public label."""

    OPEN = "Consulta abierta"
    CODES = "Urna con códigos"
    VERIFIABLE = "Urna verificable"

    @property
    def is_secret(self) -> bool:
        """Whether ballots are encrypted and need the code of a card."""
        return self is not BoxKind.OPEN


def blank_label(is_secret: bool) -> str:
    """The option that chooses none of the others. An open consultation takes answers, not votes."""
    return "Voto en blanco" if is_secret else "En blanco"


class BoxState(enum.Enum):
    """Stage of a box; derived from its columns and the clock, never stored."""

    DRAFT = "En preparación"
    SCHEDULED = "Programada"
    OPEN = "Abierta"
    ENDED = "Terminó la votación"
    CLOSED = "Cerrada, en recuento"
    FINISHED = "Con resultado"
    TOO_FEW = "Sin resultado"


BY_PHASE = {
    Phase.DRAFT: BoxState.DRAFT,
    Phase.SCHEDULED: BoxState.SCHEDULED,
    Phase.OPEN: BoxState.OPEN,
    Phase.CLOSED: BoxState.ENDED,
}


def box_state(box: Any) -> BoxState:
    """The state of a BallotBox or a BoxSnapshot: its phase, and the progress of the tally."""
    if box.finished_at is not None:
        return BoxState.FINISHED
    if box.without_result_at is not None:
        return BoxState.TOO_FEW
    if box.closed_at is not None:
        return BoxState.CLOSED
    return BY_PHASE[box.phase]


class BelowMinimum(enum.Enum):
    """What happens when a box has fewer ballots than may be opened; fixed by the opening."""

    END = "Termina sin resultado"
    EXTEND = "Sigue abierta unos días más, una sola vez"
    MERGE = "Se cuenta junto con el papel, y se publica solo la suma"


class QuestionKind(enum.Enum):
    """How the options of a question are answered; the value is the official's label."""

    ONE = "Elegir una opción"
    SEVERAL = "Elegir varias opciones"
    APPROVE = "Aprobar las que quiera"
    YES_NO = "Responder sí o no"
    SCALE = "Calificar la gestión en una escala"
    PRIORITIES = "Escoger las más importantes"


class PaperKind(enum.Enum):
    """Content of a paper that is encrypted until the tally."""

    ANSWER = "Respuesta"
    SLIP = "Datos sobre la persona"


class Act(enum.Enum):
    """Acts on a box that need two officials; the value is the verb in addresses and sentences."""

    OPEN = "abrir"
    EXTEND = "alargar"  # what a confirmed CLOSE becomes if it found too few ballots
    CLOSE = "cerrar"
    TALLY = "contar"
