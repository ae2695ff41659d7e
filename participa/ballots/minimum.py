"""The fewest ballots of which a box opens anything, and what happens when there are fewer.

Few unanimous votes reveal each of them. The number and the rule are fixed by the opening; a box of
an earlier version has the number of the installation and ends without a result.
"""

import enum
from datetime import datetime, timedelta

from participa.ballots import queries
from participa.ballots.kinds import BelowMinimum
from participa.ballots.models import BallotBox
from participa.ballots.snapshots import BoxSnapshot
from participa.channels.wording import ended
from participa.core import clock, spanish
from participa.core.installation import installation

MOST_EXTRA_DAYS = 30


class Ending(enum.Enum):
    """What a count does with a closed box."""

    RESULT = "Se publica el resultado."
    SUM = "Se publica la suma de lo virtual y el papel."
    NOTHING = "No se abre nada."


def fewest_of(box: BallotBox | BoxSnapshot) -> int:
    """The minimum of this box; before its opening, the one that it would get."""
    fixed = box.minimum_ballots
    fewest: int = installation().settings.minimum_ballots if fixed is None else fixed
    return fewest


def received(box: BallotBox) -> int:
    """Number of ballots that would be counted: codes that voted, or answers."""
    return queries.voters(box.id) if box.is_secret else queries.ballots(box.id)


def is_below(box: BallotBox) -> bool:
    return received(box) < fewest_of(box)


def is_to_be_extended(box: BallotBox) -> bool:
    """Whether closing it now gives it more days instead: once, and only below the minimum.

    Only at its closing date or later: before it, see `waits_for_its_date`.
    """
    extends = box.below_minimum is BelowMinimum.EXTEND and box.extended_from_at is None
    return extends and _has_reached_its_date(box) and is_below(box)


def waits_for_its_date(box: BallotBox) -> bool:
    """Whether it may not be closed yet: below the minimum it gets all the days that it promises.

    That is so before the announced date, and while it is being extended.
    """
    extends = box.below_minimum is BelowMinimum.EXTEND
    return extends and not _has_reached_its_date(box) and is_below(box)


def _has_reached_its_date(box: BallotBox) -> bool:
    return box.closes_at is None or box.closes_at <= clock.now()


def extended_end(box: BallotBox) -> datetime:
    """The closing date after the extension, which begins when two people confirm it."""
    now = clock.now().replace(second=0, microsecond=0)
    return max(now, box.closes_at or now) + timedelta(days=box.extra_days or 1)


def ending(box: BallotBox) -> Ending:
    """What a count of this box does now, with the paper votes confirmed so far."""
    if not is_below(box):
        return Ending.RESULT
    if box.below_minimum is BelowMinimum.MERGE and box.paper is not None:
        together = received(box) + box.paper.valid
        return Ending.SUM if together >= fewest_of(box) else Ending.NOTHING
    return Ending.NOTHING


def is_summed(box: BallotBox) -> bool:
    """Whether its result is the sum of the answers and the paper, which nobody can take apart."""
    merges = box.below_minimum is BelowMinimum.MERGE and not box.is_secret
    return merges and box.is_finished and is_below(box)


# ---- sentences


def rule(box: BallotBox | BoxSnapshot) -> str:
    """Spanish sentences: what happens below the minimum."""
    fewest = spanish.number(fewest_of(box))
    what = "votos" if box.is_secret else "respuestas"
    if box.below_minimum is BelowMinimum.EXTEND:
        days = spanish.several(box.extra_days or 0, "día", "días")
        return (
            f"Si en su fecha de cierre hay menos de {fewest} {what}, recibe más durante {days}, "
            "una sola vez. Si aún faltan, termina sin resultado y no se abre nada."
        )
    if box.below_minimum is BelowMinimum.MERGE:
        return (
            f"Con menos de {fewest} respuestas se cuentan junto con el papel y se publica solo la "
            f"suma. Si juntas no llegan a {fewest}, no se abre nada."
        )
    return f"Con menos de {fewest} {what} no se abre nada: la urna termina sin resultado."


def extension(box: BallotBox | BoxSnapshot) -> str:
    """Spanish sentence about more days that the box got; "" if it got none."""
    if box.extended_from_at is None or box.closes_at is None:
        return ""
    first = ended(
        f"La fecha de cierre era el {spanish.moment(spanish.as_end(box.extended_from_at))}"
    )
    verb, until = "recibe", box.closes_at
    if box.ended_at is not None and box.ended_at <= clock.now():
        verb, until = "recibió", box.ended_at
    what = "votos" if box.is_secret else "respuestas"
    more = ended(f"{verb} {what} hasta el {spanish.moment(spanish.as_end(until))}")
    return f"{first} Había menos de {_fewest(box)}, y por eso {more}"


def too_few(box: BallotBox) -> str:
    """Spanish sentence: why a box ended without a result; "" for any other box."""
    if not box.is_without_result:
        return ""
    count = received(box)
    came = _several(box, count)
    verb = "Llegó" if count == 1 else "Llegaron"
    what = "votos" if box.is_secret else "respuestas"
    return (
        f"No hubo {what} suficientes. {verb} {came} y se necesitaban "
        f"{spanish.number(fewest_of(box))}. No se abrió nada."
    )


def at_closing(box: BallotBox) -> str:
    """Spanish sentence for the officials who close it: what the minimum means now; "" if met."""
    if not is_below(box):
        return ""
    if is_to_be_extended(box):
        until = ended(f"sigue abierta hasta el {spanish.moment(spanish.as_end(extended_end(box)))}")
        return f"Hay menos de {_fewest(box)}. Al confirmar, la urna no cierra: {until}"
    if waits_for_its_date(box):
        return f"Hay menos de {_fewest(box)}: esta urna no se cierra antes de su fecha."
    if box.below_minimum is BelowMinimum.MERGE:
        return f"Hay menos de {_fewest(box)}: se contarán junto con el papel."
    return f"Hay menos de {_fewest(box)}. Si cierra así, la urna termina sin resultado."


def at_counting(box: BallotBox) -> str:
    """Spanish sentence for the officials who count it; "" if a result like any other follows."""
    match ending(box):
        case Ending.NOTHING:
            return (
                f"Hay menos de {_fewest(box)}: no se abre nada. La urna termina sin resultado, y "
                "lo sellado y la llave del servidor se borran."
            )
        case Ending.SUM:
            return (
                f"Hay menos de {_fewest(box)}: se publica solo la suma de las respuestas y el "
                "papel. Por separado se borran."
            )
        case _:
            return ""


def _fewest(box: BallotBox | BoxSnapshot) -> str:
    return f"{spanish.number(fewest_of(box))} {'votos' if box.is_secret else 'respuestas'}"


def _several(box: BallotBox, count: int) -> str:
    one, many = ("voto", "votos") if box.is_secret else ("respuesta", "respuestas")
    return spanish.several(count, one, many)
