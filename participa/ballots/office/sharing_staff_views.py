"""A box shown to others: its QR, a poster, the wall of a hall."""

from flask import Blueprint, Response, abort, jsonify, render_template

from participa.ballots import queries, snapshots
from participa.ballots.models import BallotBox
from participa.ballots.office.staff_views import own_box
from participa.ballots.public import forms, pages, wording
from participa.ballots.public.forms import AnswerForm
from participa.core import links, qr, spanish
from participa.core.installation import installation
from participa.staff.access import READERS, allows, guard
from participa.staff.signing_in import sessions

bp = guard(Blueprint("ballots_showing", __name__, url_prefix="/gestion/urnas/<uuid>"))

PNG_PIXELS = 1200
PICTURES = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}


@bp.get("/vista")
@allows(READERS)
def preview(uuid):
    """What a citizen will see, before anybody can; nothing of it can be sent."""
    definition = snapshots.snapshot_of(own_box(uuid))
    form = forms.form_for(AnswerForm, definition)
    about = pages.about(definition)
    return render_template("ballots_showing/preview.html", form=form, **about)


@bp.get("/qr.<kind>")
@allows(READERS)
def qr_file(uuid, kind):
    box = own_box(uuid)
    if kind not in PICTURES:
        abort(404)
    text = links.printed(box.code)
    body = qr.svg(text, box.title) if kind == "svg" else qr.png(text, PNG_PIXELS)
    response = Response(body, content_type=PICTURES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="qr-{box.code}.{kind}"'
    return response


@bp.get("/cartel")
@allows(READERS)
def poster(uuid):
    """One letter page in black and white."""
    return render_template("ballots_showing/poster.html", **shown(own_box(uuid)))


@bp.get("/proyectar")
@allows(READERS)
def present(uuid):
    """For a projector: how many have voted. What they voted stands on no wall before the end."""
    sessions.do_not_count_as_a_look()
    box = own_box(uuid)
    told = {"ballots": queries.ballots(box.id), "promise": promise(box)}
    return render_template("ballots_showing/present.html", **told, **shown(box))


def promise(box: BallotBox) -> str:
    """When the hall will know."""
    if box.is_finished:
        return "El resultado ya está publicado en esta dirección."
    if box.shows_live:
        return "Los resultados se ven en esta dirección y avanzan por grupos."
    return "El resultado se ve al final, para todos al mismo tiempo."


@bp.get("/proyectar.json")
@allows(READERS)
def count(uuid):
    """What the projected page asks every few seconds."""
    sessions.do_not_count_as_a_look()
    box = own_box(uuid)
    return jsonify(people=spanish.number(queries.ballots(box.id)), when=wording.when(box))


def shown(box: BallotBox) -> dict:
    words = f"Código QR que abre: {box.title}"
    return {
        "box": box,
        "when": wording.when(box),
        "what_it_is": wording.WHAT_IT_IS[box.kind],
        "picture": qr.svg(links.printed(box.code), words),
        "short": links.readable(box.code),
        "entity": installation().settings.entity,
    }
