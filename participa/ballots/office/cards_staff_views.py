"""Staff pages for the cards of a box: make, discard, void in a draft, count those handed out."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from participa.ballots import box_lock, queries
from participa.ballots.lifecycle import opening, service
from participa.ballots.models import BallotBox, BoxKind, CardBatch
from participa.ballots.office.cards_forms import CardsForm, HandOutForm, TriesForm, VoidForm
from participa.ballots.office.staff_views import own_box
from participa.ballots.roll import cards, enrolment, second_part
from participa.ballots.roll.cards import Face, PrintedCard
from participa.ballots.snapshots import snapshot_of
from participa.channels import wording
from participa.channels.access import may_write
from participa.core import links, qr, spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.files import files
from participa.core.installation import installation
from participa.core.tables import tables
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
    return render_template(
        "ballots_cards/index.html",
        box=box,
        cards=queries.cards(box),
        numbers={id: number for number, id in enumerate(queries.batch_ids(box), start=1)},
        listing=LIST.listing(rows, contains_eager(CardBatch.made_by)),
        missing=[] if box.opened_at else list(opening.roll_or_cards(box)),
        is_made_here=box.kind is BoxKind.CODES,
        has_second_part=snapshot_of(box).has_second_part,
        may_make=may_act and box.kind is BoxKind.CODES and box.opened_at is None,
        may_act=may_act,
        lacks_second_factor=may_write() and lacks_second_factor(),
        voidings=queries.voidings(box),
    )


@bp.route("/hacer", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
def make(uuid):
    """Create a batch; the response has its cards, once. Their codes are not stored."""
    box = secret_box(uuid)
    form = CardsForm()
    form.offer(box.version, box.places)
    if form.validate_on_submit() and (made := form.carries_out(make_batch, form, box)):
        response = RENDER[form.chosen_way](box, made)
        db.session.commit()
        return response
    context = {"part": "ballots_cards/_form.html", "heading": "Hacer tarjetas"}
    fewest = enrolment.smallest_batch()
    return render_template(MAKE_PAGE, form=form, box=box, fewest=fewest, **context), form.status


def make_batch(form: CardsForm, box: BallotBox) -> list[PrintedCard]:
    """Create a batch and return its cards. Refuses a form drawn before the latest change."""
    box_lock.wait_for_lock(box)
    db.session.refresh(box)
    if form.seen.data != str(box.version):
        form.seen.data = str(box.version)
        raise Refused(CHANGED_MEANWHILE)
    return enrolment.make_cards(box, current_account(), form.cards.data or 0, form.place.data or "")


def as_page(box: BallotBox, made: Sequence[PrintedCard]) -> str:
    """Sheets for the browser to print; hidden on the screen."""
    address = links.absolute(url_for("ballots.show", uuid=box.uuid))
    signs = (qr.svg_to_forget(link(address, card.code), "Código para votar") for card in made)
    return render_template(
        MAKE_PAGE,
        part="ballots_cards/_sheets.html",
        heading="Imprima ahora las tarjetas",
        box=box,
        sheets=list(zip(made, signs, strict=True)),
        second=second_part.show,
        address=links.readable(box.code),
        closes=closing_moment(box),
        veil=cards.VEIL,
    )


def closing_moment(box: BallotBox) -> str:
    """Until when votes are taken, as the cards print it; "" while the box has no such date."""
    return wording.ended(spanish.moment(spanish.as_end(box.closes_at))) if box.closes_at else ""


def as_pdf(box: BallotBox, made: Sequence[PrintedCard]) -> Response:
    settings = installation().settings
    host = settings.base_url.partition("://")[2]
    is_plain = (
        settings.is_https and "/" not in host
    )  # cards.pdf needs an https address without a path
    site = host if is_plain else None
    face = Face(box.title, box.uuid, site, links.readable(box.code), closing_moment(box))
    body = cards.pdf(made, face)
    return download_response(body, "application/pdf", f"tarjetas-{box.uuid}.pdf")


def as_links(box: BallotBox, made: Sequence[PrintedCard]) -> Response:
    """One line per card; the second part, where there is one, is a column of its own."""
    address = links.absolute(url_for("ballots.show", uuid=box.uuid))
    rows = [(link(address, card.code), *([card.second] if card.second else [])) for card in made]
    heading = ("enlace", "para_cambiar_su_voto")[: len(rows[0])]
    body = "\ufeff" + "".join(",".join(row) + "\r\n" for row in (heading, *rows))
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
