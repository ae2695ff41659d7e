"""«Mis datos»: a person asks what is kept about them, or to correct or erase it (DAT-08)."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.citizens import notices
from participa.core import codes
from participa.core.db import db
from participa.core.installation import installation
from participa.core.submissions import AlreadySent
from participa.core.web import limits, link_tokens
from participa.core.web.responses import for_back, for_one_person
from participa.listening import queries, secret_codes
from participa.listening.follow_up import data_requests
from participa.listening.follow_up.data_forms import DataRequestForm

PURPOSE = "listening.data_receipt"
SHOWS_CODE = timedelta(hours=1)

bp = Blueprint("listening_data", __name__, url_prefix="/escuchaderos/mis-datos")


@bp.route("", methods=["GET", "POST"])
@limits.limited("listening.data")
def ask():
    post = data_requests.open_post()
    if post is None:
        return shut()
    form = DataRequestForm()
    sent = None
    if form.validate_on_submit():
        try:
            data_requests.file(post, form.submission_id, form.request())
        except AlreadySent as error:
            sent = error
        else:
            db.session.commit()
            word = link_tokens.issue(PURPOSE, form.submission_id)
            return redirect(url_for("listening_data.receipt", word=word), 303)
    page = render_template("listening_data/ask.html", post=post, form=form, sent=sent)
    return for_back(page, sent.status if sent else form.status)


def shut() -> Any:
    """No post listens: whom to write to instead."""
    entity = installation().settings.entity
    lines = notices.contact_lines(entity)
    page = render_template("listening_data/ask.html", post=None, lines=lines)
    return for_one_person(page)


@bp.get("/listo/<word>")
def receipt(word):
    """The number, and for an hour the secret code, which follows from the form."""
    submission_id = link_tokens.read(PURPOSE, word, SHOWS_CODE)
    if submission_id is None:
        page = render_template("listening_data/receipt.html", code="", contribution=None)
        return for_one_person(page, 410)
    number = secret_codes.radicado_of(submission_id)
    contribution = queries.contribution_with(number) or abort(404)
    page = render_template(
        "listening_data/receipt.html",
        contribution=contribution,
        case=contribution.case,
        number=codes.show(number),
        code=codes.show(secret_codes.code_of(submission_id)),
    )
    return for_one_person(page)
