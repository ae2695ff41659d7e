"""The staff's pages of the pedagogic strategy, and of what counts as a mass medium."""

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager, selectinload

from participa.channels import access
from participa.channels.access import may_write, visible_to
from participa.channels.listing import office_filter
from participa.core import clock, links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.core.files.files import takes_files
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, Filter, ListRules, Order
from participa.outreach import markdown, queries, rules, teaching
from participa.outreach.models import OutreachSettings, PieceKind, TeachingPiece
from participa.outreach.office.staff_forms import (
    MassMediaForm,
    PieceDiscardForm,
    TeachingPieceForm,
    piece_values,
    rule_values,
)
from participa.plan import queries as plans
from participa.staff.access import (
    ADMINISTRATORS,
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    says,
)
from participa.staff.models import Office, Role

STATES = {"publicada": "Publicada", "prevista": "Prevista", "vencida": "Vencida"}
KINDS = {lists.value_of(kind.value): kind for kind in PieceKind}


def is_in_state(word):
    """SQL: published; or planned, and its day has not come or is over."""
    if word == "publicada":
        return TeachingPiece.published_at.is_not(None)
    is_late = TeachingPiece.planned_on < clock.today()
    in_time = is_late if word == "vencida" else ~is_late
    return and_(TeachingPiece.published_at.is_(None), in_time)


LIST = ListRules(
    search=lambda word: lists.contains(
        word, TeachingPiece.title, TeachingPiece.audience, Office.name
    ),
    orders={
        "titulo": Order("Pieza", lists.plain(TeachingPiece.title), LETTERS),
        "prevista": Order("Prevista", TeachingPiece.planned_on, MOMENTS),
        "dependencia": Order("Dependencia", lists.plain(Office.name), LETTERS),
    },
    first="-prevista",
    unique=TeachingPiece.id,
    filters=(
        Filter("estado", "Estado", is_in_state, lambda: STATES),
        Filter(
            "tipo",
            "Tipo",
            lambda word: TeachingPiece.kind == KINDS[word],
            lambda: {word: kind.value for word, kind in KINDS.items()},
        ),
        office_filter(TeachingPiece.office_id),
    ),
)

bp = guard(
    Blueprint("outreach_staff", __name__, url_prefix="/gestion/difusion"),
    "las-piezas-que-explican",
    mass_media="que-medios-son-masivos",
)


@bp.get("")
@allows(READERS)
def index():
    rows = select(TeachingPiece).outerjoin(Office, Office.id == TeachingPiece.office_id)
    listing = LIST.listing(
        rows.where(visible_to(TeachingPiece, current_account())),
        contains_eager(TeachingPiece.office),
        selectinload(TeachingPiece.tasks),
    )
    return render_template(
        "outreach_staff/index.html",
        listing=listing,
        rule=rules.in_words(queries.settings()),
        may_write=may_write(),
        may_decide=current_account().role is Role.ADMINISTRATOR,
    )


@bp.route("/nueva", methods=["GET", "POST"])
@allows(WRITERS)
@takes_files
@says("Guardó la pieza prevista.")
def create():
    form = TeachingPieceForm.creating(lambda made: url_for("outreach_staff.show", code=made.code))
    form.offer(current_account())
    if form.validate_on_submit() and (piece := form.creates(create_from, form)):
        db.session.commit()
        return redirect(url_for("outreach_staff.show", code=piece.code))
    return render_template("outreach_staff/create.html", form=form), form.status


@bp.get("/<code>")
@allows(READERS)
def show(code):
    """The piece as residents see it, or will see it, with its acts."""
    piece = access.own(TeachingPiece, code=code)
    return render_template(
        "outreach_staff/show.html",
        piece=piece,
        text=markdown.rendered(piece.text),
        fulfils=plans.references(piece.tasks),
        address=links.absolute(url_for("outreach.piece", code=piece.code)),
        may_write=may_write(),
    )


@bp.route("/<code>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@takes_files
@says("Guardó los cambios.")
def edit(code):
    piece = access.own(TeachingPiece, code=code)
    form = TeachingPieceForm.changing(piece, piece_values)
    form.offer(current_account(), piece)
    if form.validate_on_submit() and form.carries_out(change_from, form, piece):
        db.session.commit()
        return redirect(url_for("outreach_staff.show", code=code))
    return render_template("outreach_staff/edit.html", form=form, piece=piece), form.status


@bp.post("/<code>/publicar")
@allows(WRITERS)
@says("Publicó la pieza.")
def publish(code):
    piece = access.own(TeachingPiece, code=code)
    teaching.publish(versions.as_seen(piece), current_account())
    db.session.commit()
    return redirect(url_for("outreach_staff.show", code=code))


@bp.post("/<code>/no-publicar")
@allows(WRITERS)
@says("Dejó de publicar la pieza.")
def unpublish(code):
    piece = access.own(TeachingPiece, code=code)
    teaching.unpublish(versions.as_seen(piece), current_account())
    db.session.commit()
    return redirect(url_for("outreach_staff.show", code=code))


@bp.route("/<code>/descartar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Descartó la pieza.")
def discard(code):
    piece = access.own(TeachingPiece, code=code)
    form = PieceDiscardForm.changing(piece, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        teaching.discard, piece, current_account(), form.reason.data
    ):
        db.session.commit()
        return redirect(url_for("outreach_staff.index"))
    why_not = "Antes de descartarla, deje de publicarla." if piece.is_published else ""
    page = render_template("outreach_staff/discard.html", form=form, piece=piece, why_not=why_not)
    return page, form.status


@bp.get("/<code>/archivo")
@allows(READERS)
def file(code):
    piece = access.own(TeachingPiece, code=code)
    return files.send(piece.file or abort(404), piece.title)


@bp.route("/medios", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@says("Guardó qué medios son masivos.")
def mass_media():
    rule = db.first_or_404(select(OutreachSettings).filter_by(id=1))
    form = MassMediaForm.changing(rule, rule_values)
    if form.validate_on_submit() and form.carries_out(
        rules.change, rule, current_account(), form.threshold.data, form.media
    ):
        db.session.commit()
        return redirect(url_for("outreach_staff.index"))
    page = render_template("outreach_staff/mass_media.html", form=form, rule=rules.in_words(rule))
    return page, form.status


def create_from(form: TeachingPieceForm) -> TeachingPiece:
    by = current_account()
    return teaching.plan(by, form.chosen_tasks, form.upload, **form.facts(by))


def change_from(form: TeachingPieceForm, piece: TeachingPiece) -> None:
    by, facts = current_account(), form.facts(current_account())
    reason = form.given_reason
    teaching.change(piece, by, form.chosen_tasks, form.upload, form.wants_no_file, reason, **facts)
