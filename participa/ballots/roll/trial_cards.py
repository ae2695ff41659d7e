"""Cards for visitors of a demonstration. Their codes are stored in a file, never in a table."""

import json

from sqlalchemy import select

from participa.ballots.models import BallotBox, BoxBallot, BoxCredential
from participa.core.db import db
from participa.core.installation import installation

FILE = "tarjetas-de-ejemplo.json"
MOST_SHOWN = 3


def codes_to_try(uuid: str) -> list[str]:
    """A few unused codes of an example box; empty outside a demonstration."""
    settings = installation().settings
    path = settings.data / FILE
    if not settings.demo or not path.is_file():
        return []
    cards: dict[str, str] = json.loads(path.read_text(encoding="utf-8")).get(uuid, {})
    used = select(BoxBallot.credential).join(BallotBox, BallotBox.id == BoxBallot.box_id)
    fresh = (
        select(BoxCredential.digest)
        .join(BallotBox, BallotBox.id == BoxCredential.box_id)
        .where(
            BallotBox.uuid == uuid,
            BoxCredential.digest.in_(cards.values()),
            BoxCredential.digest.not_in(used.where(BallotBox.uuid == uuid)),
            BoxCredential.voided_on.is_(None),
        )
    )
    unused = set(db.session.scalars(fresh))
    return [code for code, digest in cards.items() if digest in unused][:MOST_SHOWN]
