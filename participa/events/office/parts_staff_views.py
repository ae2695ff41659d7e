"""The staff's pages of the parts of an event: agenda, sessions, people, steps, support."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select

from participa.channels import access
from participa.core.db import db
from participa.core.editing import versions
from participa.events import parts, service, support
from participa.events.models import Event, SupportRequest
from participa.events.office.staff_forms import PART_PAGES, SupportAnswerForm
from participa.staff.access import WRITERS, allows, current_account, guard, say, says

PART = "<any(agenda,jornadas,responsables,pasos):kind>"
LARGEST = 2**31 - 1

bp = guard(
    Blueprint("events_parts", __name__, url_prefix="/gestion/eventos"),
    "la-agenda-las-jornadas-los-responsables-y-los-pasos",
    attend_support="los-apoyos-que-pide-la-gente",
)


@bp.route(f"/<code>/{PART}", methods=["GET", "POST"])
@allows(WRITERS)
@says("Agregó lo que escribió.")
def add(code, kind):
    event, shown = access.own(Event, code=code), PART_PAGES[kind]
    form = shown.form.creating(lambda made: url_for("events_parts.add", code=code, kind=kind))
    form.offer(current_account())
    if form.validate_on_submit() and form.creates(add_from, form, event, kind):
        say(f"Agregó: {shown.one}.")
        db.session.commit()
        return redirect(url_for("events_parts.add", code=code, kind=kind))
    page = render_template(
        "events_parts/add.html",
        event=event,
        kind=kind,
        shown=shown,
        parts=getattr(event, parts.KINDS[kind].collection),
        form=form,
        why_not=service.LOCKED if event.is_locked else "",
    )
    return page, form.status


@bp.route(f"/<code>/{PART}/<int(max={LARGEST}):id>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def change(code, kind, id):
    event, part = part_of(code, kind, id)
    form = PART_PAGES[kind].form.changing(part, PART_PAGES[kind].values)
    form.offer(current_account())
    if form.validate_on_submit() and form.carries_out(change_from, form, event, kind, part):
        db.session.commit()
        return redirect(url_for("events_parts.add", code=code, kind=kind))
    page = render_template(
        "events_parts/change.html",
        event=event,
        kind=kind,
        shown=PART_PAGES[kind],
        part=part,
        form=form,
        why_not=service.LOCKED if event.is_locked else "",
    )
    return page, form.status


@bp.post(f"/<code>/{PART}/<int(max={LARGEST}):id>/quitar")
@allows(WRITERS)
@says("Lo quitó.")
def remove(code, kind, id):
    event, part = part_of(code, kind, id)
    parts.remove(event, current_account(), parts.KINDS[kind], versions.as_seen(part))
    db.session.commit()
    return redirect(url_for("events_parts.add", code=code, kind=kind))


@bp.post(f"/<code>/pasos/<int(max={LARGEST}):id>/marcar")
@allows(WRITERS)
@says("Marcó el paso.")
def check(code, id):
    event, item = part_of(code, "pasos", id)
    parts.check(event, current_account(), versions.as_seen(item))
    say("Marcó el paso como hecho." if item.done_at else "Marcó el paso como pendiente.")
    db.session.commit()
    return redirect(url_for("events_staff.show", code=code, _anchor="pasos"))


@bp.route(f"/<code>/apoyos/<int(max={LARGEST}):id>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la respuesta a la solicitud.")
def attend_support(code, id):
    event = access.own(Event, code=code)
    asked = db.first_or_404(select(SupportRequest).filter_by(id=id, event_id=event.id))
    form = SupportAnswerForm.changing(asked, lambda one: {"answer": one.answer})
    if form.validate_on_submit() and form.carries_out(
        support.attend, asked, event, current_account(), form.answer.data
    ):
        db.session.commit()
        return redirect(url_for("events_staff.show", code=code, _anchor="apoyos"))
    page = render_template("events_parts/attend_support.html", event=event, asked=asked, form=form)
    return page, form.status


def part_of(code: str, kind: str, id: int) -> tuple[Event, Any]:
    """The event and its part; 404 unless the part belongs to it."""
    event = access.own(Event, code=code)
    model = parts.KINDS[kind].model
    part = db.first_or_404(select(model).filter_by(id=id, event_id=event.id))
    return event, versions.page_is_about(part)


def add_from(form: Any, event: Event, kind: str) -> Any:
    return parts.add(event, current_account(), parts.KINDS[kind], **form.facts())


def change_from(form: Any, event: Event, kind: str, part: Any) -> None:
    parts.change(event, current_account(), parts.KINDS[kind], part, **form.facts())
