"""The desk of accounts, and the links that let a device without an account attend a door."""

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select

from participa.attendance.desk import door_passes, pages
from participa.attendance.desk.acts import Desk
from participa.attendance.desk.forms import DoorPassForm, WalkInForm
from participa.attendance.desk.pages import ACT, STAFF, DeskPage
from participa.attendance.models import AttendanceList, DoorPass
from participa.attendance.snapshots import snapshot_of
from participa.channels import access
from participa.core import clock, links, qr
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.submissions import read
from participa.core.web import security
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.staff.models import Role
from participa.staff.signing_in import sessions

ATTENDANTS = WRITERS | {Role.DOOR}
OVER = "Este listado ya cerró y la puerta no lo busca más. Quien organiza ve a las personas."

bp = guard(
    Blueprint("attendance_desk", __name__, url_prefix="/gestion/asistencia/<code>"),
    "atender-la-puerta",
)


def desk_of(code: str) -> Desk:
    """The desk of this account. Who only attends doors sees no lists of the past."""
    record = access.own(AttendanceList, code=code)
    is_past = record.ended_at and clock.now() > record.ended_at + door_passes.GRACE
    if is_past and current_account().role is Role.DOOR:
        raise Refused(OVER)
    return pages.desk_at(snapshot_of(record), current_account())


@bp.route("/mesa", methods=["GET", "POST"])
@allows(ATTENDANTS)
def show(code):
    """The desk; a POST searches, or registers who has the scanned ticket."""
    desk = desk_of(code)
    if request.method == "GET":
        return desk_page(desk, pages.said(desk))
    if not pages.is_scan():
        return desk_page(desk, pages.sought(desk))
    done = pages.scanned(desk)
    if done.is_refused:
        return desk_page(desk, pages.refused_scan(desk, done))
    db.session.commit()
    return pages.answer(desk, done, STAFF)


def desk_page(desk: Desk, shown: DeskPage):
    if pages.wants_parts():
        return pages.parts(desk, shown, STAFF)
    reads = current_account().role in READERS
    page = render_template(
        "attendance_desk/show.html", reads=reads, **pages.context(desk, shown, STAFF)
    )
    return page, shown.status, security.WITH_CAMERA


@bp.get("/mesa/cifras.json")
@allows(ATTENDANTS)
def counters(code):
    sessions.do_not_extend()
    return pages.counters_now(desk_of(code), STAFF)


@bp.post(f"/mesa/{ACT}")
@allows(ATTENDANTS)
def act(code, word):
    """Somebody comes, leaves, is inside again; or what was just noted is taken back."""
    desk = desk_of(code)
    done = pages.act(word, desk)
    db.session.commit()
    return pages.answer(desk, done, STAFF)


@bp.route("/mesa/nueva", methods=["GET", "POST"])
@allows(ATTENDANTS)
def walk_in(code):
    """Somebody who is not on the list yet."""
    desk = desk_of(code)
    form = WalkInForm.begun()
    if done := pages.walk_in(form, desk):
        db.session.commit()
        return pages.answer(desk, done, STAFF)
    if pages.wants_parts():
        return pages.parts(desk, DeskPage(), STAFF, form)
    page = render_template(
        "attendance_desk/walk_in.html", **pages.context(desk, DeskPage(), STAFF, form)
    )
    return page, form.status


@bp.post("/mesa/puerta")
@allows(ATTENDANTS)
@says("Cambió la puerta de este aparato.")
def choose_door(code):
    return pages.choose(desk_of(code), url_for("attendance_desk.show", code=code))


# ---- the links for devices without an account


@bp.route("/puertas", methods=["GET", "POST"])
@allows(WRITERS)
def passes(code):
    """The links of a list; the answer to the form shows the new one, once."""
    record = access.own(AttendanceList, code=code)
    form, link = DoorPassForm.creating(), ""
    if form.validate_on_submit():
        token = door_passes.token_of(read(form.creation, form.purpose))
        if form.creates(door_passes.create, record, form.label.data, token, current_account()):
            link = links.absolute(url_for("attendance_door.claim", token=token))
            db.session.commit()
    status = 200 if link else form.status
    return passes_page(record, form, link), status


def passes_page(record: AttendanceList, form: DoorPassForm, link: str) -> str:
    """The links of a list, with one that was just made."""
    rows = door_passes.passes_of(record.id)
    return render_template(
        "attendance_desk/passes.html",
        record=record,
        form=form,
        link=link,
        picture=qr.svg_to_forget(link, "Código QR del enlace de puerta") if link else "",
        why_not=door_passes.why_not_created(record),
        passes=[(one, door_passes.state(one), door_passes.is_alive(one)) for one in rows],
    )


@bp.post("/puertas/<int(max=2147483647):id>/retirar")
@allows(WRITERS)
@says("Retiró el enlace de puerta.")
def revoke(code, id):
    record = access.own(AttendanceList, code=code)
    row = select(DoorPass).where(DoorPass.id == id, DoorPass.list_id == record.id)
    door_passes.revoke(db.first_or_404(row), current_account())
    db.session.commit()
    return redirect(url_for("attendance_desk.passes", code=code))
