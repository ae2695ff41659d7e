"""The office that answers a contribution, by its topic and territory."""

from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from participa.core.db import db
from participa.listening.models import RoutingRule
from participa.staff.models import Office

ANY = ""
CONTROL = "sec-evaluacion-control"
# Built once, and from the table: building it costs more than asking it.
RULES = RoutingRule.__table__.c
CLOSE = select(RULES.topic, RULES.territory, RULES.office_id).where(
    or_(RULES.topic == bindparam("topic"), RULES.topic == ANY),
    or_(RULES.territory == bindparam("territory"), RULES.territory == ANY),
    or_(RULES.topic != ANY, RULES.territory != ANY),
)


def office_for(topic: str, territory: str, otherwise: int | None) -> int | None:
    """The office of the closest rule. Without a rule it is `otherwise`, the office of the post."""
    rule = closest(topic, territory)
    return rule.office_id if rule else otherwise


def closest(topic: str, territory: str) -> Row[Any] | None:
    """The rule that counts: of topic and territory, else of the topic, else of the territory."""
    if not topic and not territory:
        return None
    db.session.flush()  # a rule that this transaction made
    rows = db.session.connection().execute(CLOSE, {"topic": topic, "territory": territory})
    found = {(row.topic, row.territory): row for row in rows}
    places = ((topic, territory), (topic, ANY), (ANY, territory))
    return next((found[place] for place in places if place in found), None)


def control_office_id() -> int | None:
    """The office that looks into reports of corruption (Ley 1474 de 2011, art. 76; PQR-11)."""
    return db.session.scalar(select(Office.id).where(Office.slug == CONTROL))
