"""What the public pages of a box cost does not depend on how many voted."""

import pytest
from sqlalchemy import event, insert, update

from participa.ballots import archive_store, queries
from participa.ballots.models import BoxBallot, BoxCredential, BoxHead, BoxKind, ChainEvent
from participa.ballots.voting import casting
from participa.belenios import tally
from participa.core import clock
from participa.core.db import db
from tests.ballots import city
from tests.ballots.city import NO, YES

PAGES = ("resultados", "acta", "auditoria", "papeletas")
MANY = 3_000
SLACK = 20  # times 50 instructions


def crowd(made, ballots):
    """So many ballots more, as rows that no page reads, and a card for each."""
    head = archive_store.head_of(made.box)
    heights = range(head.height, head.height + ballots)
    of_box = {"box_id": made.id}
    cards = [of_box | {"digest": f"{n:064x}", "public": str(n)} for n in heights]
    rows = [
        of_box | {"height": n, "tracker": f"{n:043d}", "credential": f"{n:064x}"} for n in heights
    ]
    size = head.archive_bytes
    events = [
        of_box | {"height": n, "kind": "Ballot", "digest": f"{n:064x}", "body": b"b" * 1024}
        for n in heights
    ]
    for one in events:
        size += 1024
        one["archive_bytes"] = size
    db.session.execute(insert(BoxCredential), cards)
    db.session.execute(insert(BoxBallot), [row | {"is_assisted": False} for row in rows])
    db.session.execute(insert(ChainEvent), events)
    sums = {
        "height": head.height + ballots,
        "digest": events[-1]["digest"],
        "archive_bytes": size,
        "ballots": head.ballots + ballots,
        "cards": head.cards + ballots,
    }
    db.session.execute(update(BoxHead).where(BoxHead.box_id == made.id).values(**sums))
    db.session.commit()


def finish(made):
    """End it as a count does, with a result that nobody encrypted."""
    with_result = [[1, 1]]
    end = archive_store.lock_head(made.id, archive_store.timestamp(made.box))
    raw = tally.totals_record([[]])
    for kind, *parts in (
        (archive_store.END,),
        (archive_store.TALLY, raw, tally.sized_record(2, raw)),
        (archive_store.PARTIAL, b"{}", tally.owned_record(1, b"{}")),
        (archive_store.RESULT, tally.result_record(with_result)),
    ):
        end = archive_store.append_event(made.id, end, kind, *parts)
    made.box.closed_at = made.box.finished_at = clock.now()
    made.box.touch()
    db.session.commit()


@pytest.fixture
def work(app):
    """How many times SQLite reached another 50 instructions of its machine; 0 on PostgreSQL."""
    taken = [0]

    def one_more():
        taken[0] += 1

    def note(connection, cursor, *rest):
        raw = connection.connection.driver_connection
        if hasattr(raw, "set_progress_handler"):
            raw.set_progress_handler(one_more, 50)

    event.listen(db.engine, "before_cursor_execute", note)
    yield taken
    event.remove(db.engine, "before_cursor_execute", note)


def costs(client, made, page, questions, work):
    """Statements and instructions of a page that somebody has visited before."""
    address = f"/urna/{made.uuid}/{page}"
    assert client.get(address).status_code == 200
    questions.clear()
    work[0] = 0
    assert client.get(address).status_code == 200
    return len(questions), work[0]


@pytest.mark.parametrize("kind", [BoxKind.CODES, BoxKind.VERIFIABLE], ids=["codes", "trustees"])
@pytest.mark.parametrize("is_finished", [False, True], ids=["open", "counted"])
def test_pages_ask_as_much_of_a_small_box_as_of_a_large_one(
    client, questions, work, kind, is_finished
):
    made = []
    for uuid, more in (("A" * 14, 60), ("B" * 14, MANY)):
        box = city.opened(kind, uuid=uuid, takes_last=True)
        box.cast(0, YES)
        crowd(box, more)
        if is_finished:
            finish(box)
        made.append(box)
    for page in PAGES:
        small, large = (costs(client, box, page, questions, work) for box in made)
        assert small[0] == large[0], page
        assert large[1] <= small[1] + SLACK, page


def test_the_sums_are_those_of_the_rows(app):
    made = city.opened(BoxKind.CODES, takes_last=True)
    for voter, vote in ((0, YES), (1, NO), (0, NO), (2, YES), (1, YES)):
        made.cast(voter, vote)
    city.void(made, 5)
    assert (queries.voters(made.id), queries.ballots(made.id)) == (3, 5)
    cards = queries.cards(made.box)
    assert (cards.made, cards.void, cards.used) == (city.VOTERS, 1, 3)


def test_a_ballot_that_the_server_encrypted_counts_until_another_one_replaces_it(app):
    made = city.opened(BoxKind.CODES, takes_last=True)
    for number, voter in enumerate((0, 1, 0)):
        casting.cast_assisted(made.definition, made.codes[voter], [YES], f"{number:032x}")
        db.session.commit()
    assert queries.assisted(made.id) == 2
    made.cast(1, NO)
    assert (queries.assisted(made.id), queries.voters(made.id)) == (1, 2)
