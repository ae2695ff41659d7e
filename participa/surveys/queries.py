"""Queries about surveys: published ones, their answers, counts."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select

from participa.channels.access import visible_to
from participa.channels.phases import Phase
from participa.core import clock, codes
from participa.core.db import db
from participa.core.files.sealed_files import SealedBody
from participa.core.links import ShortLink
from participa.staff.models import Account
from participa.surveys.models import (
    AnsweredFile,
    PersonalAnswer,
    Survey,
    SurveyResponse,
    SurveyUse,
    SurveyVersion,
    WaitingFile,
)

MANY = 200
HEADINGS = {Phase.OPEN: "Abiertas", Phase.SCHEDULED: "Próximas", Phase.CLOSED: "Cerradas"}


def published_surveys() -> list[Survey]:
    """The surveys that residents may see, the latest to close first."""
    rows = select(Survey).where(Survey.published_at.is_not(None), Survey.archived_at.is_(None))
    rows = rows.order_by(Survey.closes_at.desc(), Survey.id)
    return list(db.session.scalars(rows.limit(MANY)))


def published_survey(code: str) -> Survey | None:
    rows = select(Survey).filter_by(code=codes.read(code))
    return db.session.scalar(rows.where(Survey.published_at.is_not(None)))


def response_of(survey_id: int, receipt: str) -> SurveyResponse | None:
    rows = select(SurveyResponse).filter_by(survey_id=survey_id, receipt=codes.read(receipt))
    return db.session.scalar(rows)


def personal_of(response_id: int) -> dict[str, str]:
    """The personal data of an answer, deciphered, by question."""
    rows = select(PersonalAnswer).where(PersonalAnswer.response_id == response_id)
    return {one.question: one.value for one in db.session.scalars(rows)}


def files_of(response_id: int) -> dict[str, SealedBody]:
    """The files of an answer, by question."""
    rows = select(AnsweredFile).where(AnsweredFile.response_id == response_id)
    return {one.question: one.sealed for one in db.session.scalars(rows)}


def attached(file_id: int) -> SealedBody | None:
    """What was attached to a form, sent or not."""
    for table in (WaitingFile, AnsweredFile):
        if one := db.session.scalar(select(table).filter_by(file_id=file_id).limit(1)):
            return one.sealed
    return None


def people(survey_id: int) -> int:
    """Number of answers to a survey."""
    rows = select(func.count()).where(SurveyResponse.survey_id == survey_id)
    return db.session.scalar(rows) or 0


def people_today(survey_id: int) -> int:
    """Number of answers to a survey that came today."""
    rows = select(func.count()).where(
        SurveyResponse.survey_id == survey_id, SurveyResponse.received_on == clock.today()
    )
    return db.session.scalar(rows) or 0


def scans(code: str) -> int:
    """How often the printed code of a survey was scanned."""
    return db.session.scalar(select(ShortLink.scans).filter_by(code=code)) or 0


def people_by_survey(surveys: Collection[Survey]) -> dict[int, int]:
    """Number of answers by id of the survey; surveys without any are missing."""
    rows = select(SurveyResponse.survey_id, func.count()).group_by(SurveyResponse.survey_id)
    rows = rows.where(SurveyResponse.survey_id.in_([survey.id for survey in surveys]))
    return dict(db.session.execute(rows).all())


def answers(year: int) -> int:
    """Number of answers in a year."""
    rows = select(func.count()).select_from(SurveyResponse)
    first, last = date(year, 1, 1), date(year, 12, 31)
    return db.session.scalar(rows.where(SurveyResponse.received_on.between(first, last))) or 0


def has_answers(survey_id: int) -> bool:
    row = select(SurveyResponse.id).where(SurveyResponse.survey_id == survey_id).limit(1)
    return db.session.scalar(row) is not None


def answered_versions(survey_id: int) -> list[SurveyVersion]:
    """The published versions of a survey, in order."""
    rows = select(SurveyVersion).where(
        SurveyVersion.survey_id == survey_id, SurveyVersion.published_at.is_not(None)
    )
    return list(db.session.scalars(rows.order_by(SurveyVersion.number)))


def has_answers_of(use_id: int) -> bool:
    """Whether anybody answered a survey for this use of it, or sheets were printed for it."""
    row = select(SurveyResponse.id).where(SurveyResponse.use_id == use_id).limit(1)
    return db.session.scalar(row) is not None


def uses_of(source: str, source_id: int) -> list[SurveyUse]:
    """Where the published surveys are used for this record of another feature."""
    rows = (
        select(SurveyUse)
        .join(SurveyUse.survey)
        .where(
            SurveyUse.source == source,
            SurveyUse.source_id == source_id,
            Survey.published_at.is_not(None),
            Survey.archived_at.is_(None),
        )
    )
    return list(db.session.scalars(rows.order_by(Survey.published_at, SurveyUse.id)))


def attached_to(source: str, source_id: int) -> list[SurveyUse]:
    """All that the staff has put on this record of another feature, drafts too."""
    rows = select(SurveyUse).filter_by(source=source, source_id=source_id)
    return list(db.session.scalars(rows.order_by(SurveyUse.id)))


def attached_use(source: str, source_id: int, use_id: int) -> SurveyUse | None:
    """This use, if it is one of this record."""
    rows = select(SurveyUse).filter_by(source=source, source_id=source_id, id=use_id)
    return db.session.scalar(rows)


def attachable_to(source: str, source_id: int, account: Account) -> list[Survey]:
    """The surveys that can still be answered, and are not on this record yet."""
    attached = select(SurveyUse.survey_id).filter_by(source=source, source_id=source_id)
    rows = select(Survey).where(
        visible_to(Survey, account),
        Survey.closed_at.is_(None),
        Survey.archived_at.is_(None),
        Survey.id.not_in(attached),
    )
    rows = rows.order_by(Survey.created_at.desc(), Survey.id).limit(MANY)
    return [survey for survey in db.session.scalars(rows) if not survey.is_closed]


def people_of_uses(uses: Collection[SurveyUse]) -> dict[int, int]:
    """Number of answers by id of the use; those without any are missing."""
    rows = select(SurveyResponse.use_id, func.count()).group_by(SurveyResponse.use_id)
    rows = rows.where(SurveyResponse.use_id.in_([use.id for use in uses]))
    return {id: count for id, count in db.session.execute(rows) if id is not None}
