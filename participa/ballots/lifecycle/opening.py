"""Opening a box: what it asks, under which keys and for which roll is fixed from here on."""

from collections.abc import Iterator

from sqlalchemy import func, select

from participa.ballots import archive_store, box_lock
from participa.ballots.keys import trustee_keys
from participa.ballots.lifecycle import labels
from participa.ballots.models import BallotBox, BoxCredential, BoxKind
from participa.belenios import archive, election, roll, trustees
from participa.channels.lifecycle import NotReady
from participa.core import audit, clock
from participa.core.db import db
from participa.core.installation import installation
from participa.staff.models import Account

FEWEST_TRUSTEES = 2
FEWEST_ANSWERS = 2


def missing_requirements(box: BallotBox) -> list[str]:
    """What has to be there before anybody can vote."""
    return [what for part in (questions, facts, roll_or_cards, keys) for what in part(box)]


def questions(box: BallotBox) -> Iterator[str]:
    """What its questions lack, and below the same for everything else."""
    if not box.questions:
        yield "al menos una pregunta"


def facts(box: BallotBox) -> Iterator[str]:
    if box.closes_at is None:
        yield "la fecha de cierre"
    elif box.closes_at <= clock.now():
        yield "un cierre que no haya pasado"
    if not box.tasks:
        yield "la tarea del plan que cumple"
    if not box.used_by:
        yield "quién usará el resultado y para qué"
    fewest = minimum_ballots()
    if box.is_secret and box.expected_ballots < fewest:
        yield f"que se esperen al menos {fewest} votos: con menos, el resultado delata a la gente"
    if box.kind is BoxKind.VERIFIABLE and not box.registrar:
        yield "quién hizo los códigos (el registrador)"


def roll_or_cards(box: BallotBox) -> Iterator[str]:
    if not box.is_secret:
        return
    credentials, needed = able_to_vote(box), max(minimum_ballots(), box.expected_ballots)
    if box.roll is not None:
        yield "que termine la revisión del padrón"
    elif credentials < needed:
        what = "tarjetas" if box.kind is BoxKind.CODES else "credenciales en el padrón"
        yield f"al menos {needed} {what} (hay {credentials})"


def keys(box: BallotBox) -> Iterator[str]:
    if box.kind is BoxKind.VERIFIABLE and len(box.trustees) < FEWEST_TRUSTEES:
        yield f"al menos {FEWEST_TRUSTEES} custodios de la llave"


def open_box(box: BallotBox, by: Account | str) -> None:
    """Fix everything and let people vote, from its opening date on or from now."""
    box_lock.lock_draft(box, NotReady("Esta urna ya abrió."))
    if missing := missing_requirements(box):
        raise NotReady(f"Para abrir falta: {'; '.join(missing)}.")
    box.opened_at = clock.now()
    # To the minute, as forms show it: an unchanged form then changes nothing.
    box.opens_at = box.opens_at or box.opened_at.replace(second=0, microsecond=0)
    archive_store.create_head(box)
    told = {}
    if box.is_secret:
        told = {"head": _set_up(box, by)}
    box.touch()
    audit.record("ballots.opened", box, by, **told)


def _set_up(box: BallotBox, by: Account | str) -> str | None:
    """Write the first event of the archive; its hash goes into the minutes."""
    if box.kind is BoxKind.CODES:
        trustee_keys.make_server_key(box, by)
    keepers = trustee_keys.public_shares(box)
    entity = installation().settings.entity
    asked = election.make(
        box.uuid,
        box.title,
        labels.description(box),
        trustees.public_key(trustee_keys.GROUP, keepers),
        [question.asked for question in box.questions],
        administrator=entity.name,
        credential_authority=box.registrar or entity.name,
    )
    listed = select(BoxCredential.public).where(BoxCredential.box_id == box.id)
    parts = [asked.raw, trustees.write(keepers), roll.write(map(int, db.session.scalars(listed)))]
    end = archive_store.lock_head(box.id, archive_store.timestamp(box))
    after = archive_store.append_event(
        box.id, end, archive_store.SETUP, *parts, archive.setup_record(*parts)
    )
    return after.head


def able_to_vote(box: BallotBox) -> int:
    """How many lines of the roll are not void."""
    mine = (BoxCredential.box_id == box.id, BoxCredential.voided_on.is_(None))
    return db.session.scalar(select(func.count()).select_from(BoxCredential).where(*mine)) or 0


def minimum_ballots() -> int:
    """How few ballots a secret box may expect; unanimity of a few tells what each one chose."""
    fewest: int = installation().settings.minimum_ballots
    return fewest
