"""A post that listens, people who said something there, and what they carry home."""

import io
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PIL import Image

from participa.cases import service as cases
from participa.cases.models import CaseKind
from participa.core import clock, codes
from participa.core.db import db
from participa.listening import queries, receive, secret_codes, service
from participa.listening.models import Contribution, ListeningPost, PostKind
from participa.listening.receive import Said
from participa.listening.snapshots import snapshot_of
from participa.staff.models import Account, Office
from tests.ballots.city import officials, task_of_the_plan
from tests.conftest import store_account
from tests.events import city as events
from tests.plan import builders as plans

ASK = "/escuchaderos/mi-aporte"
TEXT = "En la calle 30 con la 65 no hay luz desde el martes."
EMAIL, PHONE, NAME = "maria@ejemplo.org", "300 123 4567", "María Pérez"


@dataclass
class Card:
    """The number and the secret code that somebody carries home, as they are printed."""

    radicado: str
    code: str

    @property
    def contribution(self) -> Contribution:
        found = queries.contribution_with(self.radicado)
        assert found is not None
        return found


def post(**facts: Any) -> ListeningPost:
    """A post of an office that listens now; stored."""
    events.notice()
    office = db.session.scalar(db.select(Office)) or plans.office()
    values = {
        "title": "Escuchadero de rendición de cuentas de Castilla",
        "kind": PostKind.PHYSICAL,
        "place": "Parque de Castilla",
        "hours": "De 9:00 a. m. a 4:00 p. m.",
        "opens_at": clock.now() - timedelta(days=1),
        "closes_at": clock.now() + timedelta(days=60),
        "office": office,
    }
    by = officials()[0]
    made = service.create(by, [task_of_the_plan()], **(values | facts))
    service.publish(made, by)
    db.session.commit()
    return made


def said(at: ListeningPost | None = None, text: str = TEXT, **facts: Any) -> Card:
    """Somebody asks for an answer, without a name unless `facts` have one; stored."""
    place = at or db.session.scalar(db.select(ListeningPost)) or post()
    submission_id = secrets.token_hex(16)
    columns = {name: facts.pop(name) for name in ("kind", "filed_on") if name in facts}
    words = {"wants_answer": True, "is_anonymous": not (facts.keys() & {"name", "email", "phone"})}
    receive.receive(
        snapshot_of(place), submission_id, Said(text=text, **(words | facts)), **columns
    )
    db.session.commit()
    number, code = secret_codes.radicado_of(submission_id), secret_codes.code_of(submission_id)
    return Card(codes.show(number), codes.show(code))


def known(**facts: Any) -> Card:
    """Somebody who left a name, a mail and a telephone."""
    return said(**({"name": NAME, "email": EMAIL, "phone": PHONE} | facts))


def opinion(**facts: Any) -> Card:
    return said(wants_answer=False, **facts)


def official() -> Account:
    return db.session.scalar(db.select(Account)) or store_account(plans.Role.EDITOR)


def send(visitor, path: str, **typed: Any):
    """What a person's browser sends from the page at this address."""
    return visitor.post(path, data=typed | {"submission": token(visitor.get(path).text)})


def token(page: str) -> str:
    found = re.search(r'name="submission" value="([^"]+)"', page)
    assert found, "the page has no form"
    return found[1]


def come_back(visitor, card: Card, **typed: Any) -> str:
    """The address of the page that the card opens."""
    answer = send(visitor, ASK, **({"radicado": card.radicado, "code": card.code} | typed))
    assert answer.status_code == 303, answer.text
    return answer.location.partition("?")[0]


def classified(card: Card, kind: CaseKind) -> None:
    cases.classify(card.contribution.case, official(), kind)
    db.session.commit()


def photo(name: str = "foto.jpg", size: tuple[int, int] = (40, 30)) -> tuple[io.BytesIO, str]:
    body = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(body, "JPEG")
    return io.BytesIO(body.getvalue()), name


def voice(name: str = "nota.mp3") -> tuple[io.BytesIO, str]:
    """A sound that is one by its first bytes."""
    return io.BytesIO(b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x64" * 50), name
