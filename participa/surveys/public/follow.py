"""The page section for the receipt of an answer to a survey."""

from sqlalchemy import select

from participa.cases.follow import Followed
from participa.core import codes, submissions
from participa.core.db import db
from participa.surveys import wording
from participa.surveys.models import Survey, SurveyResponse


def receipt(typed: str) -> Followed | None:
    """The answer with this receipt, or None."""
    code = codes.read(typed)
    if not submissions.is_receipt(code):
        return None
    response = db.session.scalar(select(SurveyResponse).filter_by(receipt=code))
    if response is None:
        return None
    survey = db.session.get_one(Survey, response.survey_id)
    values = {
        "response": response,
        "survey": survey,
        "next_steps": list(wording.next_steps(survey)),
        "may_correct": survey.allows_correction and survey.is_open,
    }
    return Followed("surveys/_followed.html", values)
