"""An attack on a whole dump: who tells which slip, or which answer, belongs to which voter?

The thief knows in which order people voted and what each one may have said. He has every row with
what PostgreSQL hides, every file of the database with its log of changes, the program's log and the
audit trail, from before the closing and from after the counting. He lacks the installation's key.
The names in brackets are those of the list in the security notes.
"""

import hashlib
import io
import json
import random
import secrets
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import datetime, time

import pytest
from sqlalchemy import DateTime, Time, event, text

from participa.ballots.keys import trustee_keys
from participa.ballots.models import BoxKind, QuestionKind
from participa.ballots.voting import casting, open_consultation, sealed_papers, voter_details
from participa.citizens import service as citizens
from participa.core import clock, submissions
from participa.core.db import UtcDateTime, db
from participa.core.installation import installation
from tests.ballots import city, spying
from tests.ballots.city import NO, YES
from tests.ballots.spying import Dump, hits, neighbours, resemblance
from tests.worlds import KEY as WORLDS

PEOPLE = 60
VOTERS = 10
# By chance 60 orders out of a hundred million resemble the true one more than this.
TOO_ALIKE = 0.7
TOO_MANY_HITS = 11 / PEOPLE
TOO_MANY_PAIRS = 15 / PEOPLE
THEMES = (
    QuestionKind.APPROVE,
    "¿Qué temas?",
    {"answers": ("A", "B", "C", "D", "E", "F", "G"), "has_blank": False},
)
ADDRESS = "181.55.23.7"
WITHOUT_TIME = ("ballot", "chain_event", "box_head", "sealed_paper", "open_answer", "credential")


@dataclass
class Story:
    """Sixty people answer one after another, ten vote with a code; each tells of themselves."""

    answers: list[str]  # what each one chose, as the table writes it
    slips: list[str]  # a word that only this person wrote
    codes: list[str]
    submissions: list[str]
    own_secret: str
    salts: list[bytes]
    trackers: list[str]
    voting: Dump
    closed: Dump
    counted: Dump
    log: str
    boxes: list[int]
    transactions: list[set[str]]


STORIES: dict[str, Story] = {}


@pytest.fixture
def story(app, monkeypatch) -> Story:
    """Told once per database: what is left of it is only what the thief took."""
    engine = db.engine.dialect.name
    if engine not in STORIES:
        monkeypatch.setattr(sealed_papers, "chance", random.Random(2024))
        app.extensions[WORLDS].database.renew()  # rows of other tests leave places free for these
        app.test_client().get("/urna")  # what was counted in another hour is logged before
        STORIES[engine] = tell(app)
    return STORIES[engine]


def tell(app) -> Story:
    since = spying.log_of_changes()
    citizens.publish_notice("ballots", installation(app).settings.entity, "prueba")
    urna = city.opened(BoxKind.CODES, voters=VOTERS, variables=["grupo_interes"])
    poll = city.opened(BoxKind.OPEN, THEMES, uuid="zzzzzzzzzzzzzz", variables=["grupo_interes"])
    subsets = random.Random(7).sample(range(1, 127), PEOPLE)
    chosen = [[n for n in range(7) if subset >> n & 1] for subset in subsets]
    words = [secrets.token_hex(6) for _ in range(PEOPLE + VOTERS)]
    told, ids, trackers, log = watched(), [], [], io.StringIO()
    with redirect_stderr(log):
        for voter in range(VOTERS):
            trackers.append(deposit(app, urna, voter, ids))
            tell_of_oneself(urna, words[PEOPLE + voter], ids)
        for person in range(PEOPLE):
            ids.append(secrets.token_hex(16))
            open_consultation.answer(poll.definition, ids[-1], [chosen[person]])
            db.session.commit()
            tell_of_oneself(poll, words[person], ids)
        own_secret, salts = (
            str(trustee_keys.server_secret(urna.box)),
            [urna.box.salt, poll.box.salt],
        )
        voting = spying.dump(since)
        city.close(urna), city.close(poll)
        closed = spying.dump(since)
        city.count(urna), city.count(poll)
        counted = spying.dump(since)
    event.remove(db.engine, "before_cursor_execute", told.note)
    event.remove(db.engine, "commit", told.end)
    return Story(
        answers=[json.dumps([one]) for one in chosen],
        slips=words,
        codes=urna.codes,
        submissions=ids,
        own_secret=own_secret,
        salts=salts,
        trackers=trackers,
        voting=voting,
        closed=closed,
        counted=counted,
        log=log.getvalue(),
        boxes=[urna.id, poll.id],
        transactions=told.transactions,
    )


def deposit(app, urna, voter, ids):
    """Through the page, as a phone does it; the last one lets the server encrypt."""
    if voter == VOTERS - 1:
        ids.append(secrets.token_hex(16))
        done = casting.cast_assisted(urna.definition, urna.codes[voter], [NO], ids[-1])
        db.session.commit()
        return done.tracker
    raw = urna.ballot(voter, YES if voter % 3 else NO)
    sent = app.test_client().post(
        f"/urna/{urna.uuid}/papeletas", data=raw, environ_base={"REMOTE_ADDR": ADDRESS}
    )
    assert sent.status_code == 200
    return sent.json["tracker"]


def tell_of_oneself(made, word, ids):
    ids.append(secrets.token_hex(16))
    told = {"grupo_interes": ["OTR"], "grupo_interes.text": [word], "sensitive_consent": ["y"]}
    voter_details.store(made.definition, ids[-1], told)
    db.session.commit()


class Watch:
    """Which tables each transaction writes into."""

    def __init__(self):
        self.now: set[str] = set()
        self.transactions: list[set[str]] = []

    def note(self, connection, cursor, statement, *rest):
        words = statement.replace('"', "").split()
        if words[0] == "INSERT":
            self.now.add(words[2])

    def end(self, connection):
        self.transactions.append(self.now)
        self.now = set()


def watched():
    watch = Watch()
    event.listen(db.engine, "before_cursor_execute", watch.note)
    event.listen(db.engine, "commit", watch.end)
    return watch


# ---- while people vote


@pytest.mark.slow
def test_before_the_counting_nothing_that_anybody_said_can_be_read_anywhere(story):
    for taken in (story.voting, story.closed):
        assert [word for word in story.slips if word in taken] == []
        longest = [one for one in story.answers if one.count(",") > 3]
        assert longest
        assert [one for one in longest if one in taken or one.replace(" ", "") in taken] == []
        assert story.own_secret not in taken


def test_codes_stand_nowhere_neither_plain_nor_hashed(story):
    """(a) A hash of a code could be tried out, were the code short; so there is none."""
    for code in story.codes:
        for text_of in (code, code.replace("-", ""), code.lower()):
            for taken in (story.voting, story.counted):
                assert text_of not in taken
                for name in ("sha256", "sha1", "md5", "blake2b"):
                    assert hashlib.new(name, text_of.encode()).hexdigest() not in taken
        assert code not in story.log


def test_all_papers_of_a_kind_are_of_one_length(story):
    lengths = {}
    for row in story.voting.rows["sealed_paper"]:
        lengths.setdefault(row["kind"], set()).add(len(row["sealed"]))
    assert {kind: len(of) for kind, of in lengths.items()} == {"ANSWER": 1, "SLIP": 1}


def test_no_row_of_a_vote_has_a_time(story):
    """(c) Nor a number that grows with time, but for the public chain's."""
    for name in WITHOUT_TIME:
        timed = [
            column.name
            for column in db.metadata.tables[name].columns
            if isinstance(column.type, UtcDateTime | DateTime | Time)
        ]
        assert timed == [], name
    assert {*story.voting.rows["sealed_paper"][0]} - {"_xmin", "_cmin", "_ctid"} == {
        "id",
        "box_id",
        "kind",
        "sealed",
    }


def test_a_ballot_a_slip_and_an_answer_are_never_written_together(story):
    """(d) Two rows of one transaction are joined by PostgreSQL's xmin for ever."""
    writing = [told for told in story.transactions if told & {"ballot", "sealed_paper"}]
    assert len(writing) == 2 * (VOTERS + PEOPLE)
    assert {"ballot", "sealed_paper"} not in [told & {"ballot", "sealed_paper"} for told in writing]


def test_while_people_vote_each_row_is_of_a_transaction_of_its_own(story):
    """What two rows share would join them; PostgreSQL shows it, SQLite has nothing to show."""
    rows = story.voting.rows["sealed_paper"] + story.voting.rows["ballot"]
    shown = [row["_xmin"] for row in rows if "_xmin" in row]
    assert len(set(shown)) == len(shown) in {0, 2 * PEOPLE + 2 * VOTERS}


# ---- after the counting


def of_slip(row):
    return row["answers"]["grupo_interes.text"][0]


def of_answer(row):
    return json.dumps(row["votes"])


def orders_of_slips(story, people, box):
    """Every order in which the slips of this box can be put, without knowing who wrote them."""
    rows = [row for row in story.counted.rows["population_slip"] if row["source_id"] == box]
    consents = {row["id"]: row for row in story.counted.rows["consent"]}
    told = [
        row | {f"consent.{n}": v for n, v in consents[row["consent_id"]].items()} for row in rows
    ]
    return Dump({"slips": told}, story.counted.files).orders("slips", of_slip, people)


def best_guess(story):
    """The orders of all that can be ordered, each beside the true one."""
    people = story.slips[:PEOPLE]
    orders = {
        f"slip by {name}": o for name, o in orders_of_slips(story, people, story.boxes[1]).items()
    }
    told = story.counted.orders("open_answer", of_answer, story.answers)
    orders |= {f"answer by {name}": order for name, order in told.items()}
    orders |= {f"slip by {n}": o for n, o in story.counted.first_places(people)}
    orders |= {f"answer by {n}": o for n, o in story.counted.first_places(story.answers)}
    return orders


def test_no_order_of_rows_bytes_or_hidden_columns_is_that_of_the_voters(story):
    """(b) (e) Rows, ids, ctid, xmin, cmin, the table's file and the log of changes."""
    orders, truth = best_guess(story), list(range(PEOPLE))
    hidden = (
        {"slip by _xmin", "answer by _ctid"}
        if "_xmin" in story.counted.rows["consent"][0]
        else set()
    )
    assert {"slip by id", "answer by as they lie", *hidden} <= {*orders}
    assert len([name for name in orders if "bytes of" in name]) >= 2
    for name, order in orders.items():
        assert sorted(order) == truth, name
        assert resemblance(order, truth) < TOO_ALIKE, name
        assert neighbours(order, truth) < TOO_MANY_PAIRS, name
        assert max(hits(order, truth), hits(order[::-1], truth)) < TOO_MANY_HITS, name


def test_the_slips_do_not_follow_the_answers_of_the_same_people(story):
    orders = best_guess(story)
    slips_by = {name: order for name, order in orders.items() if name.startswith("slip")}
    answers_by = {name: order for name, order in orders.items() if name.startswith("answer")}
    for name, order in slips_by.items():
        for other, truth in answers_by.items():
            assert resemblance(order, truth) < TOO_ALIKE, (name, other)
            assert hits(order, truth) < TOO_MANY_HITS, (name, other)


def test_new_keys_do_not_follow_those_of_the_sealed_papers(story):
    """Who was dumped twice knows whose each sealed paper was: its key must lead nowhere."""
    mine = [story.submissions[VOTERS + 1 :][2 * n : 2 * n + 2] for n in range(PEOPLE)]
    for kind, name in ((0, "answer by id"), (1, "slip by id"), (1, "slip by consent_id")):
        truth = sorted(range(PEOPLE), key=lambda n: mine[n][kind])
        assert resemblance(best_guess(story)[name], truth) < TOO_ALIKE
    kept = {row["id"] for row in story.counted.rows["population_slip"]}
    assert not kept & set(story.submissions)


def test_all_that_was_copied_at_the_counting_is_of_one_transaction(story):
    """(d) And that is not the transaction of any ballot."""
    poll = story.boxes[1]
    copied = [row for row in story.counted.rows["open_answer"] if row["box_id"] == poll]
    copied += [row for row in story.counted.rows["population_slip"] if row["source_id"] == poll]
    assert len(copied) == 2 * PEOPLE
    assert len({row.get("_xmin") for row in copied}) == 1
    ballots = {row.get("_xmin", "none") for row in story.counted.rows["ballot"]}
    assert not ballots & {row.get("_xmin") for row in story.counted.rows["population_slip"]}


def test_nothing_of_a_ballot_stands_in_the_rows_of_a_slip_or_an_answer(story):
    """(a) No key, no hash, no tracker that both would have."""
    ballots = story.counted.rows["ballot"]
    words = {str(row[name]) for row in ballots for name in ("tracker", "credential")}
    words |= {row["digest"] for row in story.counted.rows["chain_event"] if row["kind"] == "Ballot"}
    assert set(story.trackers) < words
    found = spying.tables_with(story.counted.rows, words)
    assert found == {"ballot", "chain_event", "credential"}


def test_what_came_with_the_form_is_gone_after_the_counting(story):
    """(g) Assisted votes lose it at the closing already."""
    there = spying.tables_with(story.voting.rows, set(story.submissions))
    assert there == {"ballot", "sealed_paper"}
    assert spying.tables_with(story.closed.rows, set(story.submissions)) == {"sealed_paper"}
    assert spying.tables_with(story.counted.rows, set(story.submissions)) == set()
    assert story.counted.rows["sealed_paper"] == []


def test_what_could_open_the_sealed_papers_is_gone_after_the_counting(story):
    assert [row["salt"] for row in story.counted.rows["ballot_box"]] == [None, None]
    assert {row["sealed_secret"] for row in story.counted.rows["trustee"]} == {None}
    assert story.own_secret not in story.counted


def test_sqlite_writes_over_what_it_erases(app, story):
    """The file itself holds nothing erased, once its log of changes is merged into it."""
    if db.engine.dialect.name != "sqlite":
        held = [salt for salt in story.salts if salt in story.counted.files["pg_wal"]]
        assert held == story.salts  # PostgreSQL's log keeps it: the operator's guide says so
        return
    made = city.opened(BoxKind.OPEN)
    salt, submission_id = made.box.salt, secrets.token_hex(16)
    open_consultation.answer(made.definition, submission_id, [YES])
    db.session.commit()
    assert salt in spying.dump("")
    city.finish(made)
    with db.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    taken = spying.dump("")
    assert taken.files["participa.db-wal"] == b""
    assert salt not in taken
    assert submission_id not in taken


def test_days_are_all_that_is_known_of_a_slip(story):
    """(c) Also its consent, whose moment is the midnight of the day."""
    days = {str(row["received_on"]) for row in story.counted.rows["population_slip"]}
    assert days == {clock.today().isoformat()}
    for row in story.counted.rows["consent"]:
        at = row["at"] if isinstance(row["at"], datetime) else datetime.fromisoformat(row["at"])
        assert clock.local(at.replace(tzinfo=clock.now().tzinfo)).time() == time(0)


def test_the_audit_trail_names_no_ballot(story):
    """(h) Nor a card, a code, an answer or a person who voted."""
    trail = json.dumps(story.counted.rows["audit_entry"], default=str)
    assert "ballots.counted" in trail
    told = [*story.trackers, *story.slips, *story.submissions, *story.codes]
    told += [row["digest"] for row in story.counted.rows["credential"]]
    told += [row["digest"] for row in story.counted.rows["chain_event"] if row["kind"] == "Ballot"]
    assert [one for one in told if one in trail] == []


def test_the_log_tells_neither_who_nor_when(story):
    """(f) The requests of the box are counted by the hour; nothing else tells of them."""
    assert "job.done" in story.log
    assert "/urna" not in story.log
    told = [ADDRESS, *story.trackers, *story.slips, *story.submissions, *story.codes]
    assert [one for one in told if one in story.log] == []


def test_rows_of_jobs_tell_nothing_but_the_box(story):
    assert [row["arguments"] for row in story.counted.rows["job"]] == [
        {"box_id": box} for box in story.boxes
    ]


def test_a_receipt_proves_that_an_answer_came_and_not_what_it_said(app):
    """(j) It is made of the form's number alone, and leads to nothing once that is erased."""
    made, submission_id = city.opened(BoxKind.OPEN), secrets.token_hex(16)
    receipt = open_consultation.answer(made.definition, submission_id, [YES])
    db.session.commit()
    assert receipt == submissions.receipt(submission_id)
    city.finish(made)
    assert receipt not in spying.dump(spying.log_of_changes())


# ---- the controls: the same attack on boxes built without care


NAIVE = "CREATE TABLE naive_{name} (id INTEGER PRIMARY KEY, word TEXT)"


@pytest.fixture
def naive(app):
    """A table of ballots and one of slips as somebody in a hurry would write them."""
    since = spying.log_of_changes()
    words = [secrets.token_hex(6) for _ in range(PEOPLE)]
    for name in ("ballot", "slip"):
        db.session.execute(text(NAIVE.format(name=name)))
    db.session.commit()
    for number, word in enumerate(words):
        for name in ("ballot", "slip"):
            row = {"id": number, "word": word}
            db.session.execute(text(f"INSERT INTO naive_{name} VALUES (:id, :word)"), row)
        db.session.commit()
    yield since, words
    for name in ("ballot", "slip"):
        db.session.execute(text(f"DROP TABLE naive_{name}"))
    db.session.commit()


def test_a_careless_table_is_read_in_the_order_of_the_votes(naive):
    since, words = naive
    hidden = ", ctid::text AS _ctid, xmin::text AS _xmin" * (db.engine.dialect.name != "sqlite")
    rows = db.session.execute(text(f"SELECT *{hidden} FROM naive_slip")).mappings()
    told = Dump({"slips": [dict(row) for row in rows]}, {})
    orders, truth = told.orders("slips", lambda row: row["word"], words), list(range(PEOPLE))
    for name in {*orders} - {"word", "_ctid"}:
        assert resemblance(orders[name], truth) == 1, name
        assert hits(orders[name], truth) == 1, name
    found = dict(spying.dump(since).first_places(words))
    assert any(resemblance(order, truth) > 0.99 for order in found.values())


def test_a_careless_transaction_is_joined_by_one_line_of_sql(naive):
    _, words = naive
    if db.engine.dialect.name == "sqlite":
        joined = "SELECT a.word, b.word FROM naive_ballot a JOIN naive_slip b ON a.rowid = b.rowid"
    else:
        joined = "SELECT a.word, b.word FROM naive_ballot a JOIN naive_slip b ON a.xmin = b.xmin"
    pairs = db.session.execute(text(joined)).all()
    assert {(mine, mine) for mine in words} == {tuple(pair) for pair in pairs}
