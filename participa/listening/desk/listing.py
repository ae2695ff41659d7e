"""The inbox of contributions: what the address asks for, in the order of their last days.

A last day follows from rules, so the open ones are ordered here and not in SQL; those that are over
come after them, the newest first. What people say is encrypted: a word is looked for in the texts
of a few hundred contributions, and the page says in how many.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from participa.cases import legal_clock, themes, timeliness
from participa.cases.calendar import closed_days
from participa.cases.models import NEAR, Case, CaseKind, CasePriority
from participa.cases.timeliness import Timeliness
from participa.citizens import territories
from participa.core import clock, codes, spanish, workdays
from participa.core.db import db
from participa.core.web.lists import (
    MOMENTS,
    PAGE,
    SEARCH,
    Filter,
    Listing,
    ListRules,
    Order,
    folded,
    one_of,
    typed,
)
from participa.listening import access, queries
from participa.listening.danger import risk_words
from participa.listening.models import (
    UNTOUCHED,
    CaseLabel,
    CaseStage,
    Contribution,
    HelpingOffice,
    ListeningPost,
    Message,
    contribution_label,
)
from participa.staff.access import current_account
from participa.staff.models import Account
from participa.staff.queries import office_names

MOST_READ = 500  # texts that a search decrypts
BY_DAY = "vence"
FAR = date.max


def _labels() -> dict[str, str]:
    rows = select(CaseLabel.id, CaseLabel.name).order_by(CaseLabel.name, CaseLabel.id)
    return {str(id): name for id, name in db.session.execute(rows)}


def _posts() -> dict[str, str]:
    rows = select(ListeningPost.code, ListeningPost.title)
    rows = rows.order_by(ListeningPost.title, ListeningPost.id)
    return {row.code: row.title for row in db.session.execute(rows)}


def _kinds() -> dict[str, str]:
    return {kind.name: kind.label for kind in CaseKind if kind is not CaseKind.QUESTION}


def _topics() -> dict[str, str]:
    return {topic: topic for topic in themes.topics()}


def _territories() -> dict[str, str]:
    return dict(territories.choices())


def _with_label(id: str) -> ColumnElement[bool]:
    rows = select(contribution_label.c.label_id).where(
        contribution_label.c.case_id == Contribution.case_id,
        contribution_label.c.label_id == int(id),
    )
    return exists(rows.correlate(Contribution))


def _of_post(code: str) -> ColumnElement[bool]:
    return Contribution.post.has(ListeningPost.code == code)


def _asked_of(office: Any) -> ColumnElement[bool]:
    rows = select(HelpingOffice.id).where(
        HelpingOffice.case_id == Contribution.case_id,
        HelpingOffice.office_id == office,
        HelpingOffice.gave_on.is_(None),
    )
    return exists(rows.correlate(Contribution))


HAS_PRIORITY = exists(
    select(CasePriority.case_id).where(CasePriority.case_id == Case.id).correlate(Case)
)
STATES = {
    "Abiertos": queries.is_open(),
    "Sin revisar": Contribution.stage.in_(UNTOUCHED),
    "En revisión": Contribution.stage == CaseStage.IN_REVIEW,
    "Respondidos": Contribution.stage == CaseStage.ANSWERED,
    "Cerrados": Contribution.stage == CaseStage.CLOSED,
}
SIGNS: dict[str, Any] = {
    "Riesgo vital": Contribution.is_life_risk,
    "Denuncia de corrupción": Contribution.is_corruption,
    "Sin clasificar": and_(Contribution.classified_on.is_(None), queries.is_open()),
    "La persona escribió": queries.is_heard_last(),
    "Dice que no quedó resuelto": queries.is_unsolved(),
    "Anónimo": Contribution.is_anonymous,
}
HELP = "piden-su-parte"


def _signs() -> dict[str, str]:
    return {**(_SIGN.choices or dict)(), HELP: "Le piden su parte"}


def _has_sign(value: str) -> ColumnElement[bool]:
    if value == HELP:
        return _asked_of(current_account().office_id or 0)
    return _SIGN.where(value)


_SIGN = one_of("senal", "Señal", SIGNS)
# By how near the last day is; of the open ones alone, and computed here.
TERMS: Mapping[str, tuple[str, Callable[[Case], bool]]] = {
    "vencidos": ("Vencidos", lambda case: not case.is_answered and case.is_late),
    "hoy": ("Vencen hoy", lambda case: _left(case) == 0),
    "en-cinco-dias": ("Vencen en cinco días o menos", lambda case: is_near(case)),
    "con-mas-plazo": ("Con más plazo", lambda case: (_left(case) or 0) > NEAR.days),
    "no-lo-completo": ("La persona no lo completó", legal_clock.is_given_up),
    "sin-termino": ("Sin término que corra", lambda case: case.due_on is None),
}
RULES = ListRules(
    search=lambda word: Case.code.contains(codes.read(word), autoescape=True),
    orders={
        BY_DAY: Order("Vence", Case.filed_on, MOMENTS),
        "llegada": Order("Llegó", Case.filed_on, MOMENTS),
    },
    first=BY_DAY,
    unique=Case.id,
    filters=(
        one_of("estado", "Estado", STATES),
        Filter(
            "plazo",
            "Plazo",
            lambda value: queries.is_open(),
            lambda: {value: words for value, (words, _) in TERMS.items()},
        ),
        Filter("senal", "Señal", _has_sign, _signs),
        one_of("prioridad", "Prioridad", {"Con prioridad": HAS_PRIORITY}),
        Filter("clase", "Clase", lambda name: Case.kind == CaseKind[name], _kinds),
        Filter("dependencia", "Responde", lambda id: Case.office_id == int(id), office_names),
        Filter("tema", "Tema", lambda topic: Case.topic == topic, _topics),
        Filter("territorio", "Territorio", lambda code: Case.territory == code, _territories),
        Filter("escuchadero", "Escuchadero", _of_post, _posts),
        Filter("etiqueta", "Etiqueta", _with_label, _labels),
    ),
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What an account sees on top of its inbox; `near` are due in five days and not late."""

    open: int
    near: int
    overdue: int
    in_time: Timeliness


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the inbox. `read` is in how many texts a word was looked for, 0 for none."""

    listing: Listing
    read: int = 0
    are_all_read: bool = True

    @property
    def signs(self) -> dict[int, list[str]]:
        """By id, what the person wrote that somebody should look at now, in words."""
        return signs_of(self.listing.rows)


def _left(case: Case) -> int | None:
    """Days to the last day, by the earlier reading of the law; None for what is late or untimed."""
    if case.is_answered or case.is_late or case.alert_on is None:
        return None
    return max(0, (case.alert_on - clock.today()).days)


def is_near(case: Case) -> bool:
    left = _left(case)
    return left is not None and left <= NEAR.days


def counts(account: Account) -> Counts:
    """Of all that the account may see, and not only of what the list shows."""
    seen = access.visible_to(account)
    cases = list(db.session.scalars(queries.cases_of(queries.is_open(), seen)))
    today = clock.today()
    year = today.replace(month=1, day=1)
    return Counts(
        open=len(cases),
        near=sum(is_near(case) for case in cases),
        overdue=sum(case.is_late for case in cases if not case.is_answered),
        in_time=timeliness.of(queries.cases_of(seen), year, today),
    )


def found(account: Account) -> Found:
    """The page of the inbox for which the current address asks."""
    words = typed(request.args, SEARCH)
    values = {name: value for name, value in request.args.items() if name != SEARCH}
    rows = queries.cases_of(access.visible_to(account))
    narrowed = RULES.narrowed(rows, values).order_by(None)
    if not words:
        return Found(_page(narrowed, words))
    by_number = RULES.narrowed(rows, values | {SEARCH: words}).order_by(None)
    if db.session.scalar(select(func.count()).select_from(by_number.subquery())):
        return Found(_page(by_number, words))
    ids, read, are_all = _with_words(narrowed, words)
    return Found(_page(narrowed.where(Case.id.in_(ids)), words), read, are_all)


def _with_words(rows: Select[Any], words: str) -> tuple[list[int], int, bool]:
    """Ids of the newest cases of these rows whose texts contain every word."""
    wanted = folded(words).split()
    newest = rows.with_only_columns(Case.id, Contribution.text)
    newest = newest.order_by(Case.filed_on.desc(), Case.id.desc()).limit(MOST_READ + 1)
    texts = db.session.execute(newest).all()
    ids = [id for id, text in texts[:MOST_READ] if all(word in folded(text) for word in wanted)]
    return ids, min(len(texts), MOST_READ), len(texts) <= MOST_READ


def _page(rows: Select[Any], words: str) -> Listing:
    shown = RULES.shown_filters(request.args)
    order = request.args.get("orden", "")
    order = order if order.removeprefix("-") in RULES.orders else RULES.first
    term = next((one.value for one in shown if one.filter.name == "plazo"), "")
    first = _open_ids(rows, order, term)
    rest = rows.where(~queries.is_open())
    if order.removeprefix("-") != BY_DAY and not term:  # all of them by SQL
        first, rest = [], rows
    others = 0 if term else db.session.scalar(select(func.count()).select_from(rest.subquery()))
    total = len(first) + (others or 0)
    page = min(max(1, _number()), max(1, -(-total // PAGE)))
    start, end = (page - 1) * PAGE, page * PAGE
    ids = first[start:end]
    if not term and (room := PAGE - len(ids)):
        begin = max(0, start - len(first))
        ids += db.session.scalars(_over(rest, order).offset(begin).limit(room))
    return Listing(RULES, request.path, words, shown, order, page, total, _loaded(ids))


def _open_ids(rows: Select[Any], order: str, term: str) -> list[int]:
    """Ids of the open ones, in their order."""
    columns = Contribution.classified_on, Contribution.is_life_risk
    found = db.session.execute(rows.where(queries.is_open()).add_columns(*columns)).all()
    if term:
        found = [row for row in found if TERMS[term][1](row[0])]
    is_by_day = order.removeprefix("-") == BY_DAY

    def place(row: Any) -> tuple[bool, date, date, int]:
        case, classified_on, is_life_risk = row
        day = day_of(case, classified_on) or FAR if is_by_day else case.filed_on
        return not is_life_risk, day, case.filed_on, case.id

    return [row[0].id for row in sorted(found, key=place, reverse=order.startswith("-"))]


def _over(rows: Select[Any], order: str) -> Select[Any]:
    ids = rows.with_only_columns(Case.id)
    if order == "llegada":
        return ids.order_by(Case.filed_on, Case.id)
    return ids.order_by(Case.filed_on.desc(), Case.id.desc())


def _loaded(ids: Sequence[int]) -> list[Contribution]:
    rows = select(Contribution).where(Contribution.case_id.in_(ids))
    rows = rows.options(
        joinedload(Contribution.case).joinedload(Case.office),
        joinedload(Contribution.post),
        selectinload(Contribution.labels),
    )
    by_id = {one.case_id: one for one in db.session.scalars(rows)}
    return [by_id[id] for id in ids]


def _number() -> int:
    text = request.args.get("pagina", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def day_of(case: Case, classified_on: date | None) -> date | None:
    """The last day by which it is ordered; None without any.

    Nobody has said of an opinion that it asks for nothing: until then it goes by the day that it
    would have as a petition (PQR-08).
    """
    if case.is_answered:
        return None
    if case.term is None and classified_on is None:
        return workdays.due(case.filed_on, CaseKind.GENERAL.term or 0, closed_days())
    return case.alert_on


def signs_of(rows: Sequence[Contribution]) -> dict[int, list[str]]:
    """By id, what stands beside a row: that the person wrote, and words of danger. One SELECT."""
    ids = [one.case_id for one in rows]
    written = select(Contribution.case_id).where(
        Contribution.case_id.in_(ids), queries.is_heard_last()
    )
    newest = select(func.max(Message.id)).where(Message.case_id.in_(written))
    last = select(Message.case_id, Message.text).where(
        Message.id.in_(newest.group_by(Message.case_id))
    )
    wrote = {row.case_id: row.text for row in db.session.execute(last)}
    signs = {}
    for one in rows:
        unread = [one.text if one.is_untouched else "", wrote.get(one.case_id, "")]
        is_danger = not one.is_life_risk and any(risk_words(text) for text in unread)
        is_unsolved = one.is_resolved is False and not one.is_open
        words = [
            "Puede hablar de un riesgo para la vida" if is_danger else "",
            "La persona escribió" if one.case_id in wrote else "",
            "Dice que no quedó resuelto" if is_unsolved else "",
        ]
        signs[one.case_id] = [word for word in words if word]
    return signs


def excerpt(contribution: Contribution, letters: int = 140) -> str:
    """The first words of the contribution; empty if it reports a danger to life."""
    if contribution.is_life_risk:
        return "Habla de un riesgo para la vida. Ábralo."
    if not contribution.text:
        return "Nota de voz o fotos, sin texto."
    text = " ".join(contribution.text.split())
    return text if len(text) <= letters else f"{text[:letters].rstrip()}…"


def term_in_words(contribution: Contribution) -> tuple[str, str]:
    """A sentence about the term, and the CSS class of its state."""
    case = contribution.case
    if case.is_answered:
        is_good = case.is_on_time
        return ("Respondido a tiempo", "done") if is_good else ("Respondido tarde", "late")
    if not contribution.is_open:
        return "Cerrado", "done"
    if case.due_on is None or case.alert_on is None:
        return _untimed(contribution)
    if case.is_late:
        return "Vencido", "late"
    left = (case.alert_on - clock.today()).days
    if left <= 0:
        return "Vence hoy", "late"
    look = "late" if timedelta(days=left) <= NEAR else "going"
    return ("Vence mañana" if left == 1 else f"Vence en {left} días"), look


def _untimed(contribution: Contribution) -> tuple[str, str]:
    if legal_clock.is_given_up(contribution.case):
        return "No lo completó: ciérrelo", "late"
    if contribution.case.is_waiting:
        return "Espera a la persona", "going"
    day = day_of(contribution.case, contribution.classified_on)
    if day is None:
        return "Sin término", "going"
    look = "late" if day <= clock.today() + NEAR else "going"
    verb = "venció" if day < clock.today() else "vence"
    return f"Clasifíquelo: si pide algo, {verb} el {spanish.short_day(day)}", look
