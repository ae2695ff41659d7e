"""The listening posts of a demonstration: last year closed, this year under way."""

import pytest

from participa.channels.example import play
from participa.channels.phases import Phase
from participa.citizens import service as citizens
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.listening import example
from participa.listening.models import Attachment, CaseStage, Contribution, ListeningPost, PostCheck
from participa.listening.office import figures
from participa.listening.story.voices import VOICES_OF_2024, VOICES_OF_THIS_YEAR
from participa.plan import measures
from participa.plan.models import Unit
from participa.staff import service as offices
from tests.plan.builders import account, plan, task
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine


@remembered
def tell() -> None:
    for year in (2024, 2026):
        made = plan(task(1, measure="listening.working", unit=Unit.PERCENT, target=100), year=year)
        made.actions[0].number = 7
        db.session.add(made)
    by, second = account(), account("ada@ejemplo.org")
    db.session.add_all([by, second])
    offices.seed_offices()
    citizens.publish_notice("listening", installation().settings.entity, by="prueba")
    play(example.strands(by, second))
    db.session.commit()


@pytest.fixture
def posts(demo, at) -> list[ListeningPost]:
    at(2026, 11, 29, 14)
    tell()
    return db.session.query(ListeningPost).order_by(ListeningPost.id).all()


def of_year(posts, year):
    return [post for post in posts if post.tasks[0].year == year]


def test_every_voice_of_the_story_is_heard_once(posts):
    assert db.session.query(Contribution).count() == len(VOICES_OF_2024 + VOICES_OF_THIS_YEAR)


def test_in_2024_five_of_the_seven_planned_posts_worked(demo, posts):
    past = of_year(posts, 2024)
    assert len(past) == 7
    assert {post.phase for post in past} == {Phase.CLOSED, Phase.DRAFT}
    with demo.test_request_context():
        [indicator] = measures.indicators([past[0].tasks[0]]).values()
    assert (indicator.numerator, indicator.denominator) == (5, 7)


def test_this_year_one_post_owes_a_late_answer_and_does_not_count(demo, posts):
    now = of_year(posts, 2026)
    with demo.test_request_context():
        [indicator] = measures.indicators([now[0].tasks[0]]).values()
    assert (indicator.numerator, indicator.denominator) == (3, 6)
    reasons = [one.reason for one in indicator.evidence if one.reason]
    assert sorted(reasons) == [
        "Debe una respuesta vencida.",
        "Previsto: aún no abre.",
        "Previsto: aún no abre.",
    ]


def test_the_posts_open_in_the_morning_and_close_in_the_afternoon(posts):
    now = of_year(posts, 2026)
    to_come = [post for post in now if post.phase is Phase.SCHEDULED]
    assert {clock.local(post.opens_at).hour for post in to_come} == {9}
    assert {clock.local(post.closes_at).hour for post in now if post.published_at} == {17}


def test_last_years_answers_came_in_time_but_for_one(posts):
    found = [figures.figures_of(post.id) for post in of_year(posts, 2024)]
    assert sum(one.open for one in found) == 0
    assert sum(one.in_time.answered - one.in_time.on_time for one in found) == 1


def test_somebody_is_heard_today_and_one_answer_is_nearly_due(posts):
    rows = db.session.query(Contribution).join(Contribution.case).all()
    assert any(one.received_on == clock.today() for one in rows)
    open_ones = [one.case for one in rows if one.case.term and not one.case.is_answered]
    assert sum(case.is_late for case in open_ones) == 1
    assert any(case.is_near and not case.is_late for case in open_ones)


def test_a_contribution_is_at_each_stage(posts):
    assert {one.stage for one in db.session.query(Contribution)} == set(CaseStage)


def test_what_is_published_names_nobody(posts):
    published = [one for one in db.session.query(Contribution) if one.case.is_public]
    assert len(published) >= 5
    for one in published:
        assert one.case.public_text
        assert one.case.answer
        assert not one.is_life_risk
        assert not one.is_corruption


def test_photographs_and_voice_notes_can_be_opened(posts):
    for one in db.session.query(Attachment):
        assert one.case_id is not None
        assert len(one.content) == one.size


def test_a_risk_to_life_and_a_report_of_corruption_wait_for_whoever_looks_into_them(posts):
    rows = db.session.query(Contribution).all()
    assert sum(one.is_life_risk for one in rows) == 1
    [report] = [one for one in rows if one.is_corruption]
    assert report.case.office.slug == "sec-evaluacion-control"


def test_the_daily_checks_end_yesterday_and_one_of_them_found_a_fault(posts):
    """Whether a page works today nobody invents, not even in a demonstration."""
    rows = db.session.query(PostCheck).all()
    assert any(not one.is_ok for one in rows)
    assert all(clock.local(one.checked_at).date() < clock.today() for one in rows)


@pytest.mark.parametrize("moment", [(2026, 1, 1, 5), (2026, 1, 3, 14), (2024, 10, 20, 12)])
def test_nothing_happens_after_today(demo, at, moment):
    now = at(*moment)
    tell()
    for one in db.session.query(Contribution):
        assert one.received_on <= clock.local(now).date()
    for post in db.session.query(ListeningPost):
        assert post.created_at <= now


def test_nothing_of_the_past_season_waits_for_anybody_and_what_was_answered_has_its_class(posts):
    for one in db.session.query(Contribution):
        if one.post.tasks[0].year == 2024:
            assert not one.is_open, one.text
        if not one.is_open:
            assert one.classified_on is not None, one.text
