"""QR, poster and projected page of any channel, at /gestion/<section>/<address>/…"""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, send_file

from participa.channels import access, registry, sharing
from participa.channels.sharing import PAPERS, PICTURES, Share
from participa.core import links, spanish
from participa.core.installation import installation
from participa.staff.access import READERS, allows, guard
from participa.staff.signing_in import sessions

bp = guard(Blueprint("sharing", __name__, url_prefix="/gestion"), "publicarlo-y-repartirlo")
CHANNEL = "/<section>/<address>"
EVERY = "todas"  # in the address: the posters of all places, one after the other


def share_of(section: str, address: str) -> Share:
    """The `Share` of a record, at the place that the address names.

    404 when the record is missing or belongs to another office, and when it has no such place.
    """
    channel = registry.of_section(section) or abort(404)
    record = access.own(channel.model, **{channel.address: address})
    share, place = channel.share(record), request.args.get(links.PLACE, "")
    if place in {"", EVERY}:
        return share
    numbered = {str(number): one for number, one in enumerate(share.at_each_place, 1)}
    return numbered.get(place) or abort(404)


@bp.get(f"{CHANNEL}/qr.<kind>")
@allows(READERS)
def qr_file(section, address, kind):
    share = share_of(section, address)
    if kind not in PICTURES:
        abort(404)
    response = Response(share.file(kind), content_type=PICTURES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="qr-{share.code}.{kind}"'
    return response


@bp.get(f"{CHANNEL}/cartel")
@allows(READERS)
def poster(section, address):
    """One page in black and white; ?papel=media prints it twice on a letter sheet.

    ?puerta=2 prints the one of that place, and ?puerta=todas one for each.
    """
    share = share_of(section, address)
    paper = request.args.get("papel", "carta")
    if paper not in PAPERS:
        abort(404)
    is_every = request.args.get(links.PLACE) == EVERY
    every = (share.at_each_place or abort(404)) if is_every else (share,)
    return render_template(
        "sharing/poster.html", paper=paper, papers=PAPERS, every=every, **shown(share)
    )


@bp.get(f"{CHANNEL}/proyectar")
@allows(READERS)
def present(section, address):
    """The page for a projector: a live count, and results only once they are public."""
    sessions.do_not_extend()
    share = share_of(section, address)
    asked = request.args.get("ver") == "resultados" and share.chart is not None
    chart = share.chart() if asked and share.chart else None
    return render_template("sharing/present.html", chart=chart, **shown(share))


@bp.get(f"{CHANNEL}/proyectar.json")
@allows(READERS)
def count(section, address):
    """The live count, which the projected page requests every few seconds."""
    sessions.do_not_extend()
    share = share_of(section, address)
    return jsonify(people=spanish.number(share.count), words=share.counted, when=share.when)


@bp.get("/logo")
@allows(READERS)
def logo():
    """The city's logo for posters, from the data folder of this installation."""
    return send_file(sharing.logo_file() or abort(404), max_age=0)


def shown(share: Share) -> dict[str, Any]:
    return {
        "share": share,
        "here": {**(request.view_args or {}), links.PLACE: request.args.get(links.PLACE)},
        "has_logo": sharing.logo(),
        "entity": installation().settings.entity,
    }
