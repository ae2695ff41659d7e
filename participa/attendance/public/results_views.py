"""The public numbers of an attendance list: how many came, and who they are as groups."""

from flask import Blueprint, abort, render_template, url_for

from participa.attendance import queries
from participa.attendance.results import totals
from participa.channels.wording import beside_state, early_closing
from participa.core import links
from participa.core.tables import tables
from participa.core.web.responses import shared
from participa.events import wording as events
from participa.plan import queries as plans

FILES = ("csv", "xlsx", "json")

bp = Blueprint("attendance_results", __name__, url_prefix="/asistencia/<code>")


@bp.get("/resultados")
def results(code):
    record = queries.published_list(code) or abort(404)
    page = render_template(
        "attendance_results/results.html",
        record=record,
        when=beside_state(record),
        event_when=events.line(record.event),
        early_closing=early_closing(record),
        totals=totals.totals_of(record),
        fulfils=plans.references(record.tasks),
        small_cell=totals.small_cell(),
        address=links.absolute(url_for("attendance_results.results", code=record.code)),
    )
    return shared(page)


@bp.get("/resultados.<format>")
def download(code, format):
    """Every published count, as a file."""
    record = queries.published_list(code) or abort(404)
    if format not in FILES:
        abort(404)
    table = totals.table_of(record, totals.totals_of(record))
    return tables.download(table, format, f"asistencia-{record.code}")
