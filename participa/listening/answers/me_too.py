"""«A mí también»: somebody says of a public answer that it concerns them as well."""

from sqlalchemy import update

from participa.cases.models import Case
from participa.core import clock, submissions
from participa.core.db import db
from participa.listening.models import MeToo


def say(case: Case, submission_id: str) -> None:
    """Count one showing of the button, however often it is sent. Nothing is kept of the person."""
    values = {"submission_id": submission_id, "case_id": case.id, "said_on": clock.today()}
    if submissions.insert_once(MeToo, **values) is None:
        return
    more = update(Case).where(Case.id == case.id).values(me_too=Case.me_too + 1)
    db.session.execute(more)
