"""Listening posts as the city keeps them, at each stage, and people who are heard there."""

import io
import secrets
from datetime import timedelta
from typing import Any

from PIL import Image

from participa.core import clock
from participa.core.db import db
from participa.listening import service
from participa.listening.models import Contribution, ListeningPost, Way
from participa.listening.receive import Said, receive
from participa.listening.snapshots import snapshot_of
from tests.ballots.city import officials, task_of_the_plan
from tests.events.city import notice
from tests.worlds import remembered

TITLE = "Cuéntele a la ciudad cómo va su barrio"
TEXT = "El andén de la calle 30 está roto desde marzo."
PLAN: dict[str, Any] = {
    "title": TITLE,
    "why": "Lo que usted diga llega a quien puede resolverlo.",
    "place": "Parque Biblioteca Belén, segundo piso",
    "hours": "Lunes a viernes, 8 a. m. a 4 p. m.",
    "supports": "Rampa e intérprete de lengua de señas",
}


@remembered
def draft(**facts: Any) -> ListeningPost:
    """A post that is not public yet, with an office and a task of the plan; stored."""
    notice()
    values = PLAN | {"closes_at": clock.now() + timedelta(days=30)} | facts
    made = service.create(officials()[0], [task_of_the_plan()], **values)
    db.session.commit()
    return made


@remembered
def open_post(**facts: Any) -> ListeningPost:
    """A post where anybody is heard now."""
    made = draft(**facts)
    made.published_at = made.opens_at = clock.now() - timedelta(days=1)
    made.touch()
    db.session.commit()
    return made


@remembered
def closed_post(**facts: Any) -> ListeningPost:
    """A post whose season is over."""
    made = open_post(**facts)
    close(made)
    return made


def close(made: ListeningPost) -> None:
    """Let its time run out."""
    made.opens_at, made.closes_at = (
        clock.now() - timedelta(days=2),
        clock.now() - timedelta(hours=1),
    )
    made.touch()
    db.session.commit()


def contribution(
    made: ListeningPost, text: str = TEXT, submission_id: str = "", **said: Any
) -> Contribution:
    """Somebody says this; without their name, and asking for an answer, unless `said` differs."""
    contact = said.get("name") or said.get("email") or said.get("phone")
    values = {"wants_answer": True, "is_anonymous": not contact, "way": Way.WEB} | said
    details = values.pop("details", None)
    word = submission_id or secrets.token_hex(16)
    received = receive(snapshot_of(made), word, Said(text=text, **values), details)
    db.session.commit()
    return db.session.get_one(Contribution, received.case_id)


def photo(colour: str = "red", size: tuple[int, int] = (40, 30), kind: str = "JPEG") -> io.BytesIO:
    """A photograph, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (6.0, 14.0, 40.0)}  # GPS
    exif[0x010F] = "Cámara de doña Rosa"
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind, exif=exif)
    file.seek(0)
    return file


def voice(words: bytes = b"hola") -> io.BytesIO:
    """The beginning of a voice note as phones record it (MP4), and something in it."""
    return io.BytesIO(b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A mp42isom" + words * 50)
