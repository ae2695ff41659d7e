"""Staff pages for the trustees of a verifiable box and their partial decryptions."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.ballots import archive_store, queries
from participa.ballots.ceremony import Round, ceremony_of, quorum_of
from participa.ballots.keys import ceremony_rounds, role_acceptance, trustee_keys
from participa.ballots.lifecycle import opening
from participa.ballots.models import BallotBox, BoxTrustee
from participa.ballots.office.ceremony_staff_views import why_not_change
from participa.ballots.office.roll_staff_views import verifiable_box
from participa.ballots.office.staff_forms import PartForm, TrusteeForm
from participa.ballots.results import audit_guide, counting, opening_file
from participa.ballots.roles import BoxRole, roles_of
from participa.channels.access import may_write
from participa.core import links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    lacks_second_factor,
    says,
    with_second_factor,
)

bp = guard(
    Blueprint("ballots_trustees", __name__, url_prefix="/gestion/urnas/<uuid>/custodios"),
    "el-registrador-y-los-custodios-urna-verificable",
)


@bp.get("")
@allows(READERS)
def index(uuid):
    box = verifiable_box(uuid)
    return render_template(
        "ballots_trustees/index.html",
        box=box,
        fewest=opening.FEWEST_TRUSTEES,
        trustees_page=audit_guide.program(audit_guide.TRUSTEES),
        commands=audit_guide.trustee_commands(box),
        may_change=may_write() and not lacks_second_factor() and box.opened_at is None,
        lacks_second_factor=may_write() and lacks_second_factor(),
        parts=trustees_with_status(box),
        roles=[(role, role_link(role)) for role in roles_of(box)],
        is_waiting=queries.is_waiting_for_parts(box),
        **about_ceremony(box),
    )


def about_ceremony(box: BallotBox) -> dict[str, Any]:
    """Template values: how many trustees are enough, and how far they have come with the key."""
    some, progress = ceremony_of(box), ceremony_rounds.progress_of(box)
    return {
        "ceremony": some,
        "quorum": quorum_of(box),
        "rounds": list(Round) if some else [Round.PART],
        "progress": progress,
        "awaited": ceremony_rounds.about_missing(progress) if box.opened_at is None else "",
        "lacks_for_list": ceremony_rounds.missing_for_list(box),
    }


def role_link(role: BoxRole) -> str:
    """The personal link of the role; "" once nothing is left to do, or for who only reads."""
    lacks_file = role.trustee is not None and not ceremony_rounds.is_done(role.trustee)
    is_done = role.acceptance is not None and not lacks_file
    if is_done or role.box.opened_at is not None or not may_write():
        return ""
    token = role_acceptance.link_token(role)
    return links.absolute(url_for("ballots.accept_role", token=token))


def trustees_with_status(box: BallotBox) -> list[tuple[BoxTrustee, bool]]:
    """Trustees paired with whether their partial decryption has arrived."""
    received = archive_store.trustees_with_partial(box)
    return [(trustee, number in received) for number, trustee in enumerate(box.trustees, start=1)]


@bp.route("/agregar", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@files.takes_files
@says("Agregó a la persona que guarda una llave.")
def add(uuid):
    box = verifiable_box(uuid)
    form = TrusteeForm.creating(lambda made: url_for("ballots_trustees.index", uuid=uuid))
    form.may_come_later = ceremony_of(box) is not None
    if form.validate_on_submit() and form.creates(
        trustee_keys.add, box, current_account(), form.name.data, form.content
    ):
        db.session.commit()
        return redirect(url_for("ballots_trustees.index", uuid=uuid))
    page = audit_guide.program(audit_guide.TRUSTEES)
    commands = audit_guide.trustee_commands(box)
    context = {"box": box, "trustees_page": page, "commands": commands, "quorum": quorum_of(box)}
    context |= {"ceremony": ceremony_of(box), "obstacle": why_not_change(box)}
    return render_template("ballots_trustees/add.html", form=form, **context), form.status


@bp.post("/<int(max=2147483647):id>/quitar")
@allows(WRITERS)
@says("Quitó la llave.")
def remove(uuid, id):
    box = verifiable_box(uuid)
    trustee = next((candidate for candidate in box.trustees if candidate.id == id), None) or abort(
        404
    )
    trustee_keys.remove(versions.as_seen(trustee), current_account())
    db.session.commit()
    return redirect(url_for("ballots_trustees.index", uuid=uuid))


@bp.route("/partes", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@files.takes_files
@says("Entregó la parte.")
def receive_part(uuid):
    """Upload a partial decryption; the last one publishes the result."""
    box = verifiable_box(uuid)
    form = PartForm()
    if form.validate_on_submit() and form.carries_out(
        counting.receive_partial, box, current_account(), form.content
    ):
        db.session.commit()
        ended = "ballots_staff.show" if box.is_finished else "ballots_trustees.receive_part"
        return redirect(url_for(ended, uuid=uuid))
    return render_template(
        "ballots_trustees/receive_part.html",
        form=form,
        box=box,
        parts=trustees_with_status(box),
        is_waiting=queries.is_waiting_for_parts(box),
        quorum=quorum_of(box),
        ceremony=ceremony_of(box),
        trustees_page=audit_guide.program(audit_guide.TRUSTEES),
        commands=audit_guide.trustee_commands(box),
        has_proofs=opening_file.digest(box) is not None,
    ), form.status
