"""Coming back with a number and a secret code."""

from flask import Blueprint, render_template

bp = Blueprint("listening_follow", __name__, url_prefix="/escuchaderos/mi-aporte")


@bp.get("")
def ask():
    return render_template("listening_follow/ask.html")
