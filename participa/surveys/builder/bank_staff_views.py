"""The question bank."""

from flask import Blueprint

from participa.staff.access import guard

bp = guard(
    Blueprint("surveys_bank", __name__, url_prefix="/gestion/encuestas/banco"), "una-encuesta"
)
