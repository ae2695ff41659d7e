"""Verification of the whole chain before decryption, as strict as the public verifier.

One false ballot in a total is enough to tell somebody's vote, and a chain that no verifier accepts
would be worth nothing: so no key is used before every record has been checked once more.
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


def ballots(box: BallotBox, asked: Election, job: jobs.Progress) -> Iterator[Sent]:
    """Yield the ballots that count, each after all records before it were verified."""
    rows = _rows(box.id)
    last = {row.credential: row.height for row in rows.values()}
    end, kind, listed = Chain(archive_store.timestamp(box)), "", set[str]()
    head = archive_store.head_of(box)
    for height in range(head.height if head else 0):
        try:
            kind, end, records = _grown(box.id, end)
            if kind == archive_store.SETUP:
                listed = _listed(asked, records)
            elif kind == archive_store.BALLOT:
                sent, row = ballot.read(asked, records[0]), rows.pop(height)
                _is_the_row(sent, row, listed)
                ballot.check(asked, sent)
                if last[row.credential] == height:
                    yield sent
        except (ValueError, LookupError) as problem:
            raise _broken(f"la altura {height}") from problem
        job.advance(height, head.height if head else 0)
    if rows or kind != archive_store.END or head is None or head.digest != end.head:
        raise _broken("el final")


def _rows(box_id: int) -> dict[int, BoxBallot]:
    """Ballot rows by their height in the chain."""
    mine = select(BoxBallot).where(BoxBallot.box_id == box_id).order_by(BoxBallot.height)
    return {row.height: row for row in db.session.scalars(mine)}


def _grown(box_id: int, end: Chain) -> tuple[str, Chain, list[bytes]]:
    """The next event with its records, if writing it anew gives the same bytes."""
    told = select(ChainEvent.kind, ChainEvent.body)
    found = db.session.execute(told.filter_by(box_id=box_id, height=end.height)).one_or_none()
    if found is None:
        raise Malformed("Falta un evento.")
    *records, _ = archive_store.records(found.body)
    more, after = end.add(found.kind, *records)
    if more != found.body:
        raise Malformed("El evento no continúa la cadena.")
    return found.kind, after, records


def _listed(asked: Election, records: list[bytes]) -> set[str]:
    """The credentials of the roll, as the tables name them."""
    if records[0] != asked.raw:
        raise Malformed("La elección es otra.")
    return {
        credential_digest(public) for public in canonical.read(records[2], roll.WHAT, roll.LIMIT)
    }


def _is_the_row(sent: Sent, row: BoxBallot, listed: set[str]) -> None:
    credential = credential_digest(sent.credential)
    if (row.tracker, row.credential) != (sent.tracker, credential) or credential not in listed:
        raise Malformed("La papeleta es otra.")


def _broken(where: str) -> ChainBroken:
    return ChainBroken(
        f"El registro de esta urna no está completo: no cuadra {where}. No se abrió nada. "
        "Avise a soporte, y no borre nada."
    )
