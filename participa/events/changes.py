"""What people were told when they were called; a change of it leaves a public notice."""

from collections.abc import Mapping

from participa.citizens import territories
from participa.core import links, spanish
from participa.core.errors import Refused
from participa.events.models import Event, EventNotice, NoticeCause

NO_REASON = "Escriba el motivo del cambio. La gente lo leerá."


def announced(event: Event) -> Mapping[NoticeCause, str]:
    """What the call says, in words, by the cause of the notice that a change of it leaves.

    The last one matters most: of several notices, a letter about the change tells the last.
    """
    capacity = event.capacity and spanish.several(event.capacity, "persona", "personas")
    territory = territories.label(event.territory) if event.territory else "toda la ciudad"
    report = event.report_url
    return {
        NoticeCause.RETYPED: event.kind.value,
        NoticeCause.RELOCATED: territory,
        NoticeCause.RESIZED: capacity or "",
        NoticeCause.REPORT_REPLACED: links.absolute(report) if report.startswith("/") else report,
        NoticeCause.RENAMED: event.title,
        NoticeCause.SUPPORT_CHANGED: event.accessibility,
        NoticeCause.REMAPPED: event.map_url,
        NoticeCause.RECONNECTED: event.online_url,
        NoticeCause.MOVED: event.place,
    }


def tell(event: Event, before: Mapping[NoticeCause, str], reason: str) -> None:
    """Leave a notice for each change since `before`. Raises Refused for one without a reason."""
    now = announced(event)
    changed = [cause for cause, told in before.items() if now[cause] != told]
    if changed and not reason.strip():
        raise Refused(NO_REASON, "reason")
    for cause in changed:
        notice = EventNotice(cause=cause, before=before[cause], reason=reason.strip())
        event.notices.append(notice)
