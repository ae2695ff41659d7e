"""Opening a box: from then on its questions, keys and roll are fixed."""

from collections.abc import Iterator
from io import BytesIO

from sqlalchemy import func, select

from participa.ballots import archive_store, box_lock
from participa.ballots.keys import ceremony_rounds, trustee_keys
from participa.ballots.lifecycle import labels
from participa.ballots.models import BallotBox, BoxCredential, BoxKind
from participa.ballots.roles import drop_outdated, roles_of
from participa.ballots.roll import batches, card_files
from participa.belenios import archive, election, trustees
from participa.channels.lifecycle import NotReady
from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.installation import installation
from participa.formats import service as format_service
from participa.staff.models import Account

FEWEST_TRUSTEES = 2
FEWEST_ANSWERS = 2
ROWS = 2_000  # of the roll, read at once


def missing_requirements(box: BallotBox) -> list[str]:
    """Spanish noun phrases: what must be done before the box can open."""
    return [
        what for requirement in (questions, facts, roll_or_cards, keys) for what in requirement(box)
    ]


def questions(box: BallotBox) -> Iterator[str]:
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
        yield "decir quién usará el resultado y para qué"
    fewest = minimum_ballots()
    if box.is_secret and box.expected_ballots < fewest:
        yield (
            f"esperar al menos {fewest} votos (con menos se podría saber cómo votó cada persona)"
        )
    if box.kind is BoxKind.VERIFIABLE and not box.registrar:
        yield "quién hizo los códigos (el registrador)"


def roll_or_cards(box: BallotBox) -> Iterator[str]:
    if not box.is_secret:
        return
    credentials, needed = valid_credentials(box), max(minimum_ballots(), box.expected_ballots)
    if box.roll_upload is not None:
        yield "que termine la revisión del padrón"
    elif credentials < needed:
        what = "tarjetas" if box.kind is BoxKind.CODES else "credenciales en el padrón"
        yield f"al menos {spanish.number(needed)} {what} (hay {spanish.number(credentials)})"
    elif box.kind is BoxKind.CODES:
        yield from _small_batches(box)
    yield from card_files.still_open(box)


def _small_batches(box: BallotBox) -> Iterator[str]:
    """Batches of which so few cards can vote that they would point at who receives them."""
    small = batches.small_batches(box)
    for number, batch in enumerate(box.batches, start=1):
        if batch.id in small:
            fewest = batches.fewest_together(box)
            yield (
                f"que en el lote {number} sirvan al menos {fewest} tarjetas (sirven "
                f"{small[batch.id]}): descártelo y haga otro"
            )


def keys(box: BallotBox) -> Iterator[str]:
    if box.kind is not BoxKind.VERIFIABLE:
        return
    if len(box.trustees) < FEWEST_TRUSTEES:
        yield f"al menos {FEWEST_TRUSTEES} custodios de la llave"
    yield from _rounds(box)
    roles = [role for role in roles_of(box) if role.trustee is not None]
    if waiting := [role.name for role in roles if role.acceptance is None]:
        yield f"que acepte su papel, con la llave que guarda: {spanish.listed(waiting)}"


def _rounds(box: BallotBox) -> Iterator[str]:
    """What is missing of the keys themselves; of a ceremony, in all its rounds."""
    progress = ceremony_rounds.progress_of(box)
    if progress.round is None:
        return
    if progress.missing:
        names = spanish.listed([one.name for one in progress.missing])
        yield f"{progress.round.the} de {names}"
    else:
        yield "cerrar la lista de custodios, para que se repartan la llave"


def open_box(box: BallotBox, by: Account | str) -> None:
    """Open the box: votes are accepted from its opening date, or from now if it has none."""
    box_lock.lock_draft(box, NotReady("Esta urna ya abrió."))
    if missing := missing_requirements(box):
        raise NotReady(f"Para abrir falta: {'; '.join(missing)}.")
    drop_outdated(box)
    box.opened_at = clock.now()
    box.minimum_ballots = minimum_ballots()
    # To the minute, as forms show it: an unchanged form then changes nothing.
    box.opens_at = box.opens_at or box.opened_at.replace(second=0, microsecond=0)
    archive_store.create_head(box)
    details = {}
    if box.is_secret:
        details = {"head": _set_up(box, by)}
    format_service.publish_twin(box.channel, box.id)
    box.touch()
    audit.record("ballots.opened", box, by, **details)


def _set_up(box: BallotBox, by: Account | str) -> str | None:
    """Write the first event of the archive and return its hash, for the minutes."""
    if box.kind is BoxKind.CODES:
        trustee_keys.make_server_key(box, by)
    keepers = trustee_keys.trustees_record(box)
    entity = installation().settings.entity
    record = election.make(
        box.uuid,
        box.title,
        labels.description(box),
        trustees.read(trustee_keys.GROUP, keepers).public_key(),
        [question.asked for question in box.questions],
        administrator=entity.name,
        credential_authority=box.registrar or entity.name,
    )
    parts = [record.raw, keepers, roll_record(box)]
    end = archive_store.lock_head(box.id, archive_store.timestamp(box))
    after = archive_store.append_event(
        box.id, end, archive_store.SETUP, *parts, archive.setup_record(*parts)
    )
    return after.head


def roll_record(box: BallotBox) -> bytes:
    """The roll of the archive, as `roll.write` makes it of numbers: a large one is 155 MB.

    The database puts it in numerical order, and no row but a few is in memory beside the record.
    """
    public = BoxCredential.public
    rows = (
        select(public).where(BoxCredential.box_id == box.id).order_by(func.length(public), public)
    )
    record = BytesIO()
    for number, one in enumerate(db.session.scalars(rows.execution_options(yield_per=ROWS))):
        record.write(b'%s"%s"' % (b"," if number else b"[", one.encode()))
    record.write(b"]")
    return record.getvalue()


def valid_credentials(box: BallotBox) -> int:
    """Number of credentials on the roll that are not void."""
    valid = (BoxCredential.box_id == box.id, BoxCredential.voided_on.is_(None))
    return db.session.scalar(select(func.count()).select_from(BoxCredential).where(*valid)) or 0


def minimum_ballots() -> int:
    """The fewest ballots a secret box may expect: few unanimous votes reveal each of them."""
    fewest: int = installation().settings.minimum_ballots
    return fewest
