"""Signing without a signal: the pages that a device keeps, and where its queue arrives."""

from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import RequestEntityTooLarge

from participa.attendance import device_tokens
from participa.attendance.device_tokens import Device, NoDevice
from participa.attendance.models import SignInWay
from participa.attendance.offline import batches, pages, receiving
from participa.attendance.offline.batches import NotABatch
from participa.attendance.snapshots import SNAPSHOTS, ListSnapshot
from participa.channels.kiosks.forms import LockDeviceForm
from participa.core import clock, links
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.web import assets, kiosks, limits, security
from participa.core.web.bodies import any_body
from participa.core.web.kiosks import KioskPlace
from participa.core.web.responses import for_one_person, shared

TOO_BIG = "Son demasiadas firmas de una vez. Envíelas en grupos más pequeños."
WORKER = "js/attendance_offline_worker.js"

DEVICE = "equipo"  # the name in the address of the token of a device

bp = Blueprint("attendance_offline", __name__, url_prefix="/asistencia")


@bp.post("/<code>/pendientes")
@limits.limited("attendance.pending")
@any_body
def receive(code):
    """What a device has collected. Answers JSON: what became of each entry, or one `problem`."""
    listed = SNAPSHOTS.find(code) or abort(404)
    request.max_content_length = batches.MOST_BYTES
    try:
        entries, device_now = batches.read(request.get_data(cache=False))
    except RequestEntityTooLarge:
        return jsonify(problem=TOO_BIG), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except NotABatch as refusal:
        return jsonify(problem=str(refusal)), refusal.status
    limits.count("attendance.pending", receiving.from_anybody(entries))
    answers = receiving.receive(listed, entries, device_now)
    db.session.commit()
    return jsonify(answers=[told(answer) for answer in answers])


def told(answer: receiving.QueueAnswer) -> dict[str, str]:
    facts = {"id": answer.id, "state": answer.state.value, "sentence": answer.sentence}
    if answer.receipt:
        facts["receipt"] = url_for(
            "attendance.receipt", code=(request.view_args or {})["code"], receipt=answer.receipt
        )
    return facts


@bp.get("/<code>/sin-senal")
def no_signal(code):
    """What phones keep. The same for everybody, so that it may be cached anywhere."""
    listed = SNAPSHOTS.find(code) or abort(404)
    return shared(working(pages.for_phones(listed)), seconds=60)


@bp.get("/<code>/mesa-sin-senal")
def desk(code):
    """What a device of the desk keeps: people who come are written down, and none is looked up."""
    listed, device, token = of_device(code, SignInWay.DESK)
    back = "attendance_door.show" if device.pass_id else "attendance_desk.show"
    facts = {"where": "este dispositivo", "back": url_for(back, code=listed.code)}
    template = "attendance_offline/desk.html"
    return working(pages.for_device(template, listed, device, token, door(listed), **facts))


@bp.get("/<code>/tableta")
def kiosk(code):
    """Signing at a tablet that an attendant looks after."""
    listed, device, token = of_device(code, SignInWay.KIOSK)
    facts = {"where": "esta tableta", "saved": "attendance_offline/_kiosk_saved.html"}
    template = "attendance_offline/kiosk.html"
    return working(pages.for_device(template, listed, device, token, door(listed), **facts))


@bp.route("/<code>/tableta/pin", methods=["GET", "POST"])
@limits.limited("attendance.lock_tablet")
def lock_tablet(code):
    """Set the PIN with which this device is left, on its way to the form."""
    listed, device, token = of_device(code, SignInWay.KIOSK)
    query: dict[str, Any] = {DEVICE: token, links.PLACE: door(listed) or None}
    form = LockDeviceForm(f"attendance.tablet:{listed.code}")
    desk = "attendance_door.show" if device.pass_id else "attendance_desk.show"
    place = KioskPlace(
        start=url_for("attendance_offline.kiosk", code=listed.code, **query),
        places=(
            url_for("attendance_offline.kiosk", code=listed.code),
            url_for("attendance_offline.receive", code=listed.code),
            url_for("attendance_offline.worker"),
        ),
        back=url_for(desk, code=listed.code),
    )
    if form.validate_on_submit():
        return kiosks.lock(redirect(place.start, 303), place, form.pin.data or "")
    page = render_template("attendance_offline/lock_tablet.html", form=form, place=place)
    return for_one_person(page, form.status)


def of_device(code: str, way: SignInWay) -> tuple[ListSnapshot, Device, str]:
    """The list, and the device whose token is in the address.

    Raises NoDevice without one, and Refused when its time is over.
    """
    listed, token = SNAPSHOTS.find(code) or abort(404), request.args.get(DEVICE, "")
    device = device_tokens.read(token)
    is_right = device is not None and device.way is way and device.list_code == listed.code
    if device is None or not is_right or receiving.is_revoked(device):
        raise NoDevice
    if why_not := receiving.why_not_now(listed, clock.now()):
        raise Refused(why_not)
    return listed, device, token


def door(listed: ListSnapshot) -> str:
    """The entrance that the address names, if the list has it."""
    return receiving.door_named(listed, request.args.get(links.PLACE, ""))


def working(page: str) -> Response:
    response = Response(page)
    response.headers.update(security.WITH_WORKER)
    return response


@bp.get("/sin-senal.js")
def worker():
    """The script that keeps these pages, at an address that does not change with its content."""
    response = assets.response_of(installation().assets[WORKER])
    response.headers.update(security.WITH_WORKER)
    response.headers["Service-Worker-Allowed"] = "/"
    return shared(response, seconds=0)
