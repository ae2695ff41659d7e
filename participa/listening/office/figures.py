"""How a post attends: what it heard, what it owes, and how much it answered in time."""

from dataclasses import dataclass

from participa.cases import timeliness
from participa.cases.timeliness import Timeliness
from participa.core.db import db
from participa.listening import queries
from participa.listening.models import Contribution


@dataclass(frozen=True, slots=True)
class PostFigures:
    """Counts of contributions: `open` wait for an answer, and the late ones among them too."""

    heard: int
    open: int
    in_time: Timeliness


def figures_of(post_id: int) -> PostFigures:
    """The figures of one post. What asks for nothing is heard, and owes nothing."""
    cases = list(db.session.scalars(queries.cases_of(Contribution.post_id == post_id)))
    waiting = [case for case in cases if case.term is not None and not case.is_answered]
    return PostFigures(len(cases), len(waiting), timeliness.counted(cases))
