"""The official formats in the story of a demonstration."""

import pytest

from participa.channels.example import play
from participa.core.db import db
from participa.formats import example, queries
from participa.formats.models import VersionState
from participa.plan import measures
from participa.staff import service as offices
from participa.staff.models import Role
from participa.topics import example as topics_example
from tests.plan.builders import account, plan, task
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine

NAMES = ("formats.with_variables", "formats.updated", "formats.with_qr")


@remembered
def tell() -> None:
    for year in (2024, 2026):
        made = plan(*[task(n, measure=name) for n, name in enumerate(NAMES, 1)], year=year)
        made.actions[0].number = 3
        db.session.add(made)
    editor, chief = account("elena@ejemplo.org"), account("ada@ejemplo.org", Role.ADMINISTRATOR)
    db.session.add_all([editor, chief])
    offices.seed_offices()
    play([*example.strands(editor, chief), *topics_example.strands(editor, chief)])
    db.session.commit()


@pytest.fixture
def november(demo, at):
    at(2026, 11, 29, 14)
    tell()


def test_the_story_has_formats_in_force_and_one_in_review(november):
    register = queries.register()
    assert [one.reference for one in register] == sorted(one.reference for one in register)
    assert {one.state for one in register} == {VersionState.APPROVED}
    waiting = [one for one in register if one.open_version]
    assert [one.reference for one in waiting] == [example.ATTENDANCE]
    assert waiting[0].open_version.is_in_review
    undecided = [one.reference for one in register if one.applies_qr is None]
    assert undecided == [example.SURVEY]
