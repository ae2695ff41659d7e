"""The staff's pages of single-use codes."""

from flask import Blueprint

from participa.staff.access import guard

bp = guard(
    Blueprint("surveys_codes", __name__, url_prefix="/gestion/encuestas/<code>/codigos"),
    "una-encuesta",
)
