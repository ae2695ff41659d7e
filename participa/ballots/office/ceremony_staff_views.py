"""Staff pages of the ceremony by which some of the trustees are enough to open a box."""

from flask import Blueprint, Response, abort, redirect, render_template, url_for

from participa.ballots.ceremony import ceremony_of, quorum_of
from participa.ballots.keys import ceremony_rounds, trustee_keys
from participa.ballots.models import BallotBox
from participa.ballots.office.ceremony_staff_forms import (
    QuorumForm,
    RestartForm,
    TrusteeFileForm,
    quorum_values,
)
from participa.ballots.office.roll_staff_views import verifiable_box
from participa.ballots.results import audit_guide
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.core.tables import tables
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    says,
    with_second_factor,
)

bp = guard(
    Blueprint("ballots_ceremony", __name__, url_prefix="/gestion/urnas/<uuid>/custodios"),
    "el-registrador-y-los-custodios-urna-verificable",
)


@bp.route("/cuantos", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Guardó cuántos custodios hacen falta.")
def choose(uuid):
    """How many of the trustees open the total; what they handed in may be of no use afterwards."""
    box = verifiable_box(uuid)
    form = QuorumForm.changing(box, quorum_values)
    if form.validate_on_submit() and form.carries_out(
        ceremony_rounds.choose_quorum, box, current_account(), form.number
    ):
        db.session.commit()
        return redirect(url_for("ballots_trustees.index", uuid=uuid))
    return render_template(
        "ballots_ceremony/choose.html",
        form=form,
        box=box,
        obstacle=why_not_change(box),
        has_parts=any(trustee.record is not None for trustee in box.trustees),
    ), form.status


def why_not_change(box: BallotBox) -> str:
    """Spanish sentence: why the list of trustees and their quorum are fixed; "" if they are not."""
    some = ceremony_of(box)
    if box.opened_at is not None:
        return "La urna ya abrió: sus custodios no cambian."
    return trustee_keys.LISTED if some is not None and some.listed_at is not None else ""


@bp.post("/cerrar-lista")
@allows(WRITERS)
@with_second_factor
@says("Cerró la lista de custodios. Ahora cada uno hace su reparto.")
def close_list(uuid):
    ceremony_rounds.close_list(versions.as_seen(verifiable_box(uuid)), current_account())
    db.session.commit()
    return redirect(url_for("ballots_trustees.index", uuid=uuid))


@bp.get("/ceremonia.json")
@allows(READERS)
def download(uuid):
    """The public documents of the ceremony so far, for a trustee who asks the city for them."""
    body = ceremony_rounds.ceremony_file(verifiable_box(uuid)) or abort(404)
    response = Response(body, content_type="application/json")
    response.headers["Content-Disposition"] = tables.attachment("ceremonia.json")
    return response


@bp.route("/<int(max=2147483647):id>/entregar", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@files.takes_files
@says("Recibió el archivo del custodio.")
def hand_in(uuid, id):
    """Upload what a trustee sent to the city; what it has to be follows from the round."""
    box = verifiable_box(uuid)
    trustee = next((one for one in box.trustees if one.id == id), None) or abort(404)
    form = TrusteeFileForm()
    if form.validate_on_submit() and form.carries_out(
        ceremony_rounds.hand_in, trustee, current_account(), form.content
    ):
        db.session.commit()
        return redirect(url_for("ballots_trustees.index", uuid=uuid))
    progress = ceremony_rounds.progress_of(box)
    return render_template(
        "ballots_ceremony/hand_in.html",
        form=form,
        box=box,
        trustee=trustee,
        owed=progress.owes(trustee) if box.opened_at is None else None,
        awaited=ceremony_rounds.about_missing(progress),
        trustees_page=audit_guide.program(audit_guide.TRUSTEES),
    ), form.status


@bp.route("/otra-vez", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Empezó otra vez la ceremonia de las llaves.")
def restart(uuid):
    """Begin again, after a wrong share or to change the list."""
    box = verifiable_box(uuid)
    form = RestartForm.changing(box, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        ceremony_rounds.restart, box, current_account(), form.reason.data, form.keeps_keys
    ):
        db.session.commit()
        return redirect(url_for("ballots_trustees.index", uuid=uuid))
    some = ceremony_of(box)
    is_over = box.opened_at is not None
    obstacle = why_not_change(box) if is_over else ""
    if not is_over and (some is None or some.listed_at is None):
        obstacle = ceremony_rounds.NOT_LISTED
    context = {"box": box, "obstacle": obstacle, "quorum": quorum_of(box)}
    return render_template("ballots_ceremony/restart.html", form=form, **context), form.status
