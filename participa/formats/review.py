"""The life of a version: written, sent, approved or returned by somebody else, made obsolete.

An approved version never changes, but for the reference of the quality system, which is assigned
after the approval. Approving one makes the earlier one obsolete.
"""

import re
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import update
from werkzeug.datastructures import FileStorage

from participa.core import audit, clock, spanish
from participa.core.db import db, unique_or_refuse
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.files import files
from participa.core.files.files import StoredFile
from participa.formats import lint
from participa.formats.models import (
    NUMBER,
    FormatVersion,
    OfficialFormat,
    VersionState,
    place_of,
)
from participa.staff.models import Account

KINDS = files.DOCUMENTS | files.SHEETS
BAD_NUMBER = "Escriba el número de la versión, como 3 o 2.1."
OWN = "Quien envía una versión no la revisa. Pídalo a otra persona."
ONE_AT_A_TIME = "Ya hay una versión en preparación. Termínela o descártela primero."
NO_FILE = "Adjunte el archivo de la versión, o diga en las notas dónde se diligencia."
FEWEST_WORDS = 3  # of the note of a version without a file
NO_BLOCKS = "Esta versión no tiene archivo: no hay dónde encontrar variables. Quite las marcas."
# What a quality system numbers: ISO-2024-012, DE-FORC-012 v3, 4.512/2024.
ISOLUCION = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9 ._/-]{2,}")
BAD_ISOLUCION = "Copie la referencia como está en Isolución: letras y números, como ISO-2024-012."
NOTHING_TO_NOTE = "Esa versión ya tiene su referencia de Isolución. Para cambiarla haga otra."
REFERENCE_MISSING = "Escriba la referencia que le dio Isolución."


class VersionNotNow(Refused):
    """The state of the version does not allow this act."""


class OwnVersion(Refused):
    """The sender tried to review their own version."""


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """The values of a version that are typed in its form."""

    number: str
    valid_from_on: date
    isolucion: str = ""
    change_note: str = ""


def draft(
    official: OfficialFormat, by: Account, facts: VersionFacts, upload: FileStorage | None = None
) -> FormatVersion:
    """Start the next version. Raises Refused while another one is open."""
    versions.lock(official)  # of two officials at once the second finds the first one's version
    if official.open_version is not None:
        raise VersionNotNow(ONE_AT_A_TIME)
    _check(official, facts)
    version = FormatVersion(created_by_id=by.id, file=_stored(upload), **asdict(facts))
    version.isolucion = read_isolucion(facts.isolucion)
    with _one_of_each_number():
        official.versions.append(version)
        db.session.flush()
    official.touch()
    audit.record("formats.version_drafted", version, by, **_facts(version))
    return version


def change(
    version: FormatVersion, by: Account, facts: VersionFacts, upload: FileStorage | None = None
) -> None:
    """Change a draft. A new file takes the place of the one before."""
    _require(version, VersionState.DRAFT)
    _check(version.format, facts, version)
    before, old = _facts(version), version.file
    version.file = _stored(upload) or old
    with _one_of_each_number():
        for name, value in asdict(facts).items():
            setattr(version, name, value)
        version.isolucion = read_isolucion(facts.isolucion)
        db.session.flush()
    version.format.touch()
    audit.record("formats.version_changed", version, by, before=before, after=_facts(version))
    if old is not None and old is not version.file:
        files.release(old)


def discard(version: FormatVersion, by: Account) -> None:
    """Delete a draft with its file. What was in force is never deleted."""
    _require(version, VersionState.DRAFT)
    official, old = version.format, version.file
    audit.record("formats.version_discarded", official, by, **_facts(version))
    official.versions.remove(version)
    official.touch()
    db.session.flush()
    if old is not None:
        files.release(old)


def send(version: FormatVersion, by: Account) -> None:
    """Send a draft to its review. It needs a file, or a note about where it is filled in."""
    _require(version, VersionState.DRAFT)
    if version.file is None and len(version.change_note.split()) < FEWEST_WORDS:
        raise Refused(NO_FILE, "file")
    _move(version, VersionState.DRAFT, state=VersionState.IN_REVIEW, sent_by_id=by.id)
    version.sent_at, version.returned_because = clock.now(), ""
    version.format.touch()
    audit.record("formats.version_sent", version, by, **_facts(version))


def approve(
    version: FormatVersion, by: Account, blocks: Collection[str] = (), isolucion: str = ""
) -> None:
    """Put a version in force from its first day on, and make the one before obsolete by then.

    `blocks` are the families of variables that the reviewer found in its file (task 3.1).
    """
    _require_another(version, by)
    if blocks and version.file is None:
        raise Refused(NO_BLOCKS, "blocks")
    given = read_isolucion(isolucion)
    official = version.format
    versions.lock(official)
    now = clock.now()
    begins_at = max(now, clock.at_city(version.valid_from_on))
    earlier = next((one for one in official.versions if one.is_approved), None)
    _move(version, VersionState.IN_REVIEW)
    if earlier is not None:
        earlier.state, earlier.obsolete_at = VersionState.OBSOLETE, begins_at
        earlier.obsolete_because = f"La reemplazó la versión {version.number}."
        db.session.flush()
    version.state = VersionState.APPROVED
    version.approved_by_id, version.approved_at = by.id, now
    version.declared_blocks = [family.name for family in lint.declared(blocks)]
    version.isolucion = given or version.isolucion
    official.touch()
    facts = _facts(version) | {"blocks": version.declared_blocks}
    audit.record("formats.version_approved", version, by, **facts)


def give_back(version: FormatVersion, by: Account, reason: str) -> None:
    """Return a version to its author, with what has to be mended."""
    _require_another(version, by)
    _move(version, VersionState.IN_REVIEW, state=VersionState.DRAFT, returned_because=reason)
    version.format.touch()
    audit.record("formats.version_returned", version, by, reason=reason)


def end(version: FormatVersion, by: Account, reason: str) -> None:
    """Declare the approved version obsolete without a successor; the reason is public.

    If its first day had not come, the version that it would have replaced stays in force.
    """
    earlier = _replaced_by(version) if version.is_coming else None
    _move(
        version,
        VersionState.APPROVED,
        state=VersionState.OBSOLETE,
        obsolete_at=clock.now(),
        obsolete_because=reason,
    )
    if earlier is not None:
        earlier.state, earlier.obsolete_at = VersionState.APPROVED, None
        earlier.obsolete_because = ""
    version.format.touch()
    stays = {"stays_in_force": earlier.number} if earlier else {}
    audit.record("formats.version_ended", version, by, reason=reason, **stays)


def _replaced_by(version: FormatVersion) -> FormatVersion | None:
    """The last one that ends on the first day of this version, which has not come."""
    begins_at = clock.at_city(version.valid_from_on)
    older = reversed(version.format.versions)
    return next((one for one in older if one.obsolete_at == begins_at), None)


def note_isolucion(version: FormatVersion, by: Account, isolucion: str) -> None:
    """Write down the reference that the quality system assigned after the approval; only once."""
    if not version.lacks_isolucion:
        raise VersionNotNow(NOTHING_TO_NOTE, "isolucion")
    version.isolucion = read_isolucion(isolucion)
    if not version.isolucion:
        raise Refused(REFERENCE_MISSING, "isolucion")
    version.format.touch()
    audit.record("formats.isolucion_noted", version, by, isolucion=version.isolucion)


def read_isolucion(typed: str) -> str:
    """The reference as typed; raises Refused for what no quality system gives. "" stays ""."""
    reference = " ".join(typed.split())
    if reference and not ISOLUCION.fullmatch(reference):
        raise Refused(BAD_ISOLUCION, "isolucion")
    return reference


def why_not_changed(version: FormatVersion) -> str:
    """Why it cannot be changed; "" if it can."""
    if version.is_draft:
        return ""
    if version.is_in_review:
        return "Esta versión está en revisión. Para cambiarla, pida que se la devuelvan."
    return "Una versión aprobada no se cambia. Haga una versión nueva."


def why_not_reviewed(version: FormatVersion, reader: Account) -> str:
    """Why this account cannot approve or return it; "" if it can."""
    if not version.is_in_review:
        return _not_now(version)
    return OWN if version.sent_by_id == reader.id else ""


def why_not_ended(version: FormatVersion) -> str:
    return "" if version.is_approved else _not_now(version)


def why_not_noted(version: FormatVersion) -> str:
    return "" if version.lacks_isolucion else NOTHING_TO_NOTE


def why_not_drafted(official: OfficialFormat) -> str:
    return ONE_AT_A_TIME if official.open_version is not None else ""


def _not_now(version: FormatVersion) -> str:
    return f"Esta versión está «{version.state.value}»: ya no se puede hacer eso."


def _require(version: FormatVersion, state: VersionState) -> None:
    if version.state is not state:
        raise VersionNotNow(why_not_changed(version) or _not_now(version))


def _require_another(version: FormatVersion, by: Account) -> None:
    if version.sent_by_id == by.id:
        raise OwnVersion(OWN)


def _move(version: FormatVersion, expected: VersionState, **values: Any) -> None:
    """Update the version if it is still in this state, in one statement: of two acts at once one
    raises VersionNotNow."""
    step = update(FormatVersion).where(
        FormatVersion.id == version.id, FormatVersion.state == expected
    )
    moved = db.session.execute(step.values(**values or {"state": expected}))
    db.session.refresh(version)
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise VersionNotNow(_not_now(version))


def _check(
    official: OfficialFormat, facts: VersionFacts, changed: FormatVersion | None = None
) -> None:
    """Refuse a number or a day before those of the other versions."""
    if not NUMBER.fullmatch(facts.number):
        raise Refused(BAD_NUMBER, "number")
    others = [one for one in official.versions if one is not changed]
    if not others:
        return
    last = max(others, key=lambda one: one.place)
    if place_of(facts.number) <= last.place:
        raise Refused(f"Ya hay una versión {last.number}. Escriba un número mayor.", "number")
    newest = max(one.valid_from_on for one in others)
    if facts.valid_from_on < newest:
        raise Refused(
            f"La versión anterior rige desde el {spanish.day(newest)}. Escriba ese día o uno "
            "posterior.",
            "valid_from_on",
        )


def _stored(upload: FileStorage | None) -> StoredFile | None:
    return files.store(upload, KINDS) if upload else None


def _one_of_each_number() -> AbstractContextManager[None]:
    taken = Refused("Ya hay una versión con ese número.", "number")
    return unique_or_refuse("uq_format_version_format_id_number", taken)


def _facts(version: FormatVersion) -> dict[str, Any]:
    """What the audit trail stores about a version."""
    return {
        "reference": version.format.reference,
        "version_number": version.number,
        "valid_from": version.valid_from_on.isoformat(),
        "isolucion": version.isolucion,
        "sha256": version.file.sha256 if version.file else "",
    }
