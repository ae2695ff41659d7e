"""The files of a form, stored at once: no step and no review loses them. A token carries each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage, MultiDict

from participa.core import clock
from participa.core.db import db
from participa.core.files import file_checks, files, sealed_files
from participa.core.files.file_checks import UnsafeFile
from participa.core.files.files import IMAGES
from participa.core.files.sealed_files import SealedBody
from participa.core.web import limits
from participa.surveys import queries
from participa.surveys.models import WaitingFile
from participa.surveys.questionnaire.answering import field_name
from participa.surveys.questionnaire.drawing import AttachedFile
from participa.surveys.questionnaire.questions import QuestionType, SurveyQuestion
from participa.surveys.snapshots import SurveySnapshot

MOST_BYTES = 30_000_000  # of one form
LONGEST_SIDE = 1600  # pixels
KINDS = IMAGES | {"pdf"}
WEIGHT = 4  # a file counts as so many requests: it costs more, and takes room
DAYS_KEPT = 2  # of what is never sent, where nothing can be saved for later
TOKEN, REMOVE = "f_", "r_"  # prefixes of the fields of a file that was sent before
LIMIT = "surveys.upload"
TOO_BIG = "El archivo pesa más de 10 MB. Adjunte uno más pequeño."
NOT_TAKEN = "Ese archivo no es una foto (JPG, PNG o WEBP) ni un PDF. Elija otro."
LOST = "El archivo que había adjuntado ya no está. Adjúntelo otra vez."


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files that a form has by now, by question, and what was wrong with others."""

    attached: dict[str, AttachedFile]
    stored: dict[str, SealedBody]
    problems: tuple[tuple[str, str], ...] = ()


def asked(survey: SurveySnapshot) -> Iterator[SurveyQuestion]:
    return (one for one in survey.questionnaire.asked if one.type is QuestionType.FILE)


def read(survey: SurveySnapshot, given: MultiDict[str, str], is_sent: bool) -> Uploads:
    """What a form has attached; stores what this request brings."""
    uploads, problems = Uploads({}, {}), []
    for question in asked(survey):
        try:
            stored = _brought(survey, question) if is_sent else None
            stored = stored or _carried(survey, question, given)
        except UnsafeFile as refusal:
            problems.append((field_name(question), str(refusal)))
            stored = None
        if stored is not None:
            uploads.stored[question.key] = stored
            token = token_of(survey, question.key, stored.file_id)
            uploads.attached[question.key] = AttachedFile(token, in_words(stored))
    return Uploads(uploads.attached, uploads.stored, tuple(problems))


def token_of(survey: SurveySnapshot, key: str, file_id: int) -> str:
    return _signer(survey, key).dumps(file_id)


def in_words(stored: SealedBody) -> str:
    kind = "documento" if stored.media_type == file_checks.MEDIA_TYPES["pdf"] else "foto"
    return f"{kind} ({max(1, stored.size // 1000)} kB)"


def _carried(
    survey: SurveySnapshot, question: SurveyQuestion, given: MultiDict[str, str]
) -> SealedBody | None:
    """The file that was sent with an earlier page of this form."""
    token = given.get(f"{TOKEN}{question.key}", "")
    if not token or given.get(f"{REMOVE}{question.key}"):
        return None
    try:
        file_id = _signer(survey, question.key).loads(token)
    except BadSignature:
        raise UnsafeFile(LOST) from None
    stored = queries.attached(file_id)
    if stored is None:
        raise UnsafeFile(LOST)
    return stored


def _brought(survey: SurveySnapshot, question: SurveyQuestion) -> SealedBody | None:
    upload = next(
        (one for one in request.files.getlist(field_name(question)) if one.filename), None
    )
    if upload is None:
        return None
    limits.count(LIMIT, WEIGHT)
    extension, body = _checked(upload)
    stored = sealed_files.store(body, file_checks.MEDIA_TYPES[extension])
    until_on = survey.resume_until_on or clock.today()
    until_on = max(until_on, clock.today() + timedelta(days=DAYS_KEPT))
    db.session.add(WaitingFile(until_on=until_on, **stored.columns))
    db.session.flush()
    return stored


def _checked(upload: FileStorage) -> tuple[str, bytes]:
    body = upload.stream.read(files.MOST_BYTES + 1)
    if len(body) > files.MOST_BYTES:
        raise UnsafeFile(TOO_BIG)
    kind = file_checks.type_by_signature(body)  # phones name their files as they please
    if kind not in KINDS:
        raise UnsafeFile(NOT_TAKEN)
    extension, clean = file_checks.check(body, f"archivo.{kind}", KINDS)
    if extension in IMAGES:
        clean = file_checks.shrunk(clean, extension, LONGEST_SIDE)
    return extension, clean


def _signer(survey: SurveySnapshot, key: str) -> URLSafeSerializer:
    secret = current_app.config["SECRET_KEY"]
    return URLSafeSerializer(secret, salt=f"survey-file:{survey.id}:{key}")
