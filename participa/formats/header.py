"""The header that is printed on everything made with a format: code, version, since when."""

from sqlalchemy import and_, select

from participa.core import spanish
from participa.core.db import db
from participa.formats import queries
from participa.formats.models import FormatTwin, FormatVersion, OfficialFormat


def lines_of(official: OfficialFormat, version: FormatVersion | None) -> tuple[str, ...]:
    """Código, Versión and Vigencia; the code alone while no version is in force."""
    code = f"Código: {official.reference}"
    if version is None:
        return (code,)
    since = f"Vigencia: desde el {spanish.day(version.valid_from_on)}"
    return code, f"Versión: {version.number}", since


def header_of(official: OfficialFormat | None) -> tuple[str, ...]:
    """The lines of a format, with its version in force; empty for none."""
    return lines_of(official, official.current) if official else ()


def printed_header(source: str, record_id: int) -> tuple[str, ...]:
    """The lines for a record of a channel; empty for one that was made without a format."""
    in_force = and_(FormatVersion.format_id == OfficialFormat.id, queries.in_force())
    rows = select(OfficialFormat, FormatVersion).join(OfficialFormat.twins)
    rows = rows.outerjoin(FormatVersion, in_force)
    rows = rows.where(FormatTwin.source == source, FormatTwin.record_id == record_id)
    found = db.session.execute(rows.where(FormatTwin.ended_at.is_(None))).first()
    return lines_of(*found) if found else ()
