"""Staff pages to void cards of an open box: one official asks, another one confirms."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.ballots.lifecycle import two_person, voiding
from participa.ballots.models import BallotBox, BoxKind
from participa.ballots.office.cards_forms import AskVoidingForm, VoidingReasonForm
from participa.ballots.office.cards_staff_views import own_batch, secret_box
from participa.ballots.public_changes import Voiding
from participa.channels.access import may_write
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    fresh,
    guard,
    lacks_second_factor,
    says,
    with_second_factor,
)

ID = "int(max=2147483647)"
bp = guard(
    Blueprint("ballots_voidings", __name__, url_prefix="/gestion/urnas/<uuid>/anulaciones"),
    "anular-tarjetas",
)


def own_voiding(uuid: str, id: int) -> Voiding:
    """The request with this id, or 404 if it is of another box or was withdrawn."""
    box = secret_box(uuid)
    found = db.session.get(Voiding, id)
    is_here = found is not None and found.box_id == box.id and found.withdrawn_at is None
    return found if found and is_here else abort(404)


@bp.route("/pedir", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@files.takes_files
@says("Lo pidió. Falta que otra persona lo confirme.")
def ask(uuid):
    """Ask to void single cards, by their codes or by a list."""
    box = secret_box(uuid)
    if box.opened_at is None:
        return redirect(url_for("ballots_cards.void", uuid=uuid))
    form = AskVoidingForm.creating()
    if form.validate_on_submit() and (made := form.creates(asked, form, box)):
        db.session.commit()
        return redirect(url_for("ballots_voidings.show", uuid=uuid, id=made.id))
    return render_template(
        "ballots_voidings/ask.html",
        form=form,
        box=box,
        is_signed=box.kind is BoxKind.VERIFIABLE,
        obstacle=voiding.no_registrar(box),
    ), form.status


def asked(form: AskVoidingForm, box: BallotBox) -> Voiding:
    by, reason = current_account(), form.reason.data or ""
    if form.file.data:
        return voiding.request_list(box, by, form.content, reason, form.signed)
    return voiding.request_codes(box, by, form.typed, reason)


@bp.route(f"/pedir/lote/<{ID}:id>", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Lo pidió. Falta que otra persona lo confirme.")
def ask_batch(uuid, id):
    """Ask to void the unused cards of a batch."""
    batch = own_batch(uuid, id)
    form = VoidingReasonForm.creating()
    if form.validate_on_submit() and (
        made := form.creates(voiding.request_batch, batch, current_account(), form.reason.data)
    ):
        db.session.commit()
        return redirect(url_for("ballots_voidings.show", uuid=uuid, id=made.id))
    return render_template(
        "ballots_voidings/ask_batch.html", form=form, batch=batch, box=batch.box
    ), form.status


@bp.get(f"/<{ID}:id>")
@allows(READERS)
def show(uuid, id):
    """What was asked for, by whom, and the buttons that this account may press."""
    asked_for = own_voiding(uuid, id)
    box, viewer = asked_for.box, current_account()
    may_act = may_write() and not lacks_second_factor() and not box.is_closed
    return render_template(
        "ballots_voidings/show.html",
        box=box,
        voiding=asked_for,
        may_act=may_act,
        lacks_second_factor=may_write() and lacks_second_factor(),
        is_own=asked_for.asked_last_by.id == viewer.id,
        obstacle=two_person.why_not_confirm(box, asked_for.asked_last_by, viewer),
        may_undo=may_act and not asked_for.waits and not voiding.why_not_undo(asked_for),
    )


@bp.post(f"/<{ID}:id>/confirmar")
@allows(WRITERS)
@fresh
@says("Lo confirmó. Las tarjetas ya no pueden votar.")
def confirm(uuid, id):
    voiding.confirm(versions.as_seen(own_voiding(uuid, id)), current_account())
    db.session.commit()
    return redirect(url_for("ballots_voidings.show", uuid=uuid, id=id))


@bp.post(f"/<{ID}:id>/retirar")
@allows(WRITERS)
@says("Retiró el pedido.")
def withdraw(uuid, id):
    voiding.withdraw(versions.as_seen(own_voiding(uuid, id)), current_account())
    db.session.commit()
    return redirect(url_for("ballots_cards.index", uuid=uuid))


@bp.route(f"/<{ID}:id>/deshacer", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Pidió deshacerla. Falta que otra persona lo confirme.")
def undo(uuid, id):
    """Ask to let the cards of a list vote again."""
    done = own_voiding(uuid, id)
    form = VoidingReasonForm()
    if form.validate_on_submit() and form.carries_out(
        voiding.request_undoing, done, current_account(), form.reason.data
    ):
        db.session.commit()
        return redirect(url_for("ballots_voidings.show", uuid=uuid, id=id))
    return render_template(
        "ballots_voidings/undo.html",
        form=form,
        box=done.box,
        voiding=done,
        obstacle=voiding.why_not_undo(done),
    ), form.status


@bp.post(f"/<{ID}:id>/deshacer/confirmar")
@allows(WRITERS)
@fresh
@says("Lo confirmó. Las tarjetas pueden votar otra vez.")
def confirm_undo(uuid, id):
    voiding.confirm_undoing(versions.as_seen(own_voiding(uuid, id)), current_account())
    db.session.commit()
    return redirect(url_for("ballots_voidings.show", uuid=uuid, id=id))


@bp.post(f"/<{ID}:id>/deshacer/retirar")
@allows(WRITERS)
@says("Retiró el pedido.")
def withdraw_undo(uuid, id):
    voiding.withdraw_undoing(versions.as_seen(own_voiding(uuid, id)), current_account())
    db.session.commit()
    return redirect(url_for("ballots_voidings.show", uuid=uuid, id=id))
