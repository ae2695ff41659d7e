"""Counting a closed box: the totals are made in the open, and opened by whoever keeps the key."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, insert, select

from participa.ballots import ballot, canonical, chain, keeping, proofs, sealed, slips, tally
from participa.ballots.archive import Chain
from participa.ballots.canonical import Malformed
from participa.ballots.definitions import of
from participa.ballots.election import Election
from participa.ballots.models import (
    Act,
    Ballot,
    BallotBox,
    ChainEvent,
    Kind,
    OpenAnswer,
    PaperKind,
    touch,
)
from participa.ballots.tally import Partial, Totals
from participa.core import audit, clock, jobs
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import Job
from participa.staff.models import Account

JOB = "ballots.tally"
LIMIT = 5_000_000


def lacking(box: BallotBox) -> list[str]:
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
    return box.is_closed and not box.is_finished and chain.event(box, chain.TALLY) is None


@jobs.work(JOB)
def count(job: jobs.Progress, box_id: int) -> None:
    """All that can be done without the trustees; what is done already is not done twice."""
    box = db.session.get_one(BallotBox, box_id)
    if not needs_count(box):
        return
    if box.is_secret:
        _count_ballots(box, job)
    else:
        _count_answers(box)
    salt = keeping.salt_of(box)
    slips.gather(box, salt)
    sealed.erase(box.id)
    if box.kind is not Kind.VERIFIABLE:
        finish(box, "participa")
    box.salt = None
    touch(box)


def _count_answers(box: BallotBox) -> None:
    """Copy the answers in random order into a fresh table, and let the papers go."""
    votes = sealed.take_out(box.id, keeping.salt_of(box), PaperKind.ANSWER)
    rows = [{"box_id": box.id, "votes": chosen} for chosen in votes]
    if rows:
        db.session.execute(insert(OpenAnswer), rows)


def _count_ballots(box: BallotBox, job: jobs.Progress) -> None:
    asked = _election(box)
    counting = ballots_that_count(box)
    totals = tally.encrypted(asked, _read(box, asked, counting, job))
    raw = tally.record(totals)
    end = chain.hold(box.id, chain.timestamp(box))
    end = chain.add(box.id, end, chain.TALLY, raw, tally.sized_record(len(counting), raw))
    audit.record("ballots.tallied", box, "participa", ballots=len(counting), head=end.head)
    if box.kind is Kind.CODES:
        partial = tally.decrypt(asked, totals, keeping.own_secret(box))
        _publish(box, asked, totals, _add_partial(box, end, 1, partial.record()), [partial])


def ballots_that_count(box: BallotBox) -> list[int]:
    """The heights of the last ballot of each credential."""
    last = select(func.max(Ballot.height)).where(Ballot.box_id == box.id)
    return sorted(db.session.scalars(last.group_by(Ballot.credential)))


def _read(
    box: BallotBox, asked: Election, heights: Sequence[int], job: jobs.Progress
) -> Iterator[ballot.Ballot]:
    for done, height in enumerate(heights, start=1):
        (body,) = chain.bodies(box.id, height, height + 1)
        yield ballot.read(asked, chain.records(body)[0])
        job.advance(done, len(heights))


def receive_partial(box: BallotBox, by: Account, raw: bytes) -> int:
    """Take what a trustee's machine made of the totals; the last one brings the result.

    `raw` is two lines, the decryption and its owner, as `participa urna decrypt` and the trustees'
    page write them. Returns the number of the trustee.
    """
    asked = _election(box)
    what = "El descifrado"
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
    end = chain.hold(box.id, chain.timestamp(box))
    totals, partials = published_totals(box, asked), partials_of(box, asked)
    if owner in partials:
        raise Refused(f"El custodio {owner} ya entregó su parte.", "file")
    key = keeping.public_halves(box)[owner - 1].public_key
    try:
        tally.check_partial(asked, totals, key, partial, what)
    except Malformed as problem:
        raise Refused(f"Esta parte no abre el total de esta urna. {problem}", "file") from None
    end = _add_partial(box, end, owner, first.strip())
    audit.record("ballots.partial_received", box, by, trustee=owner)
    partials[owner] = partial
    if len(partials) == len(box.trustees):
        _publish(box, asked, totals, end, list(partials.values()))
        finish(box, by)
    touch(box)
    return owner


def finish(box: BallotBox, by: Account | str) -> None:
    """The result is there: nothing that could open anything stays."""
    box.finished_at = clock.now()
    keeping.forget(box)
    audit.record("ballots.counted", box, by)


def _add_partial(box: BallotBox, end: Chain, owner: int, record: bytes) -> Chain:
    return chain.add(box.id, end, chain.PARTIAL, record, tally.owned_record(owner, record))


def _publish(
    box: BallotBox, asked: Election, totals: Totals, end: Chain, partials: list[Partial]
) -> None:
    found = tally.counts(asked, totals, partials, len(ballots_that_count(box)))
    chain.add(box.id, end, chain.RESULT, tally.result_record(found))


def partials_of(box: BallotBox, asked: Election) -> dict[int, Partial]:
    """The parts that came in, by the number of their trustee."""
    events = select(ChainEvent.body).where(
        ChainEvent.box_id == box.id, ChainEvent.kind == chain.PARTIAL
    )
    found = {}
    for body in db.session.scalars(events.order_by(ChainEvent.height)):
        record, owned, _ = chain.records(body)
        owner = chain.owner_in(owned)
        found[owner] = tally.read_partial(asked, record, f"El descifrado {owner}")
    return found


def published_totals(box: BallotBox, asked: Election) -> Totals:
    """The hidden totals, as the archive published them."""
    event = chain.event(box, chain.TALLY)
    if event is None:
        raise Refused("Primero hay que sumar las papeletas: falta el recuento.")
    what = "El total cifrado"
    rows = canonical.read(chain.records(event.body)[0], what, LIMIT)
    return [[proofs.read_ciphertext(asked.group, one, what) for one in row] for row in rows]


def _election(box: BallotBox) -> Election:
    found = of(box).election
    if found is None:
        raise Refused("Esta urna no tiene papeletas cifradas.")
    return found
