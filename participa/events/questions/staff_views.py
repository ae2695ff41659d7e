"""The staff's pages of the questions of an event: list, register, group, answer, cards."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from participa.cases.listing import LIST as CASES
from participa.cases.models import LARGEST_ID, Case, CaseKind
from participa.cases.wording import term_in_words
from participa.channels.access import may_write
from participa.core import links, qr
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web import lists
from participa.core.web.lists import LETTERS, Listing, Order, one_of
from participa.events.models import Event
from participa.events.questions import queries, service
from participa.events.questions.staff_forms import (
    AnswersForm,
    RegisterForm,
    ThemeForm,
    theme_print,
    tick_of,
)
from participa.events.questions.totals import totals_of
from participa.events.record_models import AskedBy, EventQuestion
from participa.staff import queries as offices
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    require_office,
    says,
    works_for,
)
from participa.staff.fields import office_choices
from participa.staff.models import Office

CARDS_ON_A_SHEET = 4
LOADED = contains_eager(EventQuestion.case).contains_eager(Case.office)
LIST = replace(
    CASES,
    search=lambda word: CASES.search(word) | lists.contains(word, EventQuestion.theme),
    orders={**CASES.orders, "tema": Order("Tema", lists.plain(EventQuestion.theme), LETTERS)},
    filters=(
        *CASES.filters,
        one_of("via", "Cómo llegó", {way.value: EventQuestion.asked_by == way for way in AskedBy}),
    ),
)

bp = guard(
    Blueprint("events_questions_staff", __name__, url_prefix="/gestion/eventos"),
    "preguntas-de-un-evento",
)


@bp.get("/<code>/preguntas")
@allows(READERS)
def index(code):
    event, office_id = event_or_404(code)
    listing = LIST.listing(queries.visible_questions(event.id, office_id), LOADED)
    return list_page(event, office_id, listing, ThemeForm())


@bp.post("/<code>/preguntas/tema")
@allows(WRITERS)
@says("Guardó el tema de las preguntas.")
def group(code):
    event, office_id = event_or_404(code)
    require_office([event.office_id or 0])
    form = ThemeForm()
    form.offer()
    if form.validate_on_submit() and form.carries_out(group_from, form, event):
        db.session.commit()
        return redirect(url_for("events_questions_staff.index", **here(event)))
    return rejected_list(event, office_id, form), form.status


def rejected_list(event: Event, office_id: int | None, form: ThemeForm) -> str:
    """The list with the refused form; its links lead to the page of the list."""
    listing = LIST.listing(queries.visible_questions(event.id, office_id), LOADED)
    address = url_for("events_questions_staff.index", code=event.code)
    return list_page(event, office_id, replace(listing, path=address), form, "group")


def here(event: Event) -> dict[str, Any]:
    """The values of this address: what the list was narrowed to, and the event."""
    return {**request.args.to_dict(), "code": event.code}


def list_page(
    event: Event, office_id: int | None, listing: Listing, form: ThemeForm, view: str = "index"
) -> str:
    sees_event = office_id is None
    return render_template(
        f"events_questions_staff/{view}.html",
        event=event,
        form=form,
        sees_event=sees_event,
        listing=listing,
        questions=[(one, *term_in_words(one.case), tick_of(one)) for one in listing.rows],
        totals=totals_of(event.id) if sees_event else None,
        themes=queries.themes_of(event.id) if sees_event else [],
        why_not=service.why_not_registered(event),
        may_write=may_write(),
        may_group=may_write() and sees_event and not event.is_locked,
    )


def group_from(form: ThemeForm, event: Event) -> None:
    """Carry out the grouping; the pages' fingerprints become the themes that they stand for."""
    known = {theme_print(one): one for one in ["", *(t.name for t in queries.themes_of(event.id))]}
    shown = {id: known.get(mark, mark) for id, mark in form.ticked.items()}
    service.group(event, current_account(), shown, form.theme.data or "")


@bp.route("/<code>/preguntas/registrar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Registró las preguntas.")
def register(code):
    event, _ = event_or_404(code)
    require_office([event.office_id or 0])
    address = url_for("events_questions_staff.index", code=event.code)
    first_day = {"asked_on": service.day_of(event)}
    form = RegisterForm.creating(lambda made: address, data=first_day)
    if form.validate_on_submit():
        asked_by, theme = AskedBy[form.asked_by.data], form.theme.data or ""
        typed = form.lines, asked_by, form.asked_on.data, theme
        if form.creates(service.register, event, current_account(), *typed):
            db.session.commit()
            return redirect(address)
    why_not = service.why_not_registered(event)
    page = render_template(
        "events_questions_staff/register.html", form=form, event=event, why_not=why_not
    )
    return page, form.status


@bp.route("/<code>/preguntas/responder", methods=["GET", "POST"])
@allows(WRITERS)
@says("Publicó la respuesta.")
def answer(code):
    """One answer to the ticked questions; ?tema= offers those of a theme, ?pregunta= a single one.

    In the address of a single question stands the id of its case.
    """
    event, office_id = event_or_404(code)
    theme, case_id = request.args.get("tema"), case_id_of(request.args.get("pregunta", ""))
    questions = queries.unanswered(event.id, office_id, theme, case_id)
    ticked = [str(one.case_id) for one in questions] if theme or case_id else []
    first = {"chosen": ticked, "answered_on": service.day_of(event)}
    form = AnswersForm(data=first)
    given = [int(id) for id in request.form.getlist("chosen") if id.isdecimal() and len(id) < 17]
    form.offer([*questions, *answered_meanwhile(event, office_id, questions, given)], to_choose())
    if form.validate_on_submit() and form.carries_out(answer_from, form, event):
        db.session.commit()
        return redirect(url_for("events_questions_staff.index", code=event.code))
    page = render_template(
        "events_questions_staff/answer.html", form=form, event=event, questions=questions
    )
    return page, form.status


def answered_meanwhile(
    event: Event, office_id: int | None, questions: list[EventQuestion], ids: list[int]
) -> list[EventQuestion]:
    """The ticked questions that are not offered any more: the verb says what became of them."""
    offered = {one.case_id for one in questions}
    others = queries.of_cases(event.id, [id for id in ids if id not in offered])
    return [one for one in others if office_id is None or one.case.office_id == office_id]


def answer_from(form: AnswersForm, event: Event) -> None:
    office = db.session.get(Office, form.office.data or 0)
    by, text = current_account(), form.answer.data
    service.answer_together(event, by, form.ids, text, form.day_there, office)


@bp.get("/<code>/preguntas/tarjetas")
@allows(READERS)
def cards(code):
    """A letter sheet of blank cards, on which people write their questions."""
    event, _ = event_or_404(code)
    require_office([event.office_id or 0])
    picture = qr.svg(links.printed(event.code), f"Código QR que abre: {event.title}")
    return render_template(
        "events_questions_staff/cards.html",
        event=event,
        picture=picture,
        short=links.readable(event.code),
        cards=range(CARDS_ON_A_SHEET),
        term=CaseKind.QUESTION.term,
    )


def event_or_404(code: str) -> tuple[Event, int | None]:
    """The event, and the office whose questions alone this account may see; None for all.

    404 for a Responsable whose office neither owns the event nor answers any of its questions.
    """
    event: Event = db.first_or_404(select(Event).filter_by(code=code))
    account: Any = current_account()
    if works_for(account, [event.office_id or 0]):
        return versions.page_is_about(event), None
    office_id = account.office_id or 0
    db.first_or_404(queries.visible_questions(event.id, office_id).limit(1))
    return versions.page_is_about(event), office_id


def case_id_of(typed: str) -> int | None:
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 17
    return min(int(typed), LARGEST_ID) if is_number else None


def to_choose() -> list[tuple[int, str]]:
    mine = offices.offices_to_choose(current_account())
    return office_choices(mine, "La que ya tiene cada pregunta")
