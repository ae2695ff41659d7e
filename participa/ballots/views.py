"""What everybody sees of the ballot boxes."""

from flask import Blueprint, abort, render_template

from participa.ballots import definitions, queries
from participa.core.responses import shared

bp = Blueprint("ballots", __name__, url_prefix="/urna")


@bp.get("")
def index():
    groups = queries.by_state(queries.opened_boxes())
    return shared(render_template("ballots/index.html", groups=groups))


@bp.get("/<uuid>")
def show(uuid):
    box = definitions.of_uuid(uuid) or abort(404)
    return render_template("ballots/show.html", box=box)
