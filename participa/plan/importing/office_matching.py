"""The offices that a plan names: the directory of known names, and the decisions about others."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from participa.core.db import db
from participa.plan.importing.import_problems import CREATE, LINK, ImportProblem, new_slug
from participa.plan.offices import Directory, KnownOffice, name_key
from participa.staff import service
from participa.staff.models import Account, Office, OfficeAlias


def directory() -> Directory:
    """The city's offices with their official and other names."""
    rows = db.session.scalars(
        select(Office).options(selectinload(Office.aliases)).order_by(Office.id)
    )
    return Directory(
        (
            KnownOffice(office.slug, office.name, office.level),
            [alias.name for alias in office.aliases],
        )
        for office in rows
    )


def apply_decisions(
    problems: Iterable[ImportProblem], decisions: Mapping[str, str], by: Account | str
) -> dict[str, int]:
    """Create the offices and aliases that were decided. Returns the ids of all offices by slug.

    A created office is also listed under the slug that its draft has for it (`new_slug`).
    """
    created = {}
    for problem in problems:
        answer = decisions[problem.key]
        if problem.kind in {"unknown-office", "office-name"} and answer == CREATE:
            created[new_slug(problem.words)] = _create_office(problem.words, by)
        elif answer.startswith("office:"):
            _add_alias(problem.words, answer.removeprefix("office:"), by)
        elif problem.kind == "office-name" and answer == LINK:
            _add_alias(problem.words, problem.office, by)
    db.session.flush()
    rows = db.session.execute(select(Office.slug, Office.id))
    ids = {row.slug: row.id for row in rows}
    return ids | {slug: office.id for slug, office in created.items()}


def _create_office(name: str, by: Account | str) -> Office:
    """Create an office; if the name is an alias of another office, the alias is removed."""
    if alias := db.session.scalar(select(OfficeAlias).filter_by(name=name)):
        service.remove_alias(alias, by)  # type: ignore[arg-type]  # a command acts by its name
        db.session.flush()
    first_word = name_key(name)[0]
    kind = {"secretaria": "secretaria", "gerencia": "gerencia"}.get(first_word, "entidad")
    office = service.add_office(name, kind, by)  # type: ignore[arg-type]  # the same
    db.session.flush()
    return office


def _add_alias(name: str, slug: str, by: Account | str) -> None:
    """Add an alias to an office, unless it has this name already."""
    office = db.session.scalars(
        select(Office).filter_by(slug=slug).options(selectinload(Office.aliases))
    ).one()
    known = {name_key(office.name), *(name_key(alias.name) for alias in office.aliases)}
    if name_key(name) not in known:
        service.add_alias(office, name, by)  # type: ignore[arg-type]  # the same
