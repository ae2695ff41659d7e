"""The staff's pages of a listening post."""

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from participa.channels import access
from participa.channels.access import may_write
from participa.channels.listing import rules, visible_rows
from participa.channels.wording import beside_state
from participa.core.web.lists import NUMBERS, Order
from participa.listening import queries
from participa.listening.models import Contribution, ListeningPost
from participa.staff.access import READERS, allows, current_account, guard

HEARD = select(func.count()).where(Contribution.post_id == ListeningPost.id).scalar_subquery()
LIST = rules(ListeningPost, "Escuchadero", {"aportes": Order("Aportes", HEARD, NUMBERS)})

bp = guard(
    Blueprint("listening_staff", __name__, url_prefix="/gestion/escuchaderos"),
    "un-escuchadero-de-principio-a-fin",
)


@bp.get("")
@allows(READERS)
def index():
    rows = visible_rows(ListeningPost, current_account())
    listing = LIST.listing(rows, contains_eager(ListeningPost.office))
    return render_template(
        "listening_staff/index.html",
        listing=listing,
        heard=queries.heard_by_post([post.id for post in listing.rows]),
        when={post.id: beside_state(post) for post in listing.rows},
        may_write=may_write(),
    )


@bp.get("/<code>")
@allows(READERS)
def show(code):
    post = access.own(ListeningPost, code=code)
    return render_template(
        "listening_staff/show.html", post=post, when=beside_state(post), may_write=may_write()
    )
