"""Public answers similar to a text that is being written, suggested before it is sent."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from participa.cases.models import Case
from participa.core.db import db
from participa.core.installation import installation
from participa.listening.answers.likeness import ManyTexts

CACHE = "listening.public_texts"
MOST_ANSWERS, COMPARED, MOST_KEPT = 3, 40, 2000
ALIKE = 62.0  # of 100: two questions about one matter, in other words
SAME_TOPIC = 8.0  # more, when both are about one topic


def similar_answers(text: str, topic: str = "", besides: int | None = None) -> list[Case]:
    """The public answers that are most like this text, at most three; those of its topic before.

    `besides` is the id of a case that is not offered: the one that the page shows.
    """
    texts, topics = _public_texts()
    alike = texts.like(text, ALIKE, COMPARED, [besides] if besides else [])
    ranked = sorted(
        alike, key=lambda one: -(one[1] + SAME_TOPIC * (topic != "" and topics[one[0]] == topic))
    )
    ids = [case_id for case_id, _ in ranked[:MOST_ANSWERS]]
    if not ids:
        return []
    rows = select(Case).where(Case.id.in_(ids), Case.published_at.is_not(None))
    found = {case.id: case for case in db.session.scalars(rows.options(joinedload(Case.office)))}
    return [found[case_id] for case_id in ids if case_id in found]


def _public_texts() -> tuple[ManyTexts[int], dict[int, str]]:
    """The newest public texts, and their topics; read again when one was added or hidden."""
    version = select(func.count(Case.id), func.max(Case.published_at))
    version = version.where(Case.published_at.is_not(None))
    current = tuple(db.session.execute(version).one())
    cache = installation().cache(CACHE)
    kept = cache.get("texts")
    if kept is None or kept[0] != current:
        rows = select(Case.id, Case.topic, Case.public_text, Case.text)
        rows = rows.where(Case.published_at.is_not(None))
        rows = rows.order_by(Case.published_at.desc(), Case.id).limit(MOST_KEPT)
        found = db.session.execute(rows).all()
        texts = ManyTexts({row.id: row.public_text or row.text for row in found})
        kept = cache["texts"] = (current, texts, {row.id: row.topic for row in found})
    return kept[1], kept[2]
