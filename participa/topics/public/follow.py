"""The page section for the receipt of an answer: confirmation, next steps and the question."""

from sqlalchemy import select

from participa.cases.follow import Followed
from participa.core import codes, submissions
from participa.core.db import db
from participa.topics import queries
from participa.topics.models import TopicAnswer, TopicCall


def receipt(typed: str) -> Followed | None:
    """The answer with this receipt and the question that was sent with it, or None."""
    code = codes.read(typed)
    if not submissions.is_receipt(code):
        return None
    answer = db.session.scalar(select(TopicAnswer).filter_by(receipt=code))
    if answer is None:
        return None
    values = {
        "answer": answer,
        "call": db.session.get_one(TopicCall, answer.call_id),
        "question": queries.question_of(answer),
    }
    return Followed("topics/_followed.html", values)
