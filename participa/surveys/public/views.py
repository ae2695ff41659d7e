"""The public pages of the surveys."""

from flask import Blueprint

bp = Blueprint("surveys", __name__, url_prefix="/encuestas")
