"""A photo or document that somebody attached leaves with a trace."""

import io

from flask import Response

from participa.core import audit
from participa.core.files import file_checks, files
from participa.core.files.files import IMAGES
from participa.staff.models import Account
from participa.staff.signing_in import second_factor
from participa.surveys.counting import reading
from participa.surveys.models import Anonymity, AnsweredFile, Survey
from participa.surveys.questionnaire.questions import QuestionType

SMALL = 480  # pixels of the longest side
EXTENSIONS = {file_checks.MEDIA_TYPES[one]: one for one in (*IMAGES, "pdf")}


def words_of(survey_id: int) -> dict[str, str]:
    """The questions of a survey that take files, by their key."""
    words: dict[str, str] = {}
    for one in reading.questions_of(reading.versions_of(survey_id)):
        if one.question.type is QuestionType.FILE:
            words.setdefault(one.question.key, one.question.label)
    return words


def is_personal(survey: Survey) -> bool:
    """Whether its files lead to a person, and open only as other personal data do."""
    return survey.anonymity is Anonymity.IDENTIFIED


def is_picture(file: AnsweredFile) -> bool:
    return EXTENSIONS[file.media_type] in IMAGES


def small(file: AnsweredFile) -> Response:
    """A picture as it is drawn in a page; no cache stores it."""
    body = file_checks.shrunk(file.content, EXTENSIONS[file.media_type], SMALL)
    response = Response(io.BytesIO(body), mimetype=file.media_type)
    response.headers.update(files.HEADERS)
    return response


def download(file: AnsweredFile, survey: Survey, by: Account, question: str) -> Response:
    """The whole file. The caller commits.

    Raises Needed where it leads to a person and the account has no second factor.
    """
    if is_personal(survey):
        second_factor.require(by)
    audit.record("surveys.file_taken", survey, by, part=file, question=question)
    response = file.response()
    name = f"encuesta-{survey.code}-{file.id}.{EXTENSIONS[file.media_type]}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
