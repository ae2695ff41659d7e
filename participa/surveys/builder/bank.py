"""The question bank: approved questions, which any survey of the city can ask with the same words.

A part comes with participa (`seed/bank.json`); the staff adds its own. What is stored wins over
the file: so a question that came with participa can be retired too.
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sqlalchemy import func, select

from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.surveys.models import BankQuestion
from participa.surveys.questionnaire import documents, editing
from participa.surveys.questionnaire.questions import Page, Questionnaire, SurveyQuestion

SEED = Path(__file__).parent / "seed" / "bank.json"
MOST = 300  # questions that the staff has added
SAME_NAME = "Esa pregunta se guardó en el banco al mismo tiempo. Vea el banco."


@dataclass(frozen=True, slots=True)
class BankEntry:
    """A question of the bank; `row` is None for one that came with participa, untouched."""

    block: str
    name: str
    question: SurveyQuestion
    is_approved: bool = True
    is_retired: bool = False
    row: BankQuestion | None = None

    @property
    def options(self) -> str:
        """The options in one line; of a table, its statements."""
        return " · ".join(one.label for one in self.question.rows or self.question.choices)


@cache
def seeded() -> tuple[BankEntry, ...]:
    """The questions that came with participa, in order."""
    return tuple(
        BankEntry(group["block"], question.key, question)
        for group in json.loads(SEED.read_text(encoding="utf-8"))
        for question in documents.load(json.dumps({"pages": [{"title": "", **group}]})).questions
    )


def entries() -> list[BankEntry]:
    """All questions of the bank, those that came with participa first."""
    rows = select(BankQuestion).order_by(BankQuestion.block, BankQuestion.position, BankQuestion.id)
    stored = {row.name: _entry(row) for row in db.session.scalars(rows)}
    seed = [stored.pop(entry.name, entry) for entry in seeded()]
    return [*seed, *stored.values()]


def blocks(retired: bool = False) -> dict[str, list[BankEntry]]:
    """The questions in use by block, or the retired ones."""
    found: dict[str, list[BankEntry]] = {}
    for entry in entries():
        if entry.is_retired is retired:
            found.setdefault(entry.block, []).append(entry)
    return found


def entry(name: str) -> BankEntry | None:
    return next((one for one in entries() if one.name == name), None)


def save(question: SurveyQuestion, by: Account, block: str) -> BankQuestion:
    """Put a question of a survey into the bank; it waits there to be approved.

    Its condition is left out: the questions on which it depends are of its survey.
    """
    if (db.session.scalar(select(func.count(BankQuestion.id))) or 0) >= MOST:
        raise Refused(f"El banco tiene {MOST} preguntas. Retire antes las que no se usan.")
    plain = replace(question, shown_if=None, key=_free_name(question.key))
    row = _row(plain, block)
    audit.record("surveys.bank_saved", row, by, question=plain.label, block=block)
    return row


def approve(row: BankQuestion, by: Account) -> None:
    row.is_approved = True
    audit.record("surveys.bank_approved", row, by, question=_entry(row).question.label)


def retire(entry: BankEntry, by: Account) -> None:
    """Take a question out of the bank. Surveys that ask it go on asking it."""
    if entry.is_retired:
        raise Refused("Esta pregunta ya está retirada.")
    row = entry.row or _row(entry.question, entry.block, is_approved=True)
    row.retired_at = clock.now()
    audit.record("surveys.bank_retired", row, by, question=entry.question.label)


def restore(entry: BankEntry, by: Account) -> None:
    """Undo `retire`."""
    if entry.row is None or not entry.is_retired:
        raise Refused("Esta pregunta no está retirada.")
    entry.row.retired_at = None
    audit.record("surveys.bank_restored", entry.row, by, question=entry.question.label)


def _free_name(key: str) -> str:
    taken = {entry.name for entry in entries()}
    return key if key not in taken else editing.new_key(key, taken)


def _row(question: SurveyQuestion, block: str, is_approved: bool = False) -> BankQuestion:
    last = select(func.max(BankQuestion.position)).where(BankQuestion.block == block)
    row = BankQuestion(
        block=block,
        position=(db.session.scalar(last) or 0) + 1,
        document=documents.dump(documents.check(Questionnaire((Page((question,)),)))),
        name=question.key,
        is_approved=is_approved,
    )
    with unique_or_refuse("uq_bank_question_name", Refused(SAME_NAME)):
        db.session.add(row)
        db.session.flush()
    return row


def _entry(row: BankQuestion) -> BankEntry:
    question = documents.load(row.document).questions[0]
    is_retired = row.retired_at is not None
    return BankEntry(row.block, row.name, question, row.is_approved, is_retired, row)
