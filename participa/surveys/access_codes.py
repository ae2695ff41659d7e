"""Codes with which one person answers once, and codes with which an unfinished answer goes on.

Codes of a batch follow from its nonce and the installation's key: slips can be printed again, and
a copy of the database opens nothing. A code that another feature gives is random.
"""

import hmac
import secrets
from collections.abc import Iterator

from flask import current_app
from sqlalchemy import func, insert, select, update

from participa.core import audit, clock, codes, submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.personal import sealing
from participa.staff.models import Account
from participa.surveys.models import (
    CODE_LENGTH,
    CodeUse,
    Survey,
    SurveyAccess,
    SurveyCode,
    SurveyCodeBatch,
    random_id,
)

GIVEN_LENGTH = 16  # of a code that proves itself
MOST_IN_BATCH = 20_000
PIECE = 1000
USED = "Con ese código ya se respondió. Cada código sirve una vez."


class CodeRefused(Refused):
    """The code is of nothing here, used, or void; the message says which."""


def make_batch(survey: Survey, by: Account, label: str, size: int) -> SurveyCodeBatch:
    """Store a batch of new codes."""
    if not 1 <= size <= MOST_IN_BATCH:
        raise Refused(f"Pida de 1 a {MOST_IN_BATCH} códigos por lote.", "size")
    if survey.access is not SurveyAccess.CODE:
        raise Refused("Quien responde esta encuesta no lo hace con códigos repartidos.")
    batch = SurveyCodeBatch(
        survey=survey, label=label, size=size, nonce=secrets.token_hex(16), made_by=by
    )
    db.session.add(batch)
    db.session.flush()
    for first in range(1, size + 1, PIECE):
        places = range(first, min(first + PIECE, size + 1))
        db.session.execute(insert(SurveyCode), [_row(batch, place) for place in places])
    audit.record("surveys.codes_made", survey, by, part=batch, size=size, batch=label)
    return batch


def _row(batch: SurveyCodeBatch, place: int) -> dict[str, object]:
    return {
        "id": random_id(),
        "survey_id": batch.survey_id,
        "batch_id": batch.id,
        "place": place,
        "digest": digest(batch.survey_id, code_at(batch, place)),
    }


def codes_of(batch: SurveyCodeBatch) -> Iterator[str]:
    """The codes of a batch, in the order of their slips."""
    return (code_at(batch, place) for place in range(1, batch.size + 1))


def code_at(batch: SurveyCodeBatch, place: int) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"survey-code:{batch.nonce}:{place}", CODE_LENGTH)


def give(survey: Survey, source: str) -> str:
    """A new code for somebody whom another feature knows; nothing here says who it is."""
    code = codes.new(CODE_LENGTH)
    survey_id = survey.id
    db.session.add(SurveyCode(survey=survey, digest=digest(survey_id, code), source=source))
    return code


def given(survey_id: int, proof: str) -> str:
    """The code of somebody who holds a word of another feature, such as a receipt.

    It proves itself and is stored when it is used, not before: nothing kept joins person and code.
    """
    head = _half("survey-given", survey_id, proof)
    return head + _half("survey-given-proof", survey_id, head)


def _half(purpose: str, survey_id: int, word: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"{purpose}:{survey_id}:{word}", GIVEN_LENGTH // 2)


def digest(survey_id: int, code: str) -> str:
    return sealing.digest(f"survey-code:{survey_id}", codes.read(code))


def look_up(survey_id: int, code: str) -> SurveyCode:
    """The code that somebody has, if it can be used now. Raises CodeRefused."""
    row = _stored(survey_id, code)
    if row is None:
        raise CodeRefused(
            "Ese código no es de esta encuesta. Compare las letras con las de su papel.", "code"
        )
    if row.state is CodeUse.USED:
        raise CodeRefused(USED, "code")
    if row.state is CodeUse.VOID:
        raise CodeRefused("Ese código se anuló. Pida otro a quien se lo dio.", "code")
    return row


def mark_used(code_id: int) -> None:
    """Mark a code as used; of two at once, the second is refused. Raises CodeRefused."""
    is_unused = (SurveyCode.id == code_id, SurveyCode.state == CodeUse.UNUSED)
    change = update(SurveyCode).where(*is_unused).values(state=CodeUse.USED)
    if not db.session.execute(change).rowcount:  # type: ignore[attr-defined]  # of an UPDATE
        raise CodeRefused(USED, "code")


def void_batch(batch: SurveyCodeBatch, by: Account) -> int:
    """Void the codes of a batch that nobody has used; returns how many."""
    unused = (SurveyCode.batch_id == batch.id, SurveyCode.state == CodeUse.UNUSED)
    changed = db.session.execute(update(SurveyCode).where(*unused).values(state=CodeUse.VOID))
    batch.voided_at = clock.now()
    count = int(changed.rowcount)  # type: ignore[attr-defined]  # of an UPDATE
    audit.record("surveys.codes_voided", batch.survey, by, part=batch, size=count)
    return count


def note_printed(batch: SurveyCodeBatch, by: Account) -> None:
    """The slips of a batch go to the printer; the page says so to who prints them again."""
    if batch.voided_at is not None:
        raise Refused("Este lote está anulado: sus códigos no sirven.")
    is_again = batch.printed_at is not None
    batch.printed_at = clock.now()
    audit.record("surveys.codes_printed", batch.survey, by, part=batch, is_repeated=is_again)


def note_links(batch: SurveyCodeBatch, by: Account, reason: str) -> None:
    """Somebody takes the links of a batch as a file; the reason stays in the audit trail."""
    audit.record("surveys.code_links_taken", batch.survey, by, part=batch, reason=reason)


def void(code: SurveyCode, by: Account) -> None:
    """Void one code that nobody has used."""
    if code.state is not CodeUse.UNUSED:
        raise Refused("Ese código ya se usó o se anuló.")
    code.state = CodeUse.VOID
    audit.record("surveys.code_voided", code.survey, by, part=code)


def find(survey_id: int, code: str) -> SurveyCode | None:
    """The code that somebody has, whatever became of it."""
    return _stored(survey_id, code)


def counts(survey_id: int) -> dict[CodeUse, int]:
    """How many codes are in each state."""
    rows = select(SurveyCode.state, func.count()).where(SurveyCode.survey_id == survey_id)
    found = dict(db.session.execute(rows.group_by(SurveyCode.state)).all())
    return {state: found.get(state, 0) for state in CodeUse}


def _stored(survey_id: int, code: str) -> SurveyCode | None:
    text = codes.read(code)
    if len(text) == GIVEN_LENGTH:
        _keep_given(survey_id, text)
    elif len(text) != CODE_LENGTH:
        return None
    digests = sealing.digests(f"survey-code:{survey_id}", text)
    return db.session.scalar(select(SurveyCode).where(SurveyCode.digest.in_(digests)))


def _keep_given(survey_id: int, text: str) -> None:
    """Store a code that proves itself, if it does; two at once leave one row."""
    head, tail = text[: GIVEN_LENGTH // 2], text[GIVEN_LENGTH // 2 :]
    if not hmac.compare_digest(_half("survey-given-proof", survey_id, head), tail):
        return
    values = {
        "id": random_id(),
        "survey_id": survey_id,
        "digest": digest(survey_id, text),
        "state": CodeUse.UNUSED,
        "source": "given",
    }
    statement = submissions.INSERT[db.engine.dialect.name](SurveyCode.__table__)
    db.session.execute(statement.values(values).on_conflict_do_nothing())
