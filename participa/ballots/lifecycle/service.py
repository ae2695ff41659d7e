"""Create and change a box and its questions; record its handed-out cards."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists

from participa.ballots import archive_store, box_lock, minimum, queries
from participa.ballots.ceremony import KeyCeremony, ceremony_of
from participa.ballots.kinds import BelowMinimum
from participa.ballots.models import (
    BallotBox,
    BoxCredential,
    BoxKind,
    BoxQuestion,
    QuestionKind,
)
from participa.ballots.public_changes import ExplanationChange
from participa.ballots.roll import card_files, uploads
from participa.belenios import election
from participa.channels import lifecycle
from participa.channels.lifecycle import Frozen
from participa.core import audit, codes, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.formats import queries as formats
from participa.formats import service as format_service
from participa.formats.models import OfficialFormat
from participa.plan.models import Task
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

TITLE_LENGTH = 200  # characters
PATH = "/urna/{uuid}"
MOST_QUESTIONS = 12
MOST_ANSWERS = 40
# Columns that may change after the opening: they alter no question and no promise.
CHANGEABLE = ("why", "cards_handed_out")
COPIED = (
    "used_by",
    "registrar",
    "takes_last",
    "shows_live",
    "allows_assisted",
    "allows_paper",
    "expected_ballots",
    "below_minimum",
    "extra_days",
    "places",
)
YES_NO = ["Sí", "No"]
ONLY_CHANGEABLE = "La urna ya abrió: cambie solo la explicación y las tarjetas entregadas."
SUM_IS_FOR_OPEN = (
    "En una urna con tarjetas no se puede: el archivo es público, y con él cualquiera separaría de "
    "la suma los pocos votos. Elija otra opción."
)
GONE = "Esa pregunta ya no está en la urna. Recargue la página."


def create(
    by: Account | None,
    kind: BoxKind,
    tasks: Sequence[Task],
    official: OfficialFormat | None = None,
    **facts: Any,
) -> BallotBox:
    """Create a draft, made with an official format or with none; its address and QR never change.

    `facts` are columns of BallotBox.
    """
    given = {"uuid": election.new_uuid(), "below_minimum": BelowMinimum.END, **facts}
    box = BallotBox(code=codes.new(), kind=kind, **given)
    _check_consistent(box)
    lifecycle.create(box, PATH.format(uuid=box.uuid), by, tasks)
    choose_format(box, by, official)
    return box


def choose_format(box: BallotBox, by: Account | None, official: OfficialFormat | None) -> None:
    """Let the box be this official format from now on, or none."""
    if official is None:
        format_service.end_twin(box.channel, box.id, by=by)
        return
    path = PATH.format(uuid=box.uuid)
    about = (box.channel, box.id, box.title, path, box.code, box.variables)
    format_service.register_twin(official, *about, by=by)


def change(box: BallotBox, by: Account, tasks: Sequence[Task], **facts: Any) -> None:
    """Change any column before the opening; only those in CHANGEABLE afterwards.

    The public page of an open box then says what its explanation was before.
    """
    if box.opened_at is None:
        box_lock.lock_draft(box, Frozen(ONLY_CHANGEABLE))
        _check_kind(box, facts.get("kind", box.kind))
        _check_policy(box, facts.get("takes_last", box.takes_last))
    else:
        second_factor.require(by)
        facts = lifecycle.only_safe(box, facts, CHANGEABLE, ONLY_CHANGEABLE)
        if facts.get("why", box.why) != box.why:
            db.session.add(ExplanationChange(box_id=box.id, before=box.why))
    lifecycle.change(box, by, facts, tasks, box.audit_facts())
    format_service.refresh_twin(box.channel, box.id, box.title, box.variables)
    _check_consistent(box)


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
    audit.record("ballots.question_added", box, by or "demo", part=question, text=text)
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
    box = _lock_box_of(question)
    _write(question, kind, text, answers, least, most, has_blank)
    box.touch()
    audit.record("ballots.question_changed", box, by, part=question, text=text)


def remove_question(question: BoxQuestion, by: Account) -> None:
    box = _lock_box_of(question)
    box.questions.remove(question)
    _renumber(box)
    box.touch()
    audit.record("ballots.question_removed", box, by, part=question, text=question.text)


def move_question(question: BoxQuestion, by: Account, offset: int) -> None:
    """Move it up (-1) or down (1); at either end it keeps its position."""
    box = _lock_box_of(question)
    order = list(box.questions)
    place = order.index(question)
    order.insert(max(0, place + offset), order.pop(place))
    for position, other in enumerate(order, start=1):
        other.position = position
    box.touch()
    audit.record("ballots.question_moved", box, by, part=question, text=question.text)


def duplicate(box: BallotBox, by: Account) -> BallotBox:
    """A new draft with the same questions, without dates, cards, keys and votes."""
    facts = lifecycle.copy_of(box, TITLE_LENGTH, *COPIED)
    official = formats.format_by_id(formats.format_id_of(box))
    copy = create(by, box.kind, box.tasks, official, **facts)
    if (some := ceremony_of(box)) is not None:
        db.session.add(KeyCeremony(box_id=copy.id, needed=some.needed))
    for question in box.questions:
        limits = (question.least, question.most, question.has_blank)
        ask(copy, by, question.kind, question.text, question.answers, *limits)
    return copy


def discard(box: BallotBox, by: Account) -> None:
    """Delete a draft. A box that has opened is never deleted."""
    _may_change(box)
    audit.record("ballots.discarded", box, by, title=box.title)
    card_files.erase_of_box(box.id)
    uploads.erase(box.id)
    db.session.delete(box)


def hand_out(box: BallotBox, by: Account, cards: int) -> None:
    """Record how many cards the polling table handed out."""
    second_factor.require(by)
    if box.opened_at is None or not box.is_secret:
        raise Refused("Las tarjetas entregadas se dicen cuando la urna ha abierto.", "cards")
    archive_store.lock_head(box.id, archive_store.timestamp(box))  # as voiding cards does
    made = queries.cards(box)
    if cards > made.made - made.void:
        raise Refused(
            f"No se pudieron entregar {spanish.number(cards)}: se hicieron "
            f"{spanish.number(made.made)} y {spanish.number(made.void)} están anuladas. Cuente "
            "otra vez, o deshaga hoy mismo una anulación que sobró.",
            "cards",
        )
    if cards < made.used:
        raise Refused(
            f"Ya votaron {spanish.several(made.used, 'código', 'códigos')}: se entregaron al menos "
            "esas tarjetas. Sume todas las mesas y los enlaces. Si de verdad fueron menos, no lo "
            "ajuste: déjelo como está y dígalo en el acta, porque votó una que nadie entregó.",
            "cards",
        )
    box.cards_handed_out = cards
    box.touch()
    audit.record("ballots.cards_handed_out", box, by, cards=cards)


def _write(
    question: BoxQuestion,
    kind: QuestionKind,
    text: str,
    answers: Sequence[str],
    least: int,
    most: int,
    has_blank: bool,
) -> None:
    options = YES_NO if kind is QuestionKind.YES_NO else [option for option in answers if option]
    if not 2 <= len(options) <= MOST_ANSWERS:
        raise Refused(f"Ponga entre 2 y {MOST_ANSWERS} opciones, una por línea.", "answers")
    if len({answer.casefold() for answer in options}) != len(options):
        raise Refused("Una opción está dos veces.", "answers")
    least, most = _limits(kind, len(options), least, most)
    question.kind, question.text, question.answers = kind, text, list(options)
    question.least, question.most, question.has_blank = least, most, has_blank


def _limits(kind: QuestionKind, answers: int, least: int, most: int) -> tuple[int, int]:
    """The least and most choices that this kind of question allows. Raises Refused."""
    if kind is QuestionKind.APPROVE:
        return 0, answers
    if kind is QuestionKind.PRIORITIES:
        least = 1
    elif kind is not QuestionKind.SEVERAL:
        return 1, 1
    if not 0 <= least <= most <= answers or most < 1:
        raise Refused(f"El máximo va de 1 a {answers}, y el mínimo no lo pasa.", "most")
    return least, most


def _renumber(box: BallotBox) -> None:
    for position, question in enumerate(box.questions, start=1):
        question.position = position


def _lock_box_of(question: BoxQuestion) -> BallotBox:
    """Lock its box and return it. Raises Refused if the question was removed meanwhile."""
    box = question.box
    _may_change(box)
    if question not in box.questions:
        raise Refused(GONE)
    return box


def _check_kind(box: BallotBox, kind: BoxKind) -> None:
    """Refuse another kind once there are cards or trustees: their origin depends on the kind."""
    if kind is not box.kind and (box.trustees or _has_roll(box)):
        raise Refused(
            "Esta urna ya tiene tarjetas o custodios de otra clase. Haga una urna nueva.", "kind"
        )


def _check_policy(box: BallotBox, takes_last: bool) -> None:
    """Refuse to change whether a later vote counts once cards are made: they print it."""
    if takes_last is not box.takes_last and box.kind is BoxKind.CODES and _has_roll(box):
        raise Refused(
            "Ya hay tarjetas, y dicen si el voto se puede cambiar. Descarte los lotes, cambie "
            "esta regla y haga otras.",
            "policy",
        )


def _has_roll(box: BallotBox) -> bool:
    return bool(db.session.scalar(exists().where(BoxCredential.box_id == box.id).select()))


def _check_consistent(box: BallotBox) -> None:
    if box.shows_live and box.is_secret:
        raise Refused("Una urna secreta no muestra resultados antes del cierre.", "shows_live")
    below = box.below_minimum
    if below is BelowMinimum.MERGE and box.is_secret:
        raise Refused(SUM_IS_FOR_OPEN, "below_minimum")
    if below is BelowMinimum.MERGE and not box.allows_paper:
        raise Refused("Para sumar con el papel, reciba también votos en papel.", "below_minimum")
    if below is BelowMinimum.EXTEND and not 1 <= (box.extra_days or 0) <= minimum.MOST_EXTRA_DAYS:
        raise Refused(f"Escriba cuántos días, de 1 a {minimum.MOST_EXTRA_DAYS}.", "extra_days")


def _may_change(box: BallotBox) -> None:
    box_lock.lock_draft(box, Frozen("La urna ya abrió: sus preguntas no cambian."))
