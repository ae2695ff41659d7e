"""Calls and pieces as the city keeps them, at each stage."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage

from participa.citizens.queries import newest_notice
from participa.core import clock
from participa.core.db import db
from participa.events.models import Event
from participa.outreach import call_pieces, rules, subscriptions, teaching
from participa.outreach.models import (
    CallPiece,
    Medium,
    OutreachSettings,
    PieceKind,
    Subscriber,
    TeachingPiece,
)
from participa.plan.models import Task
from participa.staff.models import Account
from tests.ballots.city import officials, task_of_the_plan
from tests.events.city import called, held, notice, planned

__all__ = ["called", "held", "notice", "planned"]

LINK = "https://ejemplo.org/cuna.mp3"
PIECE: dict[str, Any] = {
    "title": "Cartilla: qué es rendir cuentas",
    "kind": PieceKind.BOOKLET,
    "audience": "Juntas de acción comunal",
    "text": "## Para qué\n\nPara saber qué se hizo.",
}


def official() -> Account:
    return officials()[0]


def proof(text: str = "Certificado de emisión", name: str = "certificado.txt") -> FileStorage:
    return FileStorage(BytesIO(text.encode()), name)


def spot(event: Event, medium: Medium = Medium.RADIO, **facts: Any) -> CallPiece:
    """A medium of the call with its proof; `upload` is a file, `proof_url` an address."""
    values = {"done_on": clock.today(), "piece": "Cuña de 30 segundos", "proof_url": LINK}
    values |= {"medium": medium, "estimated_reach": 1000}
    made = call_pieces.add(event, official(), facts.pop("upload", None), **(values | facts))
    db.session.commit()
    return made


def piece(tasks: list[Task] | None = None, **facts: Any) -> TeachingPiece:
    """A piece that is planned for ten days from now."""
    mine = [task_of_the_plan()] if tasks is None else tasks
    values = PIECE | {"planned_on": clock.today() + timedelta(days=10)}
    made = teaching.plan(official(), mine, **(values | facts))
    db.session.commit()
    return made


def published(tasks: list[Task] | None = None, **facts: Any) -> TeachingPiece:
    made = piece(tasks, **facts)
    teaching.publish(made, official())
    db.session.commit()
    return made


def rule(threshold: int = 1, *media: Medium) -> None:
    """What counts as mass media in this city."""
    rules.seed()
    if media:
        rules.change(db.session.get_one(OutreachSettings, 1), official(), threshold, media)
    db.session.commit()


def subscriber(email: str = "luz@ejemplo.org", *, is_confirmed: bool = True) -> Subscriber:
    """Somebody who asked for the calls by mail."""
    notice()
    subscriptions.ask(email, newest_notice(subscriptions.PURPOSE).id)
    made = db.session.scalars(db.select(Subscriber).filter_by(email=email)).one()
    if is_confirmed:
        subscriptions.confirm(made)
    db.session.commit()
    return made
