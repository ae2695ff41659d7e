"""Staff pages of the ballot boxes: list, create, show, change, duplicate, discard, export."""

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from participa.ballots import minimum, queries
from participa.ballots.lifecycle import checklist, opening, service
from participa.ballots.models import BallotBox, BoxHead, BoxKind, BoxState
from participa.ballots.office.staff_forms import (
    BoxForm,
    DiscardForm,
    ExplanationForm,
    initial_box_values,
)
from participa.ballots.public import pages, wording
from participa.ballots.public.forms import AnswerForm, form_for
from participa.ballots.results import exports, hand_counts
from participa.ballots.snapshots import snapshot_of
from participa.channels import access
from participa.channels.access import may_write
from participa.channels.exports import check_format, deliver
from participa.channels.forms import ActForm
from participa.channels.listing import rules, visible_rows
from participa.channels.wording import early_closing
from participa.core import clock, links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web import lists
from participa.core.web.lists import NUMBERS, Filter, Order, one_of
from participa.plan import queries as plans
from participa.staff import progress as jobs_progress
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    lacks_second_factor,
    says,
)
from participa.staff.signing_in import sessions

BALLOTS = select(BoxHead.ballots).where(BoxHead.box_id == BallotBox.id).scalar_subquery()
STATES = {lists.value_of(state.value): state for state in BoxState}
LIST = rules(
    BallotBox,
    "Urna",
    {"votos": Order("Votos", BALLOTS, NUMBERS)},
    (
        Filter(
            "estado",
            "Estado",
            lambda value: queries.is_in_state(STATES[value], clock.now()),
            lambda: {value: state.value for value, state in STATES.items()},
        ),
        one_of("clase", "Clase", {kind.value: BallotBox.kind == kind for kind in BoxKind}),
    ),
)

bp = guard(
    Blueprint("ballots_staff", __name__, url_prefix="/gestion/urnas"),
    "una-urna-de-principio-a-fin",
    create="cual-de-las-tres",
    edit="prepararla",
    preview="prepararla",
)


def own_box(uuid: str) -> BallotBox:
    box: BallotBox = access.own(BallotBox, uuid=uuid)
    return box


@bp.get("")
@allows(READERS)
def index():
    rows = visible_rows(BallotBox, current_account())
    listing = LIST.listing(rows, contains_eager(BallotBox.office))
    return render_template(
        "ballots_staff/index.html",
        listing=listing,
        ballots=queries.ballots_by_box(listing.rows),
        when={box.id: wording.when(box) for box in listing.rows},
        may_write=may_write(),
    )


@bp.route("/nueva", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el borrador.")
def create():
    form = BoxForm.creating(lambda made: url_for("ballots_staff.show", uuid=made.uuid))
    form.offer(current_account())
    if form.validate_on_submit() and (box := form.creates(create_box, form)):
        db.session.commit()
        return redirect(url_for("ballots_staff.show", uuid=box.uuid))
    fewest = opening.minimum_ballots()
    return render_template("ballots_staff/create.html", form=form, fewest=fewest), form.status


@bp.get("/<uuid>")
@allows(READERS)
def show(uuid):
    box = own_box(uuid)
    job = queries.running_job(box)
    cards = queries.cards(box) if box.is_secret else None
    return render_template(
        "ballots_staff/show.html",
        box=box,
        when=wording.when(box),
        early_closing=early_closing(box),
        extension=minimum.extension(box),
        too_few=minimum.too_few(box),
        rule=minimum.rule(box),
        steps=checklist.visible_steps(box, current_account()),
        next=checklist.next_of(box, job, current_account()),
        job=job,
        is_working=job is not None and not job.is_over,
        missing_in_minutes=list(missing_in_minutes(box)),
        files=exports.offered(box),
        takes_codes=box.is_open and box.is_secret,
        looks=jobs_progress.LOOKS,
        words=jobs_progress.words,
        ballots=queries.ballots(box.id),
        cards=cards,
        exceeds_handed_out=cards is not None and cards.exceeds_handed_out,
        hides_results=not (box.is_finished or box.is_without_result or box.shows_live),
        scans=queries.scans(box.code),
        fulfils=plans.references(box.tasks),
        address=links.absolute(url_for("ballots.show", uuid=uuid)),
        short=links.readable(box.code),
        may_write=may_write(),
        lacks_second_factor=may_write() and lacks_second_factor(),
        about_voiding=partial(checklist.about_voiding, viewer=current_account()),
        waiting_voidings=queries.waiting_voidings(box) if box.opened_at else (),
        form=ActForm.creating(endpoint="ballots_staff.duplicate"),
    )


def missing_in_minutes(box: BallotBox) -> Iterator[tuple[str, str]]:
    """Endpoint and link text of each number that the minutes of a closed box still lack."""
    if not box.is_closed:
        return
    if box.is_secret and box.cards_handed_out is None:
        yield "ballots_cards.hand_out", "Registrar cuántas tarjetas se entregaron"
    if hand_counts.lacks_paper(box):
        yield "ballots_paper.count", "Contar los votos en papel"


@bp.get("/<uuid>/vista")
@allows(READERS)
def preview(uuid):
    """The public page of a draft; nothing can be sent from it."""
    box = snapshot_of(own_box(uuid))
    form = form_for(AnswerForm, box)
    return render_template("ballots_staff/preview.html", form=form, **pages.about(box))


@bp.get("/<uuid>/avance.json")
@allows(READERS)
def progress(uuid):
    """Progress of the running job on this box as JSON."""
    sessions.do_not_extend()
    job = queries.running_job(own_box(uuid))
    return {"is_over": True} if job is None else jobs_progress.payload(job)


@bp.route("/<uuid>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def edit(uuid):
    box = own_box(uuid)
    form = edit_form(box)
    if form.validate_on_submit() and form.carries_out(change_box, form, box):
        db.session.commit()
        return redirect(url_for("ballots_staff.show", uuid=uuid))
    fewest = opening.minimum_ballots()
    return render_template(
        "ballots_staff/edit.html",
        form=form,
        box=box,
        fewest=fewest,
        lacks_second_factor=box.opened_at is not None and lacks_second_factor(),
    ), form.status


@bp.post("/<uuid>/duplicar")
@allows(WRITERS)
@says("Duplicó la urna: esta es la copia.")
def duplicate(uuid):
    copy = ActForm.creating().created(service.duplicate, own_box(uuid), current_account())
    db.session.commit()
    return redirect(url_for("ballots_staff.edit", uuid=copy.uuid))


@bp.route("/<uuid>/descartar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Descartó la urna.")
def discard(uuid):
    box = own_box(uuid)
    form = DiscardForm.changing(box, versions.as_version, box=box)
    if form.validate_on_submit() and form.carries_out(service.discard, box, current_account()):
        db.session.commit()
        return redirect(url_for("ballots_staff.index"))
    return render_template("ballots_staff/discard.html", form=form, box=box), form.status


@bp.post("/<uuid>/exportar/<any(resultado, respuestas):what>/<format>")
@allows(READERS)
def export(uuid, what, format):
    """Download a table. A POST, because it is recorded in the audit trail."""
    box = own_box(uuid)
    check_format(format)
    table = exports.table(box, what, current_account(), format)
    file = deliver(table, format, exports.filename(box, what))
    db.session.commit()
    return file


def edit_form(box: BallotBox) -> BoxForm | ExplanationForm:
    """The form for a draft, or the one with what may still change after the opening."""
    if box.opened_at is not None:
        return ExplanationForm.changing(box, lambda box: {"why": box.why})
    form = BoxForm.changing(box, initial_box_values)
    form.offer(current_account(), box)
    return form


def create_box(form: BoxForm) -> BallotBox:
    by = current_account()
    official = form.official_format.chosen
    return service.create(by, tasks=form.chosen_tasks, official=official, **form.facts(by))


def change_box(form: BoxForm | ExplanationForm, box: BallotBox) -> None:
    by = current_account()
    if isinstance(form, ExplanationForm):
        service.change(box, by, box.tasks, why=form.why.data or "")
        return
    service.change(box, by, form.chosen_tasks, **form.facts(by))
    service.choose_format(box, by, form.official_format.chosen)
