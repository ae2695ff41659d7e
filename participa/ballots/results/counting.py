"""Counting a closed box: the totals are made in the open, and opened by whoever keeps the key."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from participa.ballots import archive_store, queries
from participa.ballots.keys import trustee_keys
from participa.ballots.models import (
    Act,
    BallotBox,
    BoxKind,
    ChainEvent,
    OpenAnswer,
    PaperKind,
)
from participa.ballots.results import chain_recheck
from participa.ballots.snapshots import snapshot_of
from participa.ballots.voting import sealed_papers, voter_details
from participa.belenios import canonical, proofs, tally
from participa.belenios.archive import Chain
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.tally import PartialDecryption, Totals
from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job
from participa.staff.models import Account

JOB = "ballots.tally"
LIMIT = 5_000_000
PRIVATE = (
    "Es la llave privada, no lo que se hace con ella. No se guardó; dígalo en el acta, porque "
    "salió de su equipo. Haga el descifrado allá y suba ese archivo."
)


def missing_requirements(box: BallotBox) -> list[str]:
    return [] if box.is_closed else ["que la urna cierre"]


def start(box: BallotBox, by: Account) -> Job:
    """Have a worker count."""
    return jobs.start(JOB, f"Recuento de «{box.title}»", str(by), box_id=box.id)


def start_again(box: BallotBox, by: Account) -> Job:
    """After a counting that failed; two people have asked for it already."""
    act = box.act(Act.TALLY)
    if act is None or not act.is_confirmed or not needs_count(box):
        raise Refused("Este recuento no se puede repetir.")
    audit.record("ballots.count_repeated", box, by)
    return start(box, by)


def needs_count(box: BallotBox) -> bool:
    return (
        box.is_closed
        and not box.is_finished
        and archive_store.first_event(box, archive_store.TALLY) is None
    )


@jobs.work(JOB)
def count(job: jobs.Progress, box_id: int) -> None:
    """All that can be done without the trustees; what is done already is not done twice."""
    box = db.session.get_one(BallotBox, box_id)
    if not needs_count(box):
        return
    counted = _add_up(box, job) if box.is_secret else None
    end = archive_store.lock_head(box.id, archive_store.timestamp(box))
    db.session.expire(box)
    if not needs_count(box):  # another worker was faster
        return
    box.touch()
    if counted:
        _write(box, end, counted)
    else:
        _copy_answers(box)
    voter_details.publish_slips(box, trustee_keys.salt_of(box))
    sealed_papers.erase(box.id)
    if box.kind is not BoxKind.VERIFIABLE:
        finish(box, "participa")
    box.salt = None


def _copy_answers(box: BallotBox) -> None:
    """Copy the answers in random order into a fresh table, and let the papers go."""
    votes = sealed_papers.read_all_shuffled(box.id, trustee_keys.salt_of(box), PaperKind.ANSWER)
    rows = [{"box_id": box.id, "votes": chosen} for chosen in votes]
    if rows:
        db.session.execute(insert(OpenAnswer), rows)


@dataclass(frozen=True, slots=True)
class Counted:
    """What comes of the ballots: the hidden totals, and the server's part where it has the key."""

    asked: Election
    totals: Totals
    ballots: int
    partial: PartialDecryption | None
    counts: list[list[int]]


def _add_up(box: BallotBox, job: jobs.Progress) -> Counted:
    """The long part, while nobody waits for the chain: a closed box does not change."""
    asked = _election(box)
    totals = tally.encrypted_totals(asked, chain_recheck.ballots(box, asked, job))
    tallied = queries.voters(box.id)
    if box.kind is not BoxKind.CODES:
        return Counted(asked, totals, tallied, None, [])
    partial = tally.decrypt(asked, totals, trustee_keys.server_secret(box))
    return Counted(asked, totals, tallied, partial, tally.counts(asked, totals, [partial], tallied))


def _write(box: BallotBox, end: Chain, counted: Counted) -> None:
    raw = tally.totals_record(counted.totals)
    end = archive_store.append_event(
        box.id, end, archive_store.TALLY, raw, tally.sized_record(counted.ballots, raw)
    )
    facts = {"ballots": counted.ballots, "head": end.head}
    audit.record("ballots.tallied", box, "participa", **facts)
    if counted.partial:
        end = _add_partial(box, end, 1, counted.partial.record())
        archive_store.append_event(
            box.id, end, archive_store.RESULT, tally.result_record(counted.counts)
        )


def receive_partial(box: BallotBox, by: Account, raw: bytes) -> int:
    """Take what a trustee's machine made of the totals; the last one brings the result.

    `raw` is two lines, the decryption and its owner, as `participa urna decrypt` and the trustees'
    page write them. Returns the number of the trustee.
    """
    asked = _election(box)
    what = "El descifrado"
    if trustee_keys.is_private_key(raw):
        raise Refused(PRIVATE, "file")
    try:
        first, second = raw.strip().split(b"\n")
        told = canonical.read(second.strip(), what, LIMIT)
        owner, digest = canonical.members(told, what, "owner", "payload")
        owner = canonical.number(owner, f"{what}, «owner»")
        partial = tally.read_partial(asked, first.strip(), what)
    except Malformed as problem:
        raise Refused(f"Este archivo no sirve. {problem}", "file") from None
    except ValueError:
        raise Refused("El archivo debe traer dos líneas. Súbalo tal como salió.", "file") from None
    if digest != canonical.hex_digest(first.strip()) or not 1 <= owner <= len(box.trustees):
        raise Refused("El archivo no dice bien de qué custodio es.", "file")
    totals = published_totals(box, asked)
    key = trustee_keys.public_shares(box)[owner - 1].public_key
    try:
        tally.check_partial(asked, totals, key, partial, what)
    except Malformed as problem:
        raise Refused(f"Esta parte no abre el total de esta urna. {problem}", "file") from None
    end = archive_store.lock_head(box.id, archive_store.timestamp(box))
    partials = partials_of(box, asked)
    if owner in partials:
        raise Refused(f"El custodio {owner} ya entregó su parte.", "file")
    box.touch()
    end = _add_partial(box, end, owner, first.strip())
    audit.record("ballots.partial_received", box, by, trustee=owner)
    partials[owner] = partial
    if len(partials) == len(box.trustees):
        found = tally.counts(asked, totals, list(partials.values()), ballots_tallied(box))
        archive_store.append_event(box.id, end, archive_store.RESULT, tally.result_record(found))
        finish(box, by)
    return owner


def finish(box: BallotBox, by: Account | str) -> None:
    """The result is there: nothing that could open anything stays."""
    box.finished_at = clock.now()
    trustee_keys.erase_secrets(box)
    audit.record("ballots.counted", box, by)


def _add_partial(box: BallotBox, end: Chain, owner: int, record: bytes) -> Chain:
    return archive_store.append_event(
        box.id, end, archive_store.PARTIAL, record, tally.owned_record(owner, record)
    )


def partials_of(box: BallotBox, asked: Election) -> dict[int, PartialDecryption]:
    """The parts that came in, by the number of their trustee."""
    events = select(ChainEvent.body).where(
        ChainEvent.box_id == box.id, ChainEvent.kind == archive_store.PARTIAL
    )
    found = {}
    for body in db.session.scalars(events.order_by(ChainEvent.height)):
        record, owned, _ = archive_store.records(body)
        owner = archive_store.owner_in(owned)
        found[owner] = tally.read_partial(asked, record, f"El descifrado {owner}")
    return found


def published_totals(box: BallotBox, asked: Election) -> Totals:
    """The hidden totals, as the archive published them."""
    what = "El total cifrado"
    rows = canonical.read(_tallied(box)[0], what, LIMIT)
    return [[proofs.read_ciphertext(asked.group, one, what) for one in row] for row in rows]


def ballots_tallied(box: BallotBox) -> int:
    """Of how many ballots the totals are."""
    sized = canonical.read(_tallied(box)[1], "El total", LIMIT)
    return canonical.number(sized["num_tallied"], "El total")


def _tallied(box: BallotBox) -> list[bytes]:
    event = archive_store.first_event(box, archive_store.TALLY)
    if event is None:
        raise Refused("Primero hay que sumar las papeletas: falta el recuento.")
    return archive_store.records(event.body)


def _election(box: BallotBox) -> Election:
    found = snapshot_of(box).election
    if found is None:
        raise Refused("Esta urna no tiene papeletas cifradas.")
    return found
