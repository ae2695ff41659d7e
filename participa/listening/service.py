"""The staff's acts on a listening post: create, change, publish, close, reopen, copy."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from participa.channels import lifecycle
from participa.channels.lifecycle import NotReady
from participa.core import clock, codes
from participa.core.errors import Refused
from participa.formats import service as format_service
from participa.formats.models import OfficialFormat
from participa.listening import queries
from participa.listening.models import ListeningPost, PostKind
from participa.plan.models import Task
from participa.staff.models import Account

PATH = "/escuchaderos/{code}?canal=qr"
LONGEST_TITLE = 120
# What may change after somebody was heard: it does not alter what people were asked.
SAFE = (
    "title",
    "why",
    "opens_at",
    "closes_at",
    "place",
    "link",
    "hours",
    "supports",
    "takes_voice",
    "takes_photos",
    "office_id",
)
FROZEN = (
    "Ya hay aportes. Si cambia lo que se pregunta, ya no se podrían comparar. Cambie el lugar, las "
    "horas, los apoyos o las fechas."
)
COPIED = ("kind", "place", "territory", "link", "hours", "supports", "takes_voice", "takes_photos")


def create(
    by: Account | None,
    tasks: Sequence[Task],
    official: OfficialFormat | None = None,
    **facts: Any,
) -> ListeningPost:
    """Store a draft, made with an official format or with none. Its code is assigned now."""
    post = ListeningPost(code=codes.new(), **facts)
    lifecycle.create(post, PATH.format(code=post.code), by, tasks)
    choose_format(post, by, official)
    return post


def choose_format(post: ListeningPost, by: Account | None, official: OfficialFormat | None) -> None:
    """Let the post be this official format from now on, or none."""
    if official is None:
        format_service.end_twin(post.channel, post.id, by=by)
        return
    path = PATH.format(code=post.code)
    format_service.register_twin(
        official, post.channel, post.id, post.title, path, post.code, post.variables, by=by
    )
    if post.is_published:
        format_service.publish_twin(post.channel, post.id)


def change(
    post: ListeningPost,
    by: Account,
    tasks: Sequence[Task],
    earlier_because: str = "",
    **facts: Any,
) -> None:
    """Change a post: all of it before the first contribution, only the columns in SAFE after."""
    before = post.audit_facts()
    if queries.heard(post.id):
        lifecycle.only_safe(post, facts, SAFE, FROZEN)
    if post.is_closed and facts.get("closes_at") != post.closes_at:
        raise Refused("Para escuchar otra vez use «Reabrir», con su motivo.", "closes_at")
    if post.is_published and not tasks:
        raise Refused("Un escuchadero publicado cumple al menos una tarea del plan.", "tasks")
    lifecycle.change(post, by, facts, tasks, before, earlier_because)
    if post.is_published and (lacking := missing_requirements(post)):
        raise NotReady(f"Un escuchadero publicado tiene {'; '.join(lacking)}.")
    format_service.refresh_twin(post.channel, post.id, post.title, post.variables)


def publish(post: ListeningPost, by: Account | str) -> None:
    if post.is_published:
        raise NotReady("Este escuchadero ya está publicado.")
    lifecycle.publish(post, by, missing_requirements(post))
    format_service.publish_twin(post.channel, post.id)


def missing_requirements(post: ListeningPost) -> list[str]:
    """What the post lacks to be published, as phrases of a sentence."""
    is_place, now = post.kind is PostKind.PHYSICAL, clock.now()
    checks = [
        (bool(post.place) or not is_place, "el lugar"),
        (bool(post.hours), "el horario de atención"),
        (post.office is not None, "la dependencia que responde"),
        (bool(post.tasks), "la tarea del plan que cumple"),
        (post.closes_at is not None, "la fecha hasta la que escucha"),
        (post.closes_at is None or post.closes_at > now or post.is_published, "un cierre futuro"),
    ]
    return [phrase for is_met, phrase in checks if not is_met]


def close(post: ListeningPost, by: Account, reason: str = "") -> None:
    """Take no more contributions. Those that came in go on until they are answered."""
    if why_not := why_not_closed(post):
        raise NotReady(why_not)
    lifecycle.close(post, by, reason)


def why_not_closed(post: ListeningPost) -> str:
    """Why it cannot be closed now; "" if it can."""
    if post.is_closed:
        return "Este escuchadero ya está cerrado."
    return "" if post.is_published else "Este escuchadero no está publicado: no hay qué cerrar."


def reopen(post: ListeningPost, by: Account, closes_at: datetime, reason: str) -> None:
    """Listen again until a new closing; the reason stays in the audit trail."""
    if why_not := why_not_reopened(post):
        raise NotReady(why_not)
    lifecycle.reopen(post, by, closes_at, reason)


def why_not_reopened(post: ListeningPost) -> str:
    """Why it cannot be reopened now; "" if it can."""
    return "" if post.is_closed else "Este escuchadero no está cerrado."


def duplicate(post: ListeningPost, by: Account) -> ListeningPost:
    """A new draft like this one, without its dates and without what was heard."""
    facts = lifecycle.copy_of(post, LONGEST_TITLE, *COPIED)
    return create(by, post.tasks, **facts)
