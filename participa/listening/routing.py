"""Which office answers: by the topic and the territory of what somebody says."""

from sqlalchemy import bindparam, or_, select

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
    """The office of the closest rule: of topic and territory, of the topic, of the territory.

    Without a rule it is `otherwise`, the office of the post.
    """
    if not topic and not territory:
        return otherwise
    db.session.flush()  # a rule that this transaction made
    rows = db.session.connection().execute(CLOSE, {"topic": topic, "territory": territory})
    found = {(row.topic, row.territory): row.office_id for row in rows}
    closest = ((topic, territory), (topic, ANY), (ANY, territory))
    return next((found[place] for place in closest if place in found), otherwise)


def control_office_id() -> int | None:
    """The office that looks into reports of corruption (Ley 1474 de 2011, art. 76; PQR-11)."""
    return db.session.scalar(select(Office.id).where(Office.slug == CONTROL))
