"""A city for the desk: offices, a post, and people who say something there."""

import io
import secrets
import wave
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from participa.citizens.service import seed_notices
from participa.core import clock, codes
from participa.core.db import db
from participa.listening import attachments, receive, routing
from participa.listening.models import Attachment, AttachmentKind, Contribution, ListeningPost
from participa.listening.receive import Said
from participa.listening.snapshots import snapshot_of
from participa.staff.models import Office
from tests.plan.builders import office
from tests.worlds import remembered

TEXT = "Por favor arreglen el andén de la calle 50."
DESK = "/gestion/escuchaderos/aportes"


def works() -> Office:
    return named("obras", "Secretaría de Infraestructura")


def health() -> Office:
    return named("salud", "Secretaría de Salud")


def control() -> Office:
    return named(routing.CONTROL, "Secretaría de Evaluación y Control")


@remembered
def named(slug: str, name: str) -> Office:
    """The office, stored once."""
    found = db.session.scalar(select(Office).filter_by(slug=slug)) or office(slug, name)
    db.session.add(found)
    db.session.commit()
    return found


@remembered
def post(**facts: Any) -> ListeningPost:
    """An open post of the works office; stored."""
    seed_notices()
    values = {"title": "Escuchadero del parque", "published_at": clock.now(), "office": works()}
    made = ListeningPost(code=codes.new(), hours="De 8 a 4", **(values | facts))
    db.session.add(made)
    db.session.commit()
    return made


@remembered
def heard(text: str = TEXT, at: ListeningPost | None = None, **more: Any) -> Contribution:
    """What somebody said at a post, and wants an answer to; stored.

    `office` is the one that answers, `filed_on` an earlier day.
    """
    answering = more.pop("office", None)
    facts = {"filed_on": more.pop("filed_on")} if "filed_on" in more else {}
    said = Said(text=text, **({"wants_answer": True} | more))
    made = receive.receive(snapshot_of(at or post()), secrets.token_hex(16), said, **facts)
    found = db.session.get_one(Contribution, made.case_id)
    if answering is not None:
        found.case.office = answering
    db.session.commit()
    return found


def address(contribution: Contribution, word: str = "") -> str:
    return f"{DESK}/{contribution.receipt}{word and '/'}{word}"


def again(contribution: Contribution) -> Contribution:
    """As it is stored now."""
    db.session.expire_all()
    return db.session.get_one(Contribution, contribution.case_id)


def a_voice() -> FileStorage:
    """A second of silence, as a browser uploads it."""
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 8000)
    body.seek(0)
    return FileStorage(body, "voz.wav")


def with_voice(media_type: str = "") -> tuple[Contribution, Attachment]:
    """A contribution that is a voice note alone; stored."""
    said = heard("")
    made = attachments.add(said, a_voice(), AttachmentKind.VOICE)
    made.media_type = media_type or made.media_type
    db.session.commit()
    return said, made
