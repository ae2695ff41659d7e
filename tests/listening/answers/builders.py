"""A listening post, what was said there and answered, and its way to the public."""

import re
from datetime import timedelta
from itertools import count

from participa.core import clock, links
from participa.core.db import db
from participa.listening import acts
from participa.listening.answers import publication
from participa.listening.models import Contribution, ListeningPost
from participa.listening.receive import Said, receive
from participa.listening.snapshots import snapshot_of
from participa.staff.models import Account, Office
from tests.plan.builders import account, office
from tests.visitor import field

CODE = "ESC4CHA7"
TEXT = "Me llamo Rosa Pérez. El alumbrado del parque está dañado. Mi celular es 300 123 4567."
PUBLIC = "El alumbrado del parque está dañado."
ANSWER = "La cuadrilla lo arregla el lunes."
NUMBERS = count(1)
LIST = "/gestion/escuchaderos/publicaciones"


def office_of(slug: str = "obras", name: str = "Secretaría de Infraestructura") -> Office:
    return db.session.scalar(db.select(Office).filter_by(slug=slug)) or office(slug, name)


def post(**facts) -> ListeningPost:
    """The open post of the city; stored once."""
    found = db.session.scalar(db.select(ListeningPost).filter_by(code=CODE))
    if found is not None:
        return found
    now = clock.now()
    values = {
        "title": "Escuchadero del parque",
        "place": "Parque de Belén",
        "hours": "Lunes a viernes, de 8 a 5",
        "opens_at": now - timedelta(days=60),
        "closes_at": now + timedelta(days=60),
        "published_at": now - timedelta(days=60),
        "variables": [],
        "office": office_of(),
    }
    made = ListeningPost(code=CODE, **(values | facts))
    links.register(CODE, f"/escuchaderos/{CODE}?canal=qr")
    db.session.add(made)
    db.session.flush()
    return made


def heard(text: str = TEXT, filed_on=None, **facts) -> Contribution:
    """A contribution that asks for an answer; stored."""
    said = Said(text=text, wants_answer=facts.pop("wants_answer", True), **facts)
    dated = {"filed_on": filed_on} if filed_on else {}
    received = receive(snapshot_of(post()), f"{next(NUMBERS):032x}", said, **dated)
    contribution = db.session.get_one(Contribution, received.case_id)
    if filed_on:
        contribution.received_on = filed_on
    db.session.commit()
    return contribution


def answered(text: str = TEXT, answer: str = ANSWER, **facts) -> Contribution:
    contribution = heard(text, **facts)
    acts.answer(contribution, official(), answer)
    db.session.commit()
    return contribution


def published(text: str = PUBLIC, answer: str = ANSWER, **facts) -> Contribution:
    """One that two people made public as it is."""
    contribution = answered(text, answer, **facts)
    draft = publication.propose(contribution, official(), text, answer, True)
    db.session.flush()
    publication.accept(contribution, draft, official("dos@ejemplo.org"))
    db.session.commit()
    return contribution


def official(email: str = "uno@ejemplo.org") -> Account:
    found = db.session.scalar(db.select(Account).filter_by(email=email))
    if found is None:
        found = account(email)
        db.session.add(found)
        db.session.flush()
    return found


def address(contribution: Contribution, page: str = "") -> str:
    return f"{LIST}/{contribution.receipt}{page}"


def send(visitor, where: str, **values):
    """Fill in the form of a page and send it."""
    token = field(visitor.get(where), "csrf_token")
    return visitor.post(where, data={"csrf_token": token} | values)


def press(visitor, page: str, where: str):
    """Press the button of a page that posts to this address."""
    text = visitor.get(page).text
    form = re.search(rf'<form method="post" action="{where}">(.*?)</form>', text, re.DOTALL)[1]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return visitor.post(where, data=sent)
