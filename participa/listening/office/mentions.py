"""What an event's pages and its minutes say about the listening posts."""

from flask import url_for
from sqlalchemy import func, select

from participa.channels.mentions import Mention
from participa.core import spanish
from participa.core.db import db
from participa.events.models import Event
from participa.listening.models import Contribution

TITLE = "Escuchaderos de rendición de cuentas"


def mentions_of(event: Event) -> list[Mention]:
    """How many contributions are about the event; nothing before the first one."""
    rows = select(func.count(Contribution.case_id)).where(Contribution.event_id == event.id)
    heard = db.session.scalar(rows) or 0
    if not heard:
        return []
    count = spanish.several(heard, "aporte", "aportes")
    verb = "habla" if heard == 1 else "hablan"
    return [
        Mention(
            title=TITLE,
            url=url_for("listening.index"),
            figures=(("Aportes sobre este evento", spanish.number(heard)),),
            staff_url=url_for("listening_staff.index"),
            minutes=(f"En los escuchaderos {verb} de este evento {count}.",),
        )
    ]
