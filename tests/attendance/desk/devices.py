"""What an attendant does at the desk, with an account or on a device with a link."""

import re
from datetime import timedelta
from typing import Any

from participa.attendance.desk import door_passes
from participa.attendance.models import AttendanceList
from participa.core import clock
from participa.core.db import db
from participa.events.models import EventSession
from tests.attendance import city
from tests.ballots.city import officials
from tests.filling import Forms

PARTS = {"Accept": "application/json"}
BUTTON = re.compile(
    r'<button name="(attendee)" value="(\d+)"[^>]*>([^<]*)<span class="hidden">([^<]*)</span>'
)
LINK = "VN" * 13


def address_of(record: AttendanceList, is_account: bool = True) -> str:
    return (
        f"/gestion/asistencia/{record.code}/mesa" if is_account else f"/puerta/mesa/{record.code}"
    )


def typed(visitor, record, words, is_account=True):
    """The page after a search."""
    address = address_of(record, is_account)
    proof = {}
    if is_account:
        found = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(address).text)
        proof = {"csrf_token": found[1]}
    return visitor.post(address, data=proof | {"typed": words})


def buttons(html: str) -> dict[str, dict[str, str]]:
    """What each button of a person sends, by its words."""
    return {word + name: {field: value} for field, value, word, name in BUTTON.findall(html)}


def at_desk(visitor, record, page, words, is_account=True, follow=True):
    """Press a button of a person: «Registrar a María»."""
    address, sent = address_of(record, is_account), buttons(page.text)[words]
    end = next(end for word, end in ACTIONS.items() if words.startswith(word))
    form = next(one for one in Forms(page.text, address).forms if one.action.endswith(end))
    hidden = {name: value for name, value in form.as_it_stands() if name != "attendee"}
    return visitor.post(form.action, data=hidden | sent, follow_redirects=follow)


ACTIONS = {
    "Registrar": "/ingreso",
    "Deshacer": "/deshacer",
    "Marcar salida": "/salida",
    "Volvió": "/reingreso",
}


def new_person(visitor, record, page, is_account=True, **values):
    """Fill in the form for somebody who is not on the list."""
    address = address_of(record, is_account)
    [form] = [one for one in Forms(page.text, address).forms if one.action.endswith("/nueva")]
    sent = dict(form.as_it_stands()) | {"document_type": "CC"} | values
    return visitor.post(form.action, data=sent, follow_redirects=True)


def door_link(record: AttendanceList, label: str = "Puerta norte", token: str = LINK) -> str:
    """The address of a new link for a device."""
    door_passes.create(record, label, token, officials()[0])
    db.session.commit()
    return f"/puerta/{token}"


def device(app, link: str):
    """A device on which the link was accepted."""
    visitor = app.test_client()
    accept(visitor, link)
    return visitor


def accept(visitor, link: str):
    """«Usar este aparato»."""
    page = visitor.get(link)
    token = re.search(r'name="submission" value="([^"]+)"', page.text)
    return visitor.post(link, data={"submission": token[1] if token else ""})


def list_with_sessions(**facts: Any) -> tuple[AttendanceList, list[EventSession]]:
    """An open list whose event has a session now and another in two hours."""
    event = city.event_now()
    for title, after in (("Mañana", -1), ("Tarde", 2)):
        starts = clock.now() + timedelta(hours=after)
        event.sessions.append(
            EventSession(title=title, starts_at=starts, ends_at=starts + timedelta(hours=2))
        )
    event.touch()
    db.session.commit()
    return city.open_list(event, **facts), event.sessions
