"""Publishing notices, taking what people tell of themselves, and letting go of it in time."""

import calendar
from collections.abc import Collection, Mapping, Sequence
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
from participa.staff.models import Account

BATCH = 500
# Written on the path of every citizen: the tables themselves, without the mapper above them.
CONSENTS, SLIPS = Consent.__table__, PopulationSlip.__table__


class PublishedMeanwhile(Refused):
    pass


class ConsentMissing(Refused):
    pass


class HasId(Protocol):
    id: int


def publish_notice(purpose: str, entity: Entity, by: Account | str) -> Notice:
    """Publish the notice that these settings give; the version that says just this may stand.

    A text that changed becomes a new version (DAT-11); the earlier ones stay readable, because
    people authorised what those said.
    """
    kind = notices.kinds()[purpose]
    text = notices.full_text(kind, entity)
    short = notices.short_lines(kind, entity)
    sha256 = notices.fingerprint("\n".join([*short, text]))
    latest = select(Notice).filter_by(purpose=purpose).order_by(Notice.number.desc()).limit(1)
    last = db.session.scalar(latest)
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
    """The notices of every channel, up to date with the settings; how many had to be published."""
    entity: Entity = installation().settings.entity
    before = db.session.scalar(select(func.count(Notice.id)))
    for purpose in notices.kinds():
        publish_notice(purpose, entity, by="participa")
    after = db.session.scalar(select(func.count(Notice.id)))
    return (after or 0) - (before or 0)


def give_consent(
    notice: HasId, purposes: Collection[str], channel: str, operator: Account | None = None
) -> str:
    """Keep the proof of an authorisation by a person who can be named, to the second (DAT-04)."""
    if unknown := set(purposes) - notices.PURPOSES.keys():
        raise ValueError(f"unknown purposes: {sorted(unknown)}")
    return _consent(notice, purposes, channel, operator, clock.now())


def _consent(
    notice: HasId,
    purposes: Collection[str],
    channel: str,
    operator: Account | None,
    at: Any,
) -> str:
    if channel not in CHANNELS:
        raise ValueError(f"unknown channel: {channel}")
    key = random_key()
    values = {"id": key, "notice_id": notice.id, "purposes": sorted(purposes), "at": at}
    told = {"channel": channel, "operator_id": operator.id if operator else None}
    db.session.execute(insert(CONSENTS).values(**values, **told))
    return key


def record_slip(
    source: str,
    source_id: int,
    answers: Mapping[str, Sequence[str]],
    notice: HasId,
    channel: str,
    operator: Account | None = None,
    on: date | None = None,
) -> None:
    """Keep what one person told of themselves, with the proof that they allowed it.

    `answers` is what fields.answers gives, on this day (else today). Its consent knows the day
    only: the answers of the same person elsewhere may carry the hour, and two equal hours would
    join them.
    """
    on = on or clock.today()
    uses = uses_of(answers)
    told = {key: list(codes) for key, codes in answers.items() if key != CONSENT}
    consent_id = None
    if told:
        consent_id = _consent(notice, uses, channel, operator, clock.at_city(on))
    values = {"source": source, "source_id": source_id, "answers": told}
    values["received_on"] = on
    proof = {"notice_id": notice.id, "consent_id": consent_id}
    db.session.execute(
        insert(SLIPS).values(
            id=random_key(), variables_version=variables.VERSION, **values, **proof
        )
    )


def uses_of(answers: Mapping[str, Sequence[str]]) -> set[str]:
    """What these answers may be used for; refuses sensitive ones without the express consent."""
    told = [(key, codes) for key, codes in answers.items() if key != CONSENT]
    is_sensitive = [_is_sensitive(key) and variables.tells(key, codes) for key, codes in told]
    if not any(is_sensitive):
        return {"statistics"}
    if CONSENT not in answers:
        raise ConsentMissing(
            "Marque la autorización o deje en blanco las preguntas sensibles.", field=CONSENT
        )
    return {"statistics", "sensitive"}


def _is_sensitive(key: str) -> bool:
    variable = variables.of_key(key)
    if variable is None:
        raise ValueError(f"no such variable: {key}")
    return variable.is_sensitive


def purge() -> int:
    """Let go of every slip beyond its term, with its consent; returns how many slips went.

    Their totals stay, number by number (DAT-10). The act is audited, without any of the data.
    The consents of persons with a name go with the records that name them.
    """
    gone = 0
    for notice in db.session.scalars(select(Notice).order_by(Notice.id)):
        limit = months_before(clock.today(), notice.months)
        old = select(PopulationSlip).filter_by(notice_id=notice.id)
        old = old.where(PopulationSlip.received_on <= limit).order_by(PopulationSlip.id)
        while slips := db.session.scalars(old.limit(BATCH)).all():
            _let_go(slips)
            gone += len(slips)
    if gone:
        audit.record("citizens.purged", "PopulationSlip", by="participa", slips=gone)
    return gone


def _let_go(slips: Sequence[PopulationSlip]) -> None:
    by_source: dict[tuple[str, int], list[Any]] = {}
    for slip in slips:
        by_source.setdefault((slip.source, slip.source_id), []).append(slip.answers)
    for (source, source_id), answers in sorted(by_source.items()):
        _freeze(source, source_id, tallies.tally(answers))
    ids = [slip.id for slip in slips]
    consents = [slip.consent_id for slip in slips if slip.consent_id]
    db.session.execute(delete(PopulationSlip).where(PopulationSlip.id.in_(ids)))
    db.session.execute(delete(Consent).where(Consent.id.in_(consents)))


def _freeze(source: str, source_id: int, tally: tallies.Tally) -> None:
    known = {
        (count.variable, count.option): count
        for count in db.session.scalars(
            select(FrozenCount).filter_by(source=source, source_id=source_id)
        )
    }
    for (variable, option), people in tally.items():
        if count := known.get((variable, option)):
            count.people += people
            continue
        values = {"variable": variable, "option": option, "people": people}
        db.session.add(FrozenCount(source=source, source_id=source_id, **values))
    db.session.flush()


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    month = day.year * 12 + day.month - 1 - months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
