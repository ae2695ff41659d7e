"""The staff's list of the records of a channel: what can be searched, filtered and ordered."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, select

from participa.channels.access import visible_to
from participa.channels.models import Channel
from participa.channels.phases import Phase, is_in
from participa.core import clock
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, Filter, ListRules, Order
from participa.staff.models import Account, Office
from participa.staff.queries import office_names

PHASES = {lists.value_of(phase.value): phase for phase in Phase}


def visible_rows(model: type[Any], account: Account) -> Select:
    """The records that an account may see, with their office joined."""
    rows = select(model).outerjoin(Office, Office.id == model.office_id)
    return rows.where(visible_to(model, account))


def rules(
    model: type[Channel],
    label: str,
    orders: Mapping[str, Order] | None = None,
    filters: tuple[Filter, ...] | None = None,
) -> ListRules:
    """The rules for a channel; `label` names a record. A channel adds orders, and filters instead
    of the one for the four phases. The newest record stands first.
    """
    own = filters if filters is not None else (phase_filter(model),)
    return ListRules(
        search=lambda word: lists.contains(word, model.title, model.why, Office.name),
        orders={
            "titulo": Order(label, lists.plain(model.title), LETTERS),
            **(orders or {}),
            "dependencia": Order("Dependencia", lists.plain(Office.name), LETTERS),
            "creacion": Order("Creación", model.created_at, MOMENTS),
            "cierre": Order("Cierre", model.closes_at, MOMENTS),
        },
        first="-creacion",
        unique=model.id,
        filters=(*own, office_filter(model.office_id)),
    )


def phase_filter(model: Any) -> Filter:
    return Filter(
        "estado",
        "Estado",
        lambda word: is_in(model, PHASES[word], clock.now()),
        lambda: {word: phase.value for word, phase in PHASES.items()},
    )


def office_filter(column: Any, choices: Callable[[], Mapping[str, str]] = office_names) -> Filter:
    return Filter("dependencia", "Dependencia", lambda id: column == int(id), choices)
