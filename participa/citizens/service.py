"""Publish privacy notices, store population answers with consent, delete them when they expire."""

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import delete, func, insert, select

from participa.citizens import notices, tallies, variables
from participa.citizens.fields import CONSENT
from participa.citizens.models import (
    CHANNELS,
    Consent,
    FrozenCount,
    Notice,
    PopulationSlip,
    random_key,
)
from participa.config import Entity
from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.personal import rewriting
from participa.staff.models import Account

BATCH = 500
WRITTEN_AGAIN = (Consent, PopulationSlip)  # by `rewrite_slips`
# Core tables instead of mapped classes: faster inserts on every citizen's submission.
# Built once: building them costs more than executing them.
ADD_CONSENT, ADD_SLIP = insert(Consent.__table__), insert(PopulationSlip.__table__)


class PublishedMeanwhile(Refused):
    pass


class ConsentMissing(Refused):
    pass


class HasId(Protocol):
    id: int


def publish_notice(purpose: str, entity: Entity, by: Account | str) -> Notice:
    """Publish the notice for these settings; returns the latest version if its text is the same.

    A changed text becomes a new version (DAT-11). Earlier versions remain public, because the
    consents refer to them. Raises PublishedMeanwhile on a concurrent publication.
    """
    kind = notices.kinds()[purpose]
    text = notices.full_text(kind, entity)
    short = notices.short_lines(kind, entity)
    sha256 = notices.fingerprint("\n".join([*short, text]))
    newest_first = select(Notice).filter_by(purpose=purpose).order_by(Notice.number.desc())
    last = db.session.scalar(newest_first.limit(1))
    if last is not None and last.sha256 == sha256:
        return last
    notice = Notice(
        purpose=purpose,
        number=last.number + 1 if last else 1,
        short_lines=list(short),
        text=text,
        sha256=sha256,
        months=kind.months,
        published_at=clock.now(),
    )
    meanwhile = PublishedMeanwhile("Otra persona publicó este aviso hace un momento. Revíselo.")
    with unique_or_refuse("uq_notice_purpose_number", meanwhile):
        db.session.add(notice)
    audit.record("citizens.notice_published", notice, by=by, sha256=sha256)
    return notice


def seed_notices() -> int:
    """Publish the notices of all channels that differ from the settings; returns how many."""
    entity: Entity = installation().settings.entity
    before = db.session.scalar(select(func.count(Notice.id)))
    for purpose in notices.kinds():
        publish_notice(purpose, entity, by="participa")
    after = db.session.scalar(select(func.count(Notice.id)))
    return (after or 0) - (before or 0)


def record_consent(
    notice: HasId, purposes: Collection[str], channel: str, operator: Account | None = None
) -> str:
    """Store the consent of an identified person, with the exact time (DAT-04); returns its id.

    Raises ValueError for unknown purposes or channels.
    """
    if unknown := set(purposes) - notices.PURPOSES.keys():
        raise ValueError(f"unknown purposes: {sorted(unknown)}")
    values = _consent(notice.id, purposes, channel, operator, clock.now())
    db.session.connection().execute(ADD_CONSENT, values)
    return str(values["id"])


def _consent(
    notice_id: int,
    purposes: Collection[str],
    channel: str,
    operator: Account | None,
    at: Any,
) -> dict[str, Any]:
    """The row of a consent."""
    if channel not in CHANNELS:
        raise ValueError(f"unknown channel: {channel}")
    return {
        "id": random_key(),
        "notice_id": notice_id,
        "purposes": sorted(purposes),
        "at": at,
        "channel": channel,
        "operator_id": operator.id if operator else None,
    }


def record_slip(
    source: str,
    source_id: int,
    answers: Mapping[str, Sequence[str]],
    notice: HasId,
    channel: str,
    operator: Account | None = None,
    on: date | None = None,
) -> None:
    """Store one person's population answers with the consent to use them.

    `answers` has the shape of `fields.answers`; `on` is the day of the answers, by default today.
    The consent has no time of day either: an equal timestamp in the same person's other records
    would link them. Raises ConsentMissing, or ValueError for unknown variables or channels.
    """
    slip = PopulationAnswers(answers, notice.id, channel, on or clock.today(), operator)
    record_slips(source, source_id, [slip])


@dataclass(frozen=True, slots=True)
class PopulationAnswers:
    """One person's population answers, to be stored; see `record_slip`."""

    answers: Mapping[str, Sequence[str]]
    notice_id: int
    channel: str
    on: date
    operator: Account | None = None


def record_slips(source: str, source_id: int, slips: Sequence[PopulationAnswers]) -> None:
    """Store the answers of several people in this order, in two statements; see `record_slip`."""
    consents: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for slip in slips:
        purposes = purposes_of(slip.answers)
        stored = {key: list(codes) for key, codes in slip.answers.items() if key != CONSENT}
        consent_id = None
        if stored:
            at = clock.at_city(slip.on)
            consents.append(_consent(slip.notice_id, purposes, slip.channel, slip.operator, at))
            consent_id = consents[-1]["id"]
        rows.append(
            {
                "id": random_key(),
                "variables_version": variables.VERSION,
                "source": source,
                "source_id": source_id,
                "answers": stored,
                "received_on": slip.on,
                "notice_id": slip.notice_id,
                "consent_id": consent_id,
            }
        )
    for statement, values in ((ADD_CONSENT, consents), (ADD_SLIP, rows)):
        if values:
            db.session.connection().execute(statement, values)


def rewrite_slips(source: str, source_ids: Sequence[int], since: date) -> int:
    """Write the slips of these forms again, and their consents, apart from what was written with
    them (`rewriting`); returns how many rows.
    """
    which = (
        PopulationSlip.source == source,
        PopulationSlip.source_id.in_(source_ids),
        PopulationSlip.received_on >= since,
    )
    consents = select(PopulationSlip.consent_id).where(*which)
    return rewriting.together(Consent, Consent.id.in_(consents)) + rewriting.together(
        PopulationSlip, *which
    )


def purposes_of(answers: Mapping[str, Sequence[str]]) -> set[str]:
    """The purposes that these answers need consent for.

    Raises ConsentMissing for sensitive answers without the express consent, ValueError for keys of
    no variable.
    """
    is_sensitive = [
        _is_sensitive(key) and variables.discloses(key, codes)
        for key, codes in answers.items()
        if key != CONSENT
    ]
    if not any(is_sensitive):
        return {"statistics"}
    if CONSENT not in answers:
        raise ConsentMissing(
            "Marque la autorización o deje en blanco las preguntas sensibles.", field=CONSENT
        )
    return {"statistics", "sensitive"}


def _is_sensitive(key: str) -> bool:
    variable = variables.variable_of(key)
    if variable is None:
        raise ValueError(f"no such variable: {key}")
    return variable.is_sensitive


def purge() -> int:
    """Delete expired slips and their consents; returns the number of slips deleted.

    Their totals are stored as FrozenCount rows (DAT-10), and one audit entry without personal
    data is written. Consents of identified people are deleted with the records that name them.
    """
    deleted = 0
    for notice in db.session.scalars(select(Notice).order_by(Notice.id)):
        limit = months_before(clock.today(), notice.months)
        expired = select(PopulationSlip).filter_by(notice_id=notice.id)
        expired = expired.where(PopulationSlip.received_on <= limit).order_by(PopulationSlip.id)
        while slips := db.session.scalars(expired.limit(BATCH)).all():
            _delete_slips(slips)
            deleted += len(slips)
    if deleted:
        audit.record("citizens.purged", "PopulationSlip", by="participa", slips=deleted)
    return deleted


def _delete_slips(slips: Sequence[PopulationSlip]) -> None:
    by_source: dict[tuple[str, int], list[Any]] = {}
    for slip in slips:
        by_source.setdefault((slip.source, slip.source_id), []).append(slip.answers)
    for (source, source_id), answers in sorted(by_source.items()):
        _add_to_frozen_counts(source, source_id, tallies.tally(answers))
    ids = [slip.id for slip in slips]
    consents = [slip.consent_id for slip in slips if slip.consent_id]
    db.session.execute(delete(PopulationSlip).where(PopulationSlip.id.in_(ids)))
    db.session.execute(delete(Consent).where(Consent.id.in_(consents)))


def _add_to_frozen_counts(source: str, source_id: int, tally: tallies.Tally) -> None:
    existing = {
        (count.variable, count.option): count
        for count in db.session.scalars(
            select(FrozenCount).filter_by(source=source, source_id=source_id)
        )
    }
    for (variable, option), people in tally.items():
        if count := existing.get((variable, option)):
            count.people += people
            continue
        values = {"variable": variable, "option": option, "people": people}
        db.session.add(FrozenCount(source=source, source_id=source_id, **values))
    db.session.flush()


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` earlier, or the last day of a shorter month."""
    return months_after(day, -months)


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later, or the last day of a shorter month."""
    month = day.year * 12 + day.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
