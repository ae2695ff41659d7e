"""A call shown to others: as a citizen sees it, on a poster, on the wall of a hall."""

from flask import Blueprint, Response, abort, jsonify, render_template, request

from participa.core import links, qr, spanish
from participa.core.installation import installation
from participa.staff.access import READERS, allows, guard
from participa.staff.signing_in import sessions
from participa.topics import pages, queries, results, snapshots, wording
from participa.topics.forms import AnswerForm
from participa.topics.models import TopicCall
from participa.topics.office.staff_views import own_call

bp = guard(Blueprint("topics_showing", __name__, url_prefix="/gestion/temas"))

PNG_PIXELS = 1200
PICTURES = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}
PREVIEW = "topics_showing/preview.html"


@bp.route("/<code>/vista", methods=["GET", "POST"])
@allows(READERS)
def preview(code):
    """The whole way of a citizen, with nothing stored at its end."""
    call = snapshots.snapshot_of(own_call(code))
    form = AnswerForm(call, f"topics.preview:{call.code}")
    told = {"preview": True}
    if request.method == "GET":
        return pages.filled(call, form, PREVIEW, **told)
    if form.wants_to_change:
        form.remember()
        return pages.filled(call, form, PREVIEW, **told)
    if not form.validate():
        draw = pages.review if form.only_the_order_is_wrong else pages.filled
        return draw(call, form, PREVIEW, **told), form.status
    if not form.is_confirmed:
        return pages.review(call, form, PREVIEW, **told)
    about = pages.about(call)
    heading = "Aquí terminaría la respuesta"
    return render_template(
        PREVIEW, part="topics_showing/_end.html", heading=heading, **about, **told
    )


@bp.get("/<code>/qr.<kind>")
@allows(READERS)
def qr_file(code, kind):
    call = own_call(code)
    if kind not in PICTURES:
        abort(404)
    text = links.printed(call.code)
    body = qr.svg(text, call.title) if kind == "svg" else qr.png(text, PNG_PIXELS)
    response = Response(body, content_type=PICTURES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="qr-{call.code}.{kind}"'
    return response


@bp.get("/<code>/cartel")
@allows(READERS)
def poster(code):
    """One letter page in black and white."""
    call = own_call(code)
    return render_template("topics_showing/poster.html", **shown(call))


@bp.get("/<code>/proyectar")
@allows(READERS)
def present(code):
    """For a projector: it counts while people answer, and shows results only when they are out."""
    sessions.do_not_count_as_a_look()
    call = own_call(code)
    may_tell = call.is_published and (call.shows_live or call.is_closed)
    asked = request.args.get("ver") == "resultados"
    return render_template(
        "topics_showing/present.html",
        people=queries.people(call.id),
        may_tell=may_tell,
        told=results.results_of(call) if may_tell and asked else None,
        **shown(call),
    )


@bp.get("/<code>/proyectar.json")
@allows(READERS)
def count(code):
    """What the projected page asks every few seconds."""
    sessions.do_not_count_as_a_look()
    call = own_call(code)
    return jsonify(people=spanish.number(queries.people(call.id)), when=wording.when(call))


def shown(call: TopicCall) -> dict:
    words = f"Código QR que abre: {call.title}"
    return {
        "call": call,
        "when": wording.when(call),
        "picture": qr.svg(links.printed(call.code), words),
        "short": links.readable(call.code),
        "choose_words": wording.several_topics(call.choose_up_to),
        "entity": installation().settings.entity,
    }
