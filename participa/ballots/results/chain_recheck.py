"""Verification of the whole chain before decryption, as strict as the public verifier.

A single forged ballot in a total can reveal somebody's vote, and a chain that no verifier accepts
proves nothing. So no key is used before every record has been verified again.
"""

from collections.abc import Iterator

from sqlalchemy import select

from participa.ballots import archive_store
from participa.ballots.models import BallotBox, BoxBallot, ChainEvent
from participa.ballots.roll.credential_digest import credential_digest
from participa.belenios import ballot, canonical, roll
from participa.belenios.archive import Chain
from participa.belenios.ballot import Ballot as Sent
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import jobs


class ChainBroken(Refused):
    """The stored chain and the ballot tables do not agree."""


def ballots(box: BallotBox, election: Election, job: jobs.Progress) -> Iterator[Sent]:
    """Yield the ballots that count, each after all records before it were verified.

    Raises ChainBroken, also after the last ballot, so read all of them before using any.
    """
    rows = _rows(box.id)
    last = {row.credential: row.height for row in rows.values()}
    end, kind, on_roll = Chain(archive_store.timestamp(box)), "", set[str]()
    head = archive_store.head_of(box)
    for height in range(head.height if head else 0):
        try:
            kind, end, records = _next_event(box.id, end)
            if kind == archive_store.SETUP:
                on_roll = _roll_of(election, records)
            elif kind == archive_store.BALLOT:
                sent, row = ballot.read(election, records[0]), rows.pop(height)
                _check_row(sent, row, on_roll)
                if election.is_one_vote and last[row.credential] != height:
                    raise Malformed("Un código votó dos veces.")
                ballot.check(election, sent)
                if last[row.credential] == height:
                    yield sent
        except (ValueError, LookupError) as problem:
            raise _broken(f"la altura {height}") from problem
        job.advance(height, head.height if head else 0)
    if rows or kind != archive_store.END or head is None or head.digest != end.head:
        raise _broken("el final")


def _rows(box_id: int) -> dict[int, BoxBallot]:
    """Ballot rows by their height in the chain."""
    of_box = select(BoxBallot).where(BoxBallot.box_id == box_id).order_by(BoxBallot.height)
    return {row.height: row for row in db.session.scalars(of_box)}


def _next_event(box_id: int, end: Chain) -> tuple[str, Chain, list[bytes]]:
    """Type, new end of the chain and records of the event at `end`.

    Raises Malformed if it is missing, or if writing it again gives other bytes.
    """
    event = select(ChainEvent.kind, ChainEvent.body)
    row = db.session.execute(event.filter_by(box_id=box_id, height=end.height)).one_or_none()
    if row is None:
        raise Malformed("Falta un evento.")
    *records, _ = archive_store.records(row.body)
    rewritten, after = end.add(row.kind, *records)
    if rewritten != row.body:
        raise Malformed("El evento no continúa la cadena.")
    return row.kind, after, records


def _roll_of(election: Election, records: list[bytes]) -> set[str]:
    """Digests of the credentials in the first event's roll. Raises Malformed."""
    if records[0] != election.raw:
        raise Malformed("La elección es otra.")
    return {
        credential_digest(public) for public in canonical.read(records[2], roll.WHAT, roll.LIMIT)
    }


def _check_row(sent: Sent, row: BoxBallot, on_roll: set[str]) -> None:
    """Raise Malformed if the row or the roll does not match the ballot in the chain."""
    credential = credential_digest(sent.credential)
    if (row.tracker, row.credential) != (sent.tracker, credential) or credential not in on_roll:
        raise Malformed("La papeleta es otra.")


def _broken(where: str) -> ChainBroken:
    return ChainBroken(
        f"El registro de esta urna no está completo: no cuadra {where}. No se abrió nada. "
        "Avise a soporte, y no borre nada."
    )
