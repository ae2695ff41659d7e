"""Listening posts on other pages: where one is heard now, and what waits for the staff.

What waits is told as counts: no text of anybody, and no number of a contribution.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, and_, func, select

from participa.cases import legal_clock
from participa.cases.models import Case
from participa.channels.access import open_records, visible_to
from participa.channels.inbox import Card, OpenChannel
from participa.channels.phases import Phase, is_in, is_open_now
from participa.core import clock, spanish
from participa.core.db import db
from participa.listening import access, queries
from participa.listening.danger import risk_words
from participa.listening.models import (
    UNTOUCHED,
    CaseStage,
    Contribution,
    HelpingOffice,
    ListeningPost,
    Message,
)
from participa.staff.access import WRITERS
from participa.staff.models import Account, Role
from participa.staff.waiting.pending import Pending

FEW, MANY = 6, 50
MOST_READ = 200  # texts in which words of danger are looked for


def open_now() -> list[Card]:
    """Where anybody is heard now: one post by its name, several as one entry to their list."""
    posts = open_records(ListeningPost, MANY)
    if len(posts) > 1:
        count = spanish.several(len(posts), "escuchadero abierto", "escuchaderos abiertos")
        return [Card(count, url_for("listening.index"), "Elija el más cercano, o uno en línea.")]
    return [
        Card(
            post.title,
            url_for("listening.post", code=post.code),
            f"Escucha hasta el {spanish.weekday(spanish.as_end(post.closes_at))}."
            if post.closes_at
            else "",
        )
        for post in posts
    ]


def recent() -> list[Card]:
    """The seasons that ended last, by year: how much the closed posts heard, and answered."""
    heard = func.count(Contribution.case_id)
    rows = (
        select(ListeningPost, heard, func.count(Case.answered_on))
        .join(Contribution, Contribution.post_id == ListeningPost.id)
        .join(Case, Case.id == Contribution.case_id)
        .where(is_in(ListeningPost, Phase.CLOSED, clock.now()))
        .group_by(ListeningPost.id)
    )
    seasons: dict[int, list[tuple[datetime, int, int]]] = {}
    for post, count, answered in db.session.execute(rows):
        ended_at = post.ended_at or post.created_at
        seasons.setdefault(clock.local(ended_at).year, []).append((ended_at, count, answered))
    return [_season(year, seasons[year]) for year in sorted(seasons, reverse=True)[:FEW]]


def _season(year: int, posts: Sequence[tuple[datetime, int, int]]) -> Card:
    moments, counts, answered = zip(*posts, strict=True)
    where = spanish.several(len(posts), "escuchadero", "escuchaderos")
    what = spanish.several(sum(counts), "aporte", "aportes")
    return Card(
        f"Escuchaderos de rendición de cuentas de {year}",
        url_for("listening.index"),
        f"Se oyeron {what} en {where}; con respuesta, {sum(answered)}.",
        state="Cerrado",
        ended_at=max(moments),
    )


def open_for(account: Account) -> list[OpenChannel]:
    """The open posts that an account may see, with what was heard so far."""
    rows = select(ListeningPost).where(
        is_open_now(ListeningPost, clock.now()), visible_to(ListeningPost, account)
    )
    rows = rows.order_by(ListeningPost.closes_at, ListeningPost.id).limit(MANY)
    posts = list(db.session.scalars(rows))
    heard = queries.heard_by_post([post.id for post in posts])
    return [
        OpenChannel(
            post.title,
            url_for("listening_staff.show", code=post.code),
            url_for("listening.post", code=post.code),
            heard[post.id],
            post.closes_at,
        )
        for post in posts
    ]


def answers(year: int) -> int:
    """How many contributions came in a year."""
    rows = select(func.count(Contribution.case_id)).where(
        Contribution.received_on >= date(year, 1, 1),
        Contribution.received_on < date(year + 1, 1, 1),
    )
    return db.session.scalar(rows) or 0


# ---- what waits for the staff


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kind of thing to do: what its marks begin with, its filter in the list, its words."""

    mark: str
    address: Mapping[str, str]
    one: str
    many: str
    days: int | None = None  # left of the term, at most
    is_escalated: bool = False  # told to administrators, too
    is_urgent: bool = False


LIFE = Waiting(
    "life",
    {"senal": "riesgo-vital"},
    "aporte habla de un riesgo para la vida",
    "aportes hablan de un riesgo para la vida",
    is_escalated=True,
    is_urgent=True,
)
DANGER = Waiting(
    "danger",
    {"estado": "sin-revisar"},
    "aporte sin revisar puede hablar de un riesgo para la vida",
    "aportes sin revisar pueden hablar de un riesgo para la vida",
    is_escalated=True,
    is_urgent=True,
)
DANGER_SAID = Waiting(
    "danger-said",
    {"senal": "la-persona-escribio"},
    "aporte con un mensaje que puede hablar de un riesgo para la vida",
    "aportes con mensajes que pueden hablar de un riesgo para la vida",
    is_escalated=True,
    is_urgent=True,
)
OVERDUE = Waiting(
    "overdue", {"plazo": "vencidos"}, "aporte vencido", "aportes vencidos", is_escalated=True
)
# The mark changes, and the mail goes out again, when a case passes from one to the next.
NEARING = tuple(
    Waiting(f"due-{days}", address, f"aporte vence {when}", f"aportes vencen {when}", days)
    for days, when, address in (
        (0, "hoy", {"plazo": "hoy"}),
        (2, "dentro de dos días", {"plazo": "en-cinco-dias"}),
        (5, "dentro de cinco días", {"plazo": "en-cinco-dias"}),
    )
)
NEW = Waiting("new", {"estado": "sin-revisar"}, "aporte sin revisar", "aportes sin revisar")
UNCLASSIFIED = Waiting(
    "kind", {"senal": "sin-clasificar"}, "aporte sin clasificar", "aportes sin clasificar"
)
SAID = Waiting(
    "said",
    {"senal": "la-persona-escribio"},
    "aporte con un mensaje de la persona",
    "aportes con un mensaje de la persona",
)
UNSOLVED = Waiting(
    "unsolved",
    {"senal": "dice-que-no-quedo-resuelto"},
    "aporte respondido que, dice la persona, no quedó resuelto",
    "aportes respondidos que, dicen las personas, no quedaron resueltos",
)
GIVEN_UP = Waiting(
    "given-up",
    {"plazo": "no-lo-completo"},
    "aporte que la persona no completó en su tiempo",
    "aportes que las personas no completaron en su tiempo",
)
HELP = Waiting(
    "help",
    {"senal": "piden-su-parte"},
    "aporte en el que otra dependencia le pide su parte",
    "aportes en los que otras dependencias le piden su parte",
)


ORDERED = (
    LIFE,
    DANGER,
    DANGER_SAID,
    OVERDUE,
    *NEARING,
    GIVEN_UP,
    NEW,
    UNCLASSIFIED,
    SAID,
    UNSOLVED,
)


def deadline_of(case: Case) -> Waiting | None:
    """How near its last day is, by the earlier reading of the law; None while it is far."""
    if case.is_answered or case.alert_on is None:
        return None
    if case.is_late:
        return OVERDUE
    left = (case.alert_on - clock.today()).days
    return next((one for one in NEARING if left <= (one.days or 0)), None)


def pending(account: Account) -> list[Pending]:
    """What an account has to do about contributions, the most urgent first.

    The mail tells the accounts of the office that answers, and everybody who sees it when that
    office has no account. Others find it on their page alone, but what is escalated.
    """
    seen, staffed = access.visible_to(account), _offices_with_accounts()
    if account.role is Role.RESPONSIBLE:
        seen = and_(seen, Case.office_id == account.office_id)
    groups: dict[str, list[tuple[int, Case]]] = {}
    for waiting, number, case in [*_to_do(seen), *_in_danger(seen), *_said(seen)]:
        groups.setdefault(waiting.mark, []).append((number, case))
    found = []
    for waiting in ORDERED:
        if group := groups.get(waiting.mark):
            is_told = waiting.is_escalated and account.is_administrator
            mine = [
                number
                for number, case in group
                if is_told or case.office_id == account.office_id or case.office_id not in staffed
            ]
            found.append(_counted(waiting, [case for _, case in group], mine))
    return [*found, *_help_asked(account)]


def _to_do(seen: ColumnElement[bool]) -> Iterator[tuple[Waiting, int, Case]]:
    columns = Contribution.stage, Contribution.classified_on, Contribution.is_life_risk
    rows = queries.cases_of(queries.is_open(), seen).add_columns(*columns)
    for case, stage, classified_on, is_life_risk in db.session.execute(rows):
        is_new = stage in UNTOUCHED
        which = [
            LIFE if is_life_risk else None,
            deadline_of(case),
            NEW if is_new else None,
            UNCLASSIFIED if classified_on is None and not is_new else None,
            GIVEN_UP if legal_clock.is_given_up(case) else None,
        ]
        yield from ((waiting, case.id, case) for waiting in which if waiting)


def _in_danger(seen: ColumnElement[bool]) -> Iterator[tuple[Waiting, int, Case]]:
    """The newest that nobody has looked at, by their words; the mail repeats none of them."""
    rows = queries.cases_of(Contribution.stage.in_(UNTOUCHED), seen)
    rows = rows.where(Contribution.is_life_risk.is_(False)).add_columns(Contribution.text)
    rows = rows.order_by(Case.filed_on.desc(), Case.id).limit(MOST_READ)
    for case, text in db.session.execute(rows):
        if risk_words(text):
            yield DANGER, case.id, case


def _said(seen: ColumnElement[bool]) -> Iterator[tuple[Waiting, int, Case]]:
    newest = select(func.max(Message.id)).where(Message.case_id == Contribution.case_id)
    last = Message.id == newest.correlate(Contribution).scalar_subquery()
    rows = queries.cases_of(queries.is_heard_last(), seen).join(Message, last)
    rows = rows.add_columns(Message.id, Message.text, Contribution.is_life_risk)
    for case, message_id, text, is_life_risk in db.session.execute(rows):
        yield SAID, message_id, case
        if not is_life_risk and risk_words(text):
            yield DANGER_SAID, message_id, case
    unsolved = Contribution.stage == CaseStage.ANSWERED, queries.is_unsolved(), seen
    for case in db.session.scalars(queries.cases_of(*unsolved)):
        yield UNSOLVED, case.id, case


def _counted(waiting: Waiting, cases: Sequence[Case], mine: Sequence[int]) -> Pending:
    first = min((case.alert_on for case in cases if case.alert_on), default=None)
    is_timed = first and not any(case.is_answered for case in cases)
    return Pending(
        spanish.several(len(cases), waiting.one, waiting.many),
        url_for("listening_desk.inbox", **dict[str, Any](waiting.address)),
        f"El primero vence el {spanish.weekday(first)}." if is_timed and first else "",
        tuple(f"listening:{waiting.mark}:{number}" for number in mine),
        waiting.is_urgent,
    )


def _help_asked(account: Account) -> list[Pending]:
    """The parts of answers that other offices ask of the account's."""
    rows = select(HelpingOffice.id).join(
        Contribution, Contribution.case_id == HelpingOffice.case_id
    )
    rows = rows.join(Contribution.case).where(
        HelpingOffice.office_id == account.office_id,
        HelpingOffice.gave_on.is_(None),
        queries.is_open(),
        access.visible_to(account),
    )
    ids = list(db.session.scalars(rows.order_by(HelpingOffice.id)))
    address = url_for("listening_desk.inbox", **dict[str, Any](HELP.address))
    marks = tuple(f"listening:{HELP.mark}:{number}" for number in ids)
    words = spanish.several(len(ids), HELP.one, HELP.many)
    return [Pending(words, address, marks=marks)] if ids else []


def _offices_with_accounts() -> set[int | None]:
    """The offices in which somebody reads the mail about what waits."""
    rows = select(Account.office_id).where(
        Account.active, Account.password.is_not(None), Account.role.in_(WRITERS)
    )
    return set(db.session.scalars(rows.distinct())) - {None}
