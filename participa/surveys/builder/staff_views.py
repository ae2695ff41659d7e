"""The staff's pages of the questions: builder, versions, preview."""

from flask import Blueprint

from participa.staff.access import guard

bp = guard(
    Blueprint("surveys_builder", __name__, url_prefix="/gestion/encuestas/<code>/preguntas"),
    "una-encuesta",
)
