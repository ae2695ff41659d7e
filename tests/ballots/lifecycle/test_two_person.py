"""Opening, closing and counting take two people, also when both click at once."""

import pytest
from sqlalchemy import func, select

from participa.ballots.keys import trustee_keys
from participa.ballots.lifecycle import closing, opening, service, two_person
from participa.ballots.lifecycle.two_person import ConfirmerRefused
from participa.ballots.models import Act, BallotBox, BoxKind, ChainEvent, QuestionKind, TwoPersonAct
from participa.channels.lifecycle import NotReady
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs.jobs import Job
from participa.staff.models import Account, Role
from participa.staff.signing_in import second_factor
from tests.ballots import city
from tests.conftest import store_account


@pytest.fixture
def people(app):
    return city.officials()


def trail():
    return db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()


def events(made, kind):
    mine = select(func.count()).where(ChainEvent.box_id == made.id, ChainEvent.kind == kind)
    return db.session.scalar(mine)


def test_nothing_happens_until_another_person_confirms(people):
    made = city.draft()
    two_person.request(made.box, Act.OPEN, people[0], "Ya están las tarjetas.")
    db.session.commit()
    assert made.box.is_draft
    two_person.confirm(made.box, Act.OPEN, people[1], has_compared=True)
    db.session.commit()
    assert made.box.is_open
    assert trail()[-3:] == ["ballots.act_asked", "ballots.opened", "ballots.act_confirmed"]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry.actor == str(people[1])
    assert entry.details == {"act": "OPEN", "asked_by": people[0].email}


@pytest.mark.parametrize("act", [Act.OPEN, Act.CLOSE, Act.TALLY], ids=lambda act: act.value)
def test_who_asked_cannot_confirm(people, act):
    made = {Act.OPEN: city.draft, Act.CLOSE: city.opened, Act.TALLY: city.opened}[act]()
    if act is Act.TALLY:
        city.close(made)
    two_person.request(made.box, act, people[0], "Llovió")
    db.session.commit()
    with pytest.raises(ConfirmerRefused, match="Se necesitan dos personas") as refusal:
        two_person.confirm(made.box, act, people[0])
    assert refusal.value.status == 409
    db.session.rollback()
    assert not made.box.act(act).is_confirmed


def newer_than_the_box(made, one, other):
    other.created_at = made.box.created_at


def without_second_factor(made, one, other):
    other.tf_primary_method = None


def invited_by_who_asked(made, one, other):
    other.invited_by = one


def who_invited_the_one_who_asked(made, one, other):
    one.invited_by = other


def changed_by_who_asked(made, one, other):
    other.changed_by = one


def of_somebody_disabled(made, one, other):
    one.active = False


CLOSE_PEOPLE = {
    newer_than_the_box: "Su cuenta es más nueva que esta urna",
    without_second_factor: "Active el segundo paso en su cuenta",
    invited_by_who_asked: "Pida que confirme otra persona",
    who_invited_the_one_who_asked: "Pida que confirme otra persona",
    changed_by_who_asked: "la función o el segundo paso",
    of_somebody_disabled: "está inhabilitada. Pídalo otra vez",
}


@pytest.mark.parametrize(
    ("close", "says"), CLOSE_PEOPLE.items(), ids=[close.__name__ for close in CLOSE_PEOPLE]
)
def test_two_accounts_that_may_be_one_person_do_not_open_a_box(people, close, says):
    made = city.draft()
    two_person.request(made.box, Act.OPEN, people[0])
    close(made, *people)
    db.session.commit()
    with pytest.raises(ConfirmerRefused, match=says):
        two_person.confirm(made.box, Act.OPEN, people[1], has_compared=True)
    db.session.rollback()
    assert made.box.is_draft


def test_two_people_whom_a_third_one_invited_are_two_people(three):
    made = city.draft()
    three[0].invited_by = three[1].invited_by = three[2]
    two_person.request(made.box, Act.OPEN, three[0])
    two_person.confirm(made.box, Act.OPEN, three[1], has_compared=True)
    assert made.box.is_open


def test_who_has_no_second_factor_neither_asks_nor_takes_back(people):
    made = city.draft()
    two_person.request(made.box, Act.OPEN, people[0])
    people[0].tf_primary_method = None
    with pytest.raises(second_factor.Needed, match="Active el segundo paso en su cuenta"):
        two_person.withdraw(made.box, Act.OPEN, people[0])
    with pytest.raises(second_factor.Needed):
        two_person.request(made.box, Act.OPEN, people[0])


def test_a_demonstration_asks_for_no_second_factor(people, demo):
    made = city.draft()
    people[0].tf_primary_method = people[1].tf_primary_method = None
    two_person.request(made.box, Act.OPEN, people[0])
    two_person.confirm(made.box, Act.OPEN, people[1], has_compared=True)
    assert made.box.is_open


def test_only_who_asked_takes_the_request_back(people):
    made = city.draft()
    two_person.request(made.box, Act.OPEN, people[0])
    with pytest.raises(Refused, match=f"Solo {people[0].name}, que lo pidió, puede retirarlo"):
        two_person.withdraw(made.box, Act.OPEN, people[1])


def test_what_a_disabled_account_asked_for_is_asked_for_again(three):
    made = city.draft()
    two_person.request(made.box, Act.OPEN, three[0])
    three[0].active = False
    db.session.commit()
    two_person.request(made.box, Act.OPEN, three[1])
    db.session.commit()
    two_person.confirm(made.box, Act.OPEN, three[2], has_compared=True)
    assert made.box.is_open


def test_the_database_itself_keeps_one_person_from_both_parts(people):
    made = city.draft()
    asked = two_person.request(made.box, Act.OPEN, people[0])
    asked.confirmed_by = people[0]
    with pytest.raises(Exception, match="takes_two_people"):
        db.session.flush()
    db.session.rollback()


def test_nobody_can_confirm_what_nobody_asked_for(people):
    made = city.draft()
    with pytest.raises(Refused, match="Nadie ha pedido abrir esta urna"):
        two_person.confirm(made.box, Act.OPEN, people[1], has_compared=True)


def test_a_request_can_be_taken_back_and_made_again(people):
    made = city.draft()
    two_person.request(made.box, Act.OPEN, people[0])
    two_person.withdraw(made.box, Act.OPEN, people[0])
    db.session.commit()
    assert made.box.act(Act.OPEN) is None
    two_person.request(made.box, Act.OPEN, people[1])
    two_person.confirm(made.box, Act.OPEN, people[0], has_compared=True)
    assert made.box.is_open


def test_what_was_confirmed_cannot_be_taken_back(people):
    made = city.draft()
    two_person.request(made.box, Act.OPEN, people[0])
    two_person.confirm(made.box, Act.OPEN, people[1], has_compared=True)
    db.session.commit()
    with pytest.raises(Refused, match="Otra persona ya lo confirmó"):
        two_person.withdraw(made.box, Act.OPEN, people[0])
    with pytest.raises(Refused, match="Esta urna ya abrió"):
        two_person.request(made.box, Act.OPEN, people[0])


CHANGES = {
    "a question": lambda box, by: service.ask(box, by, QuestionKind.YES_NO, "¿Y esto?"),
    "its title": lambda box, by: service.change(box, by, box.tasks, title="Otro título"),
    "a trustee": lambda box, by: trustee_keys.remove(box.trustees[0], by),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_takes_the_request_to_open_back(people, change):
    """Who confirms must have seen what opens."""
    made = city.draft()
    two_person.request(made.box, Act.OPEN, people[0])
    db.session.commit()
    change(made.box, people[0])
    db.session.commit()
    with pytest.raises(Refused, match="Nadie ha pedido"):
        two_person.confirm(made.box, Act.OPEN, people[1], has_compared=True)


def test_a_page_that_shows_an_earlier_box_confirms_nothing(people):
    made = city.draft()
    seen = made.box.version
    service.change(made.box, people[0], made.box.tasks, why="Otra razón")
    two_person.request(made.box, Act.OPEN, people[0])
    db.session.commit()
    with pytest.raises(Refused, match="La urna cambió mientras usted la revisaba"):
        two_person.confirm(made.box, Act.OPEN, people[1], seen, has_compared=True)
    two_person.confirm(made.box, Act.OPEN, people[1], made.box.version, has_compared=True)
    assert made.box.is_open


def test_what_is_missing_is_told_all_at_once(people):
    made = city.draft(used_by="", closes_at=None)
    with pytest.raises(NotReady) as refusal:
        two_person.request(made.box, Act.OPEN, people[0])
    assert str(refusal.value) == (
        "Para abrir falta: la fecha de cierre; decir quién usará el resultado y para qué."
    )


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (Act.CLOSE, "Para cerrar falta: que la urna abra."),
        (Act.TALLY, "Para contar falta: que la urna cierre."),
    ],
    ids=["closing", "counting"],
)
def test_what_is_not_due_cannot_be_asked_for(people, act, says):
    with pytest.raises(NotReady) as refusal:
        two_person.request(city.draft().box, act, people[0])
    assert str(refusal.value) == says


def confirming(made, act, by):
    """A click on «Confirmar» of this person, in a request of its own."""
    box_id, account_id = made.id, by.id

    def click(ready):
        box, who = db.session.get_one(BallotBox, box_id), db.session.get_one(Account, account_id)
        assert box.act(act)
        ready()
        two_person.confirm(box, act, who, has_compared=True)
        return "done"

    return click


@pytest.fixture
def three(people):
    return [*people, store_account(Role.EDITOR)]


def told(outcomes):
    return sorted(str(outcome) for outcome in outcomes)


def test_of_two_who_confirm_the_opening_at_once_one_does_it(three):
    made = city.draft()
    two_person.request(made.box, Act.OPEN, three[0])
    db.session.commit()
    clicks = [confirming(made, Act.OPEN, by) for by in three[1:] * 2]
    assert told(city.at_once(*clicks)) == ["Otra persona ya lo confirmó."] * 3 + ["done"]
    assert events(made, "Setup") == 1
    assert trail().count("ballots.opened") == 1


def test_of_two_who_confirm_the_closing_at_once_one_does_it(three):
    made = city.opened()
    made.cast(0, city.YES)
    two_person.request(made.box, Act.CLOSE, three[0], "Llovió")
    db.session.commit()
    clicks = [confirming(made, Act.CLOSE, by) for by in three[1:] * 2]
    assert told(city.at_once(*clicks)) == ["Otra persona ya lo confirmó."] * 3 + ["done"]
    assert events(made, "EndBallots") == 1
    assert made.verify().last_event == "EndBallots"


def test_of_two_who_confirm_the_counting_at_once_one_starts_it(three):
    made = city.close(city.opened())
    two_person.request(made.box, Act.TALLY, three[0])
    db.session.commit()
    clicks = [confirming(made, Act.TALLY, by) for by in three[1:] * 2]
    assert told(city.at_once(*clicks)) == ["Otra persona ya lo confirmó."] * 3 + ["done"]
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_of_two_who_ask_at_once_one_has_asked(three):
    made = city.draft()
    box_id, ids = made.id, [by.id for by in three]

    def asking(account_id):
        def click(ready):
            box, who = (
                db.session.get_one(BallotBox, box_id),
                db.session.get_one(Account, account_id),
            )
            assert not box.acts
            ready()
            two_person.request(box, Act.OPEN, who)
            return "done"

        return click

    outcomes = told(city.at_once(*map(asking, ids)))
    assert outcomes == ["Alguien más acaba de pedir abrir esta urna. Revise y confirme."] * 2 + [
        "done"
    ]
    assert db.session.scalar(select(func.count()).select_from(TwoPersonAct)) == 1


def test_closing_twice_at_once_without_any_act_closes_once(people):
    made = city.opened()
    box_id = made.id

    def close(ready):
        box = db.session.get_one(BallotBox, box_id)
        ready()
        closing.close(box, "prueba")
        return "done"

    assert told(city.at_once(close, close, close)) == ["Esta urna ya cerró."] * 2 + ["done"]
    assert events(made, "EndBallots") == 1


def test_who_opens_waits_for_who_changes_and_opens_what_stands_then(people):
    """Neither a question nor a card stays half in: in the tables and not in the archive."""
    made = city.draft(BoxKind.CODES)  # in a verifiable one trustees first sign a late question
    box_id, ids = made.id, [by.id for by in people]

    def open_it(ready):
        box, who = db.session.get_one(BallotBox, box_id), db.session.get_one(Account, ids[0])
        assert box.questions
        ready()
        opening.open_box(box, who)
        return "opened"

    def add(ready):
        box, who = db.session.get_one(BallotBox, box_id), db.session.get_one(Account, ids[1])
        assert box.questions
        ready()
        service.ask(box, who, QuestionKind.YES_NO, "¿Y esto?")
        return "added"

    outcomes = told(city.at_once(open_it, add, add, add))
    assert outcomes.count("opened") == 1
    refused = outcomes.count("La urna ya abrió: sus preguntas no cambian.")
    assert refused + outcomes.count("added") == 3
    db.session.expire_all()
    asked = [question.asked for question in made.box.questions]
    assert asked == list(made.definition.election.questions)
    assert [one.position for one in made.box.questions] == list(range(1, len(asked) + 1))
