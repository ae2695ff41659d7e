"""Cast or challenge: a ballot is opened instead of cast, and a second device reads it."""

from collections.abc import Collection
from http import HTTPStatus

from flask import Response, abort, jsonify, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from participa.ballots.kinds import blank_label
from participa.ballots.public import pages
from participa.ballots.public.archive_views import ONE_HOUR, json_file
from participa.ballots.public.casting_views import LONGEST_SEARCH, TOO_BIG, told
from participa.ballots.public.views import bp
from participa.ballots.snapshots import SNAPSHOTS, BoxSnapshot
from participa.ballots.voting import challenges, tracker_search
from participa.ballots.voting.challenges import OpenedBallot
from participa.belenios import canonical
from participa.core import links, qr
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.web import limits
from participa.core.web.bodies import any_body
from participa.core.web.responses import shared


@bp.route("/<uuid>/comprobar", methods=["GET", "POST"])
@limits.limited("ballots.challenge")
@any_body
def challenge(uuid):
    """The second device looks for a ballot by its tracker; the first one sends it, as JSON."""
    box = opened_box(uuid)
    if request.method == "POST":
        return received(box)
    typed = request.args.get("rastreo", "")[:LONGEST_SEARCH]
    found = challenges.search(box, typed)
    only = found[0] if len(found) == 1 else None
    is_tracker = bool(tracker_search.interpretations(typed))
    page = render_template(
        "ballots/challenge.html",
        typed=typed,
        is_tracker=is_tracker,
        is_cast=is_tracker and not found and bool(tracker_search.search(box.id, typed)),
        is_several=len(found) > 1,
        votes=only and votes_of(box, only),
        sign=qr.svg(address_of(box), "Código QR de esta página"),
        **pages.about(box) | {"address": address_of(box)},
    )
    return page, {"X-Robots-Tag": "noindex", "Cache-Control": "no-store"}


def received(box: BoxSnapshot):
    """Store the opened ballot. Answers JSON: its `tracker`, or `problem` and `field`."""
    try:
        tracker = challenges.open_ballot(box, request.get_data(cache=False))
    except RequestEntityTooLarge:
        return jsonify(problem=TOO_BIG, field=""), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except Refused as refusal:
        db.session.rollback()
        return jsonify(told(refusal)), refusal.status
    db.session.commit()
    return jsonify(tracker=tracker)


@bp.get("/<uuid>/comprobar.json")
def challenge_record(uuid):
    """What opens the one ballot whose tracker starts with `rastreo`, so that a device reads it."""
    box = opened_box(uuid)
    found = challenges.search(box, request.args.get("rastreo", "")[:LONGEST_SEARCH])
    if len(found) != 1:
        abort(404)
    response = Response(found[0].record, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<uuid>/comprobar.svg")
def challenge_sign(uuid):
    """The QR by which a second phone opens the page; the voting page loads it when asked to."""
    box = opened_box(uuid)
    picture = qr.svg(address_of(box), "Código QR de la página para comprobar")
    return shared(Response(picture, content_type="image/svg+xml"), ONE_HOUR)


@bp.get("/<uuid>/comprobadas.json")
def challenged(uuid):
    """The trackers of all ballots that were opened, which must never be in the archive."""
    box = opened_box(uuid)
    listed = canonical.write(challenges.trackers(box.id))
    return json_file(listed, f"comprobadas-{box.uuid}.json")


def opened_box(uuid: str) -> BoxSnapshot:
    """The box with codes that has opened, or 404."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    return box if box.is_secret and box.opened_at is not None else abort(404)


def address_of(box: BoxSnapshot) -> str:
    return links.absolute(url_for("ballots.challenge", uuid=box.uuid))


def votes_of(box: BoxSnapshot, opened: OpenedBallot) -> list[tuple[str, str]]:
    """Each question, and in words what the ballot marks there."""
    return [
        (asked.question.text, words_of(asked.question.answers, vote))
        for asked, vote in zip(box.asked, opened.votes, strict=True)
    ]


def words_of(answers: tuple[str, ...], vote: Collection[int] | None) -> str:
    if vote is None:
        return blank_label(is_secret=True)
    return "; ".join(answers[position] for position in vote) or "Ninguna opción"
