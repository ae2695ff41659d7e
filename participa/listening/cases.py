"""Contributions as cases: the post of each, and the office that owns it."""

from collections.abc import Collection

from flask import url_for
from sqlalchemy import Select, select

from participa.cases.sources import CaseSource, Origin
from participa.core.db import db
from participa.listening.models import Contribution, ListeningPost
from participa.listening.receive import SOURCE


def origins(case_ids: Collection[int]) -> dict[int, Origin]:
    """Case id → the post where it was heard. One SELECT."""
    columns = (
        Contribution.case_id,
        ListeningPost.code,
        ListeningPost.title,
        ListeningPost.office_id,
    )
    rows = select(*columns).join(Contribution.post).where(Contribution.case_id.in_(case_ids))
    return {
        case_id: Origin(
            title=title,
            url=url_for("listening.post", code=code),
            staff_url=url_for("listening_staff.show", code=code),
            office_id=office_id,
        )
        for case_id, code, title, office_id in db.session.execute(rows)
    }


def of_office(office_id: int) -> Select[int]:
    posts = select(Contribution.case_id).join(Contribution.post)
    return posts.where(ListeningPost.office_id == office_id)


CASES = CaseSource(SOURCE, origins, of_office, has_own_pages=True)
