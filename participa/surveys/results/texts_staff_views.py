"""The texts that people wrote: reading, tagging, publishing."""

from flask import Blueprint

from participa.staff.access import guard

bp = guard(
    Blueprint("surveys_texts", __name__, url_prefix="/gestion/encuestas/<code>/textos"),
    "una-encuesta",
)
