"""After the keys are replaced, people are found again and every code still opens its page."""

from dataclasses import replace

import pytest

from participa.core.db import db
from participa.core.installation import installation
from participa.core.personal import rotation
from participa.listening import receive
from participa.listening.models import Contribution
from participa.listening.rights import rekeying
from tests.listening.follow_up import people
from tests.listening.follow_up.people import come_back

OLD, NEW = "llave-vieja-de-los-datos-personales", "llave-nueva-de-los-datos-personales"


@pytest.fixture
def keys(app):
    """Set the keys of the personal data: keys(NEW, OLD)."""
    state = installation()
    before = state.settings

    def keys(*names: str) -> None:
        state.settings = replace(state.settings, personal_keys=names)

    yield keys
    state.settings = before


def found(email: str) -> int:
    rows = db.select(Contribution).where(
        Contribution.email_digest.in_(receive.email_digests(email))
    )
    return len(db.session.scalars(rows).all())


def rotate() -> list[int]:
    changed = list(rekeying.redigest())
    list(rotation.reseal())
    db.session.commit()
    db.session.expire_all()
    return changed


def test_the_old_key_can_be_taken_away_and_nothing_is_lost(client, keys):
    keys(OLD)
    card, other = people.known(), people.said()
    keys(NEW, OLD)
    come_back(client, card)
    assert found(people.EMAIL.upper()) == 1
    assert rotate() == [1]
    assert rotate() == [0]
    keys(NEW)
    db.session.expire_all()
    assert found(people.EMAIL) == 1
    for one in (card, other):
        assert people.TEXT in client.get(come_back(client, one)).text


def test_without_the_key_a_code_opens_nothing_and_nothing_breaks(client, keys):
    keys(OLD)
    card = people.said()
    keys(NEW)
    page = people.send(client, people.ASK, radicado=card.radicado, code=card.code)
    assert page.status_code == 422
