"""Cards of an open box are void at the word of two people, and everybody can read which ones."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participa.ballots import queries
from participa.ballots.lifecycle import checklist, closing, service, voiding
from participa.ballots.lifecycle.two_person import ConfirmerRefused
from participa.ballots.models import BallotBox, BoxCredential, BoxKind
from participa.ballots.public_changes import Voiding
from participa.ballots.voting import casting
from participa.belenios import roll, signatures
from participa.channels.lifecycle import NotReady
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account, Role
from participa.staff.signing_in import second_factor
from tests.ballots import city
from tests.ballots.city import YES
from tests.conftest import store_account


@pytest.fixture
def people(app):
    return city.officials()


@pytest.fixture
def made(people):
    return city.opened(BoxKind.CODES)


def last_entry():
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()


def void_now(made) -> int:
    mine = (BoxCredential.box_id == made.id, BoxCredential.voided_on.is_not(None))
    return db.session.scalar(select(func.count()).where(*mine)) or 0


def ask(made, by, voters=(0, 1), reason="Sobraron en la mesa"):
    asked = voiding.request_codes(made.box, by, [made.codes[voter] for voter in voters], reason)
    db.session.commit()
    return asked


def test_nothing_is_void_until_another_person_confirms(made, people):
    asked = ask(made, people[0])
    assert void_now(made) == 0
    made.cast(9, YES)
    voiding.confirm(asked, people[1])
    db.session.commit()
    assert (void_now(made), asked.number, asked.cards) == (2, 1, 2)
    with pytest.raises(casting.NotOnTheRoll):
        made.cast(0, YES)
    db.session.rollback()
    entry = last_entry()
    assert (entry.action, entry.actor) == ("ballots.voiding_confirmed", str(people[1]))
    assert entry.details["fingerprint"] == asked.fingerprint
    assert entry.details["asked_by"] == people[0].email
    assert voiding.publics_of(asked) == sorted(one.public for one in made.holders[:2])


def test_codes_are_stored_nowhere(made, people):
    ask(made, people[0])
    for table in db.metadata.sorted_tables:
        rows = str(db.session.execute(table.select()).all())
        assert not any(code in rows or code.replace("-", "") in rows for code in made.codes)


def test_who_asked_or_was_invited_by_them_does_not_confirm(made, people):
    asked = ask(made, people[0])
    with pytest.raises(ConfirmerRefused, match="Se necesitan dos personas"):
        voiding.confirm(asked, people[0])
    people[1].invited_by = people[0]
    with pytest.raises(ConfirmerRefused, match="Pida que confirme otra persona"):
        voiding.confirm(asked, people[1])
    db.session.rollback()
    assert void_now(made) == 0


def test_who_has_no_second_factor_asks_for_nothing(made, people):
    people[0].tf_primary_method = None
    with pytest.raises(second_factor.Needed):
        ask(made, people[0])


def test_a_reason_is_needed(made, people):
    with pytest.raises(Refused, match="el motivo se publica") as refusal:
        ask(made, people[0], reason="  ")
    assert refusal.value.field == "reason"


def test_a_card_that_votes_before_the_confirmation_spoils_the_whole_list(made, people):
    asked = ask(made, people[0])
    made.cast(0, YES)
    with pytest.raises(Refused, match="ya votó, y eso no se deshace"):
        voiding.confirm(asked, people[1])
    db.session.rollback()
    assert (void_now(made), asked.is_confirmed) == (0, False)


def test_a_card_is_on_one_list_alone(made, people):
    first = ask(made, people[0], (0, 1))
    voiding.confirm(first, people[1])
    db.session.commit()
    with pytest.raises(Refused, match="ya está anulada"):
        ask(made, people[0], (1,))


def test_of_another_box_no_card_is_void(made, people):
    with pytest.raises(Refused, match="no es de esta urna"):
        voiding.request_list(made.box, people[0], roll.write([12345]), "Sobraron")
    for document in (b"[]", b"{}", b"\xff"):
        with pytest.raises(Refused):
            voiding.request_list(made.box, people[0], document, "Sobraron")


def test_a_lost_batch_is_void_but_for_the_cards_that_voted_by_then(made, people):
    asked = voiding.request_batch(made.box.batches[0], people[0], "Se perdió la caja")
    assert (asked.cards, asked.fingerprint) == (10, None)
    made.cast(0, YES)
    voiding.confirm(asked, people[1])
    db.session.commit()
    assert (asked.cards, void_now(made)) == (9, 9)
    assert made.box.batches[0].voided_at is not None
    with pytest.raises(casting.NotOnTheRoll):
        made.cast(1, YES)
    db.session.rollback()
    city.finish(made)
    assert made.verify().counts == [[1, 0]]


# ---- taking back and undoing


def test_only_who_asked_takes_it_back_and_then_nobody_confirms_it(made, people):
    asked = ask(made, people[0])
    with pytest.raises(Refused, match="que lo pidió, puede retirarlo"):
        voiding.withdraw(asked, people[1])
    voiding.withdraw(asked, people[0])
    db.session.commit()
    assert queries.voidings(made.box) == []
    assert asked.document is None
    with pytest.raises(Refused, match="ya no está"):
        voiding.confirm(asked, people[1])


@pytest.fixture
def confirmed(made, people):
    asked = ask(made, people[0])
    voiding.confirm(asked, people[1])
    db.session.commit()
    return asked


def test_two_people_undo_a_list_on_its_day_and_its_trace_stays(made, confirmed, people):
    voiding.request_undoing(confirmed, people[1], "La caja apareció sellada")
    assert void_now(made) == 2
    with pytest.raises(ConfirmerRefused):
        voiding.confirm_undoing(confirmed, people[1])
    voiding.confirm_undoing(confirmed, people[0])
    db.session.commit()
    assert void_now(made) == 0
    assert [one.is_undone for one in queries.void_lists(made.box)] == [True]
    assert confirmed.document is not None
    made.cast(0, YES)
    again = ask(made, people[0], (1,))
    voiding.confirm(again, people[1])
    assert again.number == 2


def test_the_day_after_a_list_is_final(confirmed, people, monkeypatch):
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "system_now", lambda: tomorrow)
    with pytest.raises(NotReady, match="se deshace solo el mismo día"):
        voiding.request_undoing(confirmed, people[0], "Apareció")


def test_a_request_to_undo_that_waited_for_a_day_is_confirmed_by_nobody(
    confirmed, people, monkeypatch
):
    voiding.request_undoing(confirmed, people[0], "Apareció")
    db.session.commit()
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "system_now", lambda: tomorrow)
    with pytest.raises(NotReady, match="se deshace solo el mismo día"):
        voiding.confirm_undoing(confirmed, people[1])


def test_only_who_asked_to_undo_takes_it_back(confirmed, people):
    voiding.request_undoing(confirmed, people[0], "Apareció")
    with pytest.raises(Refused, match="puede retirarlo"):
        voiding.withdraw_undoing(confirmed, people[1])
    voiding.withdraw_undoing(confirmed, people[0])
    assert not confirmed.waits


# ---- the registrar's signature


@pytest.fixture
def verifiable(people):
    return city.opened()


def sign_up(made):
    made.box.registrar_key = city.public_half(city.REGISTRAR)
    db.session.commit()


def list_of(made, *voters):
    return roll.write([made.holders[voter].public for voter in voters])


def test_before_the_registrar_accepted_no_card_of_a_verifiable_box_is_void(verifiable, people):
    document = list_of(verifiable, 0)
    signed = signatures.sign(city.REGISTRAR, document)
    with pytest.raises(Refused, match="sin que el registrador aceptara su papel"):
        voiding.request_list(verifiable.box, people[0], document, "Sobraron", signed)
    with pytest.raises(Refused, match="sin que el registrador aceptara su papel"):
        voiding.request_codes(verifiable.box, people[0], verifiable.codes[:1], "Sobraron")


def test_a_list_that_the_registrar_signed_is_void_and_carries_the_signature(verifiable, people):
    sign_up(verifiable)
    document = list_of(verifiable, 0, 1)
    signed = signatures.sign(city.REGISTRAR, document)
    asked = voiding.request_list(verifiable.box, people[0], document, "Sobraron", signed)
    voiding.confirm(asked, people[1])
    db.session.commit()
    assert void_now(verifiable) == 2
    assert (asked.document, asked.signature) == (document, signed)
    with pytest.raises(Refused, match="solo con la lista del registrador"):
        voiding.request_codes(verifiable.box, people[0], verifiable.codes[3:4], "Sobraron")


FORGED = {
    "none": lambda made, document: b"",
    "of another list": lambda made, document: signatures.sign(city.REGISTRAR, list_of(made, 5)),
    "of a trustee": lambda made, document: signatures.sign(made.secrets[0], document),
    "no signature": lambda made, document: b"{}",
    "altered": lambda made, document: signatures.sign(city.REGISTRAR, document).replace(
        b'"response":"', b'"response":"1'
    ),
    "too long": lambda made, document: b" " * 20_000 + b"{",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_without_the_signature_of_the_registrar_no_card_is_void(verifiable, people, forge):
    sign_up(verifiable)
    document = list_of(verifiable, 0)
    with pytest.raises(Refused) as refusal:
        voiding.request_list(
            verifiable.box, people[0], document, "Sobraron", forge(verifiable, document)
        )
    assert refusal.value.field == "signature"
    db.session.rollback()
    assert queries.voidings(verifiable.box) == []


# ---- two at once


def confirming(asked, by, act=voiding.confirm):
    voiding_id, account_id = asked.id, by.id

    def click(ready):
        found = db.session.get_one(Voiding, voiding_id)
        who = db.session.get_one(Account, account_id)
        assert found.box
        ready()
        act(found, who)
        return "done"

    return click


def told(outcomes):
    return sorted(str(outcome) for outcome in outcomes)


def test_of_two_who_confirm_at_once_one_does_it(made, people):
    third = store_account(Role.EDITOR)
    asked = ask(made, people[0])
    clicks = [confirming(asked, by) for by in (people[1], third, people[1])]
    assert told(city.at_once(*clicks)) == [voiding.DONE] * 2 + ["done"]
    db.session.expire_all()
    assert (void_now(made), asked.number) == (2, 1)


def test_a_list_is_either_confirmed_or_taken_back(made, people):
    asked = ask(made, people[0])
    clicks = confirming(asked, people[1]), confirming(asked, people[0], voiding.withdraw)
    outcomes = told(city.at_once(*clicks))
    assert outcomes in ([voiding.GONE, "done"], [voiding.DONE, "done"])
    db.session.expire_all()
    assert asked.is_confirmed == (asked.withdrawn_at is None)
    assert void_now(made) == (2 if asked.is_confirmed else 0)


def asking(made, by, *voters):
    """A click on «Pedir la anulación» of this person, in a request of its own."""
    box_id, by_id, document = made.id, by.id, list_of(made, *voters)

    def ask_now(ready):
        box, who = db.session.get_one(BallotBox, box_id), db.session.get_one(Account, by_id)
        assert box.opened_at
        ready()
        voiding.request_list(box, who, document, "Sobraron")
        return "asked"

    return ask_now


def test_of_two_requests_about_the_same_card_one_waits(made, people):
    outcomes = told(city.at_once(asking(made, people[0], 0, 1), asking(made, people[1], 1, 2)))
    assert outcomes.count("asked") == 1
    assert any("ya pidió anular una de estas tarjetas" in one for one in outcomes)
    db.session.expire_all()
    [waits] = queries.waiting_voidings(made.box)
    voiding.withdraw(waits, waits.asked_by)
    ask(made, people[0], (1, 2))


def test_a_batch_and_a_list_of_its_cards_do_not_wait_together(made, people):
    [batch] = made.box.batches
    asked = voiding.request_batch(batch, people[0], "Se perdió la caja")
    db.session.commit()
    for again in (
        lambda: voiding.request_batch(batch, people[1], "Otra vez"),
        lambda: ask(made, people[1], (3,)),
    ):
        with pytest.raises(Refused, match="ya pidió anular una de estas tarjetas"):
            again()
        db.session.rollback()
    voiding.withdraw(asked, people[0])
    db.session.commit()
    ask(made, people[0], (3,))
    with pytest.raises(Refused, match="ya pidió anular una de estas tarjetas"):
        voiding.request_batch(batch, people[1], "Se perdió la caja")


def test_how_many_cards_of_a_batch_are_unused_is_told_to_nobody_who_asks(made, people):
    """Asking and withdrawing would tell the turnout of a place, again and again."""
    made.cast(0, city.YES)
    [batch] = made.box.batches
    asked = voiding.request_batch(batch, people[0], "Se perdió la caja")
    db.session.commit()
    assert asked.cards == 10
    assert "un lote de 10 tarjetas" in checklist.about_voiding(asked, people[1])
    voiding.confirm(asked, people[1])
    assert asked.cards == 9


def test_no_more_cards_are_void_than_were_not_handed_out(made, people):
    """Thirteen of fourteen handed out, then four void: nobody could have received thirteen."""
    service.hand_out(made.box, people[0], 9)
    db.session.commit()
    with pytest.raises(Refused, match="dice que entregó 9 tarjetas, y con esta anulación quedar"):
        ask(made, people[0], (0, 1))
    db.session.rollback()
    service.hand_out(made.box, people[0], 7)
    asked = ask(made, people[0], (0, 1))
    service.hand_out(made.box, people[0], 9)
    db.session.commit()
    with pytest.raises(Refused, match="corrija antes «Tarjetas entregadas»"):
        voiding.confirm(asked, people[1])


def test_a_closing_that_came_first_keeps_a_card_from_becoming_void(made, people):
    """Whoever confirms has the box of before the closing in hand, and waits for the chain."""
    asked, box_id = ask(made, people[0]), made.id

    def close(ready):
        box = db.session.get_one(BallotBox, box_id)
        ready()
        closing.close(box, "prueba")
        return "closed"

    outcomes = list(map(str, city.at_once(close, confirming(asked, people[1]))))
    assert outcomes[0] == "closed"
    assert outcomes[1] in {"done", voiding.TOO_LATE}
    assert void_now(made) == (2 if outcomes[1] == "done" else 0)


def test_after_the_closing_nothing_is_asked_for_and_nothing_undone(made, confirmed, people):
    city.close(made)
    with pytest.raises(Refused, match="La urna ya cerró"):
        ask(made, people[0], (5,))
    with pytest.raises(Refused, match="La urna ya cerró"):
        voiding.request_batch(made.box.batches[0], people[0], "Se perdió")
    with pytest.raises(Refused, match="La urna ya cerró"):
        voiding.request_undoing(confirmed, people[0], "Apareció")
