"""The staff's pages of the ballot boxes: make one, look after it."""

from flask import Blueprint, render_template

from participa.ballots import queries
from participa.staff.access import READERS, allows, current_account, guard

bp = guard(Blueprint("ballots_staff", __name__, url_prefix="/gestion/urnas"))


@bp.get("")
@allows(READERS)
def index():
    boxes = queries.boxes_for(current_account())
    return render_template("ballots_staff/index.html", boxes=boxes)
