"""Where trustees and the registrar do their part: by a link of their own, with no account.

A trustee hands in what the key needs, round by round, and then accepts the role.
"""

from flask import Response, abort, redirect, render_template, request, url_for

from participa.ballots import queries
from participa.ballots.ceremony import ceremony_of, quorum_of
from participa.ballots.keys import ceremony_rounds, role_acceptance
from participa.ballots.keys.role_acceptance import RoleLinkOver
from participa.ballots.public.forms import CeremonyFileForm, RoleForm
from participa.ballots.public.views import bp
from participa.ballots.results import audit_guide
from participa.ballots.roles import BoxRole, asked_of, signed_papers
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import files
from participa.core.tables import tables
from participa.core.web import limits

PRIVATE = {"X-Robots-Tag": "noindex", "Cache-Control": "no-store"}


@bp.route("/papel/<token>", methods=["GET", "POST"])
@limits.limited("ballots.role")
@files.takes_files
def accept_role(token):
    """Read the role, sign its paper on another machine, and bring the signature."""
    try:
        role = role_acceptance.role_of(token)
    except RoleLinkOver as over:
        return render_template("ballots/accept_role.html", over=str(over)), 404, PRIVATE
    progress = ceremony_rounds.progress_of(role.box)
    arrived, owed = [], None
    if role.trustee is not None and role.box.opened_at is None:
        arrived = [round.name for round in progress.arrived[role.trustee.id]]
        owed = progress.owes(role.trustee)
    form = CeremonyFileForm(role) if owed or "file" in request.files else RoleForm(role)
    if form.validate_on_submit() and form.carries_out(done_by, role, form):
        db.session.commit()
        return redirect(url_for("ballots.accept_role", token=token), 303)
    page = audit_guide.TRUSTEES if role.trustee else audit_guide.REGISTRAR
    context = {
        "role": role,
        "token": token,
        "owed": owed,
        "arrived": arrived,
        "awaited": ceremony_rounds.about_missing(progress),
        "quorum": quorum_of(role.box),
        "ceremony": ceremony_of(role.box),
        "offline_page": audit_guide.program(page),
        "obstacle": role_acceptance.why_not(role),
        "asked": asked_of(role.box),
    }
    page = render_template("ballots/accept_role.html", over="", form=form, **context)
    return page, form.status, PRIVATE


def done_by(role: BoxRole, form: RoleForm | CeremonyFileForm) -> object:
    """Store what was sent: a file of the ceremony, or the signature of the role."""
    if isinstance(form, RoleForm):
        return role_acceptance.accept(role, form.signed, form.public_key)
    if role.trustee is None:
        raise Refused(ceremony_rounds.NOT_NOW, "file")
    return ceremony_rounds.hand_in(role.trustee, role.name, form.content)


@bp.get("/papel/<token>/ceremonia.json")
def role_ceremony(token):
    """The public documents of the ceremony as far as it has come, for a trustee's own machine."""
    try:
        role: BoxRole = role_acceptance.role_of(token)
    except RoleLinkOver:
        abort(404)
    body = ceremony_rounds.ceremony_file(role.box) or abort(404)
    response = Response(body, content_type="application/json", headers=PRIVATE)
    response.headers["Content-Disposition"] = tables.attachment("ceremonia.json")
    return response


@bp.get("/papel/<token>/rol.json")
def role_paper(token):
    """The paper of the role, byte for byte, to be signed."""
    try:
        role: BoxRole = role_acceptance.role_of(token)
    except RoleLinkOver:
        abort(404)
    if role_acceptance.why_not(role):
        abort(404)
    response = Response(role.paper, content_type="application/json", headers=PRIVATE)
    response.headers["Content-Disposition"] = tables.attachment("rol.json")
    return response


@bp.get("/<uuid>/papeles.json")
def role_papers(uuid):
    """The signed papers of a box, for anybody to check."""
    box = queries.box_of(uuid) or abort(404)
    body = (box.opened_at and signed_papers(box)) or abort(404)
    response = Response(body, content_type="application/json")
    response.headers["Content-Disposition"] = tables.attachment("papeles.json")
    response.headers["Cache-Control"] = "no-cache"
    return response
