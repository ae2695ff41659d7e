"""Counting a closed box: homomorphic totals are public; trustees decrypt them."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from participa.ballots import archive_store, minimum
from participa.ballots.keys import private_keys, trustee_keys
from participa.ballots.minimum import Ending
from participa.ballots.models import (
    Act,
    BallotBox,
    BoxHead,
    BoxKind,
    ChainEvent,
    OpenAnswer,
    PaperKind,
)
from participa.ballots.results import chain_recheck
from participa.ballots.snapshots import snapshot_of
from participa.ballots.voting import open_consultation, sealed_papers, voter_details
from participa.belenios import canonical, opening_proofs, proofs, tally, trustees
from participa.belenios.archive import Chain
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.tally import PartialDecryption, Totals
from participa.belenios.trustees import Trustees
from participa.channels.lifecycle import NotReady
from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

JOB = "ballots.tally"
LIMIT = 5_000_000  # bytes of an upload or a record
PRIVATE = (
    "Es la llave privada, no lo que se hace con ella. No se guardó; dígalo en el acta, porque "
    "salió de su equipo. Haga el descifrado allá y suba ese archivo."
)
LINES = (
    "El archivo debe traer tres líneas: la parte, de quién es y la prueba de que abre este total. "
    "Súbalo tal como salió. Si trae dos, hágalo otra vez con la página de los custodios de hoy."
)

NOT_NEEDED = "El resultado ya está publicado. La parte de {name} no hizo falta, y no se recibió."
TRUSTEES_INDEX = 1  # of the trustees among the records of the first event


def missing_requirements(box: BallotBox) -> list[str]:
    if not box.is_closed:
        return ["que la urna cierre"]
    if box.typed_paper is not None:
        return ["que otra persona confirme el conteo del papel"]
    if box.allows_paper and box.paper is None:
        return ["que dos personas cuenten el papel, o digan que no hubo"]
    return []


def start(box: BallotBox, by: Account) -> Job:
    """Queue the tally for a worker. Raises NotReady if something is missing."""
    if missing := missing_requirements(box):
        raise NotReady(f"Para contar falta: {'; '.join(missing)}.")
    return jobs.start(JOB, f"Recuento de «{box.title}»", str(by), box_id=box.id)


def restart(box: BallotBox, by: Account) -> Job:
    """Queue a failed tally again; its two confirmations still hold. Raises Refused otherwise."""
    second_factor.require(by)
    act = box.act(Act.TALLY)
    if act is None or not act.is_confirmed or not needs_count(box):
        raise Refused("Este recuento no se puede repetir.")
    audit.record("ballots.count_repeated", box, by)
    return start(box, by)


def needs_count(box: BallotBox) -> bool:
    return (
        box.is_closed
        and not box.is_finished
        and not box.is_without_result
        and archive_store.first_event(box, archive_store.TALLY) is None
    )


@jobs.work(JOB)
def count(job: jobs.Progress, box_id: int) -> None:
    """Count everything that needs no trustee. Idempotent: a counted box is left alone."""
    box = db.session.get_one(BallotBox, box_id)
    if not needs_count(box):
        return
    is_opened = box.is_secret and not minimum.is_below(box)
    counted = _tally_ballots(box, job) if is_opened else None
    end = archive_store.lock_head(box.id, archive_store.timestamp(box))
    db.session.expire(box)
    if not needs_count(box):  # another worker counted it first
        return
    box.touch()
    match minimum.ending(box):
        case Ending.NOTHING:
            _end_without_result(box)
        case Ending.SUM:
            _publish_sum(box)
        case _:
            _publish_result(box, end, counted)


def _publish_result(box: BallotBox, end: Chain, counted: "Counted | None") -> None:
    if counted:
        _write(box, end, counted)
    else:
        _copy_answers(box)
    voter_details.publish_slips(box, trustee_keys.salt_of(box))
    sealed_papers.erase(box.id)
    if box.kind is not BoxKind.VERIFIABLE:
        finish(box, "participa")
    box.salt = None


def _end_without_result(box: BallotBox) -> None:
    """End a box with too few ballots: nothing is decrypted, and what could decrypt is erased."""
    box.without_result_at = clock.now()
    head = update(BoxHead).where(BoxHead.box_id == box.id)
    db.session.execute(head.values(published=None, published_ballots=0))
    sealed_papers.erase(box.id)
    trustee_keys.erase_secrets(box)
    audit.record("ballots.ended_without_result", box, "participa", ballots=minimum.received(box))


def _publish_sum(box: BallotBox) -> None:
    """Publish only the sum of the few answers and the paper; erase both parts.

    The details that few people told about themselves are erased too.
    """
    votes = sealed_papers.read_all_shuffled(box.id, trustee_keys.salt_of(box), PaperKind.ANSWER)
    asked = [question.asked for question in box.questions]
    paper = box.paper
    assert paper is not None and paper.counts is not None  # noqa: S101, PT018 - the outcome asked
    total = open_consultation.added(open_consultation.totals(asked, list(votes)), paper.counts)
    ballots = minimum.received(box) + paper.valid
    head = update(BoxHead).where(BoxHead.box_id == box.id)
    db.session.execute(head.values(published=total, published_ballots=ballots))
    for count in list(box.hand_counts):
        count.counts = None
        if not count.is_confirmed:
            box.hand_counts.remove(count)
    sealed_papers.erase(box.id)
    finish(box, "participa")


def _copy_answers(box: BallotBox) -> None:
    """Insert the decrypted answers in random order. The caller deletes the papers."""
    votes = sealed_papers.read_all_shuffled(box.id, trustee_keys.salt_of(box), PaperKind.ANSWER)
    rows = [{"box_id": box.id, "votes": chosen} for chosen in votes]
    if rows:
        db.session.execute(insert(OpenAnswer), rows)


@dataclass(frozen=True, slots=True)
class Counted:
    """Encrypted totals, and their decryption if the server has the key.

    Otherwise `partial` is None and `counts` is empty.
    """

    election: Election
    totals: Totals
    ballots: int
    partial: PartialDecryption | None
    opening_proof: bytes | None
    counts: list[list[int]]


def _tally_ballots(box: BallotBox, job: jobs.Progress) -> Counted:
    """The slow part, without a lock on the chain: a closed box does not change."""
    election = _election(box)
    totals, ballots = chain_recheck.recheck(box, election, job)
    if box.kind is not BoxKind.CODES:
        return Counted(election, totals, ballots, None, None, [])
    secret = trustee_keys.server_secret(box)
    partial = tally.decrypt(election, totals, secret)
    proof = opening_proofs.make_entry(election, totals, secret, 1, partial)
    counts = tally.counts(election, totals, [partial], ballots)
    return Counted(election, totals, ballots, partial, proof, counts)


def _write(box: BallotBox, end: Chain, counted: Counted) -> None:
    raw = tally.totals_record(counted.totals)
    end = archive_store.append_event(
        box.id, end, archive_store.TALLY, raw, tally.sized_record(counted.ballots, raw)
    )
    facts = {"ballots": counted.ballots, "head": end.head}
    audit.record("ballots.tallied", box, "participa", **facts)
    if counted.partial:
        end = _add_partial(box, end, 1, counted.partial.record(), counted.opening_proof)
        archive_store.append_event(
            box.id, end, archive_store.RESULT, tally.result_record(counted.counts)
        )


def receive_partial(box: BallotBox, by: Account, raw: bytes) -> int:
    """Store a trustee's partial decryption and return the trustee's number.

    `raw` is three lines, the decryption, its owner and the proof that it opens this total, as
    `participa urna decrypt` and the trustees' page write them. The last one that is needed brings
    the result, and no more are taken. Raises Refused before anything is appended.
    """
    second_factor.require(by)
    election = _election(box)
    what = "El descifrado"
    private_keys.refuse(raw, sentence=PRIVATE)
    try:
        first, second, third = raw.strip().split(b"\n")
        owned = canonical.read(second.strip(), what, LIMIT)
        owner, digest = canonical.members(owned, what, "owner", "payload")
        owner = canonical.number(owner, f"{what}, «owner»")
        partial = tally.read_partial(election, first.strip(), what)
        value = canonical.read(third.strip(), what, LIMIT)
        entry = opening_proofs.read_entry(election.group, value, what)
    except Malformed as problem:
        raise Refused(f"Este archivo no sirve. {problem}", "file") from None
    except ValueError:
        raise Refused(LINES, "file") from None
    is_named = digest == canonical.hex_digest(first.strip()) and entry.owner == owner
    if not is_named or not 1 <= owner <= len(box.trustees):
        raise Refused("El archivo no dice bien de qué custodio es.", "file")
    name = box.trustees[owner - 1].name
    totals = published_totals(box, election)
    keepers = keepers_of(box)
    key = keepers[owner - 1].public_key
    try:
        tally.check_partial(election, totals, key, partial, what)
        opening_proofs.check_entry(entry, election, totals, key, partial)
    except Malformed as problem:
        raise Refused(
            f"La parte de {name} no abre el total de esta urna, y no se recibió. {problem}", "file"
        ) from None
    end = archive_store.lock_head(box.id, archive_store.timestamp(box))
    db.session.expire(box)
    partials = partials_of(box, election)
    if owner in partials:
        raise Refused(f"El custodio {owner} ya entregó su parte.", "file")
    if box.is_finished:
        raise Refused(NOT_NEEDED.format(name=name), "file")
    partials[owner] = partial
    counts = _counts_of(box, election, totals, keepers, partials)
    box.touch()
    end = _add_partial(box, end, owner, first.strip(), third.strip())
    audit.record("ballots.partial_received", box, by, trustee=owner)
    if counts is not None:
        archive_store.append_event(box.id, end, archive_store.RESULT, tally.result_record(counts))
        finish(box, by)
    return owner


def _counts_of(
    box: BallotBox,
    election: Election,
    totals: Totals,
    keepers: Trustees,
    partials: dict[int, PartialDecryption],
) -> list[list[int]] | None:
    """The counts once enough trustees have decrypted, else None. The last of `partials` is new.

    The new one is proved. Raises Refused if the parts do not give a count: a proved one always
    fits, so the message names the trustees whose stored part has no proof; or all who have a stored
    part, if a record was altered.
    """
    if keepers.lacking(partials)[0]:
        return None
    try:
        return tally.counts_of(election, totals, keepers, partials, tallied_ballots(box))
    except Malformed:
        earlier = [box.trustees[number - 1] for number in list(partials)[:-1]]
        unproved = [trustee for trustee in earlier if trustee.opening_proof is None] or earlier
        names = spanish.listed([trustee.name for trustee in unproved])
        raise Refused(
            "Las partes juntas no abren el total. No se recibió nada. Está sin comprobar la parte "
            f"que ya estaba, de {names}. Dígalo en el acta y avise a soporte.",
            "file",
        ) from None


def keepers_of(box: BallotBox) -> Trustees:
    """The trustees as the archive has them, with the keys with which each decrypts."""
    setup = archive_store.first_event(box, archive_store.SETUP)
    if setup is None:
        raise Refused("Esta urna no ha abierto.")
    return trustees.read(trustee_keys.GROUP, archive_store.records(setup.body)[TRUSTEES_INDEX])


def finish(box: BallotBox, by: Account | str) -> None:
    """Mark the result as complete, and erase the secrets."""
    box.finished_at = clock.now()
    trustee_keys.erase_secrets(box)
    audit.record("ballots.counted", box, by)


def _add_partial(
    box: BallotBox, end: Chain, owner: int, record: bytes, opening_proof: bytes | None
) -> Chain:
    box.trustees[owner - 1].opening_proof = opening_proof
    return archive_store.append_event(
        box.id, end, archive_store.PARTIAL, record, tally.owned_record(owner, record)
    )


def partials_of(box: BallotBox, election: Election) -> dict[int, PartialDecryption]:
    """Stored partial decryptions by the number of their trustee."""
    events = select(ChainEvent.body).where(
        ChainEvent.box_id == box.id, ChainEvent.kind == archive_store.PARTIAL
    )
    partials = {}
    for body in db.session.scalars(events.order_by(ChainEvent.height)):
        record, owned, _ = archive_store.records(body)
        owner = archive_store.owner_in(owned)
        partials[owner] = tally.read_partial(election, record, f"El descifrado {owner}")
    return partials


def published_totals(box: BallotBox, election: Election) -> Totals:
    """The encrypted totals in the archive, per question and slot. Raises Refused before them."""
    what = "El total cifrado"
    rows = canonical.read(_tally_records(box)[0], what, LIMIT)
    return [[proofs.read_ciphertext(election.group, value, what) for value in row] for row in rows]


def tallied_ballots(box: BallotBox) -> int:
    """Number of ballots in the totals. Raises Refused before the tally."""
    sized = canonical.read(_tally_records(box)[1], "El total", LIMIT)
    return canonical.number(sized["num_tallied"], "El total")


def _tally_records(box: BallotBox) -> list[bytes]:
    event = archive_store.first_event(box, archive_store.TALLY)
    if event is None:
        raise Refused("Primero hay que sumar las papeletas: falta el recuento.")
    return archive_store.records(event.body)


def _election(box: BallotBox) -> Election:
    election = snapshot_of(box).election
    if election is None:
        raise Refused("Esta urna no tiene papeletas cifradas.")
    return election
