"""Formats on other pages: versions that wait for somebody, and the entry of the official menu."""

from flask import url_for
from sqlalchemy import exists, select

from participa.channels.inbox import Card
from participa.core.db import db
from participa.formats import queries
from participa.formats.models import FormatVersion, OfficialFormat
from participa.staff.access import EDITORS
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

REPORTS = 4  # the item of the official menu: what to read before talking


def pending(account: Account) -> list[Pending]:
    """The versions that an account may approve or return, and its own ones that came back."""
    waiting = queries.versions_in_review(account) if account.role in EDITORS else []
    return [
        *(_to_review(version) for version in waiting),
        *(_to_correct(version) for version in queries.returned_versions(account)),
    ]


def menu() -> list[tuple[int, Card]]:
    """The register, once it has a format."""
    if not db.session.scalar(select(exists().select_from(OfficialFormat))):
        return []
    card = Card("Formatos oficiales", url_for("formats.index"), "", state="Registro")
    return [(REPORTS, card)]


def _to_review(version: FormatVersion) -> Pending:
    note = "Versión de un formato oficial. Revísela."
    return _pending(version, note, f"format_version:{version.id}:sent:{version.sent_at}")


def _to_correct(version: FormatVersion) -> Pending:
    note = "Su versión fue devuelta. Corríjala y envíela otra vez."
    return _pending(version, note, f"format_version:{version.id}:returned:{version.sent_at}")


def _pending(version: FormatVersion, note: str, mark: str) -> Pending:
    official = version.format
    url = url_for("formats_staff.show", reference=official.reference, _anchor="versiones")
    return Pending(f"{official.name}, versión {version.number}", url, note, (mark,))
