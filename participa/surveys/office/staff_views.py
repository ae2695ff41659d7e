"""The staff's pages of a survey: the list, the acts, the settings."""

from flask import Blueprint

from participa.staff.access import guard

bp = guard(Blueprint("surveys_staff", __name__, url_prefix="/gestion/encuestas"), "una-encuesta")
