"""Coming back: the secret code opens a link, which lasts two hours and names the case alone."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participa.core import clock, codes
from participa.core.db import db
from participa.core.web import link_tokens
from participa.listening import secret_codes
from participa.listening.models import Contribution

PURPOSE = "listening.follow"
LASTS = timedelta(hours=2)
LASTS_TO_SEND = timedelta(hours=12)  # what somebody writes for long is not lost


def begun(radicado: str, code: str) -> Contribution | None:
    """The contribution that this number and this code open; notes the day of the visit.

    An unknown number takes as long to refuse as a wrong code.
    """
    found = select(Contribution.case_id, Contribution.code_hash)
    row = db.session.execute(found.filter_by(receipt=codes.read(radicado))).one_or_none()
    if not secret_codes.matches(code, row.code_hash if row else ""):
        return None
    contribution = _contribution(row.case_id if row else 0)
    if contribution is not None:
        contribution.came_back_on = clock.today()
    return contribution


def link_of(contribution: Contribution) -> str:
    """The token that stands in the address of the pages of this visit."""
    return link_tokens.issue(PURPOSE, [contribution.case_id, contribution.link_number])


def opened(token: str, lasts: timedelta = LASTS) -> Contribution | None:
    """The contribution of a link; None if it is altered, too old, or ended with «Salir»."""
    facts = link_tokens.read(PURPOSE, token, lasts)
    contribution = _contribution(facts[0]) if facts else None
    if contribution is None or contribution.link_number != facts[1]:
        return None
    return contribution


def end(contribution: Contribution) -> None:
    """Every link to it that was opened so far leads nowhere."""
    contribution.link_number += 1


def _contribution(case_id: int) -> Contribution | None:
    rows = select(Contribution).where(Contribution.case_id == case_id)
    loaded = joinedload(Contribution.case), joinedload(Contribution.post)
    return db.session.scalar(rows.options(*loaded))
