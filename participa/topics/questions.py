"""The questions of topic calls as cases: the call of each question and the office that owns it."""

from collections.abc import Collection

from flask import url_for
from sqlalchemy import Select, select

from participa.cases.sources import CaseSource, Origin
from participa.core.db import db
from participa.topics.models import TopicCall, TopicQuestion
from participa.topics.submit_answer import SOURCE


def origins(case_ids: Collection[int]) -> dict[int, Origin]:
    """Case id → the call in which it was filed. One SELECT."""
    columns = (TopicQuestion.case_id, TopicCall.code, TopicCall.title, TopicCall.office_id)
    rows = select(*columns).join(TopicQuestion.call).where(TopicQuestion.case_id.in_(case_ids))
    return {
        case_id: Origin(
            title=title,
            url=url_for("topics.results", code=code),
            staff_url=url_for("topics_staff.questions", code=code),
            office_id=office_id,
        )
        for case_id, code, title, office_id in db.session.execute(rows)
    }


def of_office(office_id: int) -> Select[int]:
    calls = select(TopicQuestion.case_id).join(TopicQuestion.call)
    return calls.where(TopicCall.office_id == office_id)


CASES = CaseSource(SOURCE, origins, of_office)
