"""The counts of a survey that may be looked at now.

While it is open they grow by whole days of at least k people; two looks at them never differ by one
person. Where an answer that they hold changes, or the survey takes answers again, what was seen is
kept, and stays until enough people have come to hide among.
"""

import enum
from dataclasses import dataclass, replace
from datetime import date

from participa.citizens import disclosure
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.surveys.counting import reading
from participa.surveys.counting.days import public_until
from participa.surveys.counting.tally import SurveyCounts, dump, load
from participa.surveys.models import Anonymity, Survey, SurveyTally
from participa.surveys.questionnaire.questions import Showing
from participa.surveys.snapshots import SurveySnapshot


class SeenStage(enum.Enum):
    """What may be looked at."""

    NOTHING = "nothing"
    LIVE = "live"  # the questions whose results are shown at once, of everybody together
    CLOSED = "closed"  # all that is ever shown, also compared
    FIRST_CLOSING = "first_closing"  # the same, without what arrived after the survey reopened


@dataclass(frozen=True, slots=True)
class PublishedCounts:
    """The counts, and how much of them."""

    stage: SeenStage
    counts: SurveyCounts

    def shows(self, showing: Showing) -> bool:
        """Whether the public sees a question with this setting."""
        if showing is Showing.NEVER or self.stage is SeenStage.NOTHING:
            return False
        return showing is Showing.NOW or self.stage is not SeenStage.LIVE

    @property
    def is_final(self) -> bool:
        return self.stage in {SeenStage.CLOSED, SeenStage.FIRST_CLOSING}


def small_cell() -> int:
    k: int = installation().settings.small_cell
    return k


def for_public(survey: Survey) -> PublishedCounts:
    """What everybody may see of a published survey."""
    kept = db.session.get(SurveyTally, survey.id)
    if kept is not None and kept.until_on is None:
        return _after_reopening(survey, load(kept.counts))
    if survey.is_closed:
        return PublishedCounts(SeenStage.CLOSED, reading.counts_of(survey.id))
    return _live(survey.id, kept)


def for_staff(survey: Survey) -> PublishedCounts:
    """What the staff may see; of an open anonymous survey no more than whole days."""
    is_open = not survey.is_closed
    if is_open and survey.anonymity is Anonymity.ANONYMOUS:
        found = for_public(survey)
        stage = SeenStage.NOTHING if found.stage is SeenStage.NOTHING else SeenStage.CLOSED
        return PublishedCounts(stage, found.counts)
    return PublishedCounts(SeenStage.CLOSED, reading.counts_of(survey.id))


def last_day_for_staff(survey: Survey) -> date | None:
    """Until which day single answers may leave as a file; None where all of them may."""
    if survey.is_closed or survey.anonymity is not Anonymity.ANONYMOUS:
        return None
    return _until(survey.id) or date.min


def keep_before_correction(survey: SurveySnapshot, received_on: date) -> None:
    """Keep what is shown now, if the answer that is about to change is part of it."""
    if all(one.shows is not Showing.NOW for one in survey.questionnaire.questions):
        return
    until, kept = _until(survey.id), db.session.get(SurveyTally, survey.id)
    if until is None or received_on > until:
        return
    if kept is None or kept.until_on not in {None, until}:
        _keep(survey.id, until, reading.counts_of(survey.id, until))


def keep_before_reopening(survey: Survey) -> None:
    """Keep what was published at the closing."""
    found = for_public(survey)
    if found.counts.people:
        _keep(survey.id, None, found.counts)


def keep_before_few(survey: Survey, people: int) -> None:
    """Keep what was published at the closing, if fewer people than a group are added to it."""
    if survey.is_closed and people < small_cell():
        keep_before_reopening(survey)


def _live(survey_id: int, kept: SurveyTally | None) -> PublishedCounts:
    until = _until(survey_id)
    if until is None:
        return PublishedCounts(SeenStage.NOTHING, SurveyCounts())
    if kept is not None and kept.until_on == until:
        return PublishedCounts(SeenStage.LIVE, load(kept.counts))
    return PublishedCounts(SeenStage.LIVE, reading.counts_of(survey_id, until))


def _until(survey_id: int) -> date | None:
    return public_until(reading.days_of(survey_id), clock.today(), small_cell())


def _after_reopening(survey: Survey, before: SurveyCounts) -> PublishedCounts:
    """The earlier counts, until each number is the same or has grown by a whole group."""
    if survey.is_closed:
        now = reading.counts_of(survey.id)
        if disclosure.publishable_table(now.flat, before.flat, small_cell()):
            return PublishedCounts(SeenStage.CLOSED, _comparable(now, before))
    return PublishedCounts(SeenStage.FIRST_CLOSING, before)


def _comparable(now: SurveyCounts, before: SurveyCounts) -> SurveyCounts:
    """With its groups only where the earlier ones, which were compared too, tell of no few people
    who came since; once they are left out, they stay out.
    """
    grown = disclosure.publishable_table(now.by_group, before.by_group, small_cell())
    return now if before.groups and grown else replace(now, groups={})


def _keep(survey_id: int, until: date | None, counts: SurveyCounts) -> None:
    kept = db.session.get(SurveyTally, survey_id)
    if kept is None:
        kept = SurveyTally(survey_id=survey_id)
        db.session.add(kept)
    kept.until_on, kept.counts = until, dump(counts)
    db.session.flush()
