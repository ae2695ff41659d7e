"""The public pages of the commitments: all of them, one with its history, its evidence, files."""

from flask import Blueprint, abort, render_template, request

from participa.core.db import db
from participa.core.files import files
from participa.core.tables import tables
from participa.core.web.responses import shared
from participa.events.commitments import queries, wording
from participa.events.commitments.matrix import matrix
from participa.events.commitments.queries import LIST, LOADED

FORMATS = ("xlsx", "csv", "json")
NUMBER = "int(max=2147483647)"

bp = Blueprint("events_commitments", __name__, url_prefix="/eventos")


@bp.get("/compromisos")
def index():
    """Overdue ones first; ?estado=, ?plazo= and ?dependencia= narrow the list."""
    listing = LIST.listing(queries.public_commitments(), *LOADED)
    page = render_template(
        "events_commitments/index.html",
        listing=listing,
        commitments=[wording.described(one) for one in listing.rows],
        formats=FORMATS,
    )
    return shared(page)


@bp.get("/compromisos.<format>")
def download(format):
    """The matrix, narrowed like the list."""
    if format not in FORMATS:
        abort(404)
    rows = LIST.narrowed(queries.public_commitments(), request.args).options(*LOADED)
    return tables.download(matrix(db.session.scalars(rows).all()), format, "compromisos")


@bp.get(f"/<code>/compromisos/<{NUMBER}:number>")
def show(code, number):
    commitment = queries.commitment_at(code, number) or abort(404)
    _, words, look, term = wording.described(commitment)
    page = render_template(
        "events_commitments/show.html",
        commitment=commitment,
        event=commitment.event,
        words=words,
        look=look,
        term=term,
    )
    return shared(page)


@bp.get(f"/<code>/compromisos/<{NUMBER}:number>/evidencia")
def evidence(code, number):
    commitment = queries.commitment_at(code, number) or abort(404)
    file = commitment.evidence_file or abort(404)
    return files.send(file, f"evidencia-compromiso-{commitment.number}")
