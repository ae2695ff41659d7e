"""The stored answers of a survey, counted; each process keeps what it has counted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, func, select

from participa.channels.exports import stream_by_id
from participa.citizens.variables import PREFER_NOT
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.surveys import queries
from participa.surveys.counting.items import CountedQuestion, counted_questions
from participa.surveys.counting.tally import CountedResponse, SurveyCounts, count
from participa.surveys.models import SurveyResponse, SurveyVersion

CACHE = "surveys_counts"
MOST_KEPT = 30  # counts of surveys in the memory of a process


def versions_of(survey_id: int) -> list[SurveyVersion]:
    """The versions that people could answer, oldest first."""
    return queries.answered_versions(survey_id)


def questions_of(versions: Sequence[SurveyVersion]) -> tuple[CountedQuestion, ...]:
    return counted_questions([(one.number, one.questionnaire) for one in versions])


def days_of(survey_id: int) -> dict[date, int]:
    """People by the day of their answer."""
    rows = select(SurveyResponse.received_on, func.count()).group_by(SurveyResponse.received_on)
    return dict(db.session.execute(rows.where(SurveyResponse.survey_id == survey_id)).all())


def counts_of(survey_id: int, until: date | None = None) -> SurveyCounts:
    """The counts of all answers, or of those up to a day."""
    cache, stamp = installation().cache(CACHE), _stamp(survey_id)
    known = cache.get((survey_id, until))
    if known is not None and known[0] == stamp:
        counts: SurveyCounts = known[1]
        return counts
    counts = _counted(survey_id, until)
    if len(cache) >= MOST_KEPT:
        cache.pop(next(iter(cache)), None)
    cache[survey_id, until] = stamp, counts
    return counts


def _stamp(survey_id: int) -> tuple[object, ...]:
    """What changes when answers do. A second correction on one day shows within the minute."""
    seen = select(
        func.count(),
        func.count(SurveyResponse.corrected_on),
        func.max(SurveyResponse.corrected_on),
        func.max(SurveyResponse.version_id),
    ).where(SurveyResponse.survey_id == survey_id)
    found = tuple(db.session.execute(seen).one())
    return (*found, clock.now().replace(second=0, microsecond=0) if found[1] else None)


def _counted(survey_id: int, until: date | None) -> SurveyCounts:
    versions = versions_of(survey_id)
    number_of = {version.id: version.number for version in versions}
    questionnaires = {version.number: version.questionnaire for version in versions}
    questions = counted_questions(list(questionnaires.items()))
    return count(questions, questionnaires, _responses(_rows(survey_id, until), number_of))


def _rows(survey_id: int, until: date | None) -> Select:
    rows = select(
        SurveyResponse.id,
        SurveyResponse.version_id,
        SurveyResponse.answers,
        SurveyResponse.territory,
        SurveyResponse.sex,
        SurveyResponse.age,
        SurveyResponse.use_id,
        SurveyResponse.channel,
        SurveyResponse.received_on,
    ).where(SurveyResponse.survey_id == survey_id)
    return rows if until is None else rows.where(SurveyResponse.received_on <= until)


def _responses(rows: Select, number_of: Mapping[int, int]) -> Iterator[CountedResponse]:
    for row in stream_by_id(rows, SurveyResponse.id):
        said = (row.territory, row.sex, row.age)
        known = tuple("" if one == PREFER_NOT else one for one in said)
        yield CountedResponse(
            number_of[row.version_id],
            row.answers,
            (*known, str(row.use_id or ""), row.channel),
            row.received_on,
        )


def local_days(counts: SurveyCounts) -> Counter[date]:
    return Counter({date.fromisoformat(day): people for day, people in counts.days.items()})
