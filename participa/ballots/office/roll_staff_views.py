"""Staff pages for the registrar's roll: upload, progress of its check, and its fingerprint."""

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import select

from participa.ballots import queries
from participa.ballots.lifecycle import opening
from participa.ballots.models import BallotBox, BoxCredential, BoxKind
from participa.ballots.office.staff_forms import RollForm
from participa.ballots.office.staff_views import own_box
from participa.ballots.results import audit_guide
from participa.ballots.roles import roles_of
from participa.ballots.roll import registrars_roll, uploads
from participa.ballots.snapshots import snapshot_of
from participa.belenios import canonical
from participa.channels.access import may_write
from participa.core import clock, links
from participa.core.db import db
from participa.core.files import files
from participa.core.installation import installation
from participa.staff import progress
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
    Blueprint("ballots_roll", __name__, url_prefix="/gestion/urnas/<uuid>/padron"),
    "el-registrador-y-los-custodios-urna-verificable",
)


def verifiable_box(uuid: str) -> BallotBox:
    """The box, or 404 if it is of another kind."""
    box = own_box(uuid)
    return box if box.kind is BoxKind.VERIFIABLE else abort(404)


@bp.get("")
@allows(READERS)
def index(uuid):
    box = verifiable_box(uuid)
    job = queries.running_job(box)
    return render_template(
        "ballots_roll/index.html",
        box=box,
        job=job,
        is_working=job is not None and not job.is_over,
        registrars_page=audit_guide.program(audit_guide.REGISTRAR),
        looks=progress.LOOKS,
        words=progress.words,
        credentials=queries.cards(box).made,
        has_second_part=snapshot_of(box).has_second_part,
        command=command_of(box),
        fingerprint=fingerprint_of_roll(box),
        is_outdated=any(role.is_outdated for role in roles_of(box) if role.trustee is None),
        missing=[] if box.opened_at else list(opening.roll_or_cards(box)),
        may_change=may_write() and not lacks_second_factor() and box.opened_at is None,
        lacks_second_factor=may_write() and lacks_second_factor(),
    )


@bp.route("/subir", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@files.takes_bytes(uploads.MOST_BYTES)
@says("Subió el padrón. Se revisa en segundo plano.")
def hand_in(uuid):
    box = verifiable_box(uuid)
    form = RollForm()
    if form.validate_on_submit() and form.carries_out(
        registrars_roll.receive, box, current_account(), form.list, form.second_parts
    ):
        db.session.commit()
        return redirect(url_for("ballots_roll.index", uuid=uuid))
    return render_template("ballots_roll/hand_in.html", form=form, box=box), form.status


def command_of(box: BallotBox) -> str:
    """What the registrar types, with all that the cards of this box print."""
    host = installation().settings.base_url.partition("://")[2]
    words = ["participa urna credentials", f"--uuid {box.uuid}"]
    words += [f"--count {box.expected_ballots or 100} --out codigos --host {host}"]
    words += [f"--short {links.readable(box.code)}"]
    if box.closes_at:
        words += [f"--closes {clock.local(box.closes_at):%Y-%m-%dT%H:%M}"]
    return " ".join([*words, *(["--second-part"] if box.takes_last else [])])


def fingerprint_of_roll(box: BallotBox) -> str:
    """Fingerprint of the list being checked, or of the roll in force; the registrar compares it."""
    if box.roll_upload is not None:
        return uploads.fingerprint(box.roll_upload)
    if box.roll_fingerprint is not None:
        return box.roll_fingerprint
    publics = select(BoxCredential.public).where(BoxCredential.box_id == box.id)
    in_order = sorted(db.session.scalars(publics), key=lambda public: (len(public), public))
    return canonical.fingerprint(canonical.write(in_order)) if in_order else ""
