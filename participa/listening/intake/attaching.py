"""What an official attaches to what somebody says: stored at once, so that a form that has to be
repaired does not lose it.
"""

from flask import request
from sqlalchemy import exists, select
from werkzeug.datastructures import FileStorage

from participa.core.db import db
from participa.core.files.file_checks import UnsafeFile
from participa.listening import attachments, secret_codes
from participa.listening.attachments import MOST_PHOTOS
from participa.listening.models import Attachment, AttachmentKind, Contribution

MOST_BYTES = 30_000_000  # of one form
TOO_MANY = f"Caben hasta {MOST_PHOTOS} fotos. Guardamos las primeras."


def bring(submission_id: str) -> list[UnsafeFile]:
    """Store what this request brings; returns the refusals, each with its field."""
    if was_sent(submission_id):
        return []
    wrong = [_keep(voice, AttachmentKind.VOICE, submission_id) for voice in _sent("voice")[:1]]
    photos = _sent("photos")
    wrong += [_keep(photo, AttachmentKind.PHOTO, submission_id) for photo in photos[:MOST_PHOTOS]]
    if len(photos) > MOST_PHOTOS:
        wrong.append(UnsafeFile(TOO_MANY, "photos"))
    return [one for one in wrong if one is not None]


def was_sent(submission_id: str) -> bool:
    """Whether the form of this id has arrived before."""
    row = Contribution.submission_id == secret_codes.stored_id(submission_id)
    return bool(db.session.scalar(select(exists().where(row))))


def in_words(files: list[Attachment]) -> list[str]:
    """Foto 1, Foto 2, Nota de voz: what waits for the form."""
    photos = [one for one in files if one.kind is AttachmentKind.PHOTO]
    words = [f"{one.kind.value} {number}" for number, one in enumerate(photos, start=1)]
    voices = [one for one in files if one.kind is AttachmentKind.VOICE]
    return words + [one.kind.value for one in voices]


def _sent(name: str) -> list[FileStorage]:
    return [file for file in request.files.getlist(name) if file.filename]


def _keep(file: FileStorage, kind: AttachmentKind, submission_id: str) -> UnsafeFile | None:
    is_photo = kind is AttachmentKind.PHOTO
    try:
        if is_photo and attachments.count(submission_id, kind) >= MOST_PHOTOS:
            return UnsafeFile(TOO_MANY, "photos")
        attachments.keep(file, kind, submission_id)
        db.session.flush()
    except UnsafeFile as refusal:
        return refusal
    return None
