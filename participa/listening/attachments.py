"""Photographs and voice notes: what is taken, and how it is shown again."""

from dataclasses import dataclass

import filetype
from flask import Response, request
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from participa.core.db import db
from participa.core.files import file_checks, files, sealed_files
from participa.core.files.file_checks import UnsafeFile
from participa.core.files.files import IMAGES
from participa.listening.models import Attachment, AttachmentKind, Contribution, Message
from participa.listening.receive import upload_key

MOST_PHOTOS = 5
LONGEST_SIDE = 1600  # pixels
MOST_VOICE_BYTES = 5_000_000  # two minutes, with room for phones that record lavishly
# What browsers and phones record, by the type that the content itself shows, in two containers
# that also hold film: of these a voice note is the one without pictures that its player plays.
VOICES = {
    "video/mp4": "audio/mp4",
    "audio/mp4": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "video/webm": "audio/webm",
    "audio/webm": "audio/webm",
    "audio/ogg": "audio/ogg",
    "audio/mpeg": "audio/mpeg",
    "audio/aac": "audio/aac",
    "audio/x-wav": "audio/wav",
    "audio/wav": "audio/wav",
    "audio/amr": "audio/amr",
    "video/3gpp": "audio/3gpp",
}
PLAYED = ("audio/mp4", "audio/mpeg", "audio/wav", "audio/aac")  # by every browser
NOT_A_PHOTO = "Ese archivo no es una foto JPG, PNG o WEBP. Elija otra."
NOT_A_VOICE = "Ese archivo no es una nota de voz. Grábela otra vez o escriba lo que quiere contar."
TOO_LONG = "La nota de voz es muy larga. Grabe hasta dos minutos."


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """What somebody attached, read and cleaned, and not stored yet."""

    kind: AttachmentKind
    body: bytes
    media_type: str


def keep(upload: FileStorage, kind: AttachmentKind, submission_id: str) -> Attachment:
    """Store what a form brings, until the form is sent; raises UnsafeFile for the field.

    What it brought before, when the answer was lost on the way, is not stored twice. There is one
    voice note: another one takes its place.
    """
    file = checked(upload, kind)
    for other in [one for one in waiting(submission_id) if one.kind is kind]:
        if other.size == len(file.body) and other.content == file.body:
            return other
        if kind is AttachmentKind.VOICE:
            sealed_files.erase(other)
    attachment = _stored(file)
    attachment.upload = upload_key(submission_id)
    db.session.add(attachment)
    return attachment


def waiting(submission_id: str) -> list[Attachment]:
    """What a form has brought that is not sent yet."""
    rows = select(Attachment).where(Attachment.upload == upload_key(submission_id))
    return list(db.session.scalars(rows.order_by(Attachment.id)))


def add(
    contribution: Contribution,
    upload: FileStorage,
    kind: AttachmentKind,
    message: Message | None = None,
) -> Attachment:
    """Add it to a contribution that was sent before; raises UnsafeFile for the field."""
    return attach(contribution, checked(upload, kind), message)


def checked(upload: FileStorage, kind: AttachmentKind) -> CheckedUpload:
    """Read and clean an upload, which takes long, before a row is locked; raises UnsafeFile."""
    body, media_type = _voice(upload) if kind is AttachmentKind.VOICE else _photo(upload)
    return CheckedUpload(kind, body, media_type)


def attach(
    contribution: Contribution, file: CheckedUpload, message: Message | None = None
) -> Attachment:
    """Store it with a contribution that was sent before."""
    attachment = _stored(file)
    attachment.message_id = message.id if message else None
    contribution.attachments.append(attachment)
    return attachment


def plays_everywhere(attachment: Attachment) -> bool:
    return attachment.media_type in PLAYED


def send(attachment: Attachment, *, inside: bool = True) -> Response:
    """The file, to be shown or played inside a page, or as a download; no cache stores it."""
    response = attachment.response()
    if inside:  # Safari plays no sound that cannot be asked for in pieces
        response.make_conditional(request, accept_ranges=True, complete_length=attachment.size)
    else:
        name = f"{attachment.kind.value} {attachment.id}.{attachment.media_type.partition('/')[2]}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def count(submission_id: str, kind: AttachmentKind) -> int:
    rows = select(func.count(Attachment.id)).where(
        Attachment.upload == upload_key(submission_id), Attachment.kind == kind
    )
    return db.session.scalar(rows) or 0


def _stored(file: CheckedUpload) -> Attachment:
    sealed = sealed_files.store(file.body, file.media_type)
    return Attachment(kind=file.kind, **sealed.columns)


def _photo(upload: FileStorage) -> tuple[bytes, str]:
    """Its pixels, made smaller, without the place and the camera."""
    body = _read(upload, files.MOST_BYTES, "La foto pesa más de 10 MB. Envíe una más pequeña.")
    kind = file_checks.type_by_signature(body)  # phones name their photos as they please
    if kind not in IMAGES:
        raise UnsafeFile(NOT_A_PHOTO, "photos")
    try:
        extension, clean = file_checks.check(body, f"foto.{kind}", IMAGES)
        small = file_checks.shrunk(clean, extension, LONGEST_SIDE)
    except UnsafeFile as refusal:
        refusal.field = "photos"
        raise
    return small, file_checks.MEDIA_TYPES[extension]


def _voice(upload: FileStorage) -> tuple[bytes, str]:
    body = _read(upload, MOST_VOICE_BYTES, TOO_LONG)
    found = VOICES.get(filetype.guess_mime(body) or "")
    if found is None or file_checks.MARKUP.search(body[:1024]):
        raise UnsafeFile(NOT_A_VOICE, "voice")
    return body, found


def _read(upload: FileStorage, most: int, too_large: str) -> bytes:
    body = upload.stream.read(most + 1)
    if len(body) > most:
        raise UnsafeFile(too_large, "voice" if most == MOST_VOICE_BYTES else "photos")
    return body
