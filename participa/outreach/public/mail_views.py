"""The public pages of the calls by mail: ask, confirm, leave."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from participa.citizens.queries import newest_notice
from participa.core.db import db
from participa.core.web import limits
from participa.core.web.responses import for_back, shared
from participa.outreach import subscriptions
from participa.outreach.mailed_links import MailedLink, read
from participa.outreach.public.forms import MailedLinkForm, SubscribeForm

bp = Blueprint("outreach_mail", __name__, url_prefix="/avisos")
ONE_CLICK = "List-Unsubscribe"  # what mail programs send (RFC 8058)


@bp.route("", methods=["GET", "POST"])
@limits.limited("outreach.subscribe")
def subscribe():
    """Ask for the calls by mail. The answer is the same whether the address is known or not."""
    notice = newest_notice(subscriptions.PURPOSE)
    if notice is None:
        return render_template("outreach_mail/subscribe.html"), 409
    form = SubscribeForm("outreach.subscribe")
    if form.validate_on_submit() and form.carries_out(
        subscriptions.ask, form.email.data, notice.id
    ):
        db.session.commit()
        return redirect(url_for("outreach_mail.told", what="pedidos"), 303)
    page = render_template("outreach_mail/subscribe.html", form=form, notice=notice)
    return for_back(page, form.status)


@bp.get("/<any(pedidos,listos):what>")
def told(what):
    """What happened to an address, without naming it."""
    return shared(render_template("outreach_mail/told.html", what=what))


@bp.route("/confirmar/<token>", methods=["GET", "POST"])
@limits.limited("outreach.confirm")
def confirm(token):
    """The mailed link. Opening it changes nothing: programs that check letters open links too."""
    subscriber = read(MailedLink.CONFIRM, token)
    form = MailedLinkForm("outreach.confirm")
    if form.validate_on_submit() and form.carries_out(subscriptions.confirm, subscriber):
        db.session.commit()
        return redirect(url_for("outreach_mail.told", what="listos"), 303)
    is_late = subscriber is None or not subscriptions.can_confirm(subscriber)
    page = render_template("outreach_mail/confirm.html", form=form, is_late=is_late)
    return private(page, 410 if is_late else form.status)


@bp.route("/salir/<token>", methods=["GET", "POST"])
@limits.limited("outreach.leave")
def leave(token):
    """Leave the list: with the button of this page, or in one click from a mail program.

    Answered without a redirect, which mail programs do not follow.
    """
    subscriber = read(MailedLink.LEAVE, token)
    form = MailedLinkForm("outreach.leave")
    is_one_click = request.method == "POST" and ONE_CLICK in request.form
    if is_one_click or form.validate_on_submit():
        subscriptions.leave(subscriber)
        db.session.commit()
        return private(render_template("outreach_mail/leave.html"), 200)
    return private(render_template("outreach_mail/leave.html", form=form), form.status)


def private(page, status):
    """Not stored anywhere: its address is a link of one person."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
