"""The counting: what comes out is what people put in, once, and only with every key."""

import json
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from participa.ballots import archive_store, queries
from participa.ballots.lifecycle import two_person
from participa.ballots.models import (
    Act,
    BallotBox,
    BoxBallot,
    BoxCredential,
    BoxHead,
    BoxKind,
    ChainEvent,
    OpenAnswer,
    QuestionKind,
)
from participa.ballots.results import chain_recheck, counting, results
from participa.ballots.roll.credential_digest import credential_digest
from participa.ballots.voting import open_consultation, sealed_papers
from participa.belenios import (
    archive,
    ballot,
    canonical,
    credentials,
    election,
    opening_proofs,
    tally,
)
from participa.belenios.checking import chunks, workers
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job, JobState
from tests.ballots import city
from tests.ballots.city import NO, VOTERS, YES
from tests.belenios import forging
from tests.belenios.builders import SECRETS
from tests.belenios.test_checking import end_this_process
from tests.worlds import remembered

THREE = (
    QuestionKind.PRIORITIES,
    "¿Qué va primero?",
    {"answers": ("Salud", "Vías", "Agua"), "most": 2, "has_blank": True},
)
SMALL = (QuestionKind.YES_NO, "¿Está de acuerdo?", {"has_blank": True})


@pytest.fixture
def editor(app):
    return city.stored_officials()[0]


@pytest.fixture
@remembered
def voted(editor):
    """A box with trustees, two ballots in it, closed and added up."""
    made = city.opened()
    made.cast(0, YES)
    made.cast(1, NO)
    return city.count(city.close(made))


def deliver(made, raw):
    number = counting.receive_partial(made.box, city.officials()[0], raw)
    db.session.commit()
    return number


def kinds(made):
    mine = select(ChainEvent.kind).where(ChainEvent.box_id == made.id)
    return db.session.scalars(mine.order_by(ChainEvent.height)).all()


# ---- what comes out


def plain(question, votes):
    """The count that children would make: a tally mark per choice."""
    blank, marks = sum(vote is None for vote in votes), [0] * len(question.answers)
    for vote in votes:
        for place in vote or ():
            marks[place] += 1
    return ([blank] if question.has_blank else []) + marks


# Who votes, with which of few codes, and what.
VOTES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(st.none(), st.sampled_from([YES, NO])),
        st.one_of(st.none(), st.frozensets(st.integers(0, 2), min_size=1, max_size=2)),
    ),
    max_size=4,
)


@pytest.mark.one_engine
@pytest.mark.parametrize("kind", [BoxKind.CODES, BoxKind.VERIFIABLE], ids=lambda kind: kind.value)
@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(votes=VOTES)
def test_the_result_is_the_plain_count(editor, kind, votes):
    made = city.opened(kind, SMALL, THREE, uuid=election.new_uuid(), takes_last=True)
    kept = {}
    for voter, *chosen in votes:
        secret = made.holders[voter].secret
        made.put_in(ballot.make(made.definition.election, secret, chosen))
        kept[voter] = chosen
    snapshot = made.archive
    city.finish(made)
    asked = made.definition.questions
    expected = [plain(one, [vote[n] for vote in kept.values()]) for n, one in enumerate(asked)]
    found = made.verify(snapshot)
    assert found.is_finished
    assert found.counts == expected
    told = results.results_of(made.box, made.definition)
    assert [[*one.outcome.counts] for one in told] == [line[1:] for line in expected]
    assert [one.outcome.blank for one in told] == [line[0] for line in expected]
    assert results.published_ballots(made.box) == len(kept)


@pytest.mark.slow
@pytest.mark.one_engine
def test_the_file_is_accepted_by_a_program_that_nobody_here_wrote(editor, belenios):
    """Also with ballots that this program made with one of our printed codes."""
    made = city.opened(BoxKind.VERIFIABLE, SMALL, takes_last=True)
    belenios.write("election.json", made.definition.election.raw)
    for name, part in zip(("trustees", "public_creds"), records(made)[1:3], strict=True):
        belenios.write(f"{name}.json", part)
    belenios("archive", "init")
    for voter, vector in ((0, [0, 1, 0]), (1, [1, 0, 0])):
        assert made.put_in(belenios.vote(made.codes[voter], [vector])).is_new
    made.cast(2, NO)
    made.cast(0, NO)
    early = made.archive
    assert belenios.accepts(early)
    city.finish(made)
    assert belenios.accepts(made.archive)
    assert made.verify(early).counts == [[1, 0, 2]]


def records(made):
    return archive_store.records(archive_store.first_event(made.box, archive_store.SETUP).body)


def test_later_copies_begin_with_earlier_ones_byte_by_byte(editor):
    made, copies = city.opened(), []
    copies.append(made.archive)
    made.cast(0, YES)
    copies.append(made.archive)
    copies.append(city.close(made).archive)
    copies.append(city.count(made).archive)
    for number in (2, 1):
        deliver(made, made.part(number))
        copies.append(made.archive)
    for earlier, later in pairwise(copies):
        assert later.startswith(earlier)
        assert len(later) > len(earlier)
    assert made.verify(copies[0]).is_finished
    head = archive_store.head_of(made.box)
    sizes = [archive_store.size(made.box, height) for height in range(1, head.height + 1)]
    assert {len(copy) for copy in copies} <= set(sizes)
    assert sizes[-1] == len(copies[-1])


def test_a_box_that_nobody_voted_in_has_a_result_too(editor):
    for kind in BoxKind:
        made = city.finish(city.opened(kind, uuid=election.new_uuid()))
        assert made.box.is_finished
        assert results.published_ballots(made.box) == 0


def test_the_answers_of_an_open_consultation_are_counted(editor):
    made = city.opened(BoxKind.OPEN, THREE)
    votes = [frozenset({0}), frozenset({0, 2}), None]
    for number, vote in enumerate(votes):
        open_consultation.answer(made.definition, f"{number:032x}", [vote])
    db.session.commit()
    city.finish(made)
    [told] = results.results_of(made.box, made.definition)
    assert (told.outcome.counts, told.outcome.blank) == ((2, 0, 1), 1)


# ---- only once


def test_the_counting_leaves_its_trail(editor):
    city.finish(city.opened(BoxKind.CODES))
    trail = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert trail[-3:] == ["ballots.closed", "ballots.tallied", "ballots.counted"]


@pytest.mark.parametrize("kind", BoxKind, ids=lambda kind: kind.value)
def test_two_workers_that_count_at_once_count_once(editor, kind):
    made = city.opened(kind)
    if kind is BoxKind.OPEN:
        open_consultation.answer(made.definition, "a" * 32, [YES])
        db.session.commit()
    else:
        made.cast(0, YES)
    city.close(made)
    box_id = made.id
    city.at_once(*[lambda: counting.count(jobs.Progress(0), box_id)] * 3)
    db.session.expire_all()
    assert kinds(made).count("EncryptedTally") == int(kind is not BoxKind.OPEN)
    assert kinds(made).count("Result") == int(kind is BoxKind.CODES)
    assert db.session.scalar(select(func.count()).select_from(OpenAnswer)) == int(
        kind is BoxKind.OPEN
    )


def test_a_counting_that_was_interrupted_can_be_repeated(editor, monkeypatch):
    """Whatever it had done is undone; the key is still there, and is used then."""
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    city.close(made)
    two_person.request(made.box, Act.TALLY, editor)
    two_person.confirm(made.box, Act.TALLY, city.officials()[1])
    db.session.commit()
    erase = sealed_papers.erase
    monkeypatch.setattr(sealed_papers, "erase", lambda box_id: 1 / 0)
    city.run_jobs()
    assert city.last_job().state is JobState.FAILED
    assert kinds(made)[-1] == "EndBallots"
    assert counting.needs_count(made.box)
    monkeypatch.setattr(sealed_papers, "erase", erase)
    counting.restart(made.box, editor)
    db.session.commit()
    city.run_jobs()
    assert made.verify().counts == [[1, 0]]
    assert not counting.needs_count(made.box)


def test_what_was_counted_is_not_counted_again(editor):
    made = city.finish(city.opened(BoxKind.CODES))
    before = made.archive
    counting.count(jobs.Progress(0), made.id)
    assert made.archive == before
    with pytest.raises(Refused, match="no se puede repetir"):
        counting.restart(made.box, editor)


def test_nobody_repeats_a_counting_that_two_people_did_not_ask_for(editor):
    made = city.close(city.opened(BoxKind.CODES))
    with pytest.raises(Refused, match="no se puede repetir"):
        counting.restart(made.box, editor)


def test_an_open_box_is_not_counted(editor):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    counting.count(jobs.Progress(0), made.id)
    db.session.commit()
    assert kinds(made) == ["Setup", "Ballot"]
    assert made.box.trustees[0].sealed_secret is not None


def test_a_counting_that_somebody_stops_has_done_nothing(editor, monkeypatch):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    city.close(made)
    monkeypatch.setattr(jobs, "EVERY_SECONDS", 0)
    counting.start(made.box, editor)
    db.session.commit()
    monkeypatch.setattr(archive_store, "records", stopping(archive_store.records))
    city.run_jobs()
    assert city.last_job().state is JobState.CANCELLED
    assert kinds(made)[-1] == "EndBallots"


def test_a_process_that_is_killed_ends_the_count_and_it_can_be_asked_for_again(editor, monkeypatch):
    made = city.opened(BoxKind.CODES)
    for voter in range(3):
        made.cast(voter, YES)
    city.close(made)
    with monkeypatch.context() as killing:
        killing.setattr(workers, "available", lambda: 2)
        killing.setattr(chunks, "BALLOTS", 1)
        killing.setattr(chunks, "check_ballots", end_this_process)
        counting.start(made.box, editor)
        db.session.commit()
        city.run_jobs()
    failed = city.last_job()
    assert failed.state is JobState.FAILED
    assert "No se abrió nada. Pida el conteo otra vez" in failed.error
    assert kinds(made)[-1] == "EndBallots"
    assert made.box.trustees[0].sealed_secret is not None
    counting.start(made.box, editor)
    db.session.commit()
    city.run_jobs()
    assert city.last_job().state is JobState.DONE
    assert kinds(made)[-1] == "Result"


@pytest.mark.parametrize("processes", [1, 2])
def test_sums_that_are_not_those_of_the_chain_open_nothing(editor, monkeypatch, processes):
    monkeypatch.setattr(workers, "available", lambda: processes)
    monkeypatch.setattr(chunks, "BALLOTS", 1)
    made = city.opened(BoxKind.CODES, takes_last=True)
    for voter, vote in ((0, YES), (1, YES), (0, NO)):
        made.cast(voter, vote)
    city.close(made)
    db.session.execute(update(BoxHead).values(replaced=0))
    db.session.commit()
    counting.start(made.box, editor)
    db.session.commit()
    city.run_jobs()
    assert "no cuadra el final" in city.last_job().error
    assert kinds(made)[-1] == "EndBallots"


def stopping(records):
    """Somebody presses «Detener» while the first record is read."""

    def read(body, **most):
        with db.engine.begin() as connection:
            connection.execute(update(Job).values(cancel_asked_at=clock.now()))
        return records(body, **most)

    return read


# ---- what the trustees hand in


def test_the_last_part_brings_the_result_in_any_order(voted):
    assert queries.parts_of(voted.box).missing == ["Custodia 1", "Custodia 2"]
    assert results.results_of(voted.box, voted.definition) == []
    assert deliver(voted, voted.part(2)) == 2
    assert queries.parts_of(voted.box).missing == ["Custodia 1"]
    assert results.results_of(voted.box, voted.definition) == []
    assert deliver(voted, voted.part(1)) == 1
    assert voted.box.is_finished
    assert voted.verify().counts == [[1, 1]]


def altered(raw, edit):
    """The lines of a part with its first one edited, and a second one that fits."""
    first, second, third = raw.strip().split(b"\n")
    value = json.loads(first)
    edit(value)
    record = json.dumps(value, separators=(",", ":")).encode()
    return renamed(record, json.loads(second)["owner"], third)


def renamed(first, owner, third):
    """The lines of a part that says it is of this trustee."""
    return b"\n".join((first, tally.owned_record(owner, first), third))


def entered(raw, **members):
    """The lines of a part with other members in its proof."""
    first, second, third = raw.strip().split(b"\n")
    return b"\n".join((first, second, canonical.write(json.loads(third) | members)))


def plus_one(value, name):
    value[name] = str(int(value[name]) + 1)


PARTS = {
    "nothing": (lambda raw: b"", "tres líneas"),
    "a private key": (lambda raw: b'"12345"\n', "Es la llave privada"),
    "one line": (lambda raw: raw.split(b"\n")[0], "tres líneas"),
    "six lines": (lambda raw: raw + raw, "tres líneas"),
    "two lines, as before": (
        lambda raw: raw[: raw.rindex(b"\n", 0, -1)],
        "hágalo otra vez con la página de los custodios de hoy",
    ),
    "no JSON": (lambda raw: b"a\nb\nc", "no es JSON"),
    "a proof with another challenge": (
        lambda raw: entered(raw, challenge="1"),
        "La parte de Custodia 1 no abre el total de esta urna, y no se recibió. "
        "El refuerzo: el custodio 1 no prueba que abre este total.",
    ),
    "a proof of another decryption": (
        lambda raw: entered(raw, factors="0" * 64),
        "la prueba del custodio 1 es de otro descifrado",
    ),
    "a proof of another trustee": (
        lambda raw: entered(raw, owner=2),
        "no dice bien de qué custodio es",
    ),
    "without possession": (
        lambda raw: entered(raw, possession={"challenge": "1", "response": "1"}),
        "el custodio 1 no prueba que tiene su llave en esta elección",
    ),
    "the lines in the other order": (
        lambda raw: b"\n".join(reversed(raw.strip().split(b"\n"))),
        "campo de más",
    ),
    "an altered factor": (
        lambda raw: altered(raw, lambda v: v["decryption_factors"][0].reverse()),
        "la prueba del descifrado no es válida",
    ),
    "an altered proof": (
        lambda raw: altered(raw, lambda v: plus_one(v["decryption_proofs"][0][1], "response")),
        "casilla 2: la prueba del descifrado no es válida",
    ),
    "a factor outside the group": (
        lambda raw: altered(raw, lambda v: v["decryption_factors"][0].__setitem__(0, "2")),
        "la prueba del descifrado no es válida",
    ),
    "a factor less": (
        lambda raw: altered(raw, lambda v: v["decryption_factors"][0].pop()),
        "deben ser 2",
    ),
    "a hash of something else": (
        lambda raw: b"\n".join(
            (raw.split(b"\n")[0], tally.owned_record(1, b"otra cosa"), raw.split(b"\n")[2])
        ),
        "no dice bien de qué custodio es",
    ),
    "a trustee that there is not": (
        lambda raw: renamed(raw.split(b"\n")[0], 3, raw.split(b"\n")[2]),
        "no dice bien de qué custodio es",
    ),
    "the part of another one": (
        lambda raw: renamed(raw.split(b"\n")[0], 2, raw.split(b"\n")[2]),
        "no dice bien de qué custodio es",
    ),
}


def test_a_part_that_will_not_do_is_told_why_and_the_right_one_still_comes_in(voted):
    right, before = voted.part(1), kinds(voted)
    for name, (spoil, says) in PARTS.items():
        with pytest.raises(Refused) as refusal:
            deliver(voted, spoil(right))
        db.session.rollback()
        assert says in str(refusal.value), name
        assert refusal.value.field == "file", name
        assert kinds(voted) == before, name
    assert deliver(voted, right.replace(b"\n", b"\r\n")) == 1


def test_a_wrong_key_opens_nothing(voted):
    with pytest.raises(Refused, match="La parte de Custodia 1 no abre el total de esta urna"):
        deliver(voted, city.part_of(voted.verify(), 1, SECRETS[1]))


def test_the_part_of_another_box_opens_nothing(voted):
    other = city.opened(uuid="zzzzzzzzzzzzzz")
    other.cast(0, YES)
    city.count(city.close(other))
    with pytest.raises(Refused, match="La parte de Custodia 1 no abre el total de esta urna"):
        deliver(voted, other.part(1))


def test_who_opens_another_number_than_the_total_is_refused_by_name(editor):
    """A trustee who votes too: the proof of the format fits, that of the opening does not."""
    made = city.opened()
    made.cast(0, YES)
    election, secret = made.definition.election, made.secrets[0]
    first = ballot.read(election, made.ballot(0, YES))
    before = tally.encrypted_totals(election, [first])
    slots = forging.plan(election, secret, before, (-1, 1))
    made.put_in(forging.fitted_ballot(election, made.holders[1].secret, YES, slots))
    city.count(city.close(made))
    totals = made.verify().totals
    false = forging.false_partial(election, totals, secret, slots)
    tally.check_partial(election, totals, first_key(made), false, "El descifrado")
    record = false.record()
    entry = opening_proofs.make_entry(election, totals, secret, 1, false)
    height = kinds(made)
    with pytest.raises(Refused, match="La parte de Custodia 1 no abre el total de esta urna"):
        deliver(made, b"\n".join((record, tally.owned_record(1, record), entry)))
    db.session.rollback()
    assert kinds(made) == height
    for number in (1, 2):
        deliver(made, made.part(number))
    assert made.verify().counts == [[2, 0]]


def first_key(made):
    return counting.keepers_of(made.box)[0].public_key


def test_parts_of_before_the_proofs_that_do_not_fit_are_named_and_nothing_is_appended(voted):
    """A part that came in when nobody asked for the proof, and fits no total."""
    good, other, election = voted.part(1), voted.part(2), voted.definition.election
    deliver(voted, good)
    event = db.session.scalar(
        select(ChainEvent).filter_by(box_id=voted.id, kind="PartialDecryption")
    )
    partial = tally.read_partial(election, good.split(b"\n")[0], "La parte")
    partial.factors[0][0] = election.group.power(partial.factors[0][0], 2)
    *_, end = archive_store.records(event.body)
    record = partial.record()
    chain = archive.Chain(
        archive_store.timestamp(voted.box), json.loads(end)["parent"], event.height
    )
    body, after = chain.add("PartialDecryption", record, tally.owned_record(1, record))
    change(ChainEvent, voted.id, event.height, body=body, digest=after.head)
    change(BoxHead, voted.id, None, digest=after.head)
    voted.box.trustees[0].opening_proof = None
    db.session.commit()
    height = kinds(voted)
    with pytest.raises(
        Refused, match="Está sin comprobar la parte que ya estaba, de Custodia 1\\. Dígalo"
    ):
        deliver(voted, other)
    db.session.rollback()
    assert kinds(voted) == height


def test_a_part_before_the_totals_is_too_early(editor, voted):
    early = city.opened(uuid="zzzzzzzzzzzzzz")
    for step in (lambda: None, partial(city.close, early)):
        step()
        with pytest.raises(Refused, match="falta el recuento"):
            deliver(early, voted.part(1))
        db.session.rollback()


def test_the_same_part_twice_is_one(voted):
    raw = voted.part(1)
    deliver(voted, raw)
    with pytest.raises(Refused, match="El custodio 1 ya entregó su parte"):
        deliver(voted, raw)
    box_id, second = voted.id, voted.part(2)

    def send(ready):
        box = db.session.get_one(BallotBox, box_id)
        ready()
        return counting.receive_partial(box, "prueba", second)

    outcomes = sorted(map(str, city.at_once(send, send)))
    assert outcomes == ["2", "El custodio 2 ya entregó su parte."]
    db.session.expire_all()
    assert kinds(voted).count("Result") == 1
    assert voted.verify().is_finished


def test_an_open_consultation_takes_no_parts(editor, voted):
    poll = city.close(city.opened(BoxKind.OPEN, uuid="zzzzzzzzzzzzzz"))
    with pytest.raises(Refused, match="no tiene papeletas cifradas"):
        deliver(poll, voted.part(1))


# ---- what somebody changed in the database


def change(table, box, height, **values):
    where = [table.box_id == box] + ([table.height == height] if height is not None else [])
    db.session.execute(update(table).where(*where).values(**values))


def body_of(made, height):
    return archive_store.bodies(made.id, height, height + 1)[0]


def forged(made):
    """A ballot without a proof that holds, in the right place of the chain."""
    return made.ballot(0, YES).replace(b'"response":"', b'"response":"1', 1)


SPOILT = {
    "a byte of a ballot": lambda made: change(
        ChainEvent, made.id, 1, body=body_of(made, 1).replace(b'"alpha":"', b'"alpha":"1', 1)
    ),
    "a ballot put in by hand": lambda made: change(
        ChainEvent,
        made.id,
        1,
        body=archive_store.Chain(0).add(archive_store.BALLOT, forged(made))[0],
    ),
    "a tracker": lambda made: change(BoxBallot, made.id, 1, tracker="x" * 43),
    "a credential": lambda made: change(
        BoxBallot, made.id, 1, credential=credential_digest(made.holders[5].public)
    ),
    "the kind of an event": lambda made: change(ChainEvent, made.id, 1, kind="EndBallots"),
    "a ballot that was dropped": lambda made: db.session.execute(
        BoxBallot.__table__.delete().where(BoxBallot.height == 1)
    ),
    "an event that was dropped": lambda made: db.session.execute(
        ChainEvent.__table__.delete().where(ChainEvent.height == 1)
    ),
    "the moment of the opening": lambda made: change_box(made, days=-1),
    "the head": lambda made: db.session.execute(
        update(BoxHead).where(BoxHead.box_id == made.id).values(height=2)
    ),
}


def change_box(made, days):
    opened_at = made.box.opened_at + timedelta(days=days)
    db.session.execute(update(BallotBox).values(opened_at=opened_at))


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_no_key_is_used_on_a_chain_that_nobody_would_accept(editor, spoil):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    city.close(made)
    spoil(made)
    db.session.commit()
    city.count(made)
    job = city.last_job()
    assert job.state is JobState.FAILED
    assert "no está completo" in job.error
    assert "No se abrió nada." in job.error
    assert made.box.trustees[0].sealed_secret is not None
    assert not {"EncryptedTally", "PartialDecryption", "Result"} & {*kinds(made)}


def test_a_card_added_to_the_table_after_the_opening_votes_for_nothing(editor):
    """The roll that counts is the published one."""
    made = city.opened(BoxKind.CODES)
    stranger = credentials.derive(credentials.new_code(), made.uuid)
    row = {"digest": credential_digest(stranger.public), "public": str(stranger.public)}
    db.session.add(BoxCredential(box_id=made.id, **row))
    db.session.commit()
    made.put_in(ballot.make(made.definition.election, stranger.secret, [YES]))
    city.count(city.close(made))
    assert "no cuadra la altura 1" in city.last_job().error


def test_what_is_whole_is_read_to_the_end_and_told_on_the_way(editor):
    made = city.opened(takes_last=True)
    for vote in (YES, NO):
        made.cast(0, vote)
    made.cast(1, YES)
    city.close(made)
    told = []
    progress = type("Progress", (), {"advance": lambda self, *steps: told.append(steps)})()
    found = chain_recheck.recheck(made.box, made.definition.election, progress)
    counted = [
        ballot.read(made.definition.election, raw)
        for raw in (made.ballot(0, NO), made.ballot(1, YES))
    ]
    assert found.ballots == 2
    assert found.totals == tally.encrypted_totals(made.definition.election, counted)
    assert told == [(done, VOTERS + 3) for done in range(VOTERS, VOTERS + 4)]
    assert len(made.holders) == VOTERS
    assert counting.keepers_of(made.box)[0].public_key > 1
