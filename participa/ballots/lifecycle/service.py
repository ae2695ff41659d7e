"""What the staff prepares: a box and its questions; what was counted by hand afterwards."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists

from participa.ballots import box_lock
from participa.ballots.models import (
    BallotBox,
    BoxCredential,
    BoxKind,
    BoxQuestion,
    PaperCount,
    QuestionKind,
)
from participa.belenios import election, questions
from participa.channels import lifecycle
from participa.channels.lifecycle import Frozen
from participa.core import audit, clock, codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.plan.models import Task
from participa.staff.models import Account

TITLE = 200
PATH = "/urna/{uuid}"
MOST_QUESTIONS = 12
MOST_ANSWERS = 40
# What may change once the box is open: it does not alter what people are asked or promised.
SAFE = ("why", "cards_handed_out")
COPIED = (
    "used_by",
    "registrar",
    "takes_last",
    "shows_live",
    "allows_assisted",
    "allows_paper",
    "expected_ballots",
)
YES_NO = ["Sí", "No"]
ONLY_SAFE = "La urna ya abrió: cambie solo la explicación y las tarjetas entregadas."
GONE = "Esa pregunta ya no está en la urna. Recargue la página."


def create(by: Account | None, kind: BoxKind, tasks: Sequence[Task], **facts: Any) -> BallotBox:
    """A new draft, with its address and its QR from the first moment."""
    box = BallotBox(code=codes.new(), kind=kind, **{"uuid": election.new_uuid(), **facts})
    _consistent(box)
    lifecycle.create(box, PATH.format(uuid=box.uuid), by, tasks)
    return box


def change(box: BallotBox, by: Account, tasks: Sequence[Task], **facts: Any) -> None:
    """Change a box: all of it before the opening, what is safe afterwards."""
    if box.opened_at is None:
        box_lock.lock_draft(box, Frozen(ONLY_SAFE))
        _same_kind(box, facts.get("kind", box.kind))
    else:
        facts = lifecycle.only_safe(box, facts, SAFE, ONLY_SAFE)
    lifecycle.change(box, by, facts, tasks, box.audit_facts())
    _consistent(box)


def ask(
    box: BallotBox,
    by: Account | None,
    kind: QuestionKind,
    text: str,
    answers: Sequence[str] = (),
    least: int = 1,
    most: int = 1,
    has_blank: bool = True,
) -> BoxQuestion:
    """Add a question at the end."""
    _may_change(box)
    if len(box.questions) >= MOST_QUESTIONS:
        raise Refused(f"Una urna tiene hasta {MOST_QUESTIONS} preguntas.")
    question = BoxQuestion(position=len(box.questions) + 1)
    _write(question, kind, text, answers, least, most, has_blank)
    box.questions.append(question)
    box.touch()
    audit.record("ballots.question_added", box, by or "demo", text=text)
    return question


def change_question(
    question: BoxQuestion,
    by: Account,
    kind: QuestionKind,
    text: str,
    answers: Sequence[str],
    *,
    least: int,
    most: int,
    has_blank: bool,
) -> None:
    box = _box_of(question)
    _write(question, kind, text, answers, least, most, has_blank)
    box.touch()
    audit.record("ballots.question_changed", box, by, text=text)


def remove_question(question: BoxQuestion, by: Account) -> None:
    box = _box_of(question)
    box.questions.remove(question)
    _number(box)
    box.touch()
    audit.record("ballots.question_removed", box, by, text=question.text)


def move_question(question: BoxQuestion, by: Account, places: int) -> None:
    """Up (-1) or down (1) among the others; at an end it stays where it is."""
    box = _box_of(question)
    order = list(box.questions)
    place = order.index(question)
    order.insert(max(0, place + places), order.pop(place))
    for position, one in enumerate(order, start=1):
        one.position = position
    box.touch()
    audit.record("ballots.question_moved", box, by, text=question.text)


def duplicate(box: BallotBox, by: Account) -> BallotBox:
    """A new draft with the same questions; dates, cards, keys and votes stay behind."""
    facts = lifecycle.copy_of(box, TITLE, *COPIED)
    copy = create(by, box.kind, box.tasks, **facts)
    for one in box.questions:
        limits = (one.least, one.most, one.has_blank)
        ask(copy, by, one.kind, one.text, one.answers, *limits)
    return copy


def discard(box: BallotBox, by: Account) -> None:
    """Throw a draft away; a box that opened stays for ever."""
    _may_change(box)
    audit.record("ballots.discarded", box, by, title=box.title)
    db.session.delete(box)


def count_paper(
    box: BallotBox,
    by: Account,
    ballots: int,
    invalid: int,
    counts: Sequence[Sequence[int]],
    note: str,
) -> None:
    """Say what the paper cards of the physical box said, counted by hand in front of people.

    `counts` has, per question, one number per slot; the blank vote is the first where there is one.
    """
    if not box.is_closed or not box.allows_paper:
        raise Refused("El papel se cuenta cuando la urna cierra, si esta urna lo admite.")
    for number, (question, line) in enumerate(zip(box.questions, counts, strict=True), start=1):
        _adds_up(question.asked, line, ballots - invalid, number)
    paper = box.paper = box.paper or PaperCount()
    paper.ballots, paper.invalid, paper.note = ballots, invalid, note
    paper.counts = [list(line) for line in counts]
    paper.counted_by, paper.counted_at = by, clock.now()
    box.touch()
    facts = {"ballots": ballots, "invalid": invalid, "counts": paper.counts}
    audit.record("ballots.paper_counted", box, by, **facts)


def hand_out(box: BallotBox, by: Account, cards: int) -> None:
    """Say how many cards people drew, as the table counted them."""
    if box.opened_at is None or not box.is_secret:
        raise Refused("Las tarjetas entregadas se dicen cuando la urna ha abierto.", "cards")
    box.cards_handed_out = cards
    box.touch()
    audit.record("ballots.cards_handed_out", box, by, cards=cards)


def _adds_up(question: questions.Question, line: Sequence[int], valid: int, number: int) -> None:
    """What a count by hand cannot say: more marks than the ballots have."""
    if len(line) != question.slots or min(line, default=0) < 0:
        raise Refused("Escriba un número por opción, desde 0.", f"q{number}")
    blank = line[0] if question.has_blank else 0
    marks = sum(line) - blank
    if max(line) > valid or marks > (valid - blank) * question.most:
        raise Refused(
            f"La pregunta {number} suma más de lo que cabe en {valid} papeletas válidas.",
            f"q{number}",
        )


def _write(
    question: BoxQuestion,
    kind: QuestionKind,
    text: str,
    answers: Sequence[str],
    least: int,
    most: int,
    has_blank: bool,
) -> None:
    listed = YES_NO if kind is QuestionKind.YES_NO else [a for a in answers if a]
    if not 2 <= len(listed) <= MOST_ANSWERS:
        raise Refused(f"Ponga entre 2 y {MOST_ANSWERS} opciones, una por línea.", "answers")
    if len({answer.casefold() for answer in listed}) != len(listed):
        raise Refused("Una opción está dos veces.", "answers")
    least, most = _limits(kind, len(listed), least, most)
    question.kind, question.text, question.answers = kind, text, list(listed)
    question.least, question.most, question.has_blank = least, most, has_blank


def _limits(kind: QuestionKind, answers: int, least: int, most: int) -> tuple[int, int]:
    """How many may be chosen, by the kind of question."""
    if kind is QuestionKind.APPROVE:
        return 0, answers
    if kind is QuestionKind.PRIORITIES:
        least = 1
    elif kind is not QuestionKind.SEVERAL:
        return 1, 1
    if not 0 <= least <= most <= answers or most < 1:
        raise Refused(f"El máximo va de 1 a {answers}, y el mínimo no lo pasa.", "most")
    return least, most


def _number(box: BallotBox) -> None:
    for position, question in enumerate(box.questions, start=1):
        question.position = position


def _box_of(question: BoxQuestion) -> BallotBox:
    """Its box, held; somebody else may have taken the question out while we waited."""
    box = question.box
    _may_change(box)
    if question not in box.questions:
        raise Refused(GONE)
    return box


def _same_kind(box: BallotBox, kind: BoxKind) -> None:
    """Cards made here, or keys from outside, would belie the label of another kind."""
    has_roll = exists().where(BoxCredential.box_id == box.id).select()
    if kind is not box.kind and (box.trustees or db.session.scalar(has_roll)):
        raise Refused(
            "Esta urna ya tiene tarjetas o custodios de otra clase. Haga una urna nueva.", "kind"
        )


def _consistent(box: BallotBox) -> None:
    if box.shows_live and box.is_secret:
        raise Refused("Una urna secreta no muestra resultados antes del cierre.", "shows_live")


def _may_change(box: BallotBox) -> None:
    box_lock.lock_draft(box, Frozen("La urna ya abrió: sus preguntas no cambian."))
