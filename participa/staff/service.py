"""Operations on offices: seed, add, rename, manage aliases, retire."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account, Office, OfficeAlias

SEED = Path(__file__).with_name("seed") / "offices.json"
NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
KINDS = {
    "secretaria": "Secretaría",
    "departamento_administrativo": "Departamento administrativo",
    "gerencia": "Gerencia",
    "entidad": "Entidad",
    "externa": "Entidad externa",
    "grupo": "Grupo",
}


class NameTaken(Refused):
    pass


def seed_offices() -> int:
    """Add the offices of the seed file that are missing, with aliases; returns how many.

    Existing offices are not changed, so renamed or retired ones remain as they are.
    """
    known = {office.slug: office for office in db.session.scalars(select(Office))}
    taken = set(db.session.scalars(select(OfficeAlias.name)))
    new = [row for row in _seed() if row["id"] not in known]
    for row in new:
        office = Office(
            slug=row["id"], name=row["name"], kind=row["kind"], level=row["level"], retired_at=None
        )
        names = [name for name in row["seed_aliases"] if name != row["name"] and name not in taken]
        office.aliases = [OfficeAlias(name=name) for name in names]
        taken.update(names)
        db.session.add(office)
    if new:
        audit.record("staff.offices_seeded", "Office:*", by="participa migrate", added=len(new))
    return len(new)


def add_office(name: str, kind: str, by: Account) -> Office:
    level = {"externa": "externo", "entidad": "descentralizado"}.get(kind, "central")
    office = Office(slug=_slug(name), name=name, kind=kind, level=level, retired_at=None)
    with (
        unique_or_refuse("uq_office_slug", _name_taken()),
        unique_or_refuse("uq_office_name", _name_taken()),
    ):
        db.session.add(office)
    audit.record("staff.office_added", office, by, name=name)
    return office


def rename(office: Office, name: str, by: Account) -> None:
    """Rename the office; the old name becomes an alias, so that old documents still match it."""
    before = office.name
    if name == before:
        return
    with unique_or_refuse("uq_office_name", _name_taken()):
        office.name = name
    known = {alias.name for alias in office.aliases}
    if before not in known:
        add_alias(office, before, by)
    audit.record("staff.office_renamed", office, by, before=before, after=name)


def add_alias(office: Office, name: str, by: Account) -> None:
    """Add another name of the office; nothing changes if it has it already (a second click)."""
    if name in {alias.name for alias in office.aliases}:
        return
    taken = NameTaken("Otra dependencia ya usa ese nombre. Revise la lista.", "alias")
    with unique_or_refuse("uq_office_alias_name", taken):
        alias = OfficeAlias(name=name)
        office.aliases.append(alias)
    audit.record("staff.office_alias_added", office, by, part=alias, alias=name)


def remove_alias(alias: OfficeAlias, by: Account) -> None:
    office, name = alias.office, alias.name
    office.aliases.remove(alias)
    audit.record("staff.office_alias_removed", office, by, part=alias, alias=name)


def retire(office: Office, by: Account) -> None:
    """Remove the office from the choices; existing records still refer to it."""
    office.retired_at = clock.now()
    audit.record("staff.office_retired", office, by, name=office.name)


def bring_back(office: Office, by: Account) -> None:
    office.retired_at = None
    audit.record("staff.office_brought_back", office, by, name=office.name)


@cache
def _seed() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(SEED.read_text(encoding="utf-8"))["dependencies"]
    return rows


def _name_taken() -> NameTaken:
    return NameTaken("Ya hay una dependencia con ese nombre. Escriba otro.", "name")


def _slug(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return NOT_IN_SLUG.sub("-", plain).strip("-")
