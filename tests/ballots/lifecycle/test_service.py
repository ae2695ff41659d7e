"""What the staff prepares, and what stays as it is once people may vote."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from participa.ballots.lifecycle import service
from participa.ballots.models import BallotBox, BoxCredential, BoxKind, BoxQuestion, QuestionKind
from participa.channels.lifecycle import Frozen
from participa.citizens.variables import RequiredRefused
from participa.core import clock, links
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city
from tests.ballots.city import YES


@pytest.fixture
def editor(app):
    return city.stored_officials()[0]


@pytest.fixture
def draft(editor):
    return city.draft(BoxKind.CODES).box


def last_entry():
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()


def texts(box):
    return [(one.position, one.text) for one in box.questions]


def test_a_new_box_is_a_draft_that_its_printed_code_opens(draft):
    assert draft.is_draft
    assert links.find(draft.code).path == f"/urna/{draft.uuid}"
    entry = db.session.scalar(select(AuditEntry).filter_by(action="ballots.created"))
    assert entry.details["title"] == "Gestión de 2024"
    assert len(draft.salt) == 32


INCONSISTENT = {
    "it closes before it opens": (
        {"opens_at": 2, "closes_at": 1},
        "El cierre debe ser después de la apertura.",
    ),
    "a secret box with live results": (
        {"shows_live": True},
        "Una urna secreta no muestra resultados antes del cierre.",
    ),
}


@pytest.mark.parametrize(("facts", "says"), INCONSISTENT.values(), ids=INCONSISTENT)
def test_what_contradicts_itself_is_refused(draft, editor, facts, says):
    now = clock.now()
    told = {n: now + timedelta(days=v) if n.endswith("_at") else v for n, v in facts.items()}
    with pytest.raises(Refused) as refusal:
        service.change(draft, editor, draft.tasks, **told)
    assert str(refusal.value) == says
    assert refusal.value.field in facts
    db.session.rollback()
    with pytest.raises(Refused):
        service.create(editor, BoxKind.CODES, [], title="Otra", **told)


def test_a_box_asks_only_for_variables_that_there_are(draft, editor):
    with pytest.raises(RequiredRefused):
        service.change(draft, editor, draft.tasks, variables=["color_favorito"])


def test_a_draft_can_be_changed_and_the_trail_tells_what_was(draft, editor):
    version = draft.version
    service.change(draft, editor, [], title="Otro título", expected_ballots=20)
    db.session.commit()
    assert (draft.title, draft.expected_ballots, draft.tasks) == ("Otro título", 20, [])
    assert draft.version > version
    entry = last_entry()
    assert entry.action == "ballots.changed"
    assert entry.details["before"]["title"] == "Gestión de 2024"
    assert entry.details["after"]["title"] == "Otro título"


def test_a_box_with_cards_or_keys_keeps_its_label(draft, editor):
    """Codes made here under the label of an independent registrar would be a lie."""
    with pytest.raises(Refused, match="Haga una urna nueva"):
        service.change(draft, editor, draft.tasks, kind=BoxKind.VERIFIABLE)
    db.session.rollback()
    trusted = city.draft(BoxKind.VERIFIABLE, voters=0, uuid="zzzzzzzzzzzzzz").box
    with pytest.raises(Refused, match="Haga una urna nueva"):
        service.change(trusted, editor, trusted.tasks, kind=BoxKind.CODES)
    db.session.rollback()
    empty = city.draft(BoxKind.CODES, voters=0, uuid="yyyyyyyyyyyyyy").box
    service.change(empty, editor, empty.tasks, kind=BoxKind.VERIFIABLE)
    assert empty.kind is BoxKind.VERIFIABLE


FIXED = {
    "title": "Otro título",
    "used_by": "nadie",
    "takes_last": True,
    "allows_assisted": False,
    "closes_at": None,
    "variables": ["curso_vida"],
    "registrar": "Otro",
    "kind": BoxKind.OPEN,
}


@pytest.mark.parametrize("name", FIXED)
def test_after_the_opening_what_people_were_told_stays(editor, name):
    box = city.opened(BoxKind.CODES).box
    with pytest.raises(Frozen, match="cambie solo la explicación"):
        service.change(box, editor, box.tasks, **{name: FIXED[name]})
    service.change(box, editor, box.tasks, why="Una explicación mejor", title=box.title)
    assert box.why == "Una explicación mejor"


def test_a_change_that_waited_for_an_opening_changes_nothing(editor):
    """The page was opened while the box was a draft, and sent after it had opened."""
    made = city.draft(BoxKind.CODES)
    box_id = made.id

    def change(ready):
        box, by = db.session.get_one(BallotBox, box_id), editor_of()
        ready()
        service.change(box, by, box.tasks, title="Otro título")

    def open_it():
        city.opening.open_box(db.session.get_one(BallotBox, box_id), "prueba")

    city.at_once(open_it, change, change)
    db.session.expire_all()
    assert made.definition.election.name == made.box.title


def editor_of():
    return city.officials()[0]


# ---- questions


KINDS = {
    QuestionKind.ONE: ((), (1, 1)),
    QuestionKind.SEVERAL: ((0, 2), (0, 2)),
    QuestionKind.APPROVE: ((), (0, 3)),
    QuestionKind.SCALE: ((), (1, 1)),
    QuestionKind.PRIORITIES: ((1, 2), (1, 2)),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
def test_the_kind_of_question_decides_how_many_may_be_chosen(draft, editor, kind):
    limits, expected = KINDS[kind]
    made = service.ask(draft, editor, kind, "¿Qué?", ("A", "B", "C"), *limits)
    assert (made.least, made.most) == expected
    assert made.asked.answers == ("A", "B", "C")


def test_yes_and_no_are_always_the_same_two(draft, editor):
    made = service.ask(draft, editor, QuestionKind.YES_NO, "¿Sí?", ("Claro", "Jamás", "A veces"))
    assert made.answers == ["Sí", "No"]


WRONG = {
    "one option": ((("A",), 1, 1), "Ponga entre 2 y 40 opciones"),
    "too many options": (([str(n) for n in range(41)], 1, 1), "Ponga entre 2 y 40 opciones"),
    "an option twice": ((("Agua", "AGUA"), 1, 1), "Una opción está dos veces."),
    "more than there are": ((("A", "B"), 1, 3), "El máximo va de 1 a 2"),
    "a least above the most": ((("A", "B"), 2, 1), "El máximo va de 1 a 2"),
    "none at all": ((("A", "B"), 0, 0), "El máximo va de 1 a 2"),
}


@pytest.mark.parametrize(("told", "says"), WRONG.values(), ids=WRONG)
def test_a_question_that_nobody_could_answer_is_refused(draft, editor, told, says):
    with pytest.raises(Refused, match=r"Ponga|opción|máximo") as refusal:
        service.ask(draft, editor, QuestionKind.SEVERAL, "¿Qué?", *told)
    assert says in str(refusal.value)
    assert refusal.value.field in {"answers", "most"}
    db.session.rollback()
    assert len(draft.questions) == 1


def test_the_database_keeps_limits_that_make_sense(draft):
    draft.questions[0].least = 3
    with pytest.raises(IntegrityError, match="limits_make_sense"):
        db.session.flush()
    db.session.rollback()


def test_a_box_has_no_more_questions_than_people_answer(draft, editor):
    for number in range(service.MOST_QUESTIONS - 1):
        service.ask(draft, editor, QuestionKind.YES_NO, f"¿{number}?")
    with pytest.raises(Refused, match="hasta 12 preguntas"):
        service.ask(draft, editor, QuestionKind.YES_NO, "¿Una más?")


def test_questions_move_change_and_go_and_their_numbers_follow(draft, editor):
    for text in ("B", "C"):
        service.ask(draft, editor, QuestionKind.YES_NO, text)
    first, b, c = draft.questions
    service.move_question(c, editor, -1)
    service.move_question(first, editor, -1)
    db.session.commit()
    assert texts(draft) == [(1, first.text), (2, "C"), (3, "B")]
    limits = {"least": 1, "most": 1, "has_blank": False}
    service.change_question(b, editor, QuestionKind.ONE, "D", ("1", "2"), **limits)
    service.remove_question(first, editor)
    db.session.commit()
    assert texts(draft) == [(1, "C"), (2, "D")]
    trail = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert trail[-4:] == [
        "ballots.question_moved",
        "ballots.question_moved",
        "ballots.question_changed",
        "ballots.question_removed",
    ]


def test_of_two_who_remove_the_same_question_at_once_one_is_told(draft, editor):
    question_id = draft.questions[0].id

    def remove(ready):
        question, by = db.session.get_one(BoxQuestion, question_id), editor_of()
        ready()
        service.remove_question(question, by)
        return "done"

    outcomes = sorted(map(str, city.at_once(remove, remove)))
    assert outcomes == ["Esa pregunta ya no está en la urna. Recargue la página.", "done"]


CHANGING = {
    "asking": lambda box, by: service.ask(box, by, QuestionKind.YES_NO, "¿?"),
    "changing": lambda box, by: service.change_question(
        box.questions[0], by, QuestionKind.ONE, "¿?", ("A", "B"), least=1, most=1, has_blank=True
    ),
    "moving": lambda box, by: service.move_question(box.questions[0], by, 1),
    "removing": lambda box, by: service.remove_question(box.questions[0], by),
    "throwing away": service.discard,
}


@pytest.mark.parametrize("verb", CHANGING.values(), ids=CHANGING)
def test_after_the_opening_the_questions_stay(editor, verb):
    box = city.opened(BoxKind.CODES).box
    with pytest.raises(Frozen, match="sus preguntas no cambian"):
        verb(box, editor)
    db.session.rollback()
    assert len(box.questions) == 1


# ---- copies and drafts that go


def test_a_copy_has_the_questions_and_none_of_the_votes_cards_or_keys(editor):
    made = city.opened(BoxKind.CODES, city.SCALE, title="a" * 200)
    made.cast(0, YES)
    copy = service.duplicate(made.box, editor)
    db.session.commit()
    assert copy.is_draft
    assert copy.title.endswith("(copia)")
    assert len(copy.title) <= service.TITLE_LENGTH
    assert [one.asked for one in copy.questions] == [one.asked for one in made.box.questions]
    assert (copy.batches, copy.trustees, copy.closes_at) == ([], [], None)
    assert copy.tasks == made.box.tasks
    assert copy.uuid != made.uuid
    assert copy.salt != made.box.salt


def test_a_draft_that_is_thrown_away_takes_its_cards_along(draft, editor):
    service.discard(draft, editor)
    db.session.commit()
    for table in (BallotBox, BoxQuestion, BoxCredential):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert last_entry().action == "ballots.discarded"


# ---- cards that people drew


def test_cards_that_people_drew_are_told_once_the_box_is_open(editor, draft):
    with pytest.raises(Refused, match="cuando la urna ha abierto"):
        service.hand_out(draft, editor, 5)
    box = city.opened(BoxKind.CODES, uuid="z" * 14).box
    service.hand_out(box, editor, 5)
    assert box.cards_handed_out == 5
    assert last_entry().details == {"cards": 5}
    with pytest.raises(Refused):
        service.hand_out(city.opened(BoxKind.OPEN, uuid="y" * 14).box, editor, 5)


def test_nobody_hands_out_more_cards_than_there_are(editor):
    made = city.opened(BoxKind.CODES)
    city.void(made, 8, 9)
    with pytest.raises(Refused, match="No se pudieron entregar 9: se hicieron 10 y 2 están anul"):
        service.hand_out(made.box, editor, 9)
    assert made.box.cards_handed_out is None
    service.hand_out(made.box, editor, 8)
    assert made.box.cards_handed_out == 8


def test_every_process_learns_of_a_change(editor):
    made = city.opened(BoxKind.OPEN)
    before = made.definition
    assert made.definition is before
    service.change(made.box, editor, made.box.tasks, why="Otra razón")
    db.session.commit()
    assert made.definition.why == "Otra razón"
    assert before.why == ""
