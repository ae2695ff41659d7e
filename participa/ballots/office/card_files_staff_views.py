"""Staff pages of an order of cards: its progress, and its files for the official who asked."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.ballots.card_orders import CardOrder
from participa.ballots.office import card_downloads
from participa.ballots.office.cards_staff_views import secret_box
from participa.ballots.roll import card_files
from participa.ballots.roll.card_files import WAYS
from participa.channels.access import may_write
from participa.core.db import db
from participa.core.editing import versions
from participa.staff import progress as jobs_progress
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says

ID = "int(max=2147483647)"

bp = guard(
    Blueprint("ballots_card_files", __name__, url_prefix="/gestion/urnas/<uuid>/tarjetas/pedidos"),
    "muchas-tarjetas",
)


def own_order(uuid: str, id: int) -> CardOrder:
    """The order with this id, or 404 if it is of another box."""
    box, asked = secret_box(uuid), db.session.get(CardOrder, id)
    return asked if asked is not None and asked.box_id == box.id else abort(404)


@bp.get(f"/<{ID}:id>")
@allows(READERS)
def show(uuid, id):
    asked = own_order(uuid, id)
    return render_template(
        "ballots_card_files/show.html",
        box=asked.box,
        asked=asked,
        job=asked.job,
        way=WAYS[asked.way].words,
        missing=card_files.missing(asked),
        downloads=card_downloads.groups_of(card_files.files_of(asked)),
        expires_on=card_files.first_expiry(asked),
        is_own=may_write() and asked.asked_by_id == current_account().id,
        looks=jobs_progress.LOOKS,
        words=jobs_progress.words,
    )


@bp.get(f"/<{ID}:id>/avance")
@allows(READERS)
def progress(uuid, id):
    job = own_order(uuid, id).job
    return {"is_over": True} if job is None else jobs_progress.payload(job)


@bp.post(f"/<{ID}:id>/descargar/<{ID}:first>/<{ID}:last>")
@allows(WRITERS)
def download(uuid, id, first, last):
    """The files with these numbers, as one."""
    asked = own_order(uuid, id)
    files = card_files.fetch(asked, current_account(), first, last)
    response = card_downloads.response(files, WAYS[asked.way].extension)
    db.session.commit()
    return response


@bp.post(f"/<{ID}:id>/seguir")
@allows(WRITERS)
@says("Siguen haciéndose las tarjetas que faltan.")
def go_on(uuid, id):
    asked = versions.require_seen(own_order(uuid, id))
    card_files.go_on(asked, current_account())
    db.session.commit()
    return redirect(url_for("ballots_card_files.show", uuid=uuid, id=id))


@bp.post(f"/<{ID}:id>/dejar-asi")
@allows(WRITERS)
@says("Dejó el pedido con las tarjetas que ya están hechas.")
def give_up(uuid, id):
    asked = versions.require_seen(own_order(uuid, id))
    card_files.give_up(asked, current_account())
    db.session.commit()
    return redirect(url_for("ballots_cards.index", uuid=uuid))


@bp.post(f"/<{ID}:id>/destruir")
@allows(WRITERS)
@says("Destruyó los archivos.")
def destroy(uuid, id):
    asked = versions.require_seen(own_order(uuid, id))
    card_files.destroy(asked, current_account())
    db.session.commit()
    return redirect(url_for("ballots_cards.index", uuid=uuid))
