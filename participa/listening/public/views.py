"""The public pages of the listening posts."""

from flask import Blueprint, abort, render_template

from participa.channels.wording import beside_state, grouped
from participa.core.web.responses import shared
from participa.listening import queries
from participa.listening.snapshots import SNAPSHOTS

bp = Blueprint("listening", __name__, url_prefix="/escuchaderos")


@bp.get("")
def index():
    posts = queries.published_posts()
    page = render_template(
        "listening/index.html",
        groups=grouped(posts, queries.HEADINGS),
        when={post.id: beside_state(post) for post in posts},
    )
    return shared(page)


@bp.get("/<code>")
def post(code):
    found = SNAPSHOTS.find(code) or abort(404)
    return render_template("listening/post.html", post=found, when=beside_state(found))
