"""The surveys in the story of the demo: one of last time, one under way, one that is open today."""

import pytest

from participa.channels.phases import Phase
from participa.core import clock
from participa.core.db import db
from participa.events.models import Event
from participa.surveys import access_codes, example, queries
from participa.surveys.models import CodeUse, Survey
from participa.surveys.paper.models import SurveySheetBatch
from participa.surveys.paper.reconciliation import count_of
from tests.story import AFTERNOON, tell_whole_story

pytestmark = [pytest.mark.slow, pytest.mark.one_engine]


@pytest.fixture
def story(demo, at):
    at(*AFTERNOON)
    tell_whole_story()
    return {survey.title: survey for survey in db.session.scalars(db.select(Survey))}


def test_the_surveys_of_the_story_are_at_every_stage(story):
    past = story[example.OF_THE_YEAR.format(year=example.PAST)]
    assert past.phase is Phase.CLOSED
    assert queries.people(past.id) == example.PEOPLE_OF_THE_YEAR
    under_way = story[example.UNDER_WAY]
    assert under_way.is_open
    assert queries.people(under_way.id) == example.PEOPLE_UNDER_WAY
    batch = db.session.scalars(db.select(SurveySheetBatch)).one()
    assert count_of(batch).differences == ["Falta digitar 2 hojas: se contaron 7 con respuestas."]
    counts = access_codes.counts(story[example.OF_THE_COMMITTEE].id)
    assert counts[CodeUse.USED] == example.CODES_USED
    fair = story[example.OF_THE_FAIR]
    assert fair.is_open
    use = fair.uses[0]
    event = db.session.get_one(Event, use.source_id)
    assert (use.source, event.code) == ("events", use.code)
    assert event.opens_at < clock.now() < event.closes_at
    assert queries.people_of_uses([use]) == {use.id: example.PEOPLE_AT_THE_FAIR}
