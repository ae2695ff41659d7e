"""«Mis datos»: a person asks what is kept about them, or to correct or erase it (DAT-08)."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from participa.citizens import notices
from participa.core import submissions
from participa.core.db import db
from participa.core.installation import installation
from participa.core.submissions import AlreadySent
from participa.core.web import limits
from participa.core.web.responses import for_back, for_one_person
from participa.listening.follow_up import data_requests
from participa.listening.follow_up.data_forms import DataRequestForm

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
            received = data_requests.file(post, form.submission_id, form.request())
        except AlreadySent as error:  # the next click sends this one too
            sent, form.submission.data = error, submissions.issue(form.purpose)
        else:
            data_requests.acknowledge(received)
            db.session.commit()
            word = form.submission_id
            return redirect(url_for("listening.receipt", code=post.code, word=word), 303)
    page = render_template("listening_data/ask.html", post=post, form=form, sent=sent)
    return for_back(page, sent.status if sent else form.status)


def shut() -> Any:
    """No post listens: whom to write to instead."""
    entity = installation().settings.entity
    lines = notices.contact_lines(entity)
    page = render_template("listening_data/ask.html", post=None, lines=lines)
    return for_one_person(page)
