"""Which office answers: by the topic and the territory of what somebody says."""

from sqlalchemy import or_, select

from participa.core.db import db
from participa.listening.models import RoutingRule
from participa.staff.models import Office

ANY = ""
CONTROL = "sec-evaluacion-control"


def office_for(topic: str, territory: str, otherwise: int | None) -> int | None:
    """The office of the closest rule: of topic and territory, of the topic, of the territory.

    Without a rule it is `otherwise`, the office of the post.
    """
    if not topic and not territory:
        return otherwise
    rows = select(RoutingRule.topic, RoutingRule.territory, RoutingRule.office_id).where(
        RoutingRule.topic.in_({topic, ANY}), RoutingRule.territory.in_({territory, ANY})
    )
    rows = rows.where(or_(RoutingRule.topic != ANY, RoutingRule.territory != ANY))
    found = {(row.topic, row.territory): row.office_id for row in db.session.execute(rows)}
    closest = ((topic, territory), (topic, ANY), (ANY, territory))
    return next((found[place] for place in closest if place in found), otherwise)


def control_office_id() -> int | None:
    """The office that looks into reports of corruption (Ley 1474 de 2011, art. 76; PQR-11)."""
    return db.session.scalar(select(Office.id).where(Office.slug == CONTROL))
