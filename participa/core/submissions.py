"""Idempotent submissions: the signed id of each public form, and the receipt derived from it."""

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import String, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock, codes
from participa.core.db import db
from participa.core.errors import Refused

MAX_AGE_SECONDS = 60 * 24 * 3600
# A receipt opens what its owner sent, so it is 80 bits: nobody finds one by trying.
RECEIPT_LENGTH = 16
EARLIER_LENGTH = 12  # of those given out before, which go on opening theirs
INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Stale(Refused):
    """The token is missing, altered, older than MAX_AGE_SECONDS, or of another form."""


class AlreadySent(Refused):
    """This submission id was stored before with another content.

    `received_at` is None where the moment is not stored, as in a ballot box.
    """

    def __init__(self, receipt: str, received_at: datetime | None = None):
        super().__init__("Esta respuesta ya se envió y no se puede cambiar.")
        self.receipt = receipt
        self.received_at = received_at


@dataclass(frozen=True, slots=True)
class Stored:
    """The result of `store`; `id` is None when a copy with the same content was there already."""

    id: int | None
    receipt: str


class Submission:
    """Mixin of tables that citizens write: at most one row per submission id."""

    submission_id: Mapped[str] = mapped_column(String(32), unique=True)
    receipt: Mapped[str] = mapped_column(String(RECEIPT_LENGTH), unique=True)


def issue(purpose: str, submission_id: str = "") -> str:
    """A signed token with a new random submission id, for one rendering of a form.

    `submission_id` is the id of a form that was filled in elsewhere.
    """
    return _signer(purpose).dumps(submission_id or secrets.token_hex(16))


def read(token: str, purpose: str) -> str:
    """The submission id of a token; raises Stale unless it was issued for this purpose."""
    try:
        submission_id: str = _signer(purpose).loads(token, max_age=MAX_AGE_SECONDS)
    except BadSignature:
        raise Stale(
            "Esta página llevaba mucho tiempo abierta. Revise lo que escribió y envíelo otra vez."
        ) from None
    return submission_id


def receipt(submission_id: str) -> str:
    """The receipt of a submission id: the same for every retry, unpredictable without the key."""
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"receipt:{submission_id}", RECEIPT_LENGTH)


def is_receipt(code: str) -> bool:
    """Whether a code, as `codes.read` returns it, is as long as a receipt."""
    return len(code) in {RECEIPT_LENGTH, EARLIER_LENGTH}


def store(model: type[Any], submission_id: str, payload: Sequence[object], **values: Any) -> Stored:
    """Insert the submission unless it is there already.

    The table has the columns of Submission, `received_at` and `digest`. `payload` holds what makes
    two copies the same, as JSON values; only its keyed digest is stored. Raises AlreadySent when
    the stored row has another digest. One statement when the submission is new.
    """
    code, digest = receipt(submission_id), digest_of(submission_id, payload)
    new_id = insert_once(
        model,
        submission_id=submission_id,
        receipt=code,
        received_at=clock.now(),
        digest=digest,
        **values,
    )
    if new_id is None:
        row = select(model.digest, model.received_at, model.receipt)
        stored = db.session.execute(row.where(model.submission_id == submission_id)).one()
        code = stored.receipt  # what a retry derives may be longer than what was given out
        if not hmac.compare_digest(stored.digest, digest):
            raise AlreadySent(code, stored.received_at)
    return Stored(new_id, code)


def receipt_of(model: type[Any], token: str, purpose: str) -> str | None:
    """The receipt of what a form with this token stored; None when it stored nothing."""
    try:
        submission_id = read(token, purpose)
    except Stale:
        return None
    return db.session.scalar(select(model.receipt).where(model.submission_id == submission_id))


def digest_of(submission_id: str, payload: Sequence[object]) -> str:
    """HMAC-SHA256 under the installation's key, so that nobody can test guesses against it."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(key, json.dumps([submission_id, *payload]).encode(), "sha256").hex()


def insert_once(model: type[Any], **values: Any) -> int | None:
    """Insert the row and return its id; None when this submission is stored already.

    A single statement, so concurrent copies leave one row.
    """
    statement = _insert(db.engine.dialect.name, model.__table__)
    new_id: int | None = db.session.connection().execute(statement, values).scalar()
    return new_id


@cache
def _insert(dialect: str, table: Table) -> Any:
    """The INSERT of a table; cached, because building it costs more than running it."""
    # No constraint is named: a copy also violates the one of the receipt, and PostgreSQL may check
    # that one first.
    return INSERT[dialect](table).on_conflict_do_nothing().returning(*table.primary_key)


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return _signer_of(current_app.config["SECRET_KEY"], purpose)


@lru_cache(maxsize=256)  # of the forms that are open now
def _signer_of(key: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=f"submission:{purpose}")
