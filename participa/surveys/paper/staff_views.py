"""Blank forms, keying, counts that must agree."""

from flask import Blueprint

from participa.staff.access import guard

bp = guard(
    Blueprint("surveys_paper", __name__, url_prefix="/gestion/encuestas/<code>/papel"),
    "una-encuesta",
)
