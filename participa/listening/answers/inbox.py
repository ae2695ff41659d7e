"""Public answers on other pages: what waits for a second person, and the official menu."""

from flask import url_for

from participa.channels.inbox import Card
from participa.channels.registry import MenuCard
from participa.core import spanish
from participa.core.db import db
from participa.listening.answers import outcomes
from participa.listening.answers.publication_list import to_review
from participa.listening.models import Contribution
from participa.staff.access import WRITERS
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

MOST = 1000
ANSWERS, IMPROVEMENTS = 6, 8  # items of the official menu


def menu() -> list[MenuCard]:
    """How the city answers what it hears, and what changed because of it."""
    report = Card("Cómo respondemos", url_for("listening_answers.report"), "", state="")
    changes = Card("Qué cambió", url_for("listening_answers.changes"), "", state="")
    has_changes = bool(outcomes.public_changes())
    return [(ANSWERS, report), *([(IMPROVEMENTS, changes)] if has_changes else [])]


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
