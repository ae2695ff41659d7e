"""Look-ups of printed sheets."""

from collections.abc import Collection

from sqlalchemy import func, select

from participa.core.db import db
from participa.staff.models import Account
from participa.surveys.paper.models import SurveySheet, SurveySheetBatch, VerbalConsents


def batch_of(survey_id: int, id: int) -> SurveySheetBatch | None:
    return db.session.scalar(select(SurveySheetBatch).filter_by(survey_id=survey_id, id=id))


def last_number(survey_id: int) -> int:
    """The highest number on any sheet of a survey; 0 before the first."""
    last = SurveySheetBatch.first_number + SurveySheetBatch.size - 1
    return db.session.scalar(select(func.max(last)).filter_by(survey_id=survey_id)) or 0


def typed_by_batch(batches: Collection[SurveySheetBatch]) -> dict[int, int]:
    """How many sheets of each batch are typed, by its id; none for those that are missing."""
    rows = select(SurveySheet.batch_id, func.count()).group_by(SurveySheet.batch_id)
    rows = rows.where(SurveySheet.batch_id.in_([batch.id for batch in batches]))
    return dict(db.session.execute(rows).all())


def sheet_of(batch: SurveySheetBatch, number: int) -> SurveySheet | None:
    return db.session.scalar(select(SurveySheet).filter_by(batch_id=batch.id, number=number))


def next_to_type_again(batch: SurveySheetBatch, account: Account) -> SurveySheet | None:
    """The next drawn sheet that this account did not type first."""
    waiting = (
        one for one in batch.sheets if one.waits_for_second and one.keyed_by_id != account.id
    )
    return next(waiting, None)


def next_number(batch: SurveySheetBatch) -> int | None:
    """The number after the one that was typed last; None when every sheet is typed."""
    typed = {sheet.number for sheet in batch.sheets}
    newest = max(batch.sheets, key=lambda sheet: sheet.id, default=None)
    after = range(newest.number + 1, batch.last_number + 1) if newest else range(0)
    return next((one for one in (*after, *batch.numbers) if one not in typed), None)


def verbal_consents(survey_id: int) -> list[VerbalConsents]:
    """Who took answers by word of mouth, by day; the latest on top."""
    rows = select(VerbalConsents).filter_by(survey_id=survey_id)
    rows = rows.order_by(VerbalConsents.given_on.desc(), VerbalConsents.id)
    return list(db.session.scalars(rows.limit(100)))
