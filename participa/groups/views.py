"""What everybody sees of the groups, and where a member answers an invitation."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from participa.channels import registry
from participa.core.db import db
from participa.core.files import files
from participa.core.web import limits
from participa.core.web.responses import shared
from participa.groups import forming, invitations, queries
from participa.groups.forms import InvitationForm
from participa.groups.invitations import InvitationOver, UnknownInvitation
from participa.groups.models import GroupMember
from participa.plan import queries as plans

PRIVATE = {"X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
ACCEPT, DECLINE = "accept", "decline"  # what the buttons send
NEITHER = "Elija con un botón: «Aceptar» o «No aceptar»."

bp = Blueprint("groups", __name__, url_prefix="/instancias")


@bp.get("")
def index():
    kinds = queries.by_kind(queries.listed_groups())
    return shared(render_template("groups/index.html", kinds=kinds))


@bp.get("/<code>")
def show(code):
    group = queries.public_group(code) or abort(404)
    missing = forming.missing(group, group.members)
    page = render_template(
        "groups/show.html",
        group=group,
        missing=missing,
        signers=forming.signers(group, group.members),
        mentions=registry.mentions_of(group, "groups"),
        fulfils=plans.references(group.tasks),
    )
    return shared(page)


@bp.get("/<code>/acta")
def founding_act(code):
    """The founding act that was stored as a file."""
    group = queries.public_group(code) or abort(404)
    return files.send(group.act_file or abort(404), f"Acta de conformación {group.name}")


@bp.route("/aceptar/<token>", methods=["GET", "POST"])
@limits.limited("groups.invitation")
def answer(token):
    """Read the invitation, and accept or decline; whoever answered reads what was answered."""
    try:
        member = invitations.member_of(token)
    except (UnknownInvitation, InvitationOver) as over:
        return render_template("groups/answer.html", over=str(over)), over.status, PRIVATE
    if not member.is_pending:
        return answer_page(member), 200, PRIVATE
    form = InvitationForm(member)
    if form.validate_on_submit() and carries_out(form, member):
        db.session.commit()
        return redirect(url_for("groups.answer", token=token), 303)
    return answer_page(member, form=form), form.status, PRIVATE


def carries_out(form: InvitationForm, member: GroupMember) -> object:
    """Only the button for it accepts: the name is published, and signs the act."""
    pressed = request.form.get("answer")
    if pressed == ACCEPT:
        return form.carries_out(invitations.accept, member, form.name.data or "")
    if pressed == DECLINE:
        return form.carries_out(invitations.decline, member, form.decline_reason.data or "")
    form.reject(NEITHER)
    return None


def answer_page(member: GroupMember, **shown: InvitationForm) -> str:
    """The invitation with its form, or without one what was answered."""
    return render_template(
        "groups/answer.html",
        over="",
        member=member,
        group=member.group,
        host=invitations.host(member.group),
        asked=invitations.asked(member.group),
        **shown,
    )
