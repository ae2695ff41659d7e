"""Nothing stays joined to an anonymous answer by having been written with it.

A used code, and what a person said about themselves, are written in the transaction of the answer:
none may be lost without the others. PostgreSQL remembers that (`participa.core.personal.rewriting`)
until the rows are written again, which happens here every night and after each closing.
"""

from datetime import timedelta

from sqlalchemy import select

from participa.citizens import service as citizens
from participa.core import clock
from participa.core.db import db
from participa.core.jobs import queue
from participa.core.personal import rewriting
from participa.surveys.models import Anonymity, CodeUse, SurveyCode, SurveyResponse
from participa.surveys.respond import SOURCE

DAYS = 7  # back to which it reaches, for nights on which nothing ran
REGULARLY = "surveys.unlink"


def unlink() -> int:
    """Write the used codes and the slips of anonymous surveys again; returns how many rows."""
    since = clock.today() - timedelta(days=DAYS)
    answered = select(SurveyResponse.survey_id).distinct()
    rows = answered.where(
        SurveyResponse.anonymity == Anonymity.ANONYMOUS, SurveyResponse.received_on >= since
    )
    ids = sorted(db.session.scalars(rows))
    if not ids:
        return 0
    used = (SurveyCode.survey_id.in_(ids), SurveyCode.state == CodeUse.USED)
    return rewriting.together(SurveyCode, *used) + citizens.rewrite_slips(SOURCE, ids, since)


@queue.periodic(REGULARLY, hour="7", minute="20")  # 2:20 a. m. in the city
def unlink_regularly() -> None:
    unlink()
    db.session.commit()
    rewriting.clear(SurveyCode, *citizens.WRITTEN_AGAIN)
