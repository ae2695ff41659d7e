"""A witness of a box of the city, which somebody changes in its database."""

import pytest
from sqlalchemy import delete, select, update

from participa.ballots import archive_store
from participa.ballots.models import BoxBallot, BoxHead, BoxKind, ChainEvent
from participa.belenios.witness import fetching, program
from participa.belenios.witness.fetching import ServerAnswer
from participa.core.db import db
from tests.ballots import city
from tests.ballots.city import NO, YES
from tests.worlds import remembered

FINE, ALARM, LATER, OWN_FAULT = range(4)
SITE = "http://localhost"


@pytest.fixture
@remembered
def voting(app):
    made = city.opened(BoxKind.CODES, takes_last=True)
    made.cast(0, YES)
    made.cast(1, NO)
    return made


@pytest.fixture
def witness(client, voting, tmp_path, monkeypatch, capsys):
    """A round of the witness program, which asks the city's pages."""

    def get(address, into=None):
        answer = client.get(address.removeprefix(SITE), buffered=True)
        if answer.status_code == 200 and into is not None:
            into.write(answer.data)
        return ServerAnswer(answer.status_code, answer.headers, answer.data)

    monkeypatch.setattr(fetching, "get", get)

    def look():
        code = program.main([f"{SITE}/urna/{voting.uuid}", str(tmp_path / "c"), "--procesos", "1"])
        return code, capsys.readouterr().out

    return look


def copied(tmp_path, made):
    return (tmp_path / "c" / f"{made.uuid}.bel").read_bytes()


def drop_after(made, height):
    """Take the events from this height on out of the database, as if they had never come."""
    digest, size = db.session.execute(
        select(ChainEvent.digest, ChainEvent.archive_bytes).filter_by(
            box_id=made.id, height=height - 1
        )
    ).one()
    for model in (ChainEvent, BoxBallot):
        db.session.execute(delete(model).where(model.box_id == made.id, model.height >= height))
    sums = {"height": height, "digest": digest, "ballots": height - 1, "archive_bytes": size}
    db.session.execute(update(BoxHead).where(BoxHead.box_id == made.id).values(**sums))
    db.session.commit()


def test_the_copy_grows_with_the_box_until_its_result(witness, voting, tmp_path):
    assert witness()[0] == FINE
    voting.cast(1, YES)
    assert witness()[0] == FINE
    assert copied(tmp_path, voting) == voting.archive
    city.finish(voting)
    code, said = witness()
    assert (code, "probada por todos" in said) == (FINE, True), said
    assert copied(tmp_path, voting) == voting.archive


def test_a_backup_that_was_put_back_is_a_rewind(witness, voting, tmp_path):
    witness()
    before = voting.archive
    drop_after(voting, 2)
    code, said = witness()
    assert (code, "RETROCESO" in said) == (ALARM, True)
    assert copied(tmp_path, voting) == before


@pytest.mark.parametrize("later", [[(1, YES)], [(1, YES), (2, YES)], [(2, NO), (1, NO)]])
def test_other_ballots_in_the_place_of_one_are_a_fork(witness, voting, later):
    witness()
    drop_after(voting, 2)
    for voter, vote in later:
        voting.cast(voter, vote)
    code, said = witness()
    assert (code, "BIFURCACIÓN" in said) == (ALARM, True)


def test_a_ballot_that_its_database_alters_is_an_alarm(witness, voting):
    witness()
    voting.cast(2, YES)
    event = db.session.get_one(ChainEvent, (voting.id, 3))
    altered = event.body.replace(b'"signature":{"hash":"', b'"signature":{"hash":"A', 1)
    event.body = altered[:-1] if len(altered) > len(event.body) else altered
    db.session.commit()
    code, said = witness()
    assert (code, "NO VALE" in said) == (ALARM, True), said


def test_two_boxes_are_not_one_another(witness, voting, tmp_path, client):
    witness()
    head = archive_store.head_of(voting.box)
    other = city.opened(BoxKind.CODES, uuid="B" * 14)
    for voter in range(3):
        other.cast(voter, YES)
    program_says = client.get(f"/urna/{other.uuid}/archivo.bel?desde={head.height}")
    assert program_says.headers["Archive-From-Head"] != head.digest
    folder = str(tmp_path / "c")
    assert program.main([f"{SITE}/urna/{other.uuid}", folder]) == OWN_FAULT
