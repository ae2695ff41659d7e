"""Lock the tablet in front of oneself to the form of a record, at /gestion/<section>/<address>/…"""

from flask import Blueprint, abort, redirect, render_template, request

from participa.channels import access, registry
from participa.channels.kiosks.forms import LockTabletForm
from participa.core.db import db
from participa.core.web import kiosks
from participa.staff import accounts
from participa.staff.access import READERS, allows, guard
from participa.staff.signing_in import sessions

bp = guard(Blueprint("kiosks_staff", __name__, url_prefix="/gestion"), "tabletas-con-pin")


@bp.route("/<section>/<address>/tableta", methods=["GET", "POST"])
@allows(READERS)
def lock(section, address):
    """Set the PIN. The session on this tablet ends: who leaves it without the PIN finds nothing."""
    channel = registry.of_section(section) or abort(404)
    make = channel.kiosk or abort(404)
    record = access.own(channel.model, **{channel.address: address})
    place = make(record, request.args.get("en", "")) or abort(404)
    form = LockTabletForm()
    if form.validate_on_submit():
        row = sessions.of_key(sessions.current().key)
        if row is not None:
            accounts.sign_out(row, sessions.current())
        db.session.commit()
        return kiosks.lock(redirect(place.start, 303), place, form.pin.data or "")
    page = render_template("kiosks_staff/lock.html", form=form, record=record, place=place)
    return page, form.status
