"""Paper votes: one person types what was counted, another confirms the same numbers."""

import re
from itertools import product

import pytest
from sqlalchemy import func, select

from participa.ballots.lifecycle import paper, two_person
from participa.ballots.lifecycle.two_person import ConfirmerRefused
from participa.ballots.models import Act, BallotBox, BoxKind, HandCount, QuestionKind
from participa.ballots.results import counting, hand_counts
from participa.channels.lifecycle import NotReady
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account, Role
from participa.staff.signing_in import second_factor
from tests.ballots import city
from tests.conftest import store_account

WITH_BLANK = (QuestionKind.YES_NO, "¿Sí o no?", {})
SEVERAL = (
    QuestionKind.SEVERAL,
    "¿Cuáles?",
    {"answers": ("Agua", "Luz", "Vías"), "least": 1, "most": 2},
)
YES_NO = [[6, 3]]


@pytest.fixture
def people(app):
    return city.officials()


@pytest.fixture
def box(people):
    return closed().box


def closed(*asked, **facts):
    return city.close(city.opened(BoxKind.CODES, *asked, **({"allows_paper": True} | facts)))


def entries():
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number))
    return [(entry.action, entry.details) for entry in found if ".paper" in entry.action]


def test_it_counts_only_when_another_person_confirms(box, people):
    one, other = people
    typed = paper.type_count(box, one, 10, 1, YES_NO, "Ante la veeduría")
    db.session.commit()
    assert box.paper is None
    assert hand_counts.lacks_paper(box)
    with pytest.raises(ConfirmerRefused, match="Se necesitan dos personas"):
        paper.confirm(box, one)
    db.session.rollback()
    paper.confirm(box, other)
    db.session.commit()
    assert box.paper is typed
    assert (typed.asked_by, typed.confirmed_by, typed.valid) == (one, other, 9)
    facts = {"ballots": 10, "invalid": 1, "counts": YES_NO}
    assert entries() == [
        ("ballots.paper_typed", facts),
        ("ballots.paper_counted", facts | {"asked_by": one.name}),
    ]


def test_the_database_itself_keeps_one_person_from_both_parts(box, people):
    typed = paper.type_count(box, people[0], 10, 1, YES_NO)
    typed.confirmed_by = people[0]
    with pytest.raises(Exception, match="takes_two_people"):
        db.session.flush()
    db.session.rollback()


def test_the_count_of_a_box_waits_for_its_paper(box, people):
    one, other = people
    with pytest.raises(NotReady, match="que dos personas cuenten el papel, o digan que no hubo"):
        two_person.request(box, Act.TALLY, one)
    paper.type_count(box, one, 0, 0, [[0, 0]])
    with pytest.raises(NotReady, match="que otra persona confirme el conteo del papel"):
        two_person.request(box, Act.TALLY, one)
    paper.confirm(box, other)
    two_person.request(box, Act.TALLY, one)
    two_person.confirm(box, Act.TALLY, other)


def test_not_even_a_request_of_an_earlier_version_goes_around_it(box, people):
    box.allows_paper = False
    two_person.request(box, Act.TALLY, people[0])
    box.allows_paper = True
    db.session.commit()
    with pytest.raises(NotReady, match="cuenten el papel"):
        two_person.confirm(box, Act.TALLY, people[1])
    db.session.rollback()
    with pytest.raises(NotReady, match="cuenten el papel"):
        counting.start(box, people[1])


def test_the_same_click_twice_is_one_count(box, people):
    first = paper.type_count(box, people[0], 10, 1, YES_NO)
    assert paper.type_count(box, people[0], 10, 1, YES_NO) is first
    with pytest.raises(Refused, match=f"{people[0].name} ya anotó un conteo"):
        paper.type_count(box, people[1], 10, 1, YES_NO)
    with pytest.raises(Refused, match="ya anotó un conteo"):
        paper.type_count(box, people[0], 10, 2, [[5, 3]])


def test_who_typed_withdraws_and_nobody_else(box, people):
    one, other = people
    paper.type_count(box, one, 10, 1, YES_NO)
    with pytest.raises(Refused, match=f"lo retira quien lo anotó: {one.name}"):
        paper.withdraw(box, other)
    paper.withdraw(box, one)
    db.session.commit()
    assert box.typed_paper is None
    with pytest.raises(Refused, match="Nadie ha anotado"):
        paper.withdraw(box, one)
    with pytest.raises(Refused, match="Nadie ha anotado"):
        paper.confirm(box, other)


def test_a_count_of_nobody_is_not_that_of_two_people(box, people):
    typed = paper.type_count(box, people[0], 10, 1, YES_NO)
    typed.asked_by = None
    db.session.commit()
    with pytest.raises(Refused, match="No consta quién anotó este conteo"):
        paper.confirm(box, people[1])
    db.session.rollback()
    assert box.paper is None
    paper.withdraw(box, people[1])


def test_who_has_no_second_factor_withdraws_no_count(box, people):
    one = people[0]
    paper.type_count(box, one, 10, 1, YES_NO)
    one.tf_primary_method = None
    db.session.commit()
    with pytest.raises(second_factor.Needed):
        paper.withdraw(box, one)


def test_numbers_of_somebody_who_left_are_withdrawn_by_whoever_is_there(box, people):
    leaver = store_account(Role.EDITOR)
    paper.type_count(box, leaver, 10, 1, YES_NO)
    leaver.active = False
    db.session.commit()
    paper.withdraw(box, people[0])
    assert box.typed_paper is None


def test_an_older_page_confirms_nothing(box, people):
    paper.type_count(box, people[0], 10, 1, YES_NO)
    db.session.commit()
    seen = box.version
    paper.withdraw(box, people[0])
    paper.type_count(box, people[0], 10, 0, [[6, 4]])
    db.session.commit()
    with pytest.raises(Refused, match="La urna cambió mientras usted la revisaba"):
        paper.confirm(box, people[1], seen)


# ---- two officials at once


def confirming(made, by):
    box_id, account_id = made.id, by.id

    def click(ready):
        box, who = db.session.get_one(BallotBox, box_id), db.session.get_one(Account, account_id)
        assert box.typed_paper
        ready()
        paper.confirm(box, who)
        return "done"

    return click


def test_of_two_who_confirm_at_once_one_does(people):
    made = closed()
    third = store_account(Role.EDITOR)
    paper.type_count(made.box, people[0], 10, 1, YES_NO)
    db.session.commit()
    clicks = [confirming(made, by) for by in (people[1], third) * 2]
    outcomes = sorted(str(one) for one in city.at_once(*clicks))
    assert outcomes == ["Otra persona ya lo confirmó."] * 3 + ["done"]
    assert [action for action, _ in entries()].count("ballots.paper_counted") == 1


def test_of_two_who_type_at_once_one_has_typed(people):
    made = closed()
    box_id, ids = made.id, [by.id for by in people]

    def typing(account_id):
        def click(ready):
            box = db.session.get_one(BallotBox, box_id)
            who = db.session.get_one(Account, account_id)
            assert box.typed_paper is None
            ready()
            paper.type_count(box, who, 10, 1, YES_NO)
            return "done"

        return click

    outcomes = sorted(str(one) for one in city.at_once(*map(typing, ids)))
    assert outcomes[0].startswith("Otra persona ya anotó un conteo.")
    assert outcomes[1] == "done"
    assert db.session.scalar(select(func.count()).select_from(HandCount)) == 1


# ---- corrections


def test_a_correction_takes_two_people_and_a_reason_and_keeps_both_numbers(box, people):
    one, other = people
    paper.type_count(box, one, 10, 1, YES_NO)
    paper.confirm(box, other)
    db.session.commit()
    with pytest.raises(Refused, match="Escriba por qué se corrige") as refusal:
        paper.type_count(box, other, 10, 0, [[6, 4]], reason=" ")
    assert refusal.value.field == "reason"
    with pytest.raises(Refused, match="Son los mismos números"):
        paper.type_count(box, other, 10, 1, YES_NO, reason="Por si acaso")
    paper.type_count(box, other, 10, 0, [[6, 4]], reason="Una nula sí se entendía.")
    assert box.paper.invalid == 1, "until it is confirmed, what was confirmed stands"
    paper.confirm(box, one)
    db.session.commit()
    assert (box.paper.invalid, box.paper.counts) == (0, [[6, 4]])
    [correction] = hand_counts.corrections(box)
    assert [change.sentence for change in correction.changes] == [
        "De ellas, nulas: de 1 a 0",
        "Pregunta 1, «No»: de 3 a 4",
    ]
    assert correction.count.reason == "Una nula sí se entendía."
    assert correction.sentence.endswith("Motivo: Una nula sí se entendía.")
    assert len(box.hand_counts) == 2


# ---- sums that are possible

IMPOSSIBLE = {
    "35 valid and 34 votes": ([WITH_BLANK], 35, 0, [[1, 20, 13]], "hay 34 votos y 35 papeletas v"),
    "a vote too many": ([WITH_BLANK], 35, 0, [[1, 20, 15]], "hay 36 votos y 35 papeletas válidas"),
    "all void and one vote": ([WITH_BLANK], 5, 5, [[0, 1, 0]], "hay 1 voto y 0 papeletas válidas"),
    "more blank than valid": ([WITH_BLANK], 5, 0, [[6, 0, 0]], "hay 6 votos en blanco y 5 pap"),
    "nothing filled in": ([WITH_BLANK], 5, 0, [[0, 0, 0]], "hay 0 votos y 5 papeletas válidas"),
    "an option above all": (
        [SEVERAL],
        10,
        0,
        [[3, 8, 0, 0]],
        "una opción tiene 8 votos, y hay 7 papeletas válidas que no están en blanco",
    ),
    "too many marks": ([SEVERAL], 3, 0, [[1, 2, 2, 1]], "hay 5 marcas, y con 2 papeletas válidas"),
    "too few marks": ([SEVERAL], 10, 0, [[3, 3, 3, 0]], "pueden ser de 7 a 14"),
    "less than none": ([WITH_BLANK], 5, 0, [[-1, 6, 0]], "un número por opción, desde 0"),
    "a number less": ([WITH_BLANK], 5, 0, [[2, 3]], "un número por opción"),
    "no paper and a vote": ([WITH_BLANK], 0, 0, [[0, 1, 0]], "hay 1 voto y 0 papeletas válidas"),
}


@pytest.mark.parametrize(
    ("asked", "ballots", "invalid", "counts", "says"), IMPOSSIBLE.values(), ids=IMPOSSIBLE
)
@pytest.mark.one_engine
def test_numbers_that_no_pile_can_give_are_refused(people, asked, ballots, invalid, counts, says):
    made = closed(*asked)
    with pytest.raises(Refused) as refusal:
        paper.type_count(made.box, people[0], ballots, invalid, counts)
    assert says in str(refusal.value)
    assert refusal.value.field == "q1"
    assert made.box.hand_counts == []


@pytest.mark.one_engine
@pytest.mark.parametrize("asked", [[WITH_BLANK], [SEVERAL]], ids=["one", "several"])
def test_no_refusal_speaks_of_less_than_nothing(people, asked):
    """A bound that the eye can check: «-2 papeletas válidas» is none."""
    box = closed(*asked).box
    slots = box.questions[0].asked.slots
    told = []
    for ballots, invalid, *line in product(range(-1, 3), range(-1, 3), *[(0, 1, 4)] * slots):
        try:
            paper.type_count(box, people[0], ballots, invalid, [line])
        except Refused as refusal:
            told.append(str(refusal))
        db.session.rollback()
    assert told
    assert not [sentence for sentence in told if re.search(r"[-−]\d", sentence)]


@pytest.mark.one_engine
def test_more_void_than_there_are_is_refused(box, people):
    with pytest.raises(Refused, match="Hay 6 nulas y 5 en la caja") as refusal:
        paper.type_count(box, people[0], 5, 6, [[0, 0]])
    assert refusal.value.field == "invalid"


POSSIBLE = {
    "one each": ([WITH_BLANK], 35, 0, [[1, 20, 14]]),
    "all void": ([WITH_BLANK], 5, 5, [[0, 0, 0]]),
    "none came": ([WITH_BLANK, SEVERAL], 0, 0, [[0, 0, 0], [0, 0, 0, 0]]),
    "the fewest marks": ([SEVERAL], 10, 0, [[3, 7, 0, 0]]),
    "the most marks": ([SEVERAL], 10, 0, [[3, 7, 7, 0]]),
}


@pytest.mark.parametrize(("asked", "ballots", "invalid", "counts"), POSSIBLE.values(), ids=POSSIBLE)
@pytest.mark.one_engine
def test_numbers_that_a_pile_can_give_are_taken(people, asked, ballots, invalid, counts):
    made = closed(*asked)
    assert paper.type_count(made.box, people[0], ballots, invalid, counts).counts == counts


@pytest.mark.one_engine
def test_paper_waits_for_the_closing_and_for_a_box_that_admits_it(people):
    opened = city.opened(BoxKind.CODES, allows_paper=True).box
    with pytest.raises(Refused, match="cuando la urna cierra"):
        paper.type_count(opened, people[0], 1, 0, [[1, 0]])
    without = closed(uuid="z" * 14, allows_paper=False).box
    with pytest.raises(Refused, match="si esta urna lo admite"):
        paper.type_count(without, people[0], 1, 0, [[1, 0]])
