"""Topic calls for tests: published, open, with three to five topics."""

import re
from datetime import timedelta

from sqlalchemy import func, select

from participa.citizens import service as citizens
from participa.core import clock, links
from participa.core.db import db
from participa.core.installation import installation
from participa.topics.models import Proposal, Topic, TopicAnswer, TopicCall, TopicQuestion

CODE = "7K3F2QXM"
TITLES = ("Movilidad", "Salud", "Educación", "Vivienda", "Ambiente")


def call(code=CODE, topics=TITLES, **facts):
    """An open call for the next ten days; say otherwise where it matters."""
    now = clock.now()
    values = {
        "title": "¿De qué temas debe rendir cuentas la ciudad?",
        "why": "La audiencia es en diciembre.",
        "choose_up_to": 3,
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=10),
        "published_at": now - timedelta(days=1),
        "variables": [],
    }
    made = TopicCall(code=code, **(values | facts))
    made.topics = [
        Topic(position=place, title=title, description=f"Sobre {title.lower()}.")
        for place, title in enumerate(topics, 1)
    ]
    links.register(code, f"/temas/{code}?canal=qr")
    db.session.add(made)
    return made


def publish_notice(app):
    citizens.publish_notice("topics", installation(app).settings.entity, by="prueba")
    db.session.commit()


def token(page):
    return re.search(r'name="submission" value="([^"]+)"', page.text)[1]


def filled(made, page, *order, **others):
    """What a browser sends: the topics, their places, the comuna and the token of the page."""
    topics = order or tuple(topic.id for topic in made.topics[:2])
    sent = {"topics": [str(topic) for topic in topics], "submission": token(page)}
    sent |= {f"place-{topic}": str(place) for place, topic in enumerate(topics, 1)}
    return sent | {"territory": "01", "confirm": "1"} | others


def stored(model=TopicAnswer):
    return db.session.scalars(select(model).order_by(model.id)).all()


def how_many():
    """Rows of everything that an answer can leave."""
    models = (TopicAnswer, Proposal, TopicQuestion)
    return [db.session.scalar(select(func.count()).select_from(model)) for model in models]
