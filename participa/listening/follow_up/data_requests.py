"""What a person asks about their own data (DAT-08): a query or a claim, with a term of its own."""

from dataclasses import dataclass

from sqlalchemy import select

from participa.cases.models import CaseKind
from participa.channels.phases import is_open_now
from participa.citizens import notices
from participa.core import clock
from participa.core.db import db
from participa.listening import letters, receive
from participa.listening.models import Contribution, ListeningPost
from participa.listening.receive import Received, Said
from participa.listening.snapshots import SNAPSHOTS, PostSnapshot

# What somebody may ask, in words, and the kind of case that it is (Ley 1581, arts. 14 and 15).
WISHES = {
    "consultar": ("Saber qué datos míos guardan", CaseKind.DATA_QUERY),
    "prueba": ("Ver la prueba de lo que autoricé", CaseKind.DATA_QUERY),
    "corregir": ("Corregir o actualizar mis datos", CaseKind.DATA_CLAIM),
    "suprimir": ("Borrar mis datos", CaseKind.DATA_CLAIM),
    "revocar": ("Retirar una autorización", CaseKind.DATA_CLAIM),
}
UNSURE = "no-se"
NEWS = "Recibimos su petición sobre sus datos."


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRequest:
    """`wish` is a key of WISHES, `place` a purpose of the notices or UNSURE."""

    wish: str
    place: str
    marks: str  # by which the person's data can be found
    text: str
    name: str
    email: str
    phone: str


def places() -> list[tuple[str, str]]:
    """Where the data may be: what each notice is about, and that somebody does not know."""
    rows = [(purpose, kind.title) for purpose, kind in notices.kinds().items()]
    return [*rows, (UNSURE, "No sé, o en varios")]


def open_post() -> PostSnapshot | None:
    """The newest post that listens now, whose office takes in the request."""
    rows = select(ListeningPost.code).where(is_open_now(ListeningPost, clock.now()))
    newest = rows.order_by(ListeningPost.published_at.desc(), ListeningPost.id.desc()).limit(1)
    code = db.session.scalar(newest)
    return SNAPSHOTS.find(code) if code else None


def file(post: PostSnapshot, submission_id: str, asked: DataRequest) -> Received:
    """File it as a contribution that asks for an answer; raises AlreadySent like `receive`."""
    words, kind = WISHES[asked.wish]
    place = dict(places()).get(asked.place, "")
    parts = [f"Pide: {words}.", f"Dónde: {place}."]
    parts += [f"Cómo encontrarlos: {asked.marks}"] if asked.marks else []
    parts += ["", asked.text] if asked.text else []
    said = Said(
        text="\n".join(parts),
        wants_answer=True,
        is_anonymous=False,
        name=asked.name,
        email=asked.email,
        phone=asked.phone,
    )
    return receive.receive(post, submission_id, said, kind=kind)


def acknowledge(received: Received) -> None:
    """Write to who left an address that it arrived, unless the form was sent before."""
    if received.is_new:
        letters.acknowledge(db.session.get_one(Contribution, received.case_id), NEWS)
