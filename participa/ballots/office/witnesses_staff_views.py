"""Staff page for the addresses to which a box mails its marked heads."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.ballots.lifecycle import witnessing
from participa.ballots.office.staff_views import own_box
from participa.ballots.office.witnesses_staff_forms import WitnessesForm
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import WRITERS, allows, current_account, guard, says

bp = guard(
    Blueprint("ballots_witnesses", __name__, url_prefix="/gestion/urnas/<uuid>/testigos"),
    "testigos-de-una-urna",
)


@bp.route("", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los correos de los testigos.")
def change(uuid):
    box = own_box(uuid)
    if not box.is_secret:
        abort(404)
    form = WitnessesForm.changing(box, versions.as_version)
    if not form.is_submitted():
        form.emails.data = "\n".join(witnessing.witnesses_of(box))
    if form.validate_on_submit() and form.carries_out(
        witnessing.set_witnesses, box, current_account(), form.addresses
    ):
        db.session.commit()
        return redirect(url_for("ballots_staff.show", uuid=uuid))
    obstacle = witnessing.OVER if box.is_closed else ""
    most = witnessing.MOST_WITNESSES
    context = {"box": box, "form": form, "most": most, "obstacle": obstacle}
    return render_template("ballots_witnesses/change.html", **context), form.status
