"""The staff's pages of an attendance list: create, change, publish, close, reopen."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import contains_eager, joinedload

from participa.attendance import queries, service, wording
from participa.attendance.models import AttendanceList
from participa.attendance.office.staff_forms import ListForm, values_of
from participa.attendance.paper import reconciliation
from participa.attendance.public import pages
from participa.attendance.public.forms import sign_form
from participa.attendance.results import totals
from participa.attendance.snapshots import snapshot_of
from participa.channels import access
from participa.channels.access import may_write
from participa.channels.forms import ClosingForm, ReopenForm, moments_of
from participa.channels.listing import rules, visible_rows
from participa.channels.wording import beside_state, early_closing
from participa.citizens.territories import CITY
from participa.core import clock, links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web.lists import MOMENTS, NUMBERS, Order
from participa.events import wording as events
from participa.events.models import Event
from participa.formats.header import printed_header
from participa.plan import queries as plans
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says

LIST = rules(
    AttendanceList,
    "Listado",
    {
        "personas": Order("Personas", queries.ATTENDED, NUMBERS),
        "apertura": Order("Apertura", AttendanceList.opens_at, MOMENTS),
    },
)
# The other pages of a published list, each with its words.
ROOMS = (
    ("attendance_desk.show", "Mesa de registro"),
    ("attendance_desk.passes", "Enlaces de puerta"),
    ("attendance_paper.show", "El listado en papel"),
    ("attendance_certificates_staff.show", "Constancias"),
    ("attendance_offline_staff.bring", "Firmas guardadas sin señal"),
)

bp = guard(
    Blueprint("attendance_staff", __name__, url_prefix="/gestion/asistencia"),
    "un-listado-de-asistencia-de-principio-a-fin",
    choose_event="preparar-el-listado",
    create="preparar-el-listado",
    edit="preparar-el-listado",
    preview="preparar-el-listado",
    close="cerrar-y-dar-cuenta",
    reopen="cerrar-y-dar-cuenta",
)


@bp.get("")
@allows(READERS)
def index():
    listing = LIST.listing(
        visible_rows(AttendanceList, current_account()),
        contains_eager(AttendanceList.office),
        joinedload(AttendanceList.event),
    )
    return render_template(
        "attendance_staff/index.html",
        listing=listing,
        came=queries.attended_by_list([record.id for record in listing.rows]),
        when={record.id: beside_state(record) for record in listing.rows},
        may_write=may_write(),
    )


@bp.get("/nuevo")
@allows(WRITERS)
def choose_event():
    """The called events without a list."""
    found = queries.events_without_list(access.visible_to(Event, current_account()))
    return render_template(
        "attendance_staff/choose_event.html",
        events=found,
        when={event.id: events.when(event) for event in found},
    )


@bp.route("/nuevo/<event>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el borrador.")
def create(event):
    of = access.own(Event, code=event)
    form = ListForm.creating(
        lambda made: url_for("attendance_staff.show", code=made.code), data=prefilled(of)
    )
    form.offer(current_account())
    if form.validate_on_submit() and (record := form.creates(create_from, form, of)):
        db.session.commit()
        return redirect(url_for("attendance_staff.show", code=record.code))
    present = queries.list_of_event(of.id)
    page = render_template(
        "attendance_staff/create.html",
        form=form,
        event=of,
        present=present,
        why_not=service.HAS_LIST if present else wording.why_no_list(of),
    )
    return page, form.status


@bp.get("/<code>")
@allows(READERS)
def show(code):
    record = access.own(AttendanceList, code=code)
    return render_template(
        "attendance_staff/show.html",
        record=record,
        when=beside_state(record),
        early_closing=early_closing(record),
        missing=[] if record.is_published else service.missing_requirements(record),
        came=queries.attended(record.id),
        listed=queries.on_list(record.id),
        today=queries.attended_since(record.id, clock.at_city(clock.today())),
        withdrawn=queries.withdrawn(record.id),
        totals=totals.totals_of(record),
        coverage=totals.coverage(record) if record.is_closed else None,
        territories=len(CITY),
        small_cell=totals.small_cell(),
        rooms=ROOMS,
        fulfils=plans.references(record.tasks),
        header=printed_header(record.channel, record.id),
        address=links.absolute(url_for("attendance.sign", code=record.code)),
        short=links.readable(record.code),
        doors=[
            (number, door, links.readable(links.at_place(record.code, number)))
            for number, door in enumerate(record.poster_doors, 1)
        ],
        event_when=events.when(record.event),
        may_write=may_write(),
    )


@bp.route("/<code>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def edit(code):
    record = access.own(AttendanceList, code=code)
    form = ListForm.changing(record, values_of)
    form.offer(current_account(), record)
    if form.validate_on_submit() and form.carries_out(change_from, form, record):
        db.session.commit()
        return redirect(url_for("attendance_staff.show", code=code))
    frozen = queries.on_list(record.id) > 0
    page = render_template("attendance_staff/edit.html", form=form, record=record, frozen=frozen)
    return page, form.status


@bp.post("/<code>/publicar")
@allows(WRITERS)
@says("Publicó el listado.")
def publish(code):
    record = access.own(AttendanceList, code=code)
    service.publish(versions.as_seen(record), current_account())
    db.session.commit()
    return redirect(url_for("attendance_staff.show", code=code))


@bp.route("/<code>/cerrar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Cerró el listado.")
def close(code):
    record = access.own(AttendanceList, code=code)
    form = ClosingForm.changing(record, moments_of, record=record)
    if form.validate_on_submit() and form.carries_out(
        service.close, record, current_account(), form.given_reason
    ):
        db.session.commit()
        return redirect(url_for("attendance_staff.show", code=code))
    why_not = service.why_not_closed(record)
    page = render_template(
        "attendance_staff/close.html",
        form=form,
        record=record,
        why_not=why_not,
        paper=reconciliation.warning(record.id),
    )
    return page, form.status


@bp.route("/<code>/reabrir", methods=["GET", "POST"])
@allows(WRITERS)
@says("Reabrió el listado.")
def reopen(code):
    record = access.own(AttendanceList, code=code)
    versions.lock_first(record.event)
    form = ReopenForm.changing(record, moments_of)
    if form.validate_on_submit():
        until, why = form.closes_at.moment, form.reason.data
        if form.carries_out(service.reopen, record, current_account(), until, why):
            db.session.commit()
            return redirect(url_for("attendance_staff.show", code=code))
    why_not = service.why_not_reopened(record)
    page = render_template(
        "attendance_staff/reopen.html", form=form, record=record, why_not=why_not
    )
    return page, form.status


@bp.route("/<code>/vista", methods=["GET", "POST"])
@allows(READERS)
def preview(code):
    """The form as people see it; nothing is stored."""
    own = access.own(AttendanceList, code=code)
    listed, header = snapshot_of(own), printed_header(own.channel, own.id)
    form = sign_form(listed, purpose=f"attendance.preview:{listed.code}")
    is_sent = form.validate_on_submit()
    page = pages.form_page(
        listed, form, "attendance_staff/preview.html", header=header, is_sent=is_sent
    )
    return page, HTTPStatus.OK if is_sent else form.status


def prefilled(event: Event) -> dict:
    """The initial values of a new list: those of its event."""
    facts = service.default_facts(event)
    moments = {name: facts[name] and clock.local(facts[name]) for name in ("opens_at", "closes_at")}
    plain = {"title": facts["title"][:160], "capacity": facts["capacity"]}
    return plain | moments | {"office": facts["office_id"] or 0}


def create_from(form: ListForm, event: Event) -> AttendanceList:
    by = current_account()
    official = form.official_format.chosen
    return service.create(by, event, form.chosen_tasks, official, **form.facts(by))


def change_from(form: ListForm, record: AttendanceList) -> None:
    by = current_account()
    service.change(record, by, form.chosen_tasks, form.given_reason, **form.facts(by))
    service.choose_format(record, by, form.official_format.chosen)
