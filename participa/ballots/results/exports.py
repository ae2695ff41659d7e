"""What the staff downloads of a box: the counts, and of an open consultation the answers.

It is what everybody may download as well. That somebody of the staff took it leaves a trace.
"""

from participa.ballots.models import BallotBox
from participa.ballots.results import results
from participa.ballots.snapshots import snapshot_of
from participa.core import audit, clock
from participa.core.errors import Refused
from participa.core.tables.cells import Table
from participa.staff.models import Account

COUNTS, ANSWERS = "resultado", "respuestas"


def table(box: BallotBox, what: str, by: Account, format: str) -> Table:
    """The table that was asked for; nothing before its time, to anybody."""
    made = counts(box) if what == COUNTS else answers(box)
    audit.record("ballots.exported", box, by, format=format, what=what)
    return made


def counts(box: BallotBox) -> Table:
    definition = snapshot_of(box)
    if not results.results_of(box, definition):
        raise Refused("Esta urna todavía no tiene resultado.")
    return results.table(box, definition)


def answers(box: BallotBox) -> Table:
    if box.is_secret:
        raise Refused("De una urna secreta solo se publican los totales y el archivo.")
    if not box.is_finished:
        raise Refused("Las respuestas se publican cuando la consulta se cuente.")
    return results.answers_table(box)


def offered(box: BallotBox) -> list[tuple[str, str]]:
    """What there is to download of a finished box, with its title."""
    found = [(COUNTS, "El resultado, opción por opción")]
    if not box.is_secret:
        found.append((ANSWERS, "Las respuestas, una por una"))
    return found


def filename(box: BallotBox, what: str) -> str:
    return f"{what}-urna-{box.uuid}-{clock.today().isoformat()}"
