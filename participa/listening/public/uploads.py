"""The photographs and the voice note of a form, stored at once: a review does not lose them."""

from flask import request
from sqlalchemy import exists, select
from werkzeug.datastructures import FileStorage

from participa.core.db import db
from participa.core.files import sealed_files
from participa.core.files.file_checks import UnsafeFile
from participa.core.web import limits
from participa.listening import attachments, secret_codes
from participa.listening.attachments import MOST_PHOTOS
from participa.listening.models import Attachment, AttachmentKind, Contribution
from participa.listening.snapshots import PostSnapshot

MOST_BYTES = 30_000_000  # of one form; a phone with the script sends less than a tenth of it
WEIGHT = 4  # a file counts as so many requests: it costs more, and takes room
TOO_MANY = f"Caben hasta {MOST_PHOTOS} fotos. Guardamos las primeras: quite alguna si quiere otra."
LIMIT = "listening.upload"


def bring(post: PostSnapshot, submission_id: str) -> list[UnsafeFile]:
    """Store what this request brings; returns the refusals, each with its field."""
    photos = _sent("photos") if post.takes_photos else []
    voices = _sent("voice") if post.takes_voice else []
    if not (photos or voices) or was_sent(submission_id):
        return []
    limits.count(LIMIT, WEIGHT * len(photos[:MOST_PHOTOS] + voices[:1]))
    wrong = [_keep(voice, AttachmentKind.VOICE, submission_id) for voice in voices[:1]]
    wrong += [_keep(photo, AttachmentKind.PHOTO, submission_id) for photo in photos[:MOST_PHOTOS]]
    if len(photos) > MOST_PHOTOS:
        wrong.append(UnsafeFile(TOO_MANY, "photos"))
    return list({str(refusal): refusal for refusal in wrong if refusal is not None}.values())


def remove(submission_id: str, typed: str) -> None:
    """Erase one pending upload of this form; uploads of other forms are not touched."""
    for waiting in attachments.waiting(submission_id):
        if str(waiting.id) == typed:
            sealed_files.erase(waiting)


def was_sent(submission_id: str) -> bool:
    """Whether the form of this id has arrived before."""
    row = Contribution.submission_id == secret_codes.stored_id(submission_id)
    return bool(db.session.scalar(select(exists().where(row))))


def in_words(files: list[Attachment]) -> list[tuple[int, str]]:
    """Id and name of each: «Foto 1 (240 kB)»."""
    seen = dict.fromkeys(AttachmentKind, 0)
    found = []
    for one in files:
        seen[one.kind] += 1
        number = f" {seen[one.kind]}" if one.kind is AttachmentKind.PHOTO else ""
        found.append((one.id, f"{one.kind.value}{number} ({max(1, one.size // 1000)} kB)"))
    return found


def _sent(name: str) -> list[FileStorage]:
    return [file for file in request.files.getlist(name) if file.filename]


def _keep(file: FileStorage, kind: AttachmentKind, submission_id: str) -> UnsafeFile | None:
    try:
        kept = attachments.keep(file, kind, submission_id)
        db.session.flush()
        if kind is AttachmentKind.PHOTO and attachments.count(submission_id, kind) > MOST_PHOTOS:
            sealed_files.erase(kept)
            return UnsafeFile(TOO_MANY, "photos")
    except UnsafeFile as refusal:
        return refusal
    return None
