"""The public pages of the listening posts."""

from http import HTTPStatus

from flask import (
    Blueprint,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from participa.channels.flow import Stage
from participa.channels.wording import beside_state, grouped
from participa.citizens import territories
from participa.core.db import db
from participa.core.files import files, oversized
from participa.core.submissions import AlreadySent
from participa.core.web import limits
from participa.core.web.kiosks import is_kiosk
from participa.core.web.responses import for_back, for_one_person, shared
from participa.listening import queries
from participa.listening.answers import similar
from participa.listening.public import pages, receipts, uploads
from participa.listening.public.forms import LONGEST, ContributionForm
from participa.listening.receive import receive
from participa.listening.snapshots import SNAPSHOTS, PostSnapshot

bp = Blueprint("listening", __name__, url_prefix="/escuchaderos")


@bp.get("")
def index():
    posts = queries.published_posts()
    page = render_template(
        "listening/index.html",
        groups=grouped(posts, queries.HEADINGS),
        when={post.id: beside_state(post) for post in posts},
        answering=queries.answering_today(),
        label=territories.label,
    )
    return shared(page)


@bp.route("/<code>", methods=["GET", "POST"])
@files.takes_bytes(uploads.MOST_BYTES)
@limits.limited("listening.post")
def post(code):
    if SNAPSHOTS.leads_to_showing(code):
        return for_back("")
    found = SNAPSHOTS.find(code) or abort(404)
    if request.method == "POST" and (saved := oversized.rescued()) is not None:
        return for_back(pages.too_large(found, saved), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not found.is_open:
        return shut(found)
    return for_back(pages.fresh(found)) if request.method == "GET" else said(found)


def said(found: PostSnapshot) -> Response | tuple[str, int]:
    """What follows from what was sent. At a tablet, Back shows nobody what the person before has
    sent.
    """
    if is_kiosk() and request.form.get("confirm") != "1" and receipts.sent_before(found):
        return redirect(url_for("listening.post", code=found.code, **pages.kiosk()), 303)
    form = ContributionForm(found)
    page: Response | str
    match form.stage():
        case Stage.FORM:
            page = pages.with_devices(found, make_response(pages.form_page(found, form)))
        case Stage.REVIEW:
            page = pages.review(found, form)
        case Stage.SEND:
            return send(found, form)
    db.session.commit()  # what was attached
    return for_back(page, form.status)


def send(found: PostSnapshot, form: ContributionForm) -> Response | tuple[str, int]:
    said, word = form.said, form.submission_id
    try:
        received = receive(found, word, said, form.details)
    except AlreadySent as sent:
        return receipts.already_sent(found, sent, word)
    receipts.acknowledge(received, said.email)
    db.session.commit()
    return redirect(receipts.address(found, word), 303)


def shut(found: PostSnapshot) -> Response | tuple[str, int]:
    """Say when it opens or that it closed; redirect what is sent again to its receipt."""
    if request.method == "POST" and (word := receipts.sent_before(found)):
        return redirect(receipts.address(found, word), 303)
    return pages.shut(found), 409 if request.method == "POST" else 200


@bp.post("/<code>/parecidas")
@limits.limited("listening.similar")
def similar_answers(code):
    """Public answers similar to the text so far, for the script of the form. Stores nothing."""
    SNAPSHOTS.find(code) or abort(404)
    text, topic = request.form.get("text", "")[:LONGEST], request.form.get("topic", "")
    found = similar.similar_answers(text, topic) if text.strip() else []
    return jsonify([{"question": case.shown_text, "answer": case.answer} for case in found])


@bp.route("/<code>/listo/<word>", methods=["GET", "POST"])
@limits.limited("listening.receipt")
def receipt(code, word):
    """The number, and the secret code until the person says that they have it."""
    found = SNAPSHOTS.find(code) or abort(404)
    contribution = receipts.of(found, word) or abort(404)
    start = url_for("listening.post", code=found.code, **pages.kiosk())
    if is_kiosk() and not receipts.shows_code(contribution):  # Back, at a tablet
        return redirect(start, 303)
    form = receipts.hiding_form(contribution)
    if form.validate_on_submit():
        contribution.is_code_hidden = True
        goes_on = request.form.get("next") == "form"
        db.session.commit()
        return redirect(start if goes_on else receipts.address(found, word), 303)
    return for_one_person(receipts.page(found, contribution, word, form), form.status)
