"""Staff pages for the cards of a box: make, discard, void in a draft, count those handed out."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from participa.ballots import box_lock, queries
from participa.ballots.card_orders import CardOrder
from participa.ballots.lifecycle import opening, service
from participa.ballots.models import BallotBox, BoxKind, CardBatch
from participa.ballots.office.cards_forms import (
    ON_A_PAGE,
    CardsForm,
    HandOutForm,
    TriesForm,
    VoidForm,
)
from participa.ballots.office.staff_views import own_box
from participa.ballots.roll import card_files, cards, enrolment, second_part
from participa.ballots.roll.cards import PrintedCard
from participa.ballots.snapshots import snapshot_of
from participa.channels.access import may_write
from participa.core import links, qr
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.files import files
from participa.core.web import lists
from participa.core.web.lists import LETTERS, NUMBERS, ListRules, Order, one_of
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    lacks_second_factor,
    says,
    with_second_factor,
)
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
    may_act = may_write() and not lacks_second_factor()
    rows = select(CardBatch).filter_by(box_id=box.id).outerjoin(CardBatch.made_by)
    listing = LIST.listing(rows, contains_eager(CardBatch.made_by))
    return render_template(
        "ballots_cards/index.html",
        box=box,
        cards=queries.cards(box),
        files=card_files.files_of_batches([batch.id for batch in listing.rows]),
        numbers={id: number for number, id in enumerate(queries.batch_ids(box), start=1)},
        listing=listing,
        missing=[] if box.opened_at else list(opening.roll_or_cards(box)),
        is_made_here=box.kind is BoxKind.CODES,
        has_second_part=snapshot_of(box).has_second_part,
        may_make=may_act and box.kind is BoxKind.CODES and box.opened_at is None,
        may_act=may_act,
        lacks_second_factor=may_write() and lacks_second_factor(),
        voidings=queries.voidings(box),
        orders=card_files.orders_of(box),
        missing_cards=card_files.missing,
    )


@bp.route("/hacer", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
def make(uuid):
    """Create a batch, whose cards the response has, once; or start the job that makes files."""
    box = secret_box(uuid)
    form = CardsForm()
    form.offer(box.version, box.places)
    if form.validate_on_submit() and (made := form.carries_out(make_cards, form, box)):
        db.session.commit()
        return answer(box, made)
    context = {"part": "ballots_cards/_form.html", "heading": "Hacer tarjetas"}
    fewest = enrolment.smallest_batch()
    return render_template(MAKE_PAGE, form=form, box=box, fewest=fewest, **context), form.status


def make_cards(form: CardsForm, box: BallotBox) -> list[PrintedCard] | CardOrder:
    """Create a batch, or ask for files. Refuses a form drawn before the latest change."""
    box_lock.wait_for_lock(box)
    db.session.refresh(box)
    if form.seen.data != str(box.version):
        form.seen.data = str(box.version)
        raise Refused(CHANGED_MEANWHILE)
    by, number, place = current_account(), form.cards.data or 0, form.place.data or ""
    if form.chosen_way == ON_A_PAGE:
        return enrolment.make_cards(box, by, number, place)
    return card_files.order(box, by, number, place, form.chosen_way)


def answer(box: BallotBox, made: list[PrintedCard] | CardOrder) -> str | Response:
    """The cards themselves; or the page of the order, where their files will be."""
    if isinstance(made, CardOrder):
        return redirect(url_for("ballots_card_files.show", uuid=box.uuid, id=made.id))
    return as_page(box, made)


def as_page(box: BallotBox, made: Sequence[PrintedCard]) -> str:
    """Sheets for the browser to print; hidden on the screen."""
    signs = (
        qr.svg_to_forget(card_files.link(box, card.code), "Código para votar") for card in made
    )
    return render_template(
        MAKE_PAGE,
        part="ballots_cards/_sheets.html",
        heading="Imprima ahora las tarjetas",
        box=box,
        sheets=list(zip(made, signs, strict=True)),
        second=second_part.show,
        address=links.readable(box.code),
        closes=card_files.closing_moment(box),
        veil=cards.VEIL,
    )


@bp.post("/<int(max=2147483647):id>/descartar")
@allows(WRITERS)
@says("Descartó el lote.")
def discard_batch(uuid, id):
    card_files.discard_batch(versions.require_seen(own_batch(uuid, id)), current_account())
    db.session.commit()
    return redirect(url_for("ballots_cards.index", uuid=uuid))


@bp.route("/anular", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@files.takes_files
@says("Anuló las tarjetas.")
def void(uuid):
    """Void cards of a draft, which takes one person."""
    box = secret_box(uuid)
    if box.opened_at is not None and request.method != "POST":
        return redirect(url_for("ballots_voidings.ask", uuid=uuid))
    form = VoidForm()
    if form.validate_on_submit() and form.carries_out(void_cards, form, box) is not None:
        db.session.commit()
        return redirect(url_for("ballots_cards.index", uuid=uuid))
    return render_template("ballots_cards/void.html", form=form, box=box), form.status


def void_cards(form: VoidForm, box: BallotBox) -> int:
    publics = enrolment.publics_of_codes(box, form.typed)
    if form.file.data:
        publics += enrolment.publics_of_list(form.content)
    return enrolment.void(box, current_account(), publics, form.reason.data or "")


@bp.route("/intentos", methods=["GET", "POST"])
@allows(WRITERS)
@says("Devolvió los intentos. Ya se pueden escribir otra vez las seis cifras.")
def give_tries_back(uuid):
    box = secret_box(uuid)
    form = TriesForm()
    if form.validate_on_submit() and form.carries_out(
        enrolment.give_tries_back, box, current_account(), form.code.data
    ):
        db.session.commit()
        return redirect(url_for("ballots_cards.index", uuid=uuid))
    return render_template("ballots_cards/give_tries_back.html", form=form, box=box), form.status


@bp.route("/entregadas", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
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
