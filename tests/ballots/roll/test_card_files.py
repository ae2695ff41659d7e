"""Orders of many cards: made by a job, downloaded by who asked, and erased from the server."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participa.ballots.card_orders import CardFile, CardOrder, OrderedBatch
from participa.ballots.models import BallotBox, BoxCredential, BoxKind, CardBatch
from participa.ballots.office import card_downloads
from participa.ballots.roll import card_files, enrolment
from participa.belenios import credentials
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import files
from participa.core.files.files import StoredFile
from participa.core.jobs import mail
from participa.core.jobs.jobs import JobState
from tests.ballots import city
from tests.ballots.roll.printed import codes_in, rows_in

NOBODY_ELSE = "solo ella maneja sus archivos"


@pytest.fixture
def made(app, monkeypatch):
    """A draft without cards, whose files take twenty cards each."""
    way = card_files.WAYS["csv"]
    monkeypatch.setitem(card_files.WAYS, "csv", way._replace(most=20))
    return city.draft(BoxKind.CODES, voters=0)


@pytest.fixture
def by(made):
    return city.officials()[0]


def count(table):
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def order(made, by, cards=50, place="Teatro", way="csv"):
    asked = card_files.order(made.box, by, cards, place, way)
    db.session.commit()
    city.run_jobs()
    db.session.expire_all()
    return asked


def on_the_roll(made):
    return sorted(db.session.scalars(select(BoxCredential.public).filter_by(box_id=made.id)))


def test_a_job_makes_the_files_and_each_is_a_batch(made, by):
    asked = order(made, by)
    assert city.last_job().state is JobState.DONE
    files_made = card_files.files_of(asked)
    assert [file.of.number for file in files_made] == [1, 2, 3]
    assert sorted(batch.cards for batch in made.box.batches) == [16, 17, 17], "none of a few cards"
    assert {batch.place for batch in made.box.batches} == {"Teatro"}
    rows = [row for file in files_made for row in rows_in(file.content)]
    numbered = [(int(row["archivo"]), int(row["numero"])) for row in rows]
    assert numbered == [
        (file.of.number, n) for file in files_made for n in range(1, file.of.batch.cards + 1)
    ]
    assert {row["lugar"] for row in rows} == {"Teatro"}
    publics = [str(credentials.derive(row["codigo"], made.uuid).public) for row in rows]
    assert sorted(publics) == on_the_roll(made)
    assert all(row["enlace"].endswith(f"/urna/{made.uuid}#c={row['codigo']}") for row in rows)


def test_no_code_stands_in_a_table_a_file_a_letter_or_the_audit_trail(made, by, capfd):
    asked = order(made, by)
    codes = [code for file in card_files.files_of(asked) for code in codes_in(file.content)]
    card_files.fetch(asked, by, 1, 3)
    db.session.commit()
    told = [str(db.session.execute(table.select()).all()) for table in db.metadata.sorted_tables]
    told += [
        path.read_bytes().decode("latin-1")
        for path in files.place("00").parents[1].rglob("*")
        if path.is_file()
    ]
    told.append("".join(capfd.readouterr()))
    assert not [code for code in codes for text in told if code in text]
    assert count(mail.Outbox) == 0


def test_where_a_vote_can_be_changed_the_digits_are_a_column_of_their_own(app):
    by = city.officials()[0]
    made = city.draft(BoxKind.CODES, voters=0, takes_last=True)
    (file,) = card_files.files_of(order(made, by, 10))
    rows = rows_in(file.content)
    assert all(len(row["para_cambiar_su_voto"].replace(" ", "")) == 6 for row in rows)
    assert not [row for row in rows if row["para_cambiar_su_voto"] in row["enlace"]]


def test_a_roll_has_at_most_a_quarter_million_of_cards_with_those_that_are_ordered(made, by):
    with pytest.raises(Refused, match=r"Pida entre 10 y 250\.000 tarjetas"):
        card_files.order(made.box, by, 250_001, "Teatro", "csv")
    card_files.order(made.box, by, 249_900, "Teatro", "csv")
    with pytest.raises(Refused, match="Pida entre 10 y 100 tarjetas"):
        card_files.order(made.box, by, 101, "Teatro", "csv")
    with pytest.raises(Refused, match="Escoja un lugar"):
        card_files.order(made.box, by, 20, "para Juan", "csv")


def test_a_job_that_ended_half_way_goes_on_with_what_is_missing(made, by, monkeypatch):
    make, done = card_files.make_batch, []

    def break_down(asked, left):
        done.append(left)
        if len(done) == 2:
            raise OSError("no space left")
        make(asked, left)

    monkeypatch.setattr(card_files, "make_batch", break_down)
    asked = order(made, by)
    assert city.last_job().state is JobState.FAILED
    first = [codes_in(file.content) for file in card_files.files_of(asked)]
    assert card_files.missing(asked) == 33
    assert card_files.still_open(made.box)[0] == (
        "que terminen de hacerse las tarjetas que se pidieron"
    )
    card_files.go_on(asked, by)
    db.session.commit()
    city.run_jobs()
    whole = [codes_in(file.content) for file in card_files.files_of(asked)]
    assert whole[:1] == first, "what was printed stays as it was"
    assert sum(map(len, whole)) == len({code for codes in whole for code in codes}) == 50
    with pytest.raises(Refused, match="Ya están hechas todas"):
        card_files.go_on(asked, by)


def test_two_workers_with_one_order_make_it_once(made, by):
    asked = order(made, by, 10)
    drawn = card_files.missing(asked)
    card_files.make_batch(asked, 10)
    db.session.commit()
    assert (drawn, len(card_files.files_of(asked)), len(on_the_roll(made))) == (0, 1, 10)


def test_what_is_missing_can_be_given_up(made, by, monkeypatch):
    def break_down(asked, left):
        raise OSError

    make = card_files.make_batch
    monkeypatch.setattr(
        card_files, "make_batch", lambda asked, left: make(asked, left) if left == 50 else 1 / 0
    )
    asked = order(made, by)
    card_files.give_up(asked, by)
    db.session.commit()
    assert (asked.cards, card_files.missing(asked)) == (17, 0)
    monkeypatch.setattr(card_files, "make_batch", break_down)
    none = order(made, by)
    card_files.give_up(none, by)
    db.session.commit()
    assert count(CardOrder) == 1


def test_the_box_does_not_open_while_its_server_has_codes(made, by):
    asked = order(made, by)
    wanted = "destruir los archivos con códigos de tarjetas, después de guardarlos"
    assert wanted in city.opening.missing_requirements(made.box)
    card_files.fetch(asked, by, 1, 3)
    card_files.destroy(asked, by)
    db.session.commit()
    assert city.opening.missing_requirements(made.box) == []
    assert (count(CardFile), count(StoredFile), len(on_the_roll(made))) == (0, 0, 50)
    city.open_now(made)
    assert sorted(map(str, made.verify().roll)) == on_the_roll(made)


def test_cards_whose_file_nobody_downloaded_go_away_with_it(made, by):
    asked = order(made, by)
    card_files.fetch(asked, by, 2, 2)
    card_files.destroy(asked, by)
    db.session.commit()
    db.session.expire_all()
    assert card_files.missing(asked) == 50 - made.box.batches[0].cards
    assert len(on_the_roll(made)) == made.box.batches[0].cards
    city.run_jobs()
    card_files.go_on(asked, by)
    db.session.commit()
    city.run_jobs()
    assert len(on_the_roll(made)) == 50


def test_after_a_week_the_files_are_erased(made, by, at):
    asked = order(made, by)
    card_files.fetch(asked, by, 1, 1)
    db.session.commit()
    assert card_files.erase_expired() == 0
    later = clock.now() + card_files.TERM + timedelta(days=1)
    at(later.year, later.month, later.day, 12)
    assert card_files.erase_expired() == 3
    db.session.commit()
    assert (count(CardFile), count(StoredFile), count(OrderedBatch)) == (0, 0, 1)
    assert card_files.missing(asked) == 50 - len(on_the_roll(made))


def test_only_who_asked_for_the_cards_handles_their_files(made, by):
    asked, other = order(made, by), city.officials()[1]
    for act in (card_files.destroy, card_files.go_on, card_files.give_up):
        with pytest.raises(Refused, match=NOBODY_ELSE):
            act(asked, other)
    with pytest.raises(Refused, match=NOBODY_ELSE):
        card_files.fetch(asked, other, 1, 3)


def test_a_download_is_counted_and_stands_in_the_audit_trail(made, by):
    asked = order(made, by)
    assert len(card_files.fetch(asked, by, 1, 2)) == 2
    db.session.commit()
    assert [file.of.downloads for file in card_files.files_of(asked)] == [1, 1, 0]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry.action == "ballots.cards_downloaded"
    assert entry.details["files"] == 2
    with pytest.raises(Refused, match="ya no están"):
        card_files.fetch(asked, by, 7, 9)


def test_a_batch_that_is_discarded_takes_its_file_along_and_can_be_made_again(made, by):
    asked = order(made, by)
    card_files.discard_batch(made.box.batches[0], by)
    db.session.commit()
    db.session.expire_all()
    assert (count(CardFile), count(StoredFile)) == (2, 2)
    assert card_files.missing(asked) == 17


def test_a_draft_that_is_discarded_takes_its_files_along(made, by):
    order(made, by)
    city.service.discard(made.box, by)
    db.session.commit()
    assert [count(table) for table in (BallotBox, CardOrder, CardFile, StoredFile)] == [0, 0, 0, 0]


def test_an_order_of_a_box_that_was_thrown_away_is_forgotten(made, by):
    card_files.order(made.box, by, 25, "Teatro", "csv")
    city.service.discard(made.box, by)
    db.session.commit()
    city.run_jobs()
    assert city.last_job().state is JobState.DONE
    assert count(CardBatch) == 0


@pytest.mark.parametrize("left", [1, 10, 999, 1_000, 1_001, 1_999, 2_001, 250_000])
def test_files_of_one_order_are_about_as_large_so_that_none_is_of_a_few_cards(left):
    sizes, whole = [], left
    while left:
        sizes.append(card_files.next_size(left, 1_000))
        left -= sizes[-1]
    assert sum(sizes) == whole
    assert max(sizes) <= 1_000
    assert max(sizes) - min(sizes) <= 1


def test_the_server_makes_no_codes_of_a_verifiable_box(app):
    by, box = city.officials()[0], city.draft().box
    with pytest.raises(Refused, match="los códigos los hace el registrador"):
        card_files.order(box, by, 25, enrolment.SEVERAL_PLACES, "csv")


def test_what_was_downloaded_is_never_offered_again_with_what_was_not(made, by):
    asked = order(made, by)
    card_files.fetch(asked, by, 1, 1)
    db.session.commit()
    groups = card_downloads.groups_of(card_files.files_of(asked))
    assert [(one.first, one.last, one.times) for one in groups] == [(1, 1, 1), (2, 3, 0)]


def test_the_cards_that_are_made_again_have_numbers_that_no_file_has(made, by):
    asked = order(made, by)
    first = card_files.files_of(asked)[0]
    card_files.discard_batch(first.of.batch, by)
    db.session.commit()
    card_files.go_on(asked, by)
    db.session.commit()
    city.run_jobs()
    db.session.expire_all()
    rows = [row for file in card_files.files_of(asked) for row in rows_in(file.content)]
    numbered = [(row["archivo"], row["numero"]) for row in rows]
    assert len(set(numbered)) == len(numbered) == 50
