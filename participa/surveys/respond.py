"""Store what a person answered: one row per submission, however often it is sent."""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select

from participa.citizens import service as citizens
from participa.core import clock, submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import sealed_files
from participa.core.files.sealed_files import SealedBody
from participa.staff.models import Account
from participa.surveys import access_codes, consents, queries
from participa.surveys.counting import published
from participa.surveys.models import (
    Anonymity,
    AnsweredFile,
    PersonalAnswer,
    SurveyResponse,
    WrittenAnswer,
    random_id,
)
from participa.surveys.questionnaire.conditions import Value
from participa.surveys.snapshots import SurveySnapshot

SOURCE = "surveys"
# The variables by which results are compared. Of the sex only the two answers that are no sensitive
# fact come into the response; every other one stays in the slip alone.
SEX, AGE = "sexo_nacer", "curso_vida"
PLAIN_SEXES = {"1", "2"}
TERRITORY = "territorio"
ADD_TEXT = insert(WrittenAnswer.__table__)  # built once: that costs more than running it


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledSurvey:
    """The values of a valid form. `personal` are the texts to be encrypted, by question."""

    answers: Mapping[str, Value]
    texts: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, SealedBody] = field(default_factory=dict)  # by question
    population: Mapping[str, list[str]] | None = None
    channel: str = "web"
    use_id: int | None = None
    code: str = ""
    operator: Account | None = None
    consents: Collection[str] = ()  # purposes for which the personal data may be used

    def chosen(self, variable: str) -> str:
        """The code that the person chose of a variable; "" for none."""
        return ((self.population or {}).get(variable) or [""])[0]

    @property
    def payload(self) -> tuple[Any, ...]:
        """What makes two copies the same; without the optional facts about the person, which the
        digest would otherwise bind to the answers.
        """
        written = sorted({**self.texts, **self.personal}.items())
        files = sorted((key, file.file_id) for key, file in self.files.items())
        said = (sorted(self.answers.items()), written, files, self.code)
        return (*said, sorted(self.consents)) if self.consents else said


def respond(survey: SurveySnapshot, submission_id: str, filled: FilledSurvey) -> str:
    """Store an answer and return its receipt; a resent form gets the same one.

    Raises AlreadySent for a submission id that was stored with another content, and CodeRefused
    where a code is needed and cannot be used.
    """
    digest = submissions.digest_of(submission_id, filled.payload)
    code_id = _code_id(survey, submission_id, filled.code) if survey.needs_code else None
    values = _columns(survey, filled) | {"code_id": None if survey.is_anonymous else code_id}
    receipt = submissions.receipt(submission_id)
    id = submissions.insert_once(
        SurveyResponse,
        submission_id=submission_id,
        receipt=receipt,
        digest=digest,
        id=random_id(),
        **values,
    )
    if id is None:
        return _receipt_of_copy(submission_id, digest)
    if code_id is not None:
        access_codes.mark_used(code_id)
    _store_parts(survey, id, filled)
    if filled.population and survey.notice:
        notice: Any = survey.notice
        citizens.record_slip(
            SOURCE, survey.id, filled.population, notice, filled.channel, filled.operator
        )
    return receipt


def correct(survey: SurveySnapshot, response: SurveyResponse, filled: FilledSurvey) -> None:
    """Put other answers in the place of these, until the survey closes.

    What was said about the person stays as it was: it is stored apart, and nothing leads there.
    """
    if not survey.allows_correction or not survey.is_open:
        raise Refused("Esta respuesta ya no se puede cambiar.")
    published.keep_before_correction(survey, response.received_on)
    for part in (WrittenAnswer, PersonalAnswer):
        db.session.execute(delete(part).where(part.response_id == response.id))
    kept = set(filled.answers) - set(filled.files)  # who keys in paper brings no file
    files = select(AnsweredFile).where(AnsweredFile.response_id == response.id)
    for file in db.session.scalars(files.where(AnsweredFile.question.not_in(kept))).all():
        if filled.files.get(file.question) != file.sealed:
            sealed_files.erase(file)
    response.answers = dict(filled.answers)
    response.version_id = survey.version_id
    response.corrected_on = clock.today()
    response.digest = submissions.digest_of(response.submission_id, filled.payload)
    db.session.flush()
    _store_parts(survey, response.id, filled)


def check_code(survey: SurveySnapshot, submission_id: str, code: str) -> None:
    """Raise CodeRefused unless this form can be stored with this code."""
    _code_id(survey, submission_id, code)


def _code_id(survey: SurveySnapshot, submission_id: str, code: str) -> int | None:
    """The id of the code; None when this very form has used it already. Raises CodeRefused."""
    try:
        return access_codes.look_up(survey.id, code).id
    except access_codes.CodeRefused:
        if _stored(submission_id) is None:
            raise
        return None


def _receipt_of_copy(submission_id: str, digest: str) -> str:
    """The receipt of what is stored; raises AlreadySent when that has another content."""
    stored = _stored(submission_id)
    if not hmac.compare_digest(stored.digest, digest):
        raise submissions.AlreadySent(stored.receipt, stored.received_at)
    return str(stored.receipt)


def _stored(submission_id: str) -> Any:
    row = select(SurveyResponse.receipt, SurveyResponse.digest, SurveyResponse.received_at)
    return db.session.execute(row.where(SurveyResponse.submission_id == submission_id)).first()


def _columns(survey: SurveySnapshot, filled: FilledSurvey) -> dict[str, Any]:
    is_anonymous = survey.anonymity is Anonymity.ANONYMOUS
    operator = filled.operator
    return {
        "survey_id": survey.id,
        "anonymity": survey.anonymity,
        "version_id": survey.version_id,
        "use_id": filled.use_id,
        "answers": dict(filled.answers),
        "channel": filled.channel,
        "territory": filled.chosen(TERRITORY) or _territory_asked(survey, filled),
        "sex": filled.chosen(SEX) if filled.chosen(SEX) in PLAIN_SEXES else "",
        "age": filled.chosen(AGE),
        "received_on": clock.today(),
        "received_at": None if is_anonymous else clock.now(),
        "operator_id": operator.id if operator and not is_anonymous else None,
    }


def _territory_asked(survey: SurveySnapshot, filled: FilledSurvey) -> str:
    """The comuna of the first question that asks for one."""
    for question in survey.questionnaire.questions:
        value = filled.answers.get(question.key)
        if question.type.name == "TERRITORY" and isinstance(value, list):
            return value[0]
    return ""


def _store_parts(survey: SurveySnapshot, response_id: int, filled: FilledSurvey) -> None:
    if filled.texts:
        rows = [
            {
                "id": random_id(),
                "response_id": response_id,
                "survey_id": survey.id,
                "question": key,
                "text": text,
                "received_on": clock.today(),
            }
            for key, text in filled.texts.items()
        ]
        db.session.connection().execute(ADD_TEXT, rows)
    for key, text in filled.personal.items():
        db.session.add(
            PersonalAnswer(
                response_id=response_id, anonymity=survey.anonymity, question=key, value=text
            )
        )
    if not survey.is_anonymous:
        said = filled.consents if filled.personal else ()
        consents.record(survey, response_id, said, filled.channel, filled.operator)
    there = set(queries.files_of(response_id).values())
    for key, file in filled.files.items():
        if file not in there:
            db.session.add(AnsweredFile(response_id=response_id, question=key, **file.columns))
