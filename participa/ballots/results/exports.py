"""Tables that officials download: the counts and, for an open consultation, the answers.

The same data is public. A download by an official is recorded in the audit trail.
"""

from participa.ballots import minimum
from participa.ballots.models import BallotBox
from participa.ballots.results import results
from participa.ballots.snapshots import snapshot_of
from participa.core import audit, clock
from participa.core.errors import Refused
from participa.core.tables.cells import Table
from participa.staff.models import Account

COUNTS, ANSWERS = "resultado", "respuestas"


def table(box: BallotBox, what: str, by: Account, format: str) -> Table:
    """The table `what`, COUNTS or ANSWERS. Raises Refused before the result is published."""
    exported = counts(box) if what == COUNTS else answers(box)
    audit.record("ballots.exported", box, by, format=format, what=what)
    return exported


def counts(box: BallotBox) -> Table:
    definition = snapshot_of(box)
    if not results.results_of(box, definition):
        raise Refused("Esta urna todavía no tiene resultado.")
    return results.table(box, definition)


def answers(box: BallotBox) -> Table:
    if box.is_secret:
        raise Refused("De una urna secreta solo se publican los totales y el archivo.")
    if minimum.is_summed(box):
        raise Refused(results.ONLY_THE_SUM)
    if not box.is_finished:
        raise Refused("Las respuestas se publican cuando la consulta se cuente.")
    return results.answers_table(box)


def offered(box: BallotBox) -> list[tuple[str, str]]:
    """Names and Spanish titles of the tables of a finished box."""
    files = [(COUNTS, "El resultado, opción por opción")]
    if not box.is_secret and not minimum.is_summed(box):
        files.append((ANSWERS, "Las respuestas, una por una"))
    return files


def filename(box: BallotBox, what: str) -> str:
    return f"{what}-urna-{box.uuid}-{clock.today().isoformat()}"
