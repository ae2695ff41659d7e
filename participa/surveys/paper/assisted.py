"""Answers that the staff write down for somebody who says them: consent and operator apart."""

from sqlalchemy import select, update

from participa.core import audit, clock
from participa.core.db import db
from participa.staff.models import Account
from participa.surveys import respond
from participa.surveys.models import Survey, SurveyResponse
from participa.surveys.paper.models import VerbalConsents
from participa.surveys.respond import FilledSurvey
from participa.surveys.snapshots import SurveySnapshot

CHANNEL = "verbal"


def take(
    survey: Survey, snapshot: SurveySnapshot, submission_id: str, filled: FilledSurvey, by: Account
) -> str:
    """Store an answer given by word of mouth and return its receipt; a resent form counts once.

    Of an anonymous answer the trail, which has the hour, says nothing: who took how many on a day
    is a count of its own.
    """
    is_new = db.session.scalar(select(SurveyResponse.id).filter_by(submission_id=submission_id))
    receipt = respond.respond(snapshot, submission_id, filled)
    if is_new is None:
        _count_consent(snapshot, by)
        if not snapshot.is_anonymous:
            audit.record("surveys.answer_taken", survey, by)
    return receipt


def _count_consent(snapshot: SurveySnapshot, by: Account) -> None:
    """One more person said to this operator today that they agree."""
    today = {
        "survey_id": snapshot.id,
        "given_on": clock.today(),
        "operator_id": by.id,
    }
    one_more = update(VerbalConsents).filter_by(**today).values(count=VerbalConsents.count + 1)
    if not db.session.execute(one_more).rowcount:  # type: ignore[attr-defined]  # of an UPDATE
        notice_id = snapshot.notice.id if snapshot.notice else None
        db.session.add(VerbalConsents(**today, notice_id=notice_id, count=1))
