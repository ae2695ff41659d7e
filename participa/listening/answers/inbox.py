"""The public answers that wait for a second person, for the staff's first page and daily mail."""

from flask import url_for

from participa.core import spanish
from participa.core.db import db
from participa.listening.answers.publication_list import to_review
from participa.listening.models import Contribution
from participa.staff.access import WRITERS
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

MOST = 1000


def pending(account: Account) -> list[Pending]:
    """What others proposed to publish; no text of it."""
    if account.role not in WRITERS:
        return []
    waiting = to_review(account).with_only_columns(Contribution.case_id)
    ids = list(db.session.scalars(waiting.order_by(Contribution.case_id).limit(MOST)))
    if not ids:
        return []
    count = spanish.several(len(ids), "respuesta por revisar", "respuestas por revisar")
    address = url_for("listening_publication.index", estado="por-revisar")
    marks = tuple(f"publication:{case_id}" for case_id in ids)
    return [Pending(count, address, "antes de publicarlas.", marks)]
