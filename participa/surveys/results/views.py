"""The public results of a survey."""

from flask import Blueprint

bp = Blueprint("surveys_results", __name__, url_prefix="/encuestas/<code>")
