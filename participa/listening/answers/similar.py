"""How alike two texts are, and the public answers that are like what somebody writes.

A suggestion for a person, who decides. Words that say little are left out; the order of the others
does not count, nor their accents.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from participa.cases.models import Case
from participa.core.db import db
from participa.core.installation import installation
from participa.core.web.lists import folded

CACHE = "listening.public_texts"
MOST_ANSWERS, MOST_COMPARED, MOST_WORDS = 3, 1000, 60
ALIKE = 62.0  # of 100: two questions about one matter, in other words
SAME_TOPIC = 8.0  # more, when both are about one topic
FEWEST_WORDS = 2
WORD = re.compile(r"[a-z0-9]{3,}")
SEED = Path(__file__).parent / "seed" / "empty-words.txt"
EMPTY = frozenset(SEED.read_text("utf-8").split())


@dataclass(frozen=True, slots=True)
class PublicText:
    """The words of a public answer, as they are compared."""

    case_id: int
    topic: str
    words: str


def words_of(text: str) -> str:
    """The words that say something, each once, in the order of the alphabet."""
    found = dict.fromkeys(WORD.findall(folded(text)))
    return " ".join(sorted([word for word in found if word not in EMPTY][:MOST_WORDS]))


def likeness(words: str, others: Mapping[Any, str], least: float) -> list[tuple[Any, float]]:
    """The keys of the texts that are at least so much alike, the most alike first."""
    if words.count(" ") + 1 < FEWEST_WORDS:
        return []
    found = process.extract(
        words, others, scorer=fuzz.token_set_ratio, score_cutoff=least, limit=None
    )
    return [(key, score) for _, score, key in found]


def similar_answers(text: str, topic: str = "", besides: int | None = None) -> list[Case]:
    """The public answers that are most like this text, at most three; those of its topic before.

    `besides` is the id of a case that is not offered: the one that the page shows.
    """
    texts = [one for one in _public_texts() if one.case_id != besides]
    by_id = {one.case_id: one for one in texts}
    alike = likeness(words_of(text), {one.case_id: one.words for one in texts}, ALIKE)
    ranked = sorted(
        alike, key=lambda one: -(one[1] + SAME_TOPIC * (by_id[one[0]].topic == topic != ""))
    )
    ids = [case_id for case_id, _ in ranked[:MOST_ANSWERS]]
    if not ids:
        return []
    rows = select(Case).where(Case.id.in_(ids), Case.published_at.is_not(None))
    found = {case.id: case for case in db.session.scalars(rows.options(joinedload(Case.office)))}
    return [found[case_id] for case_id in ids if case_id in found]


def _public_texts() -> list[PublicText]:
    """The newest public answers, read again when one was added or hidden: one small SELECT."""
    version = select(func.count(Case.id), func.max(Case.published_at))
    version = version.where(Case.published_at.is_not(None))
    current = tuple(db.session.execute(version).one())
    cache = installation().cache(CACHE)
    if cache.get("version") != current:
        rows = select(Case.id, Case.topic, Case.public_text, Case.text)
        rows = rows.where(Case.published_at.is_not(None))
        rows = rows.order_by(Case.published_at.desc(), Case.id).limit(MOST_COMPARED)
        cache["texts"] = [
            PublicText(row.id, row.topic, words_of(row.public_text or row.text))
            for row in db.session.execute(rows)
        ]
        cache["version"] = current
    texts: list[PublicText] = cache["texts"]
    return texts
