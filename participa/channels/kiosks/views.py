"""Leaving a locked tablet, with its PIN."""

from flask import Blueprint, redirect, render_template

from participa.channels.kiosks.forms import LeaveTabletForm
from participa.core.web import kiosks, limits
from participa.core.web.responses import for_one_person

bp = Blueprint("kiosks", __name__)


@bp.route(kiosks.LEAVE, methods=["GET", "POST"])
@limits.limited("kiosks.leave")
def leave():
    """Ask for the PIN. A tablet that is not locked is told so."""
    locked, form = kiosks.locked(), LeaveTabletForm("kiosks.leave")
    if locked is not None and form.validate_on_submit():
        if kiosks.is_right(locked, form.pin.data or ""):
            return kiosks.release(redirect(locked.back, 303))
        form.reject("Ese PIN no es el de esta tableta. Escríbalo otra vez.", "pin")
    start = locked.start if locked else "/"
    page = render_template("kiosks/leave.html", form=form, locked=locked, kiosk_start=start)
    return for_one_person(page, form.status if locked else 200)
