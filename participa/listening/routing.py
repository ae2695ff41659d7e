"""Which office answers: by the topic and the territory of what somebody says."""

from typing import Any

from sqlalchemy import Row, or_, select

from participa.core.db import db
from participa.listening.models import RoutingRule
from participa.staff.models import Office

ANY = ""
CONTROL = "sec-evaluacion-control"


def office_for(topic: str, territory: str, otherwise: int | None) -> int | None:
    """The office of the closest rule. Without a rule it is `otherwise`, the office of the post."""
    rule = closest(topic, territory)
    return rule.office_id if rule else otherwise


def closest(topic: str, territory: str) -> Row[Any] | None:
    """The rule that counts: of topic and territory, else of the topic, else of the territory."""
    if not topic and not territory:
        return None
    rows = select(RoutingRule.topic, RoutingRule.territory, RoutingRule.office_id).where(
        RoutingRule.topic.in_({topic, ANY}), RoutingRule.territory.in_({territory, ANY})
    )
    rows = rows.where(or_(RoutingRule.topic != ANY, RoutingRule.territory != ANY))
    found = {(row.topic, row.territory): row for row in db.session.execute(rows)}
    places = ((topic, territory), (topic, ANY), (ANY, territory))
    return next((found[place] for place in places if place in found), None)


def control_office_id() -> int | None:
    """The office that looks into reports of corruption (Ley 1474 de 2011, art. 76; PQR-11)."""
    return db.session.scalar(select(Office.id).where(Office.slug == CONTROL))
