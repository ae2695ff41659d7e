"""What comes into a box and what does not: each refusal in its words, and nothing kept of it."""

import json
from datetime import timedelta
from http import HTTPStatus
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import false, func, select

from participa.ballots import archive_store
from participa.ballots.models import BoxBallot, BoxHead, BoxKind, QuestionKind
from participa.ballots.roll.credential_digest import credential_digest
from participa.ballots.voting import casting
from participa.ballots.voting.casting import (
    AlreadyVoted,
    NotABallot,
    NotOnTheRoll,
    NotOpen,
    SentBefore,
)
from participa.belenios import ballot, credentials
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city
from tests.ballots.city import BLANK, NO, SCALE, YES
from tests.belenios.builders import resigned

TWO_QUESTIONS = (
    (QuestionKind.YES_NO, "¿Está de acuerdo?", {"has_blank": True}),
    SCALE,
)
SUBMISSION = "a" * 32


@pytest.fixture
def box(app):
    return city.opened()


def kept(made):
    """Every row that a ballot could leave, and the archive byte for byte."""
    trackers = db.session.scalars(
        select(BoxBallot.tracker).where(BoxBallot.box_id == made.id)
    ).all()
    head = db.session.get(BoxHead, made.id, populate_existing=True)
    return [sorted(trackers), head.height, head.ballots, head.digest, made.archive]


def ballots_in(made):
    return db.session.scalar(select(func.count()).where(BoxBallot.box_id == made.id))


def refused(made, raw, kind=Refused):
    """Why these bytes do not come in; that they leave nothing is checked on the way."""
    before = kept(made)
    with pytest.raises(kind) as refusal:
        made.put_in(raw)
    db.session.rollback()
    assert kept(made) == before
    return refusal.value


def edited(raw, edit):
    value = json.loads(raw)
    edit(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def test_a_ballot_comes_in_with_its_tracker_and_the_chain_grows(box):
    raw = box.ballot(0, YES)
    deposit = box.put_in(raw)
    assert deposit == casting.Deposit(ballot.tracker(raw), is_new=True)
    found = box.verify()
    assert [one.tracker for one in found.ballots] == [deposit.tracker]
    assert db.session.get(BoxHead, box.id).ballots == 1


def test_what_a_ballot_leaves_has_neither_a_time_nor_a_code(box):
    box.cast(0, YES)
    row = db.session.scalars(select(BoxBallot)).one()
    told = {column.name: getattr(row, column.name) for column in BoxBallot.__table__.columns}
    assert told == {
        "box_id": box.id,
        "height": 1,
        "tracker": ballot.tracker(box.ballot(0, YES)),
        "credential": credential_digest(box.holders[0].public),
        "once": credential_digest(box.holders[0].public),
        "is_assisted": False,
        "submission_id": None,
        "submission_digest": None,
    }


SPOILT = {
    "nothing at all": (lambda raw: b"", "La papeleta no es JSON."),
    "no JSON": (lambda raw: b"voto por todos", "La papeleta no es JSON."),
    "no text": (lambda raw: b"\xff\xfe" + raw, "La papeleta no es texto UTF-8."),
    "one blank more": (lambda raw: raw + b" ", "no está en la forma única"),
    "a member more": (lambda raw: edited(raw, lambda b: b.update(a=1)), "un campo de más: «a»"),
    "a member twice": (lambda raw: raw[:-1] + b',"answers":[]}', "repite un campo"),
    "very deep": (lambda raw: b"[" * 5_000, "La papeleta no es JSON."),
    "five megabytes": (lambda raw: raw[:-1] + b" " * 5_000_000 + b"}", "ocupa más de"),
    "no answers": (lambda raw: edited(raw, lambda b: b["answers"].clear()), "deben ser 1"),
    "a credential of zero": (
        lambda raw: edited(raw, lambda b: b.update(credential="0")),
        "«credential» es cero",
    ),
    "a number as long as a book": (
        lambda raw: edited(raw, lambda b: b.update(credential="9" * 2000)),
        "no es un número decimal válido",
    ),
}


@pytest.mark.parametrize(("spoil", "says"), SPOILT.values(), ids=SPOILT)
def test_what_is_not_a_ballot_is_told_what_is_wrong(box, spoil, says):
    refusal = refused(box, spoil(box.ballot(0, YES)), NotABallot)
    assert refusal.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert says in str(refusal)


def test_a_ballot_of_another_election_does_not_come_in(box):
    other = city.opened(uuid="zzzzzzzzzzzzzz")
    refusal = refused(box, other.ballot(0, YES), NotABallot)
    assert str(refusal) == "La papeleta es de otra elección."
    assert refused(other, box.ballot(0, YES), NotABallot).status == 422


def test_a_code_of_another_roll_is_told_so(box):
    stranger = credentials.derive(credentials.new_code(), box.uuid)
    raw = ballot.make(box.definition.election, stranger.secret, [YES])
    refusal = refused(box, raw, NotOnTheRoll)
    assert str(refusal) == (
        "Ese código no es de esta urna. Revise que la tarjeta sea de esta votación."
    )
    assert (refusal.status, refusal.field) == (HTTPStatus.FORBIDDEN, "code")


def test_a_void_card_is_told_where_to_get_another(box):
    city.void(box, 0)
    db.session.commit()
    refusal = refused(box, box.ballot(0, YES), NotOnTheRoll)
    assert str(refusal) == "Esta tarjeta fue anulada y ya no sirve. Pida otra en la mesa."
    assert refusal.status == HTTPStatus.FORBIDDEN
    assert box.cast(1, YES).is_new


def test_a_code_that_voted_is_told_that_one_vote_is_all(box):
    box.cast(0, YES)
    refusal = refused(box, box.ballot(0, NO), AlreadyVoted)
    assert str(refusal) == (
        "Con este código ya se votó. En esta urna vale un solo voto por código."
    )
    assert refusal.status == HTTPStatus.CONFLICT


def test_letters_that_look_alike_are_forgiven(box):
    card = box.holders[0].code
    typed = card.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    secret = credentials.secret_of(credentials.read_code(typed), box.uuid)
    assert box.put_in(ballot.make(box.definition.election, secret, [YES])).is_new


PROOFS = {
    "the signature": lambda b: b["signature"]["proof"],
    "a proof of a choice": lambda b: b["answers"][0]["individual_proofs"][1][0],
    "the proof of how many": lambda b: b["answers"][1]["overall_proof"][0],
    "the proof of the blank vote": lambda b: b["answers"][0]["blank_proof"][1],
}


@pytest.mark.parametrize("part", ["challenge", "response"])
@pytest.mark.parametrize("of", PROOFS.values(), ids=PROOFS)
def test_one_altered_proof_is_enough(app, of, part):
    made = city.opened(BoxKind.VERIFIABLE, *TWO_QUESTIONS)

    def alter(value):
        of(value)[part] = str(int(of(value)[part]) ^ 1)

    raw = made.ballot(0, YES, NO)
    changed = edited(raw, alter) if of is PROOFS["the signature"] else signed(made, raw, alter)
    refusal = refused(made, changed, NotABallot)
    assert refusal.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "no es válida" in str(refusal)


def signed(made, raw, alter, voter=0):
    """A ballot that its own voter changed and signed again."""
    told = SimpleNamespace(election=made.definition.election, credentials=made.holders)
    return resigned(told, raw, voter, alter)


def test_what_was_changed_on_the_way_is_noticed(box):
    other = json.loads(box.ballot(0, NO))["answers"]
    changed = edited(box.ballot(0, YES), lambda value: value.update(answers=other))
    assert str(refused(box, changed, NotABallot)) == "La papeleta cambió después de firmada."


def test_two_options_where_one_is_all_do_not_come_in(box):
    both = ballot.make_from_vectors(box.definition.election, box.holders[0].secret, [[1, 0]])
    value = json.loads(both)
    mine = json.loads(box.ballot(0, NO))["answers"][0]
    value["answers"][0]["choices"][1] = mine["choices"][1]
    value["answers"][0]["individual_proofs"][1] = mine["individual_proofs"][1]
    raw = signed(box, json.dumps(value, separators=(",", ":")).encode(), lambda same: None)
    assert "cuántas opciones" in str(refused(box, raw, NotABallot))


def test_the_answers_of_somebody_else_prove_nothing_under_another_code(box):
    theirs = json.loads(box.ballot(0, YES))["answers"]
    raw = signed(box, box.ballot(1, NO), lambda value: value.update(answers=theirs), voter=1)
    assert "la prueba de la casilla 1" in str(refused(box, raw, NotABallot))


def test_the_ballot_of_one_code_with_the_credential_of_another_does_not_come_in(box):
    credential = str(box.holders[1].public)
    raw = edited(box.ballot(0, YES), lambda value: value.update(credential=credential))
    assert "cambió después de firmada" in str(refused(box, raw, NotABallot))
    raw = signed(box, box.ballot(0, YES), lambda value: value.update(credential=credential))
    assert "la firma no es válida" in str(refused(box, raw, NotABallot))


def test_the_same_bytes_again_get_the_same_tracker_and_are_kept_once(box):
    first = box.cast(0, YES)
    before = kept(box)
    again = box.cast(0, YES)
    assert again == casting.Deposit(first.tracker, is_new=False)
    assert kept(box) == before


def test_a_replaced_ballot_does_not_come_back(app):
    box = city.opened(takes_last=True)
    box.cast(0, YES)
    box.cast(0, NO)
    refusal = refused(box, box.ballot(0, YES), AlreadyVoted)
    assert str(refusal) == "Esa papeleta ya estaba en la urna, y después se reemplazó por otra."
    city.finish(box)
    assert box.verify().counts == [[0, 1]]


def test_who_votes_again_where_the_last_counts_is_counted_once(app):
    box = city.opened(takes_last=True)
    for vote in (YES, NO, YES):
        raw = ballot.make(box.definition.election, box.holders[0].secret, [vote])
        assert box.put_in(raw).is_new
    box.cast(1, NO)
    city.finish(box)
    assert box.verify().counts == [[1, 1]]


def test_a_draft_takes_nothing(app):
    made = city.draft()
    opened = city.opened(uuid="zzzzzzzzzzzzzz")
    with pytest.raises(NotOpen, match="todavía no abre"):
        casting.cast(made.definition, opened.ballot(0, YES))


def test_before_its_hour_it_says_when_it_opens(app, at):
    now = at(2024, 9, 3, 14)
    made = city.opened(opens_at=now + timedelta(hours=2))
    refusal = refused(made, made.ballot(0, YES), NotOpen)
    assert str(refusal) == "Esta urna abre el 3 de septiembre de 2024, 11:00\xa0a.\xa0m."
    assert refusal.status == HTTPStatus.CONFLICT
    at(2024, 9, 3, 16)
    assert made.cast(0, YES).is_new


def test_after_its_hour_it_says_since_when_it_is_shut(app, at):
    now = at(2024, 9, 3, 14)
    made = city.opened(closes_at=now + timedelta(hours=1))
    first = made.cast(0, YES)
    at(2024, 9, 3, 15)
    refusal = refused(made, made.ballot(1, YES), NotOpen)
    assert str(refusal) == "Esta urna cerró el 3 de septiembre de 2024, 10:00\xa0a.\xa0m."
    assert made.cast(0, YES) == casting.Deposit(first.tracker, is_new=False)


def test_after_the_closing_nothing_comes_in_and_who_sent_before_still_gets_the_tracker(box):
    first = box.cast(0, YES)
    city.close(box)
    refusal = refused(box, box.ballot(1, YES), NotOpen)
    assert str(refusal).startswith("Esta urna cerró el ")
    assert box.cast(0, YES).tracker == first.tracker


def test_a_process_that_remembers_an_open_box_notices_the_closing(box):
    remembered = box.definition
    city.close(box)
    with pytest.raises(NotOpen, match="acaba de cerrar"):
        casting.cast(remembered, box.ballot(0, YES))
    db.session.rollback()
    assert ballots_in(box) == 0


def test_a_process_whose_clock_passes_the_hour_while_it_checks_keeps_nothing(app, at, monkeypatch):
    now = at(2024, 9, 3, 14)
    made = city.opened(closes_at=now + timedelta(minutes=1))
    check = ballot.check_answers

    def slow(*told):
        check(*told)
        at(2024, 9, 3, 14, 1)

    monkeypatch.setattr(ballot, "check_answers", slow)
    assert "cerró" in str(refused(made, made.ballot(0, YES), NotOpen))


def test_an_open_consultation_takes_no_ballots(app):
    made = city.opened(BoxKind.OPEN)
    with pytest.raises(NotOpen):
        casting.cast(made.definition, b"{}")


# ---- the server encrypts


def assisted(made, vote=YES, voter=0, submission_id=SUBMISSION):
    done = casting.cast_assisted(made.definition, made.codes[voter], [vote], submission_id)
    db.session.commit()
    return done


def test_what_the_server_encrypts_is_a_class_of_its_own(app):
    box = city.opened(BoxKind.CODES)
    deposit = assisted(box)
    box.cast(1, YES)
    rows = {row.tracker: row.is_assisted for row in db.session.scalars(select(BoxBallot))}
    assert rows[deposit.tracker] is True
    assert sorted(rows.values()) == [False, True]
    city.finish(box)
    assert box.verify().counts == [[2, 0]]


def test_a_second_click_of_who_asked_the_server_finds_the_first(box):
    first = assisted(box)
    again = assisted(box)
    assert again == casting.Deposit(first.tracker, is_new=False)
    assert ballots_in(box) == 1


def test_a_second_click_finds_the_first_also_where_the_last_counts(app):
    box = city.opened(takes_last=True)
    assert assisted(box).tracker == assisted(box).tracker
    assert assisted(box, NO, submission_id="b" * 32).is_new
    assert ballots_in(box) == 2


def test_the_closing_erases_what_ties_an_assisted_vote_to_its_form(box):
    deposit = assisted(box)
    form = casting.assistance_of(box.definition, box.codes[0], [YES], SUBMISSION)
    assert casting.submitted(box.id, form).tracker == deposit.tracker
    city.close(box)
    assert casting.submitted(box.id, form) is None
    columns = select(BoxBallot.submission_id, BoxBallot.submission_digest)
    assert db.session.execute(columns).all() == [(None, None)]


def test_a_form_that_voted_takes_no_other_code_and_no_other_choice(box):
    """A second click with something changed never leads to the ballot of the first."""
    deposit = assisted(box)
    with pytest.raises(SentBefore, match="ya se votó con otra tarjeta") as refusal:
        assisted(box, voter=1)
    assert refusal.value.field == "code"
    with pytest.raises(SentBefore, match="este cambio no se tomó") as refusal:
        assisted(box, NO)
    assert deposit.tracker[:12] in str(refusal.value)
    db.session.rollback()
    assert ballots_in(box) == 1
    assert assisted(box).tracker == deposit.tracker


def test_what_is_stored_of_a_form_is_of_no_use_without_the_code(box):
    """Whoever has the database and the key of the installation can try the few choices there are;
    the digest is made of the code too, which is nowhere.
    """
    assisted(box)
    stored = db.session.scalars(select(BoxBallot.submission_digest)).one()
    tried = [
        casting.assistance_of(box.definition, code, [vote], SUBMISSION).digest
        for code in ("", box.codes[1])
        for vote in (YES, NO)
    ]
    assert stored not in tried
    assert stored == casting.assistance_of(box.definition, box.codes[0], [YES], SUBMISSION).digest


def test_copies_of_a_form_and_a_change_of_it_at_once_leave_one_ballot(box):
    made = box.definition

    def sent(vote, code):
        return lambda: casting.cast_assisted(made, code, [vote], SUBMISSION)

    first, second = box.codes[:2]
    copies = [sent(YES, first) for _ in range(3)]
    done = city.at_once(*copies, sent(NO, first), sent(YES, second))
    assert ballots_in(box) == 1
    trackers = {one.tracker for one in done if isinstance(one, casting.Deposit)}
    assert len(trackers) == 1
    assert all(isinstance(one, casting.Deposit | Refused) for one in done)


def test_who_already_voted_is_told_so_by_the_server_that_encrypts(box):
    box.cast(0, YES)
    with pytest.raises(AlreadyVoted, match="ya se votó"):
        assisted(box, NO)


def test_where_nobody_allowed_it_the_server_encrypts_nothing(app):
    box = city.opened(allows_assisted=False)
    with pytest.raises(NotOpen, match="el servidor no cifra votos"):
        assisted(box)


def test_after_the_closing_the_server_encrypts_nothing(box, monkeypatch):
    city.close(box)
    monkeypatch.setattr(ballot, "make", lambda *told: pytest.fail("it encrypted"))
    with pytest.raises(NotOpen, match="cerró"):
        assisted(box)


def test_a_copy_that_comes_while_the_first_is_checked_gets_its_tracker(box, monkeypatch):
    """The second request passes the first look before the first request has stored."""
    raw = box.ballot(0, YES)
    hold, sent = archive_store.lock_head, []

    def late(*told):
        monkeypatch.setattr(archive_store, "lock_head", hold)
        sent.append(casting.cast(box.definition, raw))
        return hold(*told)

    monkeypatch.setattr(archive_store, "lock_head", late)
    copy = casting.cast(box.definition, raw)
    db.session.commit()
    assert (sent[0].is_new, copy.is_new) == (True, False)
    assert copy.tracker == sent[0].tracker
    assert ballots_in(box) == 1


def meanwhile(monkeypatch, act):
    """Do this while the proofs of the next ballot are checked."""
    check = ballot.check_answers

    def late(*told):
        monkeypatch.setattr(ballot, "check_answers", check)
        act()
        check(*told)

    monkeypatch.setattr(ballot, "check_answers", late)


def test_a_copy_that_commits_while_the_proofs_are_checked_gets_its_tracker(box, monkeypatch):
    raw, sent = box.ballot(0, YES), []
    meanwhile(monkeypatch, lambda: sent.append(box.put_in(raw)))
    copy = box.put_in(raw)
    assert sent == [casting.Deposit(ballot.tracker(raw), is_new=True)]
    assert copy == casting.Deposit(ballot.tracker(raw), is_new=False)
    assert ballots_in(box) == 1


def test_another_ballot_that_commits_while_the_proofs_are_checked_uses_the_code(box, monkeypatch):
    meanwhile(monkeypatch, lambda: box.cast(0, NO))
    with pytest.raises(AlreadyVoted, match="ya se votó"):
        box.cast(0, YES)
    assert ballots_in(box) == 1


def test_the_database_itself_refuses_a_second_ballot_of_a_code(box, monkeypatch):
    """The last wall: the looks that come before it are taken away."""
    box.cast(0, YES)
    monkeypatch.setattr(casting, "STORED", casting.STORED.where(false()))
    assert str(refused(box, box.ballot(0, NO), AlreadyVoted)) == casting.ALREADY


# ---- a card that sends false proofs


def false_proof(made, voter, number):
    """A ballot that the code of this voter signed, with a proof that is another each time."""

    def alter(value):
        value["answers"][0]["overall_proof"][0]["response"] = str(number)

    return signed(made, made.ballot(voter, YES), alter)


def test_a_card_that_sends_false_proofs_is_not_checked_for_ever(box, monkeypatch):
    for number in range(5):
        refusal = refused(box, false_proof(box, 0, number), casting.FalseProofs)
        assert "no es válida" in str(refusal)
    with monkeypatch.context() as patch:
        patch.setattr(ballot, "check_answers", lambda *told: pytest.fail("it was checked"))
        assert str(refused(box, box.ballot(0, YES), NotABallot)) == casting.TOO_MANY_FALSE
    assert box.cast(1, YES).is_new


def test_a_quarter_of_an_hour_later_the_card_votes_from_another_phone(app, at):
    now = at(2024, 9, 3, 14)
    box = city.opened(closes_at=now + timedelta(hours=5))
    with time_machine.travel(now, tick=False):
        for number in range(6):
            refused(box, false_proof(box, 0, number), casting.FalseProofs)
    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        assert box.cast(0, YES).is_new


def test_a_stranger_without_the_code_does_not_use_up_the_tries_of_a_card(box):
    credential = str(box.holders[0].public)
    for _ in range(6):
        forged = signed(
            box, box.ballot(1, YES), lambda value: value.update(credential=credential), 1
        )
        assert "la firma no es válida" in str(refused(box, forged, NotABallot))
    assert box.cast(0, YES).is_new


def test_where_blank_is_a_choice_it_comes_in_and_is_counted(app):
    made = city.opened(BoxKind.VERIFIABLE, *TWO_QUESTIONS)
    made.cast(0, BLANK, NO)
    city.finish(made)
    assert made.verify().counts == [[1, 0, 0], [0, 0, 1]]
