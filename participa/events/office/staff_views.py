"""The staff's pages of an event: plan it, call people, change its date, print its plan."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import contains_eager, selectinload

from participa.channels import access, registry
from participa.channels.access import may_write
from participa.channels.forms import ActForm
from participa.channels.listing import rules, visible_rows
from participa.channels.mentions import EVALUATION
from participa.citizens import territories
from participa.core import clock, links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web import lists
from participa.core.web.lists import MOMENTS, Filter, Order
from participa.events import queries, service, support, wording
from participa.events.minutes.document import filling
from participa.events.models import ChecklistMoment, Event, EventState
from participa.events.office.staff_forms import (
    EventDateForm,
    EventForm,
    EventReasonForm,
    dates_of,
    values_of,
)
from participa.events.public import pages
from participa.events.readiness import missing_requirements
from participa.formats.header import header_of
from participa.plan import queries as plans
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says

STATES = {lists.value_of(state.value): state for state in EventState}
LIST = replace(
    rules(
        Event,
        "Evento",
        {"fecha": Order("Fecha", Event.opens_at, MOMENTS)},
        (
            Filter(
                "estado",
                "Estado",
                lambda word: queries.is_in_state(STATES[word], clock.now()),
                lambda: {word: state.value for word, state in STATES.items()},
            ),
        ),
    ),
    first="-fecha",
)

bp = guard(
    Blueprint("events_staff", __name__, url_prefix="/gestion/eventos"),
    "un-evento-de-principio-a-fin",
    create="planearlo",
    edit="planearlo",
    reschedule="cambiar-la-fecha-aplazar-o-cancelar",
    postpone="cambiar-la-fecha-aplazar-o-cancelar",
    cancel="cambiar-la-fecha-aplazar-o-cancelar",
)


@bp.get("")
@allows(READERS)
def index():
    listing = LIST.listing(
        visible_rows(Event, current_account()),
        contains_eager(Event.office),
        selectinload(Event.tasks),
    )
    return render_template(
        "events_staff/index.html",
        listing=listing,
        looks=wording.LOOKS,
        dates=wording.dates,
        missing={
            event.id: missing_requirements(event)
            for event in listing.rows
            if not event.is_published
        },
        may_write=may_write(),
    )


@bp.route("/nuevo", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el plan del evento.")
def create():
    form = EventForm.creating(lambda made: url_for("events_staff.show", code=made.code))
    form.offer(current_account())
    if form.validate_on_submit() and (event := form.creates(create_from, form)):
        db.session.commit()
        return redirect(url_for("events_staff.show", code=event.code))
    return render_template("events_staff/create.html", form=form), form.status


@bp.get("/<code>")
@allows(READERS)
def show(code):
    event = access.own(Event, code=code)
    mentions = registry.mentions_of(event, "events")
    return render_template(
        "events_staff/show.html",
        event=event,
        looks=wording.LOOKS,
        when=wording.when(event),
        missing=[] if event.is_published else missing_requirements(event),
        notices=[wording.notice_sentence(notice) for notice in event.notices],
        sentence_of=wording.session_sentence,
        moments=ChecklistMoment,
        mentions=[one for one in mentions if one.fills != EVALUATION],
        surveys=filling(mentions, EVALUATION),
        place=wording.place(event),
        support=support.requests_of(event) if may_write() else [],
        fulfils=plans.references(event.tasks),
        address=links.absolute(url_for("events.show", code=event.code)),
        short=links.readable(event.code),
        may_write=may_write(),
        form=ActForm.creating(endpoint="events_staff.duplicate"),
    )


@bp.get("/<code>/formato")
@allows(READERS)
def planning_format(code):
    """The whole plan of the event on letter paper."""
    event = access.own(Event, code=code)
    report = event.report_url
    return render_template(
        "events_staff/planning_format.html",
        event=event,
        header=header_of(event.format),
        dates=wording.dates,
        report=links.absolute(report) if report.startswith("/") else report,
        support_count=len(support.requests_of(event)),
        sentence_of=wording.session_sentence,
        territory=territories.label(event.territory),
        moments=ChecklistMoment,
        fulfils=plans.references(event.tasks),
        short=links.readable(event.code),
    )


@bp.route("/<code>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def edit(code):
    event = access.own(Event, code=code)
    form = EventForm.changing(event, values_of)
    form.offer(current_account(), event)
    if form.validate_on_submit() and form.carries_out(change_from, form, event):
        db.session.commit()
        return redirect(url_for("events_staff.show", code=code))
    why_not = service.LOCKED if event.is_locked else ""
    page = render_template("events_staff/edit.html", form=form, event=event, why_not=why_not)
    return page, form.status


@bp.post("/<code>/publicar")
@allows(WRITERS)
@says("Convocó el evento.")
def publish(code):
    event = access.own(Event, code=code)
    service.publish(versions.as_seen(event), current_account())
    db.session.commit()
    return redirect(url_for("events_staff.show", code=code))


@bp.route("/<code>/fecha", methods=["GET", "POST"])
@allows(WRITERS)
@says("Cambió la fecha del evento.")
def reschedule(code):
    event = access.own(Event, code=code)
    form = EventDateForm.changing(event, dates_of)
    if form.validate_on_submit():
        begins, ends = form.opens_at.moment, form.closes_at.moment
        if form.carries_out(
            service.reschedule, event, current_account(), begins, ends, form.reason.data
        ):
            db.session.commit()
            return redirect(url_for("events_staff.show", code=code))
    page = render_template(
        "events_staff/reschedule.html",
        form=form,
        event=event,
        why_not=service.why_not_rescheduled(event),
    )
    return page, form.status


@bp.route("/<code>/aplazar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Aplazó el evento.")
def postpone(code):
    event = access.own(Event, code=code)
    refusal = service.why_not_postponed(event)
    return taken_off("events_staff/postpone.html", event, service.postpone, refusal)


@bp.route("/<code>/cancelar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Canceló el evento.")
def cancel(code):
    event = access.own(Event, code=code)
    refusal = service.why_not_cancelled(event)
    return taken_off("events_staff/cancel.html", event, service.cancel, refusal)


@bp.post("/<code>/duplicar")
@allows(WRITERS)
@says("Duplicó el evento: esta es la copia.")
def duplicate(code):
    event = access.own(Event, code=code)
    copy = ActForm.creating().created(service.duplicate, event, current_account())
    db.session.commit()
    return redirect(url_for("events_staff.edit", code=copy.code))


@bp.get("/<code>/vista")
@allows(READERS)
def preview(code):
    """The public page of the event as residents see it, or will see it."""
    event = access.own(Event, code=code)
    return render_template("events_staff/preview.html", **pages.values_of(event))


def taken_off(template: str, event: Event, verb: Callable[..., None], why_not: str) -> Any:
    """Ask for the reason, and take the event out of the calendar with this verb."""
    form = EventReasonForm.changing(event, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        verb, event, current_account(), form.reason.data
    ):
        db.session.commit()
        return redirect(url_for("events_staff.show", code=event.code))
    return render_template(template, form=form, event=event, why_not=why_not), form.status


def create_from(form: EventForm) -> Event:
    by = current_account()
    return service.create(by, form.chosen_tasks, **form.facts(by))


def change_from(form: EventForm, event: Event) -> None:
    by = current_account()
    reason = (form.reason.data or "") if "reason" in form else ""
    service.change(event, by, form.chosen_tasks, reason, **form.facts(by))
