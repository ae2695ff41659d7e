"""An unfinished answer, saved under a code until a stated day, to go on with it elsewhere."""

import json
from collections.abc import Sequence

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete, select

from participa.core import clock, codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import files, sealed_files
from participa.core.personal import sealing
from participa.surveys.models import RESUME_LENGTH, AnsweredFile, SavedAnswers, WaitingFile
from participa.surveys.snapshots import SurveySnapshot

LONGEST = 200_000  # letters of all fields together
MINUTES = 60  # for which the address opens what was saved, once its code was typed
Fields = Sequence[tuple[str, str]]


class NotSaved(Refused):
    """Nothing is saved under this code, or no longer."""


def save(survey: SurveySnapshot, fields: Fields, code: str = "") -> str:
    """Store the fields of a form and return the code; with a code, in the place of the earlier."""
    if survey.resume_until_on is None or survey.resume_until_on < clock.today():
        raise Refused("Esta encuesta no se puede guardar para después.")
    text = json.dumps(list(fields), ensure_ascii=False)
    if len(text) > LONGEST:
        raise Refused("Lo que escribió es demasiado largo para guardarlo. Envíelo, o acórtelo.")
    row = _stored(survey.id, code) if code else None
    if row is None:
        code = codes.new(RESUME_LENGTH)
        row = SavedAnswers(survey_id=survey.id, digest=_digest(survey.id, code))
        db.session.add(row)
    row.fields, row.until_on = text, survey.resume_until_on
    return code


def load(survey: SurveySnapshot, code: str) -> list[tuple[str, str]]:
    """The fields that were saved. Raises NotSaved."""
    row = _stored(survey.id, code)
    if row is None or row.until_on < clock.today():
        raise NotSaved(
            "Con ese código no hay nada guardado, o ya pasó la fecha. Compare las letras.", "code"
        )
    return [(name, value) for name, value in json.loads(row.fields)]


def opening(survey: SurveySnapshot, code: str) -> str:
    """A token for the address of the form, so that the code itself never stands in one."""
    return _signer(survey).dumps(codes.read(code))


def opened(survey: SurveySnapshot, token: str) -> list[tuple[str, str]]:
    """The fields that were saved, with their code as "resume"; nothing for a token that is none."""
    try:
        code = _signer(survey).loads(token, max_age=MINUTES * 60)
        return [*load(survey, code), ("resume", code)]
    except (BadSignature, NotSaved):
        return []


def forget(survey: SurveySnapshot, code: str) -> None:
    """Erase what was saved: it has been sent."""
    if code and (row := _stored(survey.id, code)) is not None:
        db.session.delete(row)


def purge() -> int:
    """Erase what is past its day; returns how many."""
    gone = db.session.execute(delete(SavedAnswers).where(SavedAnswers.until_on < clock.today()))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # of a DELETE


def purge_files() -> int:
    """Let go of the files of forms that were never sent; those of answers stay."""
    late = db.session.scalars(select(WaitingFile).where(WaitingFile.until_on < clock.today()))
    gone = 0
    for waiting in list(late):
        gone += sealed_files.erase(waiting)
    return gone


def seal_files() -> int:
    """Encrypt the files that came before files were encrypted; returns how many."""
    sealed = 0
    for table in (AnsweredFile, WaitingFile):
        for one in db.session.scalars(select(table).where(table.key == "")).all():
            plain = one.file
            body = sealed_files.store(plain.path.read_bytes(), plain.media_type)
            for name, value in body.columns.items():
                setattr(one, name, value)
            db.session.flush()
            files.release(plain)
            sealed += 1
    return sealed


def _signer(survey: SurveySnapshot) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.config["SECRET_KEY"], salt=f"survey-saved:{survey.id}"
    )


def _digest(survey_id: int, code: str) -> str:
    return sealing.digest(f"survey-saved:{survey_id}", codes.read(code))


def _stored(survey_id: int, code: str) -> SavedAnswers | None:
    text = codes.read(code)
    if len(text) != RESUME_LENGTH:
        return None
    digests = sealing.digests(f"survey-saved:{survey_id}", text)
    return db.session.scalar(select(SavedAnswers).where(SavedAnswers.digest.in_(digests)))
