"""The staff page for the paper votes, counted by hand and published apart."""

from flask import Blueprint, redirect, render_template, url_for

from participa.ballots.lifecycle import service
from participa.ballots.office.staff_forms import paper_form
from participa.ballots.office.staff_views import own_box
from participa.core.db import db
from participa.staff.access import (
    WRITERS,
    allows,
    current_account,
    guard,
    says,
    with_second_factor,
)

bp = guard(
    Blueprint("ballots_paper", __name__, url_prefix="/gestion/urnas/<uuid>/papel"),
    "cerrar-y-contar",
)


@bp.route("", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Guardó el conteo en papel.")
def count(uuid):
    box = own_box(uuid)
    form = paper_form(box)
    counted = (form.ballots.data, form.invalid.data or 0, form.counts, form.note.data or "")
    if form.validate_on_submit() and form.carries_out(
        service.count_paper, box, current_account(), *counted
    ):
        db.session.commit()
        return redirect(url_for("ballots_staff.show", uuid=uuid))
    return render_template("ballots_paper/count.html", form=form, box=box), form.status
