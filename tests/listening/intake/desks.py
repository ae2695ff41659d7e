"""A listening post with an official at its desk, for the tests of the intake."""

from datetime import timedelta

from participa.citizens.models import Notice
from participa.core import clock
from participa.core.db import db
from participa.listening.models import ListeningPost
from tests.plan.builders import office
from tests.visitor import field

CODE = "7K3F2QXM"
TAKE = f"/gestion/escuchaderos/{CODE}/tomar"
SAID = {
    "way": "DESK",
    "said_at": "2026-03-02T10:30",
    "wish": "reply",
    "asked": "Que arreglen el andén de la carrera 50.",
    "reasons": "Una vecina se cayó.",
    "documents": "Una foto impresa, 1 hoja.",
    "person": "named",
    "consent": "y",
    "name": "Rosa Elena Mesa",
    "document": "CC 43123456",
    "email": "rosa@ejemplo.org",
    "phone": "300 123 4567",
}


def desk(**facts) -> ListeningPost:
    """A published post of the Secretaría de Participación, open since a week, with its notice."""
    db.session.add(
        Notice(
            purpose="listening",
            number=1,
            short_lines=["La alcaldía usa su nombre para responderle."],
            text="Aviso",
            sha256="0" * 64,
            months=24,
            published_at=clock.now(),
        )
    )
    now = clock.now()
    values = {
        "code": CODE,
        "title": "Escuchadero de rendición de cuentas de Castilla",
        "opens_at": now - timedelta(days=7),
        "closes_at": now + timedelta(days=30),
        "published_at": now - timedelta(days=7),
        "office": office("participacion", "Secretaría de Participación"),
        "hours": "De 8 a 12",
        "place": "Parque de Castilla",
    }
    made = ListeningPost(**(values | facts))
    db.session.add(made)
    db.session.commit()
    return made


def form_of(visitor, address: str = TAKE) -> dict[str, str]:
    """What the page of the form carries by itself."""
    page = visitor.get(address)
    return {name: field(page, name) for name in ("csrf_token", "creation")}


def take(visitor, **changes):
    """Send the form; a value of None is left out."""
    sent = form_of(visitor) | SAID | changes
    return visitor.post(TAKE, data={name: one for name, one in sent.items() if one is not None})
