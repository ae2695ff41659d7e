"""The boxes that a newcomer finds: one of each label, made by the verbs of real ones."""

from dataclasses import replace

import pytest

from participa.ballots import archive_store, example, queries, snapshots
from participa.ballots.models import BallotBox, BoxKind, BoxState
from participa.ballots.results import results
from participa.ballots.roll import trial_cards
from participa.ballots.voting import casting
from participa.belenios import ballot, credentials, verifier
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import queue
from participa.core.jobs.jobs import Job, JobState
from participa.plan import measures
from participa.staff.models import Role
from tests.plan.builders import account, plan, task
from tests.worlds import remembered

pytestmark = [pytest.mark.one_engine, pytest.mark.slow]


@pytest.fixture
@remembered
def the_task(app):
    made = plan(task(1, measure="ballots.working"))
    made.actions[0].number = 4
    db.session.add(made)
    db.session.commit()
    return made.actions[0].tasks[0]


@pytest.fixture
def demo(app, monkeypatch):
    """The application as `participa demo` starts it."""
    told = replace(installation(app).settings, demo=True)
    monkeypatch.setattr(installation(app), "settings", told)
    yield app
    (told.data / trial_cards.FILE).unlink(missing_ok=True)


@pytest.fixture
@remembered
def boxes(app, the_task) -> list[BallotBox]:
    by, second = account(), account("beto@ejemplo.org", Role.ADMINISTRATOR)
    db.session.add_all([by, second])
    db.session.flush()
    example.seed_example(by, second)
    db.session.commit()
    return seeded()


def seeded() -> list[BallotBox]:
    return db.session.query(BallotBox).order_by(BallotBox.id).all()


def archive_of(box: BallotBox) -> bytes:
    return b"".join(archive_store.archive_chunks(box, archive_store.head_of(box).height))


def test_there_is_one_of_each_label_and_one_of_them_waits_for_votes(app, boxes):
    told = [(box.kind, box.state) for box in boxes]
    assert told == [
        (BoxKind.OPEN, BoxState.OPEN),
        (BoxKind.CODES, BoxState.OPEN),
        (BoxKind.CODES, BoxState.FINISHED),
        (BoxKind.VERIFIABLE, BoxState.FINISHED),
    ]
    assert all(box.is_example and box.title.endswith("(ejemplo)") for box in boxes)
    assert example.trial_box() is boxes[1]
    assert (queries.ballots(boxes[0].id), results.published_ballots(boxes[0])) == (17, 10)


def test_the_finished_ones_tell_results_and_hold_what_an_auditor_would_ask(app, boxes):
    for box in boxes[2:]:
        [told] = results.results_of(box, snapshots.snapshot_of(box))
        verdict = verifier.verify(archive_of(box))
        assert verdict.is_finished
        assert verdict.counts == [[told.outcome.blank, *told.outcome.counts]]
        assert told.outcome.blank
    codes, verifiable = boxes[2:]
    assert queries.assisted(codes.id) == 1
    assert queries.cards(codes) == queries.Cards(made=15, void=1, used=12, handed_out=13)
    assert codes.paper.ballots == 8
    assert queries.ballots(verifiable.id) == queries.voters(verifiable.id) + 1, "one voted twice"
    assert len(verifiable.trustees) == 3


def test_they_count_for_no_task_and_say_why(app, boxes, the_task):
    with app.test_request_context():
        indicator = measures.indicators([the_task])[the_task.id]
    assert indicator.value == 0
    assert {proof.reason for proof in indicator.evidence} == {
        "Es un ejemplo, con votos inventados."
    }
    assert len(indicator.evidence) == 4


def test_cards_to_try_vote_once_and_lie_in_the_folder_of_the_demonstration_alone(demo, boxes):
    box = boxes[1]
    offered = trial_cards.codes_to_try(box.uuid)
    assert len(offered) == 3
    definition = snapshots.snapshot_of(box)
    secret = credentials.secret_of(offered[0], box.uuid)
    casting.cast(definition, ballot.make(definition.election, secret, [{0}]))
    assert offered[0] not in trial_cards.codes_to_try(box.uuid)
    assert trial_cards.codes_to_try(box.uuid)[:2] == offered[1:]
    path = installation(demo).settings.data / trial_cards.FILE
    assert path.stat().st_mode & 0o077 == 0
    for table in db.metadata.sorted_tables:
        assert offered[1] not in str(db.session.execute(table.select()).all())
    told = example.demo_note("http://127.0.0.1:8000")
    assert f"/urna/{box.uuid}\n" in told
    assert offered[1] in told
    assert trial_cards.codes_to_try(boxes[2].uuid) == []


def test_no_real_installation_has_cards_to_try_and_a_second_start_adds_nothing(app, boxes):
    assert not (installation(app).settings.data / trial_cards.FILE).exists()
    assert trial_cards.codes_to_try(boxes[1].uuid) == []
    assert example.demo_note("http://127.0.0.1:8000") == ""
    heads = [queries.heads(box) for box in boxes]
    example.seed_example(boxes[0].created_by, boxes[0].acts[0].confirmed_by)
    db.session.commit()
    queue.run_pending(app)
    db.session.expire_all()
    assert [queries.heads(box) for box in seeded()] == heads, "a worker that wakes up has no work"
    assert {job.state for job in db.session.query(Job)} == {JobState.DONE}


def test_without_a_plan_that_asks_for_boxes_there_are_none(app, make):
    example.seed_example(make(account()), make(account("beto@ejemplo.org")))
    assert seeded() == []
