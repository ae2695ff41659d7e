"""The staff's results: comparisons, coverage, the city's population."""

from flask import Blueprint

from participa.staff.access import guard

bp = guard(Blueprint("surveys_figures", __name__, url_prefix="/gestion/encuestas"), "una-encuesta")
