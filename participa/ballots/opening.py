"""Opening a box: what it asks, under which keys and for which roll is fixed from here on."""

from collections.abc import Iterator

from flask import current_app
from sqlalchemy import func, select

from participa.ballots import archive, chain, election, keeping, labels, roll, trustees
from participa.ballots.models import BallotBox, Credential, Kind, touch
from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account

FEWEST_TRUSTEES = 2
FEWEST_ANSWERS = 2


class NotReady(Refused):
    """Something is missing; the message says everything that is."""


def lacking(box: BallotBox) -> list[str]:
    """What has to be there before anybody can vote."""
    checks = [
        (bool(box.questions), "al menos una pregunta"),
        (box.closes_at is not None, "la fecha de cierre"),
        (box.closes_at is None or box.closes_at > clock.now(), "un cierre que no haya pasado"),
        (bool(box.tasks), "la tarea del plan que cumple"),
        (bool(box.used_by), "quién usará el resultado y para qué"),
    ]
    missing = [what for is_there, what in checks if not is_there]
    return [*missing, *(_lacking_secrecy(box) if box.is_secret else ())]


def _lacking_secrecy(box: BallotBox) -> Iterator[str]:
    fewest = minimum_ballots()
    credentials = on_the_roll(box)
    if box.expected_ballots < fewest:
        yield f"que se esperen al menos {fewest} votos: con menos, el resultado delata a la gente"
    if box.roll is not None:
        yield "que termine la revisión del padrón"
    elif credentials < max(fewest, box.expected_ballots):
        what = "tarjetas" if box.kind is Kind.CODES else "credenciales en el padrón"
        yield f"al menos {max(fewest, box.expected_ballots)} {what} (hay {credentials})"
    if box.kind is Kind.VERIFIABLE and len(box.trustees) < FEWEST_TRUSTEES:
        yield f"al menos {FEWEST_TRUSTEES} custodios de la llave"
    if box.kind is Kind.VERIFIABLE and not box.registrar:
        yield "quién hizo los códigos (el registrador)"


def open_box(box: BallotBox, by: Account | str) -> None:
    """Fix everything and let people vote, from its opening date on or from now."""
    if box.opened_at is not None:
        raise NotReady("Esta urna ya abrió.")
    if missing := lacking(box):
        raise NotReady(f"Para abrir falta: {'; '.join(missing)}.")
    box.opened_at = clock.now()
    # To the minute, as forms show it: an unchanged form then changes nothing.
    box.opens_at = box.opens_at or box.opened_at.replace(second=0, microsecond=0)
    chain.begin(box)
    told = {}
    if box.is_secret:
        told = {"head": _set_up(box, by)}
    touch(box)
    audit.record("ballots.opened", box, by, **told)


def _set_up(box: BallotBox, by: Account | str) -> str | None:
    """Write the first event of the archive; its hash goes into the minutes."""
    if box.kind is Kind.CODES:
        keeping.make_own(box, by)
    keepers = keeping.public_halves(box)
    entity = current_app.extensions["settings"].entity
    asked = election.make(
        box.uuid,
        box.title,
        labels.description(box),
        trustees.public_key(keeping.GROUP, keepers),
        [question.asked for question in box.questions],
        administrator=entity.name,
        credential_authority=box.registrar or entity.name,
    )
    listed = select(Credential.public).where(Credential.box_id == box.id)
    parts = [asked.raw, trustees.write(keepers), roll.write(map(int, db.session.scalars(listed)))]
    end = chain.hold(box.id, chain.timestamp(box))
    after = chain.add(box.id, end, chain.SETUP, *parts, archive.setup_record(*parts))
    return after.head


def on_the_roll(box: BallotBox) -> int:
    found = select(func.count()).select_from(Credential).where(Credential.box_id == box.id)
    return db.session.scalar(found) or 0


def minimum_ballots() -> int:
    """How few ballots a secret box may expect; unanimity of a few tells what each one chose."""
    fewest: int = current_app.extensions["settings"].minimum_ballots
    return fewest
