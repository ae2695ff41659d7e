"""Staff pages for the cards of a box: make, discard, void, and count those handed out."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from participa.ballots import box_lock, queries
from participa.ballots.lifecycle import opening, service
from participa.ballots.models import BallotBox, BoxKind, CardBatch
from participa.ballots.office.staff_forms import ButtonForm, CardsForm, HandOutForm, VoidForm
from participa.ballots.office.staff_views import own_box
from participa.ballots.roll import cards, enrolment
from participa.channels.access import may_write
from participa.core import links, qr
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.files import files
from participa.core.installation import installation
from participa.core.tables import tables
from participa.core.web import lists
from participa.core.web.lists import LETTERS, NUMBERS, ListRules, Order, one_of
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.staff.models import Account

MAKE_PAGE = "ballots_cards/make.html"
CHANGED_MEANWHILE = (
    "La urna cambió mientras tanto; quizás estas tarjetas ya se hicieron. Mire la lista de lotes: "
    "si el último no se imprimió, descártelo y haga otro."
)
STATES = {
    "Vigentes": CardBatch.voided_at.is_(None),
    "Anulados": CardBatch.voided_at.is_not(None),
}
LIST = ListRules(
    search=lambda word: lists.contains(word, CardBatch.place, Account.name),
    orders={
        "lote": Order("Lote", CardBatch.id, NUMBERS),
        "tarjetas": Order("Tarjetas", CardBatch.cards, NUMBERS),
        "lugar": Order("Dónde se entregan", lists.plain(CardBatch.place), LETTERS),
    },
    first="lote",
    unique=CardBatch.id,
    filters=(one_of("estado", "Estado", STATES),),
)

bp = guard(
    Blueprint("ballots_cards", __name__, url_prefix="/gestion/urnas/<uuid>/tarjetas"),
    "las-tarjetas-urna-con-codigos",
)


def secret_box(uuid: str) -> BallotBox:
    """The box, or 404 if its votes need no card."""
    box = own_box(uuid)
    return box if box.is_secret else abort(404)


def own_batch(uuid: str, id: int) -> CardBatch:
    """The batch with this id, or 404 if it is of another box."""
    box = secret_box(uuid)
    return next((batch for batch in box.batches if batch.id == id), None) or abort(404)


@bp.get("")
@allows(READERS)
def index(uuid):
    box = secret_box(uuid)
    rows = select(CardBatch).filter_by(box_id=box.id).outerjoin(CardBatch.made_by)
    return render_template(
        "ballots_cards/index.html",
        box=box,
        cards=queries.cards(box),
        numbers={id: number for number, id in enumerate(queries.batch_ids(box), start=1)},
        listing=LIST.listing(rows, contains_eager(CardBatch.made_by)),
        missing=[] if box.opened_at else list(opening.roll_or_cards(box)),
        is_made_here=box.kind is BoxKind.CODES,
        may_make=may_write() and box.kind is BoxKind.CODES and box.opened_at is None,
        may_write=may_write(),
    )


@bp.route("/hacer", methods=["GET", "POST"])
@allows(WRITERS)
def make(uuid):
    """Create a batch; the response has its cards, once. Their codes are not stored."""
    box = secret_box(uuid)
    form = CardsForm()
    form.offer(box.version)
    if form.validate_on_submit() and (codes := form.carries_out(make_batch, form, box)):
        response = RENDER[form.chosen_way](box, codes)
        db.session.commit()
        return response
    context = {"part": "ballots_cards/_form.html", "heading": "Hacer tarjetas"}
    return render_template(MAKE_PAGE, form=form, box=box, **context), form.status


def make_batch(form: CardsForm, box: BallotBox) -> list[str]:
    """Create a batch and return its codes. Refuses a form drawn before the latest change."""
    box_lock.wait_for_lock(box)
    db.session.refresh(box)
    if form.seen.data != str(box.version):
        form.seen.data = str(box.version)
        raise Refused(CHANGED_MEANWHILE)
    return enrolment.make_cards(box, current_account(), form.cards.data or 0, form.place.data or "")


def as_page(box: BallotBox, codes: Sequence[str]) -> str:
    """Sheets for the browser to print; hidden on the screen."""
    address = links.absolute(url_for("ballots.show", uuid=box.uuid))
    sheets = [(code, qr.svg_to_forget(link(address, code), "Código para votar")) for code in codes]
    context = {"part": "ballots_cards/_sheets.html", "heading": "Imprima ahora las tarjetas"}
    return render_template(
        MAKE_PAGE, box=box, sheets=sheets, address=address, veil=cards.VEIL, **context
    )


def as_pdf(box: BallotBox, codes: Sequence[str]) -> Response:
    settings = installation().settings
    host = settings.base_url.partition("://")[2]
    is_plain = (
        settings.is_https and "/" not in host
    )  # cards.pdf needs an https address without a path
    body = cards.pdf(codes, box.title, box.uuid, host if is_plain else None)
    return download_response(body, "application/pdf", f"tarjetas-{box.uuid}.pdf")


def as_links(box: BallotBox, codes: Sequence[str]) -> Response:
    address = links.absolute(url_for("ballots.show", uuid=box.uuid))
    lines = ["enlace", *(link(address, code) for code in codes)]
    body = "\ufeff" + "\r\n".join(lines) + "\r\n"
    return download_response(body.encode(), "text/csv; charset=utf-8", f"enlaces-{box.uuid}.csv")


RENDER = {"page": as_page, "pdf": as_pdf, "links": as_links}


def link(address: str, code: str) -> str:
    """Browsers do not send the fragment after # to the server."""
    return f"{address}#c={code}"


def download_response(body: bytes, media_type: str, name: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = tables.attachment(name)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<int(max=2147483647):id>/descartar")
@allows(WRITERS)
@says("Descartó el lote.")
def discard_batch(uuid, id):
    enrolment.discard_batch(versions.require_seen(own_batch(uuid, id)), current_account())
    db.session.commit()
    return redirect(url_for("ballots_cards.index", uuid=uuid))


@bp.route("/<int(max=2147483647):id>/anular", methods=["GET", "POST"])
@allows(WRITERS)
@says("Anuló el lote.")
def void_batch(uuid, id):
    batch = own_batch(uuid, id)
    box = batch.box
    form = ButtonForm()
    if form.validate_on_submit():
        done = form.carries_out(enrolment.void_batch, batch, current_account())
        if done is not None:
            db.session.commit()
            return redirect(url_for("ballots_cards.index", uuid=uuid))
    return render_template(
        "ballots_cards/void_batch.html", form=form, batch=batch, box=box
    ), form.status


@bp.route("/anular", methods=["GET", "POST"])
@allows(WRITERS)
@files.takes_files
@says("Anuló las tarjetas.")
def void(uuid):
    box = secret_box(uuid)
    form = VoidForm()
    if form.validate_on_submit() and form.carries_out(void_cards, form, box) is not None:
        db.session.commit()
        return redirect(url_for("ballots_cards.index", uuid=uuid))
    return render_template("ballots_cards/void.html", form=form, box=box), form.status


def void_cards(form: VoidForm, box: BallotBox) -> int:
    publics = enrolment.publics_of_codes(box, form.typed)
    if form.file.data:
        publics += enrolment.publics_of_list(form.content)
    return enrolment.void(box, current_account(), publics)


@bp.route("/entregadas", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó cuántas tarjetas se entregaron.")
def hand_out(uuid):
    box = secret_box(uuid)
    form = HandOutForm.changing(box, lambda box: {"cards": box.cards_handed_out})
    if form.validate_on_submit() and form.carries_out(
        service.hand_out, box, current_account(), form.cards.data
    ):
        db.session.commit()
        return redirect(url_for("ballots_cards.index", uuid=uuid))
    return render_template("ballots_cards/hand_out.html", form=form, box=box), form.status
