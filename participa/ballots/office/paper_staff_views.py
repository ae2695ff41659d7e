"""The staff pages for the paper votes: one official types the count, another confirms it."""

from flask import Blueprint, redirect, render_template, request, url_for

from participa.ballots import minimum
from participa.ballots.lifecycle import paper
from participa.ballots.models import BallotBox
from participa.ballots.office.paper_staff_forms import paper_form
from participa.ballots.office.staff_forms import ConfirmActForm
from participa.ballots.office.staff_views import own_box
from participa.ballots.results import hand_counts
from participa.core.db import db
from participa.staff.access import (
    WRITERS,
    allows,
    current_account,
    fresh,
    guard,
    says,
    with_second_factor,
)

bp = guard(
    Blueprint("ballots_paper", __name__, url_prefix="/gestion/urnas/<uuid>/papel"),
    "contar-el-papel",
)


@bp.route("", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Anotó el conteo del papel. Falta que otra persona lo confirme.")
def count(uuid):
    box = own_box(uuid)
    form = paper_form(box)
    if form.validate_on_submit() and form.carries_out(
        paper.type_count, box, current_account(), *form.numbers
    ):
        db.session.commit()
        return redirect(url_for("ballots_paper.count", uuid=uuid))
    shows_form = request.method == "POST" or box.typed_paper is None
    return render_template(
        "ballots_paper/count.html", form=form, shows_form=shows_form, **about(box)
    ), form.status


@bp.route("/confirmar", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@fresh
@says("Confirmó el conteo del papel.")
def confirm(uuid):
    """Requires another person than the one who typed it, with a recently confirmed password."""
    box = own_box(uuid)
    if box.typed_paper is None:
        return redirect(url_for("ballots_paper.count", uuid=uuid))
    form = ConfirmActForm()
    if form.validate_on_submit() and form.carries_out(
        paper.confirm, box, current_account(), form.version
    ):
        db.session.commit()
        return redirect(url_for("ballots_staff.show", uuid=uuid))
    form.seen.data = str(box.version)
    return render_template("ballots_paper/confirm.html", form=form, **about(box)), form.status


@bp.post("/retirar")
@allows(WRITERS)
@with_second_factor
@says("Retiró el conteo que había anotado.")
def withdraw(uuid):
    paper.withdraw(own_box(uuid), current_account())
    db.session.commit()
    return redirect(url_for("ballots_paper.count", uuid=uuid))


def about(box: BallotBox) -> dict:
    """Template values: the count that waits, the one in force, and what may be done with them."""
    typed, counted = box.typed_paper, box.paper
    changed = hand_counts.changes(box, counted, typed) if counted and typed else ()
    return {
        "box": box,
        "typed": typed,
        "counted": counted,
        "changes": list(changed),
        "is_own": typed is not None and typed.asked_by_id == current_account().id,
        "may_withdraw": typed is not None and paper.may_withdraw(typed, current_account()),
        "is_summed": minimum.is_summed(box),
    }
