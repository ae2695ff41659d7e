"""An official takes down the answers of a person."""

from flask import Blueprint

from participa.staff.access import guard

bp = guard(
    Blueprint("surveys_assisted", __name__, url_prefix="/gestion/encuestas/<code>/tomar"),
    "una-encuesta",
)
