"""The roll: cards whose codes nobody can be told again, a registrar's list, and void cards."""

import gzip
import io
import json
import secrets
from collections import Counter

import pytest
from sqlalchemy import func, select

from participa.ballots import queries
from participa.ballots.lifecycle import voiding
from participa.ballots.models import BallotBox, BoxBallot, BoxCredential, BoxKind, CardBatch
from participa.ballots.roll import card_files, enrolment, registrars_roll, uploads
from participa.ballots.roll.enrolment import RollFixed
from participa.belenios import credentials, roll
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs.jobs import Job, JobState
from tests.ballots import city, spying
from tests.ballots.city import YES

WHY = "Se mojó la caja"


@pytest.fixture
def editor(app):
    return city.stored_officials()[0]


@pytest.fixture
def cards(editor):
    """A box whose cards are still to be made."""
    return city.draft(BoxKind.CODES, voters=0)


@pytest.fixture
def verifiable(editor):
    return city.draft(BoxKind.VERIFIABLE, voters=0)


def on_the_roll(made):
    mine = select(BoxCredential.public).where(BoxCredential.box_id == made.id)
    return sorted(map(int, db.session.scalars(mine)))


def last_entry():
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()


# ---- cards made here


def test_a_batch_of_cards_enters_the_roll_and_its_codes_are_told_once(cards, editor):
    codes = [card.code for card in enrolment.make_cards(cards.box, editor, 10, "Teatro")]
    db.session.commit()
    publics = [credentials.derive(code, cards.uuid).public for code in codes]
    assert on_the_roll(cards) == sorted(publics)
    [batch] = cards.box.batches
    assert (batch.cards, batch.place, batch.made_by) == (10, "Teatro", editor)
    entry = last_entry()
    assert entry.action == "ballots.cards_made"
    assert entry.details == {"cards": 10, "batch": batch.id, "place": "Teatro"}


def test_codes_of_cards_are_neither_in_a_row_nor_in_a_file_nor_in_the_log(cards, editor, capsys):
    since = spying.log_of_changes()
    codes = [card.code for card in enrolment.make_cards(cards.box, editor, 11, "Teatro")]
    enrolment.void(cards.box, editor, enrolment.publics_of_codes(cards.box, codes[:1]), WHY)
    db.session.commit()
    with pytest.raises(Refused):
        enrolment.publics_of_codes(cards.box, [codes[0][:-1] + "?"])
    taken, log = spying.dump(since), capsys.readouterr()
    for code in codes:
        for written in (code, code.replace("-", ""), code.lower(), code[:9]):
            assert written not in taken
            assert written not in log.err + log.out
    assert str(credentials.derive(codes[0], cards.uuid).public) in taken


@pytest.mark.parametrize("number", [0, -1, 9, 501], ids=["none", "negative", "too few", "too many"])
def test_a_batch_is_no_smaller_than_the_votes_that_a_box_needs(cards, editor, number):
    """A batch of one card, for one person, would join the person and the ballot."""
    with pytest.raises(Refused, match="entre 10 y 500 tarjetas") as refusal:
        enrolment.make_cards(cards.box, editor, number)
    assert refusal.value.field == "cards"


def test_a_batch_is_for_a_place_of_the_list_or_for_several(cards, editor):
    enrolment.make_cards(cards.box, editor, 10, "Teatro")
    enrolment.make_cards(cards.box, editor, 10, "Teatro")
    enrolment.make_cards(cards.box, editor, 10)
    places = [batch.place for batch in cards.box.batches]
    assert places == ["Teatro", "Teatro", "Varios lugares"]
    with pytest.raises(Refused, match="Escoja un lugar de la lista") as refusal:
        enrolment.make_cards(cards.box, editor, 10, "para Juan")
    assert refusal.value.field == "place"


@pytest.mark.parametrize("kind", [BoxKind.VERIFIABLE, BoxKind.OPEN], ids=lambda kind: kind.value)
def test_codes_of_other_boxes_are_made_elsewhere_or_not_at_all(editor, kind):
    made = city.draft(kind)
    with pytest.raises(Refused, match="fuera de la plataforma"):
        enrolment.make_cards(made.box, editor, 10)


def test_a_batch_that_was_spoilt_leaves_the_roll(cards, editor):
    enrolment.make_cards(cards.box, editor, 10)
    kept = on_the_roll(cards)
    enrolment.make_cards(cards.box, editor, 11)
    card_files.discard_batch(cards.box.batches[1], editor)
    db.session.commit()
    assert on_the_roll(cards) == kept
    assert db.session.scalar(select(func.count()).select_from(CardBatch)) == 1
    assert last_entry().action == "ballots.batch_discarded"


def test_of_two_who_discard_the_same_batch_at_once_one_is_told(cards, editor):
    enrolment.make_cards(cards.box, editor, 10)
    db.session.commit()
    batch_id = cards.box.batches[0].id

    def discard(ready):
        batch = db.session.get_one(CardBatch, batch_id)
        ready()
        card_files.discard_batch(batch, "prueba")
        return "done"

    outcomes = sorted(map(str, city.at_once(discard, discard)))
    assert outcomes == ["Ese lote ya no está. Recargue la página.", "done"]


def test_who_opens_and_who_makes_cards_at_once_agree_on_the_roll(editor):
    """A card on the table's roll and not on the archive's would spoil the file for everybody."""
    made = city.draft(BoxKind.CODES)
    box_id = made.id

    def open_it(ready):
        box = db.session.get_one(BallotBox, box_id)
        ready()
        city.opening.open_box(box, "prueba")
        return "opened"

    def print_more(ready):
        box = db.session.get_one(BallotBox, box_id)
        ready()
        return len(enrolment.make_cards(box, "prueba", 10))

    outcomes = city.at_once(open_it, print_more, print_more, print_more)
    assert outcomes[0] == "opened"
    db.session.expire_all()
    assert sorted(made.verify().roll) == on_the_roll(made)


def test_after_the_opening_the_roll_stays(editor):
    made = city.opened(BoxKind.CODES)
    with pytest.raises(RollFixed, match="su padrón no cambia"):
        enrolment.make_cards(made.box, editor, 10)
    with pytest.raises(RollFixed, match="su padrón no cambia"):
        card_files.discard_batch(made.box.batches[0], editor)


# ---- the list of a registrar


def listed(*items):
    return json.dumps(list(items), separators=(",", ":")).encode()


def receive(box, by, raw):
    registrars_roll.receive(box, by, io.BytesIO(raw))


def hand_in(made, editor, raw):
    receive(made.box, editor, raw)
    db.session.commit()
    city.run_jobs()
    return city.last_job()


def publics(number):
    return [str(holder.public) for holder in city.holders(number)]


def test_the_list_of_a_registrar_becomes_the_roll(verifiable, editor):
    raw = credentials.public_roll(city.holders(3))
    job = hand_in(verifiable, editor, raw)
    assert job.state is JobState.DONE
    assert roll.write(on_the_roll(verifiable)) == raw
    assert verifiable.box.roll_upload is None
    entry = db.session.scalar(select(AuditEntry).filter_by(action="ballots.roll_received"))
    assert entry.details == {"fingerprint": credentials.fingerprint(raw)}
    assert job.arguments == {"box_id": verifiable.id}


def test_names_that_a_registrar_left_in_stay_nowhere(verifiable, editor):
    since = spying.log_of_changes()
    name = f"Ana {secrets.token_hex(4)}"
    first, second = publics(2)
    receive(verifiable.box, editor, listed(f"{first},1,{name}", f"{second},,{name}"))
    db.session.commit()
    taken = spying.dump(since)
    assert name not in taken
    city.run_jobs()
    assert on_the_roll(verifiable) == sorted(map(int, publics(2)))
    assert name not in spying.dump(since)


FIRST = "1" * 616
REFUSED_AT_ONCE = {
    "no list": (lambda: b"{}", "no es una lista"),
    "no JSON": (lambda: b"codigos", "no es JSON"),
    "another form": (lambda: b'[ "1" ]', "no está en la forma única"),
    "two votes": (lambda: listed(f"{publics(1)[0]},2"), "vale más de un voto"),
    "numbers": (lambda: listed(1, 2), "no es un texto"),
    "none": (lambda: listed(), "entre 1 y 250.000 credenciales"),
    "cut short": (lambda: listed(*publics(2))[:-1], "no es JSON"),
    "more behind it": (lambda: listed(*publics(2)) + b"[]", "no es JSON"),
    "compressed and cut": (
        lambda: gzip.compress(listed(*publics(2)))[:-9],
        "viene comprimido y está cortado",
    ),
}


@pytest.mark.parametrize(("raw", "says"), REFUSED_AT_ONCE.values(), ids=REFUSED_AT_ONCE)
def test_what_is_no_list_is_refused_at_once(verifiable, editor, raw, says):
    with pytest.raises(Refused) as refusal:
        receive(verifiable.box, editor, raw())
    assert says in str(refusal.value)
    assert refusal.value.field == "file"


REFUSED_BY_THE_JOB = {
    "one credential twice": (lambda: listed(*publics(2), publics(1)[0]), "repite una credencial"),
    "outside the group": (lambda: listed(publics(1)[0], "2"), "credencial 1 no pertenece al grupo"),
    "the credential of everybody": (lambda: listed("1"), "no guarda ningún secreto"),
    "a code instead": (lambda: listed("K7QX-9MZT"), "no es un número decimal"),
    "a number with zeros": (lambda: listed("0" + publics(1)[0]), "no es un número decimal"),
}


@pytest.mark.parametrize(("raw", "says"), REFUSED_BY_THE_JOB.values(), ids=REFUSED_BY_THE_JOB)
def test_a_list_that_will_not_do_keeps_the_earlier_one_and_says_why(verifiable, editor, raw, says):
    hand_in(verifiable, editor, credentials.public_roll(city.holders(2)))
    before = on_the_roll(verifiable)
    job = hand_in(verifiable, editor, raw())
    assert job.state is JobState.FAILED
    assert says in job.error
    assert on_the_roll(verifiable) == before
    assert queries.running_job(verifiable.box).error == job.error
    db.session.expire_all()
    assert verifiable.box.roll_upload is None


def test_too_long_a_list_is_refused_in_a_sentence_before_the_work(verifiable, editor):
    with pytest.raises(Refused, match=r"entre 1 y 250\.000 credenciales"):
        receive(verifiable.box, editor, listed(*["1"] * (uploads.MOST_CREDENTIALS + 1)))
    assert verifiable.box.roll_upload is None
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_compressed_list_is_the_same_list(verifiable, editor):
    raw = credentials.public_roll(city.holders(3))
    assert hand_in(verifiable, editor, gzip.compress(raw)).state is JobState.DONE
    assert roll.write(on_the_roll(verifiable)) == raw
    assert verifiable.box.roll_fingerprint == credentials.fingerprint(raw)
    assert list(uploads.folder().iterdir()) == []


@pytest.mark.parametrize("piece", [1, 7, 700])
def test_a_list_is_the_same_wherever_its_pieces_are_cut(verifiable, editor, monkeypatch, piece):
    monkeypatch.setattr(uploads, "PIECE", piece)
    raw = credentials.public_roll(city.holders(3))
    assert hand_in(verifiable, editor, raw).state is JobState.DONE
    assert roll.write(on_the_roll(verifiable)) == raw


def test_a_list_in_another_order_is_stored_in_numerical_order(verifiable, editor):
    raw = credentials.public_roll(city.holders(5))
    hand_in(verifiable, editor, listed(*reversed(json.loads(raw))))
    entry = db.session.scalar(select(AuditEntry).filter_by(action="ballots.roll_received"))
    assert entry.details == {"fingerprint": credentials.fingerprint(raw)}
    assert verifiable.box.roll_fingerprint == credentials.fingerprint(raw)


def test_a_later_list_stands_also_when_both_were_handed_in_before_a_job_began(verifiable, editor):
    first, second = (credentials.public_roll(city.holders(n)) for n in (2, 3))
    receive(verifiable.box, editor, first)
    receive(verifiable.box, editor, second)
    db.session.commit()
    city.run_jobs()
    assert roll.write(on_the_roll(verifiable)) == second
    assert verifiable.box.roll_upload is None


def test_a_list_that_comes_while_the_earlier_one_is_checked_is_not_lost(
    verifiable, editor, monkeypatch
):
    first, second = (credentials.public_roll(city.holders(n)) for n in (2, 3))
    checked, box_id, came = registrars_roll.checked, verifiable.id, []

    def slow(name, job):
        found = checked(name, job)
        if not came:
            came.append(True)
            receive(db.session.get(BallotBox, box_id), "prueba", second)
            db.session.commit()
        return found

    monkeypatch.setattr(registrars_roll, "checked", slow)
    receive(verifiable.box, editor, first)
    db.session.commit()
    city.run_jobs()
    city.run_jobs()
    assert roll.write(on_the_roll(verifiable)) == second


def test_while_a_list_is_checked_the_box_does_not_open(editor):
    made = city.draft()
    receive(made.box, editor, credentials.public_roll(city.holders(10)))
    assert city.opening.missing_requirements(made.box) == ["que termine la revisión del padrón"]


def test_a_list_for_a_box_that_was_thrown_away_is_forgotten(verifiable, editor):
    receive(verifiable.box, editor, credentials.public_roll(city.holders(2)))
    city.service.discard(verifiable.box, editor)
    db.session.commit()
    city.run_jobs()
    assert city.last_job().state is JobState.DONE
    assert db.session.scalar(select(func.count()).select_from(BoxCredential)) == 0


@pytest.mark.parametrize("kind", [BoxKind.CODES, BoxKind.OPEN], ids=lambda kind: kind.value)
def test_only_a_verifiable_box_takes_a_list(editor, kind):
    with pytest.raises(Refused, match="las tarjetas se hacen aquí"):
        receive(city.draft(kind).box, editor, listed("1"))


# ---- void cards


def test_cards_of_a_draft_are_void_at_the_word_of_one_person(editor):
    made = city.draft(BoxKind.CODES, voters=12)
    two = [holder.public for holder in made.holders[:2]]
    with pytest.raises(Refused, match="Escriba por qué se anulan"):
        enrolment.void(made.box, editor, two, " ")
    db.session.rollback()
    assert enrolment.void(made.box, editor, two, WHY) == 2
    db.session.commit()
    assert last_entry().details == {"cards": 2, "reason": WHY}
    assert queries.cards(made.box).void == 2
    with pytest.raises(Refused, match="ya está anulada"):
        enrolment.void(made.box, editor, two, WHY)


def test_the_minutes_say_who_voided_cards_of_the_draft_and_why(editor, client):
    made = city.draft(BoxKind.CODES, voters=12)
    enrolment.void(made.box, editor, [made.holders[0].public], WHY)
    db.session.commit()
    city.open_now(made)
    for page in ("acta", "auditoria"):
        text = client.get(f"/urna/{made.uuid}/{page}").text
        assert "Antes de abrir se anuló 1 tarjeta." in " ".join(text.split()), page
        assert WHY in text, page
        assert f'data-label="Quién">{editor.name}' in text, page


def test_of_a_batch_a_few_cards_are_not_left_to_point_at_somebody(editor):
    """Nine of ten void: the one that is left would be "for" somebody."""
    made = city.draft(BoxKind.CODES, voters=12)
    others = enrolment.make_cards(made.box, editor, 10, "Teatro")
    codes = enrolment.publics_of_codes(made.box, [card.code for card in others])
    db.session.commit()
    for some in (codes[:9], codes[:1], [made.holders[0].public, *codes[:3]]):
        with pytest.raises(Refused, match=r"En el lote 2 quedarían \d+ tarjetas?"):
            enrolment.void(made.box, editor, some, WHY)
        db.session.rollback()
    assert enrolment.void(made.box, editor, codes, WHY) == 10, "the whole batch may be void"
    assert city.opening.missing_requirements(made.box) == []


def test_a_box_with_such_a_batch_of_before_does_not_open(editor):
    made = city.draft(BoxKind.CODES, voters=12)
    others = enrolment.make_cards(made.box, editor, 10, "Teatro")
    codes = enrolment.publics_of_codes(made.box, [card.code for card in others])
    enrolment.mark_void(made.box, codes[:9])
    db.session.commit()
    told = "que en el lote 2 sirvan al menos 10 tarjetas (sirven 1): descártelo y haga otro"
    assert city.opening.missing_requirements(made.box) == [told]
    with pytest.raises(Refused, match="lote 2"):
        city.opening.open_box(made.box, editor)


def two_batches(minimum: int = 10):
    """An open box with a batch of twelve and one of ten; the cards of the second."""
    made = city.draft(BoxKind.CODES, voters=12, allows_paper=False)
    others = enrolment.make_cards(made.box, city.officials()[0], 10, "Teatro")
    codes = enrolment.publics_of_codes(made.box, [card.code for card in others])
    city.open_now(made, minimum)
    return made, codes


def batches_of(made) -> Counter:
    rows = select(BoxCredential.batch_id, BoxCredential.voided_on).filter_by(box_id=made.id)
    return Counter(batch for batch, voided_on in db.session.execute(rows) if voided_on is None)


def test_in_an_open_box_a_small_batch_is_forgotten_and_never_ties_a_ballot_to_few(app):
    made, _ = two_batches()
    made.cast(0, YES)
    first, second = made.box.batches
    city.void(made, 1)  # eleven are left, which are enough
    assert batches_of(made) == {first.id: 11, second.id: 10}
    city.void(made, 2, 3)  # nine are left: they and the others are one group
    assert batches_of(made) == {None: 19}
    asked = voiding.request_batch(second, city.officials()[0], "Se perdió")
    with pytest.raises(Refused, match="se olvidó cuáles eran"):
        voiding.confirm(asked, city.officials()[1])
    db.session.rollback()
    city.close(made)
    assert [batch.used for batch in made.box.batches] == [None, None], "not a false zero"


def test_undoing_a_list_ties_no_few_cards_to_a_batch_either(app):
    made, codes = two_batches()
    one, other = city.officials()
    parts = (codes[:4], codes[4:])
    lists = [voiding.request_list(made.box, one, roll.write(part), "Mojada") for part in parts]
    for asked in lists:
        voiding.confirm(asked, other)
        db.session.commit()
    voiding.request_undoing(lists[0], one, "Apareció")
    voiding.confirm_undoing(lists[0], other)
    db.session.commit()
    assert all(count >= 10 for count in batches_of(made).values())


def test_of_an_open_box_and_of_a_roll_of_the_registrar_one_person_voids_nothing(editor):
    made = city.opened(BoxKind.CODES)
    with pytest.raises(RollFixed, match="para anular tarjetas se necesitan dos personas"):
        enrolment.void(made.box, editor, [made.holders[0].public], WHY)
    roll_of_registrar = city.draft(BoxKind.VERIFIABLE, uuid="Otra1111111111")
    with pytest.raises(Refused, match="pida al registrador otro padrón"):
        enrolment.void(roll_of_registrar.box, editor, [roll_of_registrar.holders[0].public], WHY)


def batches_of_used_cards(made):
    voted = select(BoxBallot.credential).where(BoxBallot.box_id == made.id)
    chosen = select(BoxCredential.batch_id).where(BoxCredential.digest.in_(voted))
    return set(db.session.scalars(chosen))


def test_at_the_closing_nobody_knows_any_more_which_batch_a_used_card_was_of(editor):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    made.cast(3, YES)
    [batch] = made.box.batches
    assert batches_of_used_cards(made) == {batch.id}
    city.close(made)
    db.session.expire_all()
    assert batches_of_used_cards(made) == {None}
    assert (batch.cards, batch.used) == (10, 2)
    of_batch = select(func.count()).where(BoxCredential.batch_id == batch.id)
    assert db.session.scalar(of_batch) == 8


def test_void_cards_do_not_make_up_the_number_that_a_box_needs(editor):
    made = city.draft(BoxKind.CODES, expected_ballots=11, voters=11)
    enrolment.void(made.box, editor, [made.holders[0].public], WHY)
    assert city.opening.missing_requirements(made.box) == ["al menos 11 tarjetas (hay 10)"]


def test_codes_that_somebody_typed_name_the_card_that_is_mistyped(editor):
    made = city.draft(BoxKind.CODES)
    typed = [made.codes[0].lower(), made.codes[1].replace("-", " ")]
    expected = [holder.public for holder in made.holders[:2]]
    assert enrolment.publics_of_codes(made.box, typed) == expected
    with pytest.raises(Refused, match="Tarjeta 2: El código tiene 20") as refusal:
        enrolment.publics_of_codes(made.box, [typed[0], "K7QX"])
    assert refusal.value.field == "codes"
