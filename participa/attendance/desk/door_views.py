"""The desk of a device without an account, which a link has let in.

Its cookie is sent by the site's own pages only (SameSite=Strict), and cross-site requests are
refused (core.web.security). Without it every page says the same as for a link that is over.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from limits import RateLimitItemPerMinute

from participa.attendance import wording
from participa.attendance.desk import door_passes, pages
from participa.attendance.desk.acts import Desk
from participa.attendance.desk.door_passes import PassInUse, UnknownPass
from participa.attendance.desk.forms import ClaimForm, DoorWalkInForm
from participa.attendance.desk.pages import ACT, DOOR, PRIVATE, DeskPage
from participa.attendance.models import DoorPass
from participa.attendance.snapshots import SNAPSHOTS
from participa.core import clock, codes
from participa.core.db import db
from participa.core.installation import installation
from participa.core.web import limits, security

OF_A_DEVICE = RateLimitItemPerMinute(600)  # searches while somebody types, and acts

bp = Blueprint("attendance_door", __name__, url_prefix="/puerta")


def cookie_of(list_code: str) -> str:
    """The name of a device's cookie for a list; behind https no other site can set it."""
    prefix = "__Secure-" if installation().settings.is_https else ""
    return f"{prefix}puerta-{list_code}"


def held_pass(code: str) -> DoorPass:
    """The pass of this device; raises UnknownPass without its cookie, and when it is over."""
    device = request.cookies.get(cookie_of(codes.read(code)), "")
    if not device:
        raise UnknownPass
    return door_passes.pass_on_device(device, code)


def desk_of(code: str, is_at_work: bool = True) -> Desk:
    """The desk of this device; a search is not stored, and so not the use of the device."""
    door_pass = held_pass(code)
    if request.method == "POST":
        # By device: all the doors of a hall may be behind one address.
        limits.current().hit(OF_A_DEVICE, "attendance.door", str(door_pass.id))
        if is_at_work:
            door_passes.note_use(door_pass)
    listed = SNAPSHOTS.find(code)
    if listed is None:
        raise UnknownPass
    return pages.desk_at(listed, door_passes.actor(door_pass), door_pass.label, door_pass.id)


@bp.route("/<token>", methods=["GET", "POST"])
@limits.limited("attendance.claim")
def claim(token):
    """What the link is for; «Usar este aparato» ties it to this device."""
    door_pass = door_passes.pass_of(token)
    record = door_pass.attendance_list
    device = request.cookies.get(cookie_of(record.code), "")
    if door_passes.is_device(door_pass, device):
        return redirect(url_for("attendance_door.show", code=record.code), 303)
    form = ClaimForm(f"attendance.claim:{door_pass.id}")
    in_use = door_pass.claimed_at is not None
    if form.validate_on_submit():
        device = door_passes.device_of(form.submission_id)
        try:
            door_passes.claim(door_pass, device)
        except PassInUse:
            in_use = True
        else:
            answer = redirect(url_for("attendance_door.show", code=record.code), 303)
            keep(answer, door_pass, device)
            db.session.commit()
            return answer
    listed = SNAPSHOTS.find(record.code)
    page = render_template(
        "attendance_door/claim.html",
        listed=listed,
        event_when=wording.event_when(listed),
        door_pass=door_pass,
        form=form,
        in_use=str(PassInUse()) if in_use else "",
    )
    return page, 409 if in_use else form.status, PRIVATE


def keep(answer, door_pass: DoorPass, device: str) -> None:
    """Give the device its cookie, until the pass ends."""
    left = door_pass.expires_at - clock.now()
    answer.set_cookie(
        cookie_of(door_pass.attendance_list.code),
        device,
        max_age=int(left.total_seconds()),
        path="/puerta",
        secure=installation().settings.is_https,
        httponly=True,
        samesite="Strict",
    )


@bp.route("/mesa/<code>", methods=["GET", "POST"])
def show(code):
    """The desk; a POST searches, or registers who has the scanned ticket."""
    desk = desk_of(code, is_at_work=pages.is_scan())
    if request.method == "GET":
        return desk_page(desk, pages.said(desk))
    if not pages.is_scan():
        return desk_page(desk, pages.sought(desk))
    done = pages.scanned(desk)
    if done.is_refused:
        return desk_page(desk, pages.refused_scan(desk, done))
    db.session.commit()
    return pages.answer(desk, done, DOOR)


def desk_page(desk: Desk, shown: DeskPage):
    if pages.wants_parts():
        return pages.parts(desk, shown, DOOR)
    page = render_template("attendance_door/show.html", **pages.context(desk, shown, DOOR))
    return page, shown.status, PRIVATE | security.WITH_CAMERA


@bp.get("/mesa/<code>/cifras.json")
def counters(code):
    return pages.counters_now(desk_of(code), DOOR)


@bp.post(f"/mesa/<code>/{ACT}")
def act(code, word):
    """Somebody comes, leaves, is inside again; or what was just noted is taken back."""
    desk = desk_of(code)
    done = pages.act(word, desk)
    db.session.commit()
    return pages.answer(desk, done, DOOR)


@bp.route("/mesa/<code>/nueva", methods=["GET", "POST"])
def walk_in(code):
    """Somebody who is not on the list yet."""
    desk = desk_of(code)
    form = DoorWalkInForm.begun(desk.listed)
    if done := pages.walk_in(form, desk):
        db.session.commit()
        return pages.answer(desk, done, DOOR)
    if pages.wants_parts():
        return pages.parts(desk, DeskPage(), DOOR, form)
    page = render_template(
        "attendance_door/walk_in.html", **pages.context(desk, DeskPage(), DOOR, form)
    )
    return page, form.status, PRIVATE


@bp.post("/mesa/<code>/puerta")
def choose_door(code):
    return pages.choose(desk_of(code), url_for("attendance_door.show", code=code))
