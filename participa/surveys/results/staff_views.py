"""The staff's results: comparisons, coverage, the city's population."""

from flask import Blueprint, redirect, render_template, request, url_for

from participa.channels import access
from participa.channels.exports import check_format, deliver, note
from participa.channels.wording import beside_state
from participa.core import spanish
from participa.core.db import db
from participa.core.files import files
from participa.core.files.spreadsheets import MAX_BYTES
from participa.staff.access import EDITORS, READERS, allows, current_account, guard, say, says
from participa.surveys import queries
from participa.surveys.counting import published
from participa.surveys.models import Survey
from participa.surveys.results import coverage as covering
from participa.surveys.results import population as people_of_the_city
from participa.surveys.results import result_files, results
from participa.surveys.results.population import BadPopulation, CityRow
from participa.surveys.results.population_forms import CityPeopleForm

bp = guard(Blueprint("surveys_figures", __name__, url_prefix="/gestion/encuestas"), "una-encuesta")


@bp.get("/<code>/resultados")
@allows(READERS)
def show(code):
    survey = access.own(Survey, code=code)
    shown = results.for_staff(survey, request.args.get("por", ""), request.args.get("grupo"))
    return render_template(
        "surveys_figures/show.html",
        survey=survey,
        when=beside_state(survey),
        shown=shown,
        people=queries.people(survey.id),
        small_cell=published.small_cell(),
    )


@bp.post("/<code>/resultados/<format>")
@allows(READERS)
def download(code, format):
    """The numbers of the page as a file. It writes an audit entry, so it is a POST."""
    survey = access.own(Survey, code=code)
    check_format(format)
    table = result_files.table_of(survey, results.for_staff(survey), for_staff=True)
    note(survey, current_account(), format, what="results")
    file = deliver(table, format, result_files.filename(survey))
    db.session.commit()
    return file


@bp.get("/<code>/cobertura")
@allows(READERS)
def coverage(code):
    """Who answered, beside who lives in the city."""
    survey = access.own(Survey, code=code)
    found = published.for_staff(survey)
    rows, figure = people_of_the_city.loaded()
    k = published.small_cell()
    return render_template(
        "surveys_figures/coverage.html",
        survey=survey,
        people=found.counts.people,
        dimensions=covering.coverage_of(found.counts, k) if found.counts.people >= k else [],
        rows=rows,
        figure=figure,
        is_editor=current_account().role in EDITORS,
        small_cell=k,
    )


@bp.route("/poblacion", methods=["GET", "POST"])
@allows(EDITORS)
@files.takes_bytes(MAX_BYTES)
@says("Cargó la población de la ciudad.")
def population():
    """The city's people by territory, sex and age, from a file."""
    form = CityPeopleForm()
    problems: list[str] = []
    if form.validate_on_submit():
        found = read_from(form, problems)
        if found and form.carries_out(
            people_of_the_city.replace, found, form.source.data, current_account()
        ):
            say(f"Cargó {spanish.several(len(found), 'fila', 'filas')} de población.")
            db.session.commit()
            return redirect(url_for("surveys_figures.population"))
    rows, figure = people_of_the_city.loaded()
    return render_template(
        "surveys_figures/population.html",
        form=form,
        problems=problems[: people_of_the_city.MOST_SHOWN],
        more=max(0, len(problems) - people_of_the_city.MOST_SHOWN),
        rows=rows,
        figure=figure,
        city=covering.city_people() if rows else {},
        labels=covering.labelled,
    ), form.status


def read_from(form: CityPeopleForm, problems: list[str]) -> list[CityRow]:
    """The rows of the file; none when some are wrong, which then stand in `problems`."""
    try:
        return people_of_the_city.read(form.file.data.read())
    except BadPopulation as bad:
        problems += bad.problems
        form.reject(str(bad), "file")
    except people_of_the_city.Refused as refusal:
        form.reject(str(refusal), "file")
    return []
