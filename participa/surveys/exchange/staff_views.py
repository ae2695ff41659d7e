"""Questionnaires as XLSForm, and the files with the answers."""

from flask import Blueprint

from participa.staff.access import guard

bp = guard(Blueprint("surveys_exchange", __name__, url_prefix="/gestion/encuestas"), "una-encuesta")
