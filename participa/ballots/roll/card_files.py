"""Orders of many cards: a job makes their files, one official downloads them, and they are erased.

Each file is a batch of its own. Its codes are drawn, printed and encrypted first; then one short
transaction stores the file and puts the public halves on the roll. So a job that is killed leaves
whole batches and nothing else: what it was drawing is on no roll and in no readable file, and
whoever goes on draws new codes for the cards that are missing.

A file that goes away without ever being downloaded takes its cards with it, because nobody has
their codes.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from participa.ballots import queries
from participa.ballots.card_orders import CardFile, CardOrder, OrderedBatch
from participa.ballots.models import BallotBox, CardBatch
from participa.ballots.roll import cards, enrolment, second_part
from participa.ballots.roll.cards import Face, PrintedCard
from participa.channels import wording
from participa.core import audit, clock, links, spanish
from participa.core.db import db, end_reading
from participa.core.errors import Refused
from participa.core.files import file_checks, sealed_files
from participa.core.installation import installation
from participa.core.jobs import jobs, queue
from participa.core.tables import tables
from participa.core.tables.cells import Column, Table
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

TERM = timedelta(days=7)  # until a file is erased
FILE = Column("archivo", "archivo", "El número de este archivo en el pedido.", "number")
NUMBER = Column("numero", "numero", "Para revisar que no falte ninguna. No lo imprima.", "number")
CODE = Column("codigo", "codigo", "Vale un voto. Quien lo tenga puede votar con él.")
LINK = Column("enlace", "enlace", "La dirección de la urna con el código, para el cuadro QR.")
PLACE = Column("lugar", "lugar", "Dónde se entrega la tarjeta.")
ADDRESS = Column("direccion", "direccion", "La dirección corta, para quien escribe el código.")
CLOSES = Column("cierre", "cierre", "Hasta cuándo se vota.")
SECOND = Column("para_cambiar_su_voto", "para_cambiar_su_voto", "Seis cifras; el QR no las lleva.")
NOT_YOURS = "Estas tarjetas las pidió otra persona: solo ella maneja sus archivos."
GONE = "Esos archivos ya no están: se destruyeron o se venció su término."


class FileKind(NamedTuple):
    """A kind of file: in words, how many cards one has at most, and what makes it."""

    words: str
    most: int
    extension: str
    make: Callable[[BallotBox, Sequence[PrintedCard], str, int], bytes]


def face_of(box: BallotBox) -> Face:
    """What the cards of this box print. A QR takes an https address without a path."""
    settings = installation().settings
    host = settings.base_url.partition("://")[2]
    site = host if settings.is_https and "/" not in host else None
    return Face(box.title, box.uuid, site, links.readable(box.code), closing_moment(box))


def closing_moment(box: BallotBox) -> str:
    """Until when votes are taken, as the cards print it; "" while the box has no such date."""
    return wording.ended(spanish.moment(spanish.as_end(box.closes_at))) if box.closes_at else ""


def link(box: BallotBox, code: str) -> str:
    """The address with the code behind #, which browsers do not send to the server."""
    return f"{installation().settings.base_url}/urna/{box.uuid}#c={code}"


def as_pdf(box: BallotBox, made: Sequence[PrintedCard], place: str, file: int) -> bytes:
    return cards.pdf(made, face_of(box))


def as_csv(box: BallotBox, made: Sequence[PrintedCard], place: str, file: int) -> bytes:
    return tables.whole(mail_merge(box, made, place, file), "csv")


def as_xlsx(box: BallotBox, made: Sequence[PrintedCard], place: str, file: int) -> bytes:
    return tables.whole(mail_merge(box, made, place, file), "xlsx")


def mail_merge(box: BallotBox, made: Sequence[PrintedCard], place: str, file: int) -> Table:
    """One row for each card, for a printer; `file` is the number of this file in its order."""
    face = face_of(box)
    extra = (SECOND,) if box.takes_last else ()
    rows = [
        (
            *(file, number, card.code, link(box, card.code), place, face.address, face.closes),
            *(second_part.show(card.second) for _ in extra),
        )
        for number, card in enumerate(made, start=1)
    ]
    columns = (FILE, NUMBER, CODE, LINK, PLACE, ADDRESS, CLOSES, *extra)
    return Table(f"tarjetas-{box.uuid}", "Tarjetas", columns, rows)


WAYS = {
    "pdf": FileKind("Archivos PDF para imprimir", cards.MOST_IN_PDF, "pdf", as_pdf),
    "csv": FileKind("Archivo CSV para combinar correspondencia", 10_000, "csv", as_csv),
    "xlsx": FileKind("Archivo de Excel para combinar correspondencia", 10_000, "xlsx", as_xlsx),
}


def order(box: BallotBox, by: Account, number: int, place: str, way: str) -> CardOrder:
    """Ask for so many cards as files of this kind; a job makes them."""
    second_factor.require(by)
    enrolment.lock_for_cards(box)
    enrolment.check_place(box, place)
    open_orders = select(func.sum(missing_of(CardOrder.id))).where(CardOrder.box_id == box.id)
    most = enrolment.MOST_CREDENTIALS - queries.cards(box).made
    most -= db.session.scalar(open_orders) or 0
    fewest = enrolment.smallest_batch()
    if not fewest <= number <= most:
        raise Refused(
            f"Pida entre {fewest} y {spanish.number(max(most, 0))} tarjetas: una urna tiene a lo "
            f"sumo {spanish.number(enrolment.MOST_CREDENTIALS)}.",
            "cards",
        )
    asked = CardOrder(box=box, cards=number, place=place, way=way, asked_by=by)
    db.session.add(asked)
    db.session.flush()
    audit.record("ballots.cards_ordered", box, by, cards=number, place=place, **{"as": way})
    _start(asked, by)
    return asked


def go_on(asked: CardOrder, by: Account) -> None:
    """Make the cards that are missing of an order: its job ended before, or a file went away."""
    _may_handle(asked, by)
    if asked.is_being_made:
        raise Refused("Estas tarjetas ya se están haciendo.")
    if not missing(asked):
        raise Refused("Ya están hechas todas las tarjetas de este pedido.")
    audit.record("ballots.cards_continued", asked.box, by, cards=missing(asked))
    _start(asked, by)


def _start(asked: CardOrder, by: Account) -> None:
    title = f"Tarjetas de «{asked.box.title}»"
    asked.job = jobs.start("ballots.cards", title, str(by), order_id=asked.id, box_id=asked.box_id)


def missing_of(order_id: Any) -> ColumnElement[int]:
    """How many cards of an order are not made, as a part of a SELECT."""
    of_order = select(func.coalesce(func.sum(CardBatch.cards), 0)).join(
        OrderedBatch, OrderedBatch.batch_id == CardBatch.id
    )
    return CardOrder.cards - of_order.where(OrderedBatch.order_id == order_id).scalar_subquery()


def missing(asked: CardOrder) -> int:
    left = select(missing_of(CardOrder.id)).where(CardOrder.id == asked.id)
    return db.session.scalar(left) or 0


@jobs.work("ballots.cards")
def make_files(job: jobs.Progress, order_id: int, box_id: int) -> None:
    """Make batch after batch until none is missing; each is final before the next one begins."""
    while asked := db.session.get(CardOrder, order_id):
        left = missing(asked)
        job.advance(asked.cards - left, asked.cards)
        if not left:
            return
        make_batch(asked, left)
        db.session.commit()


def make_batch(asked: CardOrder, left: int) -> None:
    """Draw the cards of one file, then store file and roll, unless others made them meanwhile.

    Drawing takes seconds, so it comes before the first write: SQLite has one writer at a time.
    """
    box, way = asked.box, WAYS[asked.way]
    drawn = enrolment.draw(box, next_size(left, way.most))
    number = next_number(asked)
    body = way.make(box, drawn.cards, asked.place, number)
    end_reading()  # what was read is older than the drawing
    enrolment.lock_for_cards(box)
    if missing(asked) != left:
        return
    batch = enrolment.add_batch(box, asked.asked_by, drawn, asked.place)
    db.session.add(OrderedBatch(batch_id=batch.id, order_id=asked.id, number=number))
    sealed = sealed_files.store(body, file_checks.MEDIA_TYPES[way.extension])
    db.session.flush()
    expires_on = clock.today() + TERM
    db.session.add(CardFile(batch_id=batch.id, expires_on=expires_on, **sealed.columns))


def next_number(asked: CardOrder) -> int:
    last = select(func.max(OrderedBatch.number)).where(OrderedBatch.order_id == asked.id)
    return (db.session.scalar(last) or 0) + 1


def files_of_batches(batch_ids: Collection[int]) -> dict[int, OrderedBatch]:
    """The files that these batches are, by the id of the batch; some were printed on a page."""
    rows = select(OrderedBatch).where(OrderedBatch.batch_id.in_(batch_ids))
    return {one.batch_id: one for one in db.session.scalars(rows)}


def next_size(left: int, most: int) -> int:
    """The cards of the next file, so that all that follow are about as large.

    A last file of a few cards would be a batch that points at who receives them.
    """
    return -(-left // -(-left // most))


def files_of(asked: CardOrder) -> list[CardFile]:
    """The files that are still here, in order."""
    rows = select(CardFile).join(CardFile.of).where(OrderedBatch.order_id == asked.id)
    whole = rows.options(contains_eager(CardFile.of).joinedload(OrderedBatch.batch))
    return list(db.session.scalars(whole.order_by(OrderedBatch.number)))


def first_expiry(asked: CardOrder) -> date | None:
    """When the first of its files is erased; None if none is here."""
    days = select(func.min(CardFile.expires_on)).join(CardFile.of)
    return db.session.scalar(days.where(OrderedBatch.order_id == asked.id))


def orders_of(box: BallotBox) -> list[CardOrder]:
    """Orders of a draft of which something is to be done, the last one first."""
    files = select(CardFile.batch_id).join(CardFile.of)
    has_files = files.where(OrderedBatch.order_id == CardOrder.id).exists()
    to_do = has_files | (missing_of(CardOrder.id) > 0)
    rows = select(CardOrder).where(CardOrder.box_id == box.id, to_do)
    whole = rows.options(joinedload(CardOrder.job), joinedload(CardOrder.asked_by))
    return list(db.session.scalars(whole.order_by(CardOrder.id.desc()).limit(queries.PAGE)))


def fetch(asked: CardOrder, by: Account, first: int, last: int) -> list[CardFile]:
    """The files with these numbers, to send to the official who asked for them."""
    _may_handle(asked, by)
    files = [file for file in files_of(asked) if first <= file.of.number <= last]
    if not files:
        raise Refused(GONE)
    for file in files:
        file.of.downloads += 1
    number = sum(file.of.batch.cards for file in files)
    audit.record("ballots.cards_downloaded", asked.box, by, cards=number, files=len(files))
    return files


def destroy(asked: CardOrder, by: Account) -> None:
    """Erase the files of an order; cards whose file was never downloaded go with it."""
    _may_handle(asked, by)
    if asked.is_being_made:
        raise Refused("Todavía se están haciendo tarjetas. Espere a que terminen.")
    files = files_of(asked)
    if not files:
        raise Refused(GONE)
    for file in files:
        _take_away(file, by)
    audit.record("ballots.card_files_destroyed", asked.box, by, files=len(files))


def give_up(asked: CardOrder, by: Account) -> None:
    """Ask for no more cards than were made: the missing ones are not needed."""
    _may_handle(asked, by)
    if asked.is_being_made:
        raise Refused("Todavía se están haciendo tarjetas. Espere a que terminen, o detenga eso.")
    left = missing(asked)
    if not left:
        raise Refused("Ya están hechas todas las tarjetas de este pedido.")
    audit.record("ballots.cards_given_up", asked.box, by, cards=left)
    if left == asked.cards:
        db.session.delete(asked)
    else:
        asked.cards -= left


def _may_handle(asked: CardOrder, by: Account) -> None:
    second_factor.require(by)
    if asked.asked_by_id != by.id:
        raise Refused(NOT_YOURS)
    enrolment.lock_for_cards(asked.box)
    db.session.refresh(asked)


def _take_away(file: CardFile, by: Account | str) -> None:
    batch, was_seen = file.of.batch, file.of.downloads > 0
    sealed_files.erase(file)
    if not was_seen and batch.box.opened_at is None:
        enrolment.remove_batch(batch, by)


def discard_batch(batch: CardBatch, by: Account | str) -> None:
    """Delete a batch before the opening, and its file: printing failed, or the cards were lost."""
    second_factor.require(by)
    box, batch_id = batch.box, batch.id
    enrolment.lock_for_roll(box)
    if db.session.scalar(select(CardBatch.id).where(CardBatch.id == batch_id)) is None:
        raise Refused("Ese lote ya no está. Recargue la página.")
    if file := db.session.get(CardFile, batch_id):
        sealed_files.erase(file)
    enrolment.remove_batch(batch, by)


def erase_of_box(box_id: int) -> None:
    """Erase all files of a draft that is discarded."""
    for file in db.session.scalars(_files_of_box(CardFile, box_id)).all():
        sealed_files.erase(file)


def erase_expired() -> int:
    """Erase the files whose term has ended; returns their number."""
    rows = select(CardFile).where(CardFile.expires_on <= clock.today())
    files = list(db.session.scalars(rows.order_by(CardFile.batch_id)))
    for file in files:
        _take_away(file, "participa")
    return len(files)


@queue.periodic("ballots.erase_card_files", hour="7", minute="40")  # 2:40 a. m. in the city
def erase_regularly() -> None:
    erase_expired()
    db.session.commit()


def still_open(box: BallotBox) -> list[str]:
    """Spanish noun phrases: what has to be settled before the box opens."""
    told = []
    if any(missing(asked) for asked in orders_of(box)):
        told.append("que terminen de hacerse las tarjetas que se pidieron")
    if db.session.scalar(_files_of_box(CardFile.batch_id, box.id).limit(1)) is not None:
        told.append("destruir los archivos con códigos de tarjetas, después de guardarlos")
    return told


def _files_of_box(what: Any, box_id: int) -> Select:
    rows = select(what).join(CardFile.of).join(OrderedBatch.order)
    return rows.where(CardOrder.box_id == box_id)
