"""What counts as «called through mass media», as administrators decide it."""

from collections.abc import Collection

from participa.core import audit, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.outreach import queries
from participa.outreach.models import Medium, OutreachSettings
from participa.staff.models import Account


def seed() -> int:
    """Store the rule that an installation begins with; returns the number of rows."""
    if db.session.get(OutreachSettings, 1) is not None:
        return 0
    db.session.add(queries.default_settings())
    db.session.flush()
    return 1


def change(rule: OutreachSettings, by: Account, threshold: int, media: Collection[Medium]) -> None:
    names = [medium.name for medium in Medium if medium in media]
    if not 1 <= threshold <= len(names):
        raise Refused("Pida al menos uno, y no más medios que los que marcó.", "threshold")
    before = facts(rule)
    rule.threshold, rule.mass_media = threshold, names
    rule.version = OutreachSettings.version + 1  # an SQL expression
    audit.record("outreach.rules_changed", rule, by, before=before, after=facts(rule))


def facts(rule: OutreachSettings) -> dict[str, object]:
    return {"threshold": rule.threshold, "mass_media": list(rule.mass_media)}


def in_words(rule: OutreachSettings) -> str:
    """The rule as people read it beside the evidence."""
    names = [medium.value.lower() for medium in rule.media]
    needed = spanish.several(rule.threshold, "medio masivo", "medios masivos")
    return (
        f"Un evento cuenta si tuvo al menos {needed} con soporte. "
        f"Son masivos: {spanish.listed(names)}."
    )
