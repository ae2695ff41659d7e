"""Closed minutes as the public reads them: without what was hidden or corrected afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from participa.cases.models import Case
from participa.core import spanish
from participa.core.db import db
from participa.events.record_models import Minutes


@dataclass(frozen=True, slots=True)
class ShownMinutes:
    """The document to show, and a sentence for each question that is not in it any more."""

    document: dict[str, Any]
    told: Sequence[str]

    @property
    def is_whole(self) -> bool:
        """Whether it is the document that was closed, so that its file has its hash."""
        return not self.told


def shown(minutes: Minutes) -> ShownMinutes:
    """A published question stays while the public reads it elsewhere in the same words.

    One SELECT. The stored document is not changed.
    """
    asked = minutes.document["preguntas"]
    rows = select(Case).where(Case.id.in_(minutes.question_ids))
    cases = {case.id: case for case in db.session.scalars(rows)}
    kept, told = [], []
    for case_id, printed in zip(minutes.question_ids, asked["publicadas"], strict=True):
        if (case := cases.get(case_id)) is not None and is_as_printed(case, printed):
            kept.append(printed)
        else:
            told.append(sentence(case))
    if not told:
        return ShownMinutes(minutes.document, ())
    return ShownMinutes(
        {**minutes.document, "preguntas": {**asked, "publicadas": kept}}, tuple(told)
    )


def is_as_printed(case: Case, printed: dict[str, str]) -> bool:
    words = {"pregunta": case.shown_text, "respuesta": case.answer}
    return case.is_public and words == printed


def sentence(case: Case | None) -> str:
    act = "corrigió" if case is not None and case.is_public else "ocultó"
    day = case.withdrawn_on if case is not None else None
    return f"Se {act} una pregunta{f' el {spanish.day(day)}' if day else ''}."
