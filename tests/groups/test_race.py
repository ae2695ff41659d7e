"""Two answers to one invitation at the same moment: one of them is stored."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask.testing import FlaskClient

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.groups.models import GroupMember
from tests.groups import builders
from tests.visitor import field


def test_of_an_acceptance_and_a_refusal_at_once_one_is_stored(app, client):
    path = builders.link_of(builders.member(builders.group()))
    token = field(client.get(path), "submission")
    ready = Barrier(2)

    def send(answer: str) -> int:
        sent = {"submission": token, "name": "Ana Ejemplo", "answer": answer}
        with FlaskClient(app, app.response_class) as visitor:
            ready.wait(30)
            return visitor.post(path, data=sent).status_code

    db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(send, ["accept", "decline"]))
    assert 303 in codes
    assert set(codes) <= {200, 303, 422}
    db.session.expire_all()
    member = db.session.query(GroupMember).one()
    assert (member.accepted_at is None) != (member.declined_at is None)
    answers = db.session.query(AuditEntry).filter(AuditEntry.action != "groups.member_invited")
    assert answers.count() == 1
