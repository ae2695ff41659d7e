"""States that tests begin in do not grow old with the run: a slow machine passes the same tests."""

import pytest

from participa.core import clock
from participa.core.db import db
from participa.core.links import ShortLink
from tests.worlds import FRESH, KEY, remembered

pytestmark = pytest.mark.one_engine


@remembered
def made_at(word: str) -> str:
    db.session.add(ShortLink(code=word, path="/plan"))
    db.session.commit()
    return str(clock.now())


def test_a_state_is_built_again_once_it_is_old(app):
    worlds = app.extensions[KEY]
    first = made_at("7K3F2QXM")
    worlds.empty()
    assert made_at("7K3F2QXM") == first
    for key, (state, made, built_at) in worlds.saved.items():
        worlds.saved[key] = (state, made, built_at - 2 * FRESH)
    worlds.empty()
    assert made_at("7K3F2QXM") != first
    assert db.session.query(ShortLink).count() == 1


def test_what_was_built_upon_an_old_state_is_built_again_with_it(app):
    worlds = app.extensions[KEY]
    made_at("7K3F2QXM")
    upon = made_at("91S9XKKV")
    for key, (state, made, built_at) in worlds.saved.items():
        if key[0] == "empty":  # only the state below is old
            worlds.saved[key] = (state, made, built_at - 2 * FRESH)
    worlds.empty()
    made_at("7K3F2QXM")
    assert made_at("91S9XKKV") != upon
    assert db.session.query(ShortLink).count() == 2
