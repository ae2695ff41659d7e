"""The boxes that a newcomer finds: one of each label, made by the verbs of real ones."""

import pytest

from participa.ballots import archive_store, example, queries, roles, snapshots
from participa.ballots.models import BallotBox, BoxKind, BoxState
from participa.ballots.results import results
from participa.ballots.roll import trial_cards
from participa.ballots.voting import casting
from participa.belenios import ballot, credentials, verifier
from participa.channels.example import play
from participa.citizens import service as citizens
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import queue
from participa.core.jobs.jobs import Job, JobState
from participa.core.ops.demonstration import Mixed
from participa.plan import measures
from participa.staff.models import Role
from tests.plan.builders import account, plan, task
from tests.worlds import remembered

pytestmark = [pytest.mark.one_engine, pytest.mark.slow]


def tell() -> None:
    for year in (2024, 2026):
        made = plan(task(1, measure="ballots.working"), year=year)
        made.actions[0].number = 4
        db.session.add(made)
    by, second = account(), account("beto@ejemplo.org", Role.ADMINISTRATOR)
    db.session.add_all([by, second])
    db.session.flush()
    citizens.publish_notice("ballots", installation().settings.entity, by)
    play(example.strands(by, second))
    db.session.commit()


@pytest.fixture
def boxes(demo, at, without_cards) -> list[BallotBox]:
    at(2026, 11, 29, 14)
    remembered(tell)()
    return seeded()


@pytest.fixture
def boxes_with_cards(demo, at, without_cards) -> list[BallotBox]:
    """The same, not remembered: the codes of the cards lie in a file."""
    at(2026, 11, 29, 14)
    tell()
    return seeded()


@pytest.fixture
def without_cards(app):
    yield
    (installation(app).settings.data / trial_cards.FILE).unlink(missing_ok=True)


def seeded() -> list[BallotBox]:
    return db.session.query(BallotBox).order_by(BallotBox.id).all()


def archive_of(box: BallotBox) -> bytes:
    return b"".join(archive_store.archive_chunks(box, archive_store.head_of(box).height))


def test_there_is_one_of_each_label_and_one_of_them_waits_for_votes(app, boxes):
    told = [(box.kind, box.state) for box in boxes]
    assert told == [
        (BoxKind.CODES, BoxState.FINISHED),
        (BoxKind.VERIFIABLE, BoxState.FINISHED),
        (BoxKind.OPEN, BoxState.OPEN),
        (BoxKind.CODES, BoxState.OPEN),
    ]
    assert all(box.is_example and "ejemplo" not in box.title for box in boxes)
    assert example.trial_box() is boxes[3]
    assert (queries.ballots(boxes[2].id), results.published_ballots(boxes[2])) == (17, 10)


def test_the_finished_ones_tell_results_and_hold_what_an_auditor_would_ask(app, boxes):
    for box in boxes[:2]:
        [told] = results.results_of(box, snapshots.snapshot_of(box))
        verdict = verifier.verify(archive_of(box))
        assert verdict.is_finished
        assert verdict.counts == [[told.outcome.blank, *told.outcome.counts]]
        assert told.outcome.blank
    codes, verifiable = boxes[:2]
    assert queries.assisted(codes.id) == 1
    assert queries.cards(codes) == queries.Cards(made=15, void=1, used=12, handed_out=13)
    assert codes.paper.ballots == 8
    assert queries.ballots(verifiable.id) == queries.voters(verifiable.id) + 1, "one voted twice"
    assert len(verifiable.trustees) == 3


def test_whoever_guards_the_verifiable_one_has_signed_and_two_people_vouch(app, boxes):
    box = next(box for box in boxes if box.kind is BoxKind.VERIFIABLE)
    assert [role.name for role in roles.roles_of(box) if not role.acceptance] == []
    assert roles.roles_of(box)[-1].signs_roll
    assert len(set(roles.vouchers_of(box))) == 2


def test_they_count_for_the_plan_of_their_year(demo, boxes):
    tasks = {box.tasks[0].year: box.tasks[0] for box in boxes}
    with demo.test_request_context():
        values = measures.indicators(list(tasks.values()))
    assert {year: values[one.id].value for year, one in tasks.items()} == {2024: 2, 2026: 2}


def test_cards_to_try_vote_once_and_lie_in_the_folder_of_the_demonstration_alone(
    demo, boxes_with_cards
):
    box = boxes_with_cards[3]
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
    assert trial_cards.codes_to_try(boxes_with_cards[0].uuid) == []


def test_a_worker_that_wakes_up_has_no_work(app, boxes):
    heads = [queries.heads(box) for box in boxes]
    queue.run_pending(app)
    db.session.expire_all()
    assert [queries.heads(box) for box in seeded()] == heads
    assert {job.state for job in db.session.query(Job)} == {JobState.DONE}


def test_no_other_installation_has_boxes_or_cards_to_try(app, make):
    by, second = make(account()), make(account("beto@ejemplo.org"))
    with pytest.raises(Mixed):
        play(example.strands(by, second))
    assert seeded() == []
    assert not (installation(app).settings.data / trial_cards.FILE).exists()
    assert example.demo_note("http://127.0.0.1:8000") == ""
