"""Listening posts for the tests of the staff's room, and contributions to them."""

import secrets
from datetime import timedelta
from typing import Any

from participa.citizens import service as citizens
from participa.citizens.queries import newest_notice
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.listening import receive, service
from participa.listening.models import FULL_NAME, Contribution, ListeningPost
from participa.listening.receive import Said
from participa.listening.snapshots import snapshot_of
from participa.staff.models import Office
from tests.ballots.city import officials, task_of_the_plan
from tests.plan.builders import office

TITLE = f"{FULL_NAME} de Popular"


def draft(**facts: Any) -> ListeningPost:
    """A post with all that its publication needs; stored."""
    if newest_notice(ListeningPost.channel) is None:
        citizens.publish_notice("listening", installation().settings.entity, by="prueba")
    values: dict[str, Any] = {
        "title": TITLE,
        "place": "Casa de gobierno",
        "hours": "Lunes a viernes, 8 a. m. a 4 p. m.",
        "closes_at": clock.now().replace(second=0, microsecond=0) + timedelta(days=30),
        "variables": [],
    }
    values |= facts
    if "office_id" not in values:
        values["office_id"] = own_office().id
    post = service.create(officials()[0], [task_of_the_plan()], **values)
    db.session.commit()
    return post


def own_office() -> Office:
    found = db.session.query(Office).filter_by(slug="sec-prueba").one_or_none()
    if found is None:
        found = office("sec-prueba", "Secretaría de Prueba")
        db.session.add(found)
        db.session.flush()
    return found


def open_post(**facts: Any) -> ListeningPost:
    post = draft(**facts)
    service.publish(post, officials()[0])
    db.session.commit()
    return post


def heard(post: ListeningPost, days_ago: int = 0, **facts: Any) -> Contribution:
    """What somebody said at this post so many days ago; stored."""
    values = {"text": "Falta luz en la cancha.", "wants_answer": True} | facts
    said = Said(**values)
    filed_on = clock.today() - timedelta(days=days_ago)
    number = secrets.token_hex(16)
    made = receive.receive(snapshot_of(post), number, said, filed_on=filed_on)
    db.session.commit()
    return db.session.get_one(Contribution, made.case_id)
