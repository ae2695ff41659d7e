"""Review of the texts of residents: each is published, merged, or rejected with a reason.

A channel mixes ReviewedText into its table of texts and adds the columns for merged ones.
"""

import enum
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock
from participa.core.errors import Refused
from participa.staff.models import Account

REVIEWED_MEANWHILE = (
    "Otra persona ya revisó {these}. No se guardó nada: si los demás siguen bien marcados, "
    "guarde otra vez. Los que ya están se cambian en su propia página."
)


class ReviewState(enum.Enum):
    """The state of a text in its review."""

    PENDING = "Por revisar"
    PUBLISHED = "Aceptada"  # what makes it public, the channel says
    MERGED = "Unida a otra"
    REJECTED = "No publicada"


class ReviewedText:
    """Mixin for a table of short texts by residents."""

    text: Mapped[str] = mapped_column(Text)
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.PENDING)
    reason: Mapped[str] = mapped_column(Text, default="")
    # The day only: the same time as that of an answer would link the text to it.
    received_on: Mapped[date] = mapped_column(default=lambda: clock.today())
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    @property
    def is_pending(self) -> bool:
        return self.state is ReviewState.PENDING

    @property
    def is_published(self) -> bool:
        return self.state is ReviewState.PUBLISHED


def review(text: Any, by: Account, state: ReviewState, reason: str = "") -> dict[str, str]:
    """Set the state and return the details for the audit entry, which the caller writes.

    The details do not contain the text, which may name a person.
    """
    if state is ReviewState.REJECTED and not reason:
        raise Refused("Escriba por qué no se publica.", "reason")
    before = text.state.name
    text.state = state
    text.reason = reason
    text.reviewed_at = clock.now()
    text.reviewed_by_id = by.id
    return {"before": before, "after": state.name}


def review_together(
    texts: Sequence[Any], by: Account, state: ReviewState, reason: str, these: str
) -> Iterator[tuple[Any, dict[str, str]]]:
    """Review those that wait, and return each with the details of its audit entry.

    Sent twice, this reviews nothing twice. If somebody else decided otherwise about one of them
    meanwhile, none is reviewed; `these` are the texts in that sentence: "estos temas".
    """
    others = [one for one in texts if not _is_as_asked(one, state, reason)]
    if others:
        listed = "; ".join(f"«{one.text}»: {_in_words(one)}" for one in others)
        raise Refused(f"{REVIEWED_MEANWHILE.format(these=these)} {listed}.", "chosen")
    pending = [text for text in texts if text.is_pending]
    return ((text, review(text, by, state, reason)) for text in pending)


def _is_as_asked(text: Any, state: ReviewState, reason: str) -> bool:
    """Whether it waits for its review, or was reviewed with this very result."""
    return text.is_pending or (text.state is state and text.reason == reason)


def _in_words(text: Any) -> str:
    because = f", porque {text.reason.rstrip('.')}" if text.reason else ""
    return f"{text.state.value}{because}"
