"""The public results of a survey."""

from flask import Blueprint, abort, render_template, request, url_for

from participa.channels.wording import beside_state, early_closing
from participa.core import links
from participa.core.tables import tables
from participa.core.web.responses import shared
from participa.plan import queries as plans
from participa.surveys import queries
from participa.surveys.counting import published
from participa.surveys.results import result_files, results

FILES = ("csv", "xlsx", "json")

bp = Blueprint("surveys_results", __name__, url_prefix="/encuestas/<code>")


@bp.get("/resultados")
def show(code):
    survey = queries.published_survey(code) or abort(404)
    by, group = request.args.get("por", ""), request.args.get("grupo")
    shown = results.for_public(survey, by, group)
    page = render_template(
        "surveys_results/show.html",
        survey=survey,
        when=beside_state(survey),
        early_closing=early_closing(survey),
        shown=shown,
        small_cell=published.small_cell(),
        fulfils=plans.references(survey.tasks),
        address=links.absolute(url_for("surveys_results.show", code=survey.code)),
    )
    return shared(page)


@bp.get("/resultados.<format>")
def download(code, format):
    """Every number of the page, as a file; with the comparisons, once the survey has closed."""
    survey = queries.published_survey(code) or abort(404)
    if format not in FILES:
        abort(404)
    return tables.download(result_files.public_table(survey), format, result_files.filename(survey))
