"""States that tests begin in do not grow old with the run: a slow machine passes the same tests."""

from datetime import datetime

import pytest

from participa.core import clock
from participa.core.db import db
from participa.core.links import ShortLink
from participa.staff.models import Office
from tests.worlds import FRESH, KEY, Worlds, remembered

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


@remembered
def due_at(moment: datetime) -> str:
    return made_at(f"DUE{moment:%H%M}")


def test_what_tells_a_moment_is_remembered_only_while_the_clock_stands(app, at):
    worlds = app.extensions[KEY]
    assert f"{__name__}.due_at" not in names_of_new(worlds, clock.now())
    assert f"{__name__}.due_at" in names_of_new(worlds, at(2026, 3, 1, 9))


def names_of_new(worlds: Worlds, moment: datetime) -> set[str]:
    """The builders whose states are kept when something is due at this moment."""
    before = set(worlds.saved)
    worlds.empty()
    due_at(moment)
    return {key[1] for key in worlds.saved.keys() - before}


def test_a_state_is_not_that_of_another_office_without_a_number(app):
    worlds = app.extensions[KEY]
    before = len(worlds.saved)
    named(Office(slug="obras", name="Obras", kind="secretaria", level="central"))
    assert len(worlds.saved) == before


@remembered
def named(office: Office) -> str:
    return office.name
