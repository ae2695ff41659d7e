"""The staff's pages of the minutes: write, read, close, sign, reopen."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from participa.channels import access, registry
from participa.channels.access import may_write
from participa.channels.mentions import ATTENDANCE
from participa.core.db import db
from participa.core.editing import versions
from participa.events.minutes import facts, reading, service, withdrawn
from participa.events.minutes.document import document, filling, hash_of
from participa.events.minutes.staff_forms import (
    HeadCountForm,
    MinutesClosingForm,
    MinutesReopeningForm,
    SignatureForm,
    SummaryForm,
    head_count_of,
    summary_of,
)
from participa.events.models import Event
from participa.events.record_models import Minutes
from participa.staff.access import (
    EDITORS,
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    say,
    says,
)
from participa.staff.models import Account

bp = guard(
    Blueprint("events_minutes_staff", __name__, url_prefix="/gestion/eventos/<code>/acta"),
    "el-acta-de-un-evento",
)


@bp.get("")
@allows(READERS)
def show(code):
    """The closed minutes; before, what is written so far and what is missing."""
    event = access.own(Event, code=code)
    revisions = facts.revisions(event.id)
    stated = facts.facts_of(event, registry.mentions_of(event, "events"))
    draft = facts.draft_of(event)
    minutes = revisions[0] if revisions and event.is_locked else None
    shown = minutes.document if minutes else document(stated)
    return render_template(
        "events_minutes_staff/show.html",
        event=event,
        minutes=minutes,
        revisions=revisions,
        is_withdrawn=minutes is not None and not withdrawn.shown(minutes).is_whole,
        heading=reading.heading(shown),
        parts=reading.parts(shown),
        why_not=service.why_not_closed(event),
        missing=service.missing_for_closing(event, stated, draft.has_no_commitments),
        warnings=list(service.warnings(event, stated)),
        may_write=may_write(),
        may_reopen=current_account().role in EDITORS,
        has_signed=minutes is not None and has_signed(minutes),
    )


@bp.route("/escribir", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el borrador del acta.")
def write(code):
    event = access.own(Event, code=code)
    lists = filling(registry.mentions_of(event, "events"), ATTENDANCE)
    form = (
        SummaryForm.changing(event, summary_of)
        if lists
        else HeadCountForm.changing(event, head_count_of)
    )
    form.offer(event)
    if form.validate_on_submit() and form.carries_out(
        service.write, event, current_account(), **form.written
    ):
        db.session.commit()
        return redirect(url_for("events_minutes_staff.show", code=code))
    why_not = service.why_not_closed(event)
    page = render_template(
        "events_minutes_staff/write.html", form=form, event=event, lists=lists, why_not=why_not
    )
    return page, form.status


@bp.route("/cerrar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Cerró el evento con su acta.")
def close(code):
    """The minutes as they would be. What is closed is what this page showed."""
    event = access.own(Event, code=code)
    form = MinutesClosingForm.changing(event, preview_of)
    if form.validate_on_submit() and form.carries_out(
        service.close, event, current_account(), registry.mentions_of(event, "events")
    ):
        db.session.commit()
        return redirect(url_for("events_minutes_staff.show", code=code))
    if form.is_submitted() and was_closed_by(event, current_account()):
        say("El acta ya está cerrada: usted la cerró.")
        return redirect(url_for("events_minutes_staff.show", code=code))
    stated = facts.facts_of(event, registry.mentions_of(event, "events"))
    has_none = facts.draft_of(event).has_no_commitments
    shown = document(stated)
    page = render_template(
        "events_minutes_staff/close.html",
        form=form,
        event=event,
        why_not=service.why_not_closed(event),
        missing=service.missing_for_closing(event, stated, has_none),
        warnings=list(service.warnings(event, stated)),
        heading=reading.heading(shown),
        parts=reading.parts(shown),
    )
    return page, form.status


@bp.route("/firmar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Firmó el acta.")
def sign(code):
    event = access.own(Event, code=code)
    form = SignatureForm.changing(event, signed_of)
    minutes = facts.newest(event.id) if event.is_locked else None
    if form.validate_on_submit() and form.carries_out(
        service.sign, minutes, current_account(), form.position.data
    ):
        db.session.commit()
        return redirect(url_for("events_minutes_staff.show", code=code))
    page = render_template(
        "events_minutes_staff/sign.html",
        form=form,
        event=event,
        minutes=minutes,
        signs_as=service.role_and_office(current_account()),
        why_not=why_not_signed(minutes),
    )
    return page, form.status


@bp.route("/reabrir", methods=["GET", "POST"])
@allows(EDITORS)
@says("Reabrió el evento.")
def reopen(code):
    event = access.own(Event, code=code)
    form = MinutesReopeningForm.changing(event, signed_of)
    if form.validate_on_submit() and form.carries_out(
        service.reopen, event, current_account(), form.reason.data
    ):
        db.session.commit()
        return redirect(url_for("events_minutes_staff.show", code=code))
    why_not = "" if event.is_locked else "El acta de este evento no está cerrada."
    page = render_template(
        "events_minutes_staff/reopen.html", form=form, event=event, why_not=why_not
    )
    return page, form.status


def preview_of(event: Event) -> dict[str, Any]:
    """What the page to close was drawn from: the whole document, as its hash."""
    stated = facts.facts_of(event, registry.mentions_of(event, "events"))
    return {"document": hash_of(document(stated)), **versions.as_version(event)}


def was_closed_by(event: Event, account: Account) -> bool:
    """Whether this account closed the minutes that stand: its second click asks for nothing."""
    minutes = facts.newest(event.id) if event.is_locked else None
    return minutes is not None and minutes.made_by_id == account.id


def signed_of(event: Event) -> dict[str, Any]:
    """What the pages to sign and to reopen were drawn from: the newest minutes."""
    minutes = facts.newest(event.id)
    return {"sha256": minutes and minutes.sha256, **versions.as_version(event)}


def why_not_signed(minutes: Minutes | None) -> str:
    if minutes is None:
        return "El acta de este evento no está cerrada: todavía no se firma."
    return "Usted ya firmó esta acta." if has_signed(minutes) else ""


def has_signed(minutes: Minutes) -> bool:
    return current_account().id in {one.account_id for one in minutes.signatures}
