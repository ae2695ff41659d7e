"""The offices that plans name: known by all their names, created, or given another name."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from participa.core.db import db
from participa.plan.importing.import_problems import CREATE, LINK, Finding, new_slug
from participa.plan.offices import Directory, Known, key
from participa.staff import service
from participa.staff.models import Account, Office, OfficeAlias


def directory() -> Directory:
    """The city's offices with all their names."""
    rows = db.session.scalars(
        select(Office).options(selectinload(Office.aliases)).order_by(Office.id)
    )
    return Directory(
        (Known(office.slug, office.name, office.level), [alias.name for alias in office.aliases])
        for office in rows
    )


def settle(
    findings: Iterable[Finding], decisions: Mapping[str, str], by: Account | str
) -> dict[str, int]:
    """Create the offices and the other names that were decided; the ids of all offices, by slug.

    A new office is also found under the slug that its draft has for it.
    """
    created = {}
    for finding in findings:
        answer = decisions[finding.key]
        if finding.kind in {"unknown-office", "office-name"} and answer == CREATE:
            created[new_slug(finding.words)] = _create(finding.words, by)
        elif answer.startswith("office:"):
            _name(finding.words, answer.removeprefix("office:"), by)
        elif finding.kind == "office-name" and answer == LINK:
            _name(finding.words, finding.office, by)
    db.session.flush()
    rows = db.session.execute(select(Office.slug, Office.id))
    ids = {row.slug: row.id for row in rows}
    return ids | {slug: office.id for slug, office in created.items()}


def _create(name: str, by: Account | str) -> Office:
    """A new office; when its name was another one's second name, it takes that name over."""
    if alias := db.session.scalar(select(OfficeAlias).filter_by(name=name)):
        service.remove_alias(alias, by)  # type: ignore[arg-type]  # a command acts by its name
        db.session.flush()
    head = key(name)[0]
    kind = {"secretaria": "secretaria", "gerencia": "gerencia"}.get(head, "entidad")
    office = service.add_office(name, kind, by)  # type: ignore[arg-type]  # the same
    db.session.flush()
    return office


def _name(name: str, slug: str, by: Account | str) -> None:
    """Remember another name of an office, unless it is known already."""
    office = db.session.scalars(
        select(Office).filter_by(slug=slug).options(selectinload(Office.aliases))
    ).one()
    known = {key(office.name), *(key(alias.name) for alias in office.aliases)}
    if key(name) not in known:
        service.add_alias(office, name, by)  # type: ignore[arg-type]  # the same
