"""The public data of a survey, cached per process by its version."""

from dataclasses import dataclass
from datetime import date

from participa.channels.snapshots import Snapshot, SnapshotCache, columns_of, notice_of
from participa.surveys.models import Anonymity, Layout, Survey, SurveyAccess
from participa.surveys.questionnaire.questions import Questionnaire


@dataclass(frozen=True, slots=True)
class KnownUse:
    """Where a survey is used, as the address of its link names it."""

    id: int
    code: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySnapshot(Snapshot):
    """The data that the public pages of a survey need."""

    access: SurveyAccess
    anonymity: Anonymity
    layout: Layout
    resume_until_on: date | None
    allows_correction: bool
    results_on: date | None
    version_id: int
    number: int  # of the version
    questionnaire: Questionnaire
    uses: tuple[KnownUse, ...]

    @property
    def purpose(self) -> str:
        """The purpose signed into the form's token: good for this version of this survey only."""
        return f"surveys.answer:{self.code}:{self.number}"

    @property
    def is_anonymous(self) -> bool:
        return self.anonymity is Anonymity.ANONYMOUS

    @property
    def needs_code(self) -> bool:
        return self.access is not SurveyAccess.ANYONE

    def use(self, code: str) -> KnownUse | None:
        """The event or list that a link names; None for another word."""
        return next((use for use in self.uses if use.code == code), None)


def snapshot_of(survey: Survey) -> SurveySnapshot:
    """The snapshot of a survey as people answer it."""
    return of_version(survey, survey.current or survey.newest)


def of_version(survey: Survey, version) -> SurveySnapshot:
    """The snapshot with this version of the questionnaire; also of a draft, for its preview."""
    notice, variables = notice_of(survey)
    questionnaire, is_one_by_one = version.questionnaire, survey.layout is Layout.ONE_BY_ONE
    return SurveySnapshot(
        **columns_of(survey, SurveySnapshot),
        variables=variables,
        notice=notice,
        version_id=version.id,
        number=version.number,
        questionnaire=questionnaire.one_by_one if is_one_by_one else questionnaire,
        uses=tuple(KnownUse(use.id, use.code, use.title) for use in survey.uses),
    )


SNAPSHOTS = SnapshotCache(Survey, "code", snapshot_of)
