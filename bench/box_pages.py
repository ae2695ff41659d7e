"""The public pages of a box with very many ballots, which are rows that no page reads."""

import statistics
import time
from collections.abc import Iterable, Iterator
from typing import Any

from flask import current_app
from sqlalchemy import insert, update

from bench.casting import Urna, urna
from bench.installations import Unanswered
from participa.ballots.models import BoxBallot, BoxCredential, BoxHead, BoxKind, ChainEvent
from participa.core.db import db

PAGES = ("resultados", "acta", "auditoria")
BATCH = 10_000
BODY = b"b" * 512


def pages(kind: str, ballots: int, tries: int) -> dict[str, float]:
    """Page and milliseconds of processor, the median, of a page that was asked for before."""
    with urna(kind, 30, BoxKind.CODES) as made:
        crowd(made, ballots)
        client = current_app.test_client()
        return {page: _median(client, f"/urna/{made.uuid}/{page}", tries) for page in PAGES}


def crowd(made: Urna, ballots: int) -> None:
    """So many ballots and cards, as rows."""
    for model, rows in (
        (BoxCredential, ({"digest": f"{n:064x}", "public": str(n)} for n in _heights(ballots))),
        (BoxBallot, map(_ballot, _heights(ballots))),
        (ChainEvent, map(_event, _heights(ballots))),
    ):
        _insert(model, made.id, rows)
    head = update(BoxHead).where(BoxHead.box_id == made.id)
    sums = {"height": ballots + 1, "ballots": ballots, "cards": BoxHead.cards + ballots}
    db.session.execute(head.values(**sums, digest=f"{ballots:064x}"))
    db.session.commit()


def _heights(ballots: int) -> range:
    return range(1, ballots + 1)


def _ballot(height: int) -> dict[str, Any]:
    named = {"tracker": f"{height:043d}", "credential": f"{height:064x}", "once": f"{height:064x}"}
    return {"height": height, "is_assisted": False, **named}


def _event(height: int) -> dict[str, Any]:
    named = {"kind": "Ballot", "digest": f"{height:064x}", "body": BODY}
    return {"height": height, "archive_bytes": height * len(BODY), **named}


def _insert(model: Any, box_id: int, rows: Iterable[dict[str, Any]]) -> None:
    waiting: Iterator[dict[str, Any]] = iter(rows)
    while batch := [{"box_id": box_id, **row} for _, row in zip(range(BATCH), waiting)]:  # noqa: B905 - ends with the shorter one
        db.session.execute(insert(model), batch)
        db.session.commit()


def _median(client: Any, address: str, tries: int) -> float:
    times = []
    for _ in range(tries + 1):
        begun = time.process_time()
        if client.get(address).status_code != 200:
            raise Unanswered(f"no page at {address}")
        times.append(1000 * (time.process_time() - begun))
    return statistics.median(times[1:])
