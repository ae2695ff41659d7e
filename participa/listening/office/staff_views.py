"""The staff's pages of a listening post: create, change, publish, close, reopen, copy."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from participa.cases import timeliness
from participa.channels import access
from participa.channels.access import may_write
from participa.channels.flow import Stage
from participa.channels.forms import ActForm, ClosingForm, ReopenForm, moments_of
from participa.channels.listing import rules, visible_rows
from participa.channels.wording import beside_state, early_closing
from participa.citizens import territories
from participa.core import links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web.lists import NUMBERS, Order
from participa.formats.header import printed_header
from participa.listening import queries, service
from participa.listening.models import Contribution, ListeningPost
from participa.listening.office import checks, figures
from participa.listening.office.staff_forms import PostForm, PostPreviewForm, values_of
from participa.listening.public import pages
from participa.listening.snapshots import snapshot_of
from participa.plan import queries as plans
from participa.staff.access import EDITORS, READERS, WRITERS, allows, current_account, guard, says
from participa.surveys import queries as surveys

HEARD = select(func.count()).where(Contribution.post_id == ListeningPost.id).scalar_subquery()
LIST = rules(ListeningPost, "Escuchadero", {"aportes": Order("Aportes", HEARD, NUMBERS)})
PREVIEW = "listening_staff/preview.html"
# The pages of what a post heard: endpoint, the name under which it takes the post, its words.
ROOMS = (
    ("listening_intake.take", "code", "Tomar un aporte"),
    ("listening_desk.inbox", "escuchadero", "Ver los aportes"),
)

bp = guard(
    Blueprint("listening_staff", __name__, url_prefix="/gestion/escuchaderos"),
    "un-escuchadero-de-principio-a-fin",
    create="preparar-el-escuchadero",
    edit="preparar-el-escuchadero",
    preview="preparar-el-escuchadero",
    show="el-escuchadero-dia-a-dia",
    close="cerrar-el-escuchadero",
    reopen="cerrar-el-escuchadero",
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
        may_decide=current_account().role in EDITORS,
    )


@bp.route("/nuevo", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el borrador.")
def create():
    form = PostForm.creating(lambda made: url_for("listening_staff.show", code=made.code))
    form.offer(current_account())
    if form.validate_on_submit() and (post := form.creates(create_from, form)):
        db.session.commit()
        return redirect(url_for("listening_staff.show", code=post.code))
    return render_template("listening_staff/create.html", form=form), form.status


@bp.get("/<code>")
@allows(READERS)
def show(code):
    post = access.own(ListeningPost, code=code)
    history = checks.history(post.id)
    return render_template(
        "listening_staff/show.html",
        post=post,
        when=beside_state(post),
        early_closing=early_closing(post),
        missing=[] if post.is_published else service.missing_requirements(post),
        figures=figures.figures_of(post.id),
        formula=timeliness.FORMULA,
        territory=territories.label(post.territory) or "Toda la ciudad",
        history=history,
        faults=sum(not check.is_ok for check in history),
        days=checks.SHOWN_DAYS,
        is_answering=post.id in queries.answering_today(),
        rooms=[(url_for(room, **{name: post.code}), words) for room, name, words in ROOMS],
        extra=surveys.attached_to(post.channel, post.id),
        fulfils=plans.references(post.tasks),
        header=printed_header(post.channel, post.id),
        address=links.absolute(url_for("listening.post", code=post.code)),
        short=links.readable(post.code),
        may_write=may_write(),
        form=ActForm.creating(endpoint="listening_staff.duplicate"),
    )


@bp.route("/<code>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def edit(code):
    post = access.own(ListeningPost, code=code)
    form = PostForm.changing(post, values_of)
    form.offer(current_account(), post)
    if form.validate_on_submit() and form.carries_out(change_from, form, post):
        db.session.commit()
        return redirect(url_for("listening_staff.show", code=code))
    frozen = queries.heard(post.id) > 0
    page = render_template("listening_staff/edit.html", form=form, post=post, frozen=frozen)
    return page, form.status


@bp.post("/<code>/publicar")
@allows(WRITERS)
@says("Publicó el escuchadero.")
def publish(code):
    post = access.own(ListeningPost, code=code)
    service.publish(versions.as_seen(post), current_account())
    db.session.commit()
    return redirect(url_for("listening_staff.show", code=code))


@bp.route("/<code>/cerrar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Cerró el escuchadero.")
def close(code):
    post = access.own(ListeningPost, code=code)
    form = ClosingForm.changing(post, moments_of, record=post)
    if form.validate_on_submit() and form.carries_out(
        service.close, post, current_account(), form.given_reason
    ):
        db.session.commit()
        return redirect(url_for("listening_staff.show", code=code))
    why_not = service.why_not_closed(post)
    page = render_template(
        "listening_staff/close.html",
        form=form,
        post=post,
        why_not=why_not,
        waiting=figures.figures_of(post.id).open,
    )
    return page, form.status


@bp.route("/<code>/reabrir", methods=["GET", "POST"])
@allows(WRITERS)
@says("Reabrió el escuchadero.")
def reopen(code):
    post = access.own(ListeningPost, code=code)
    form = ReopenForm.changing(post, moments_of)
    if form.validate_on_submit():
        until, why = form.closes_at.moment, form.reason.data
        if form.carries_out(service.reopen, post, current_account(), until, why):
            db.session.commit()
            return redirect(url_for("listening_staff.show", code=code))
    why_not = service.why_not_reopened(post)
    page = render_template("listening_staff/reopen.html", form=form, post=post, why_not=why_not)
    return page, form.status


@bp.post("/<code>/duplicar")
@allows(WRITERS)
@says("Duplicó el escuchadero: esta es la copia.")
def duplicate(code):
    post = access.own(ListeningPost, code=code)
    copy = ActForm.creating().created(service.duplicate, post, current_account())
    db.session.commit()
    return redirect(url_for("listening_staff.edit", code=copy.code))


@bp.route("/<code>/vista", methods=["GET", "POST"])
@allows(READERS)
def preview(code):
    """The form as people see it, with its review; nothing is stored."""
    own = access.own(ListeningPost, code=code)
    post, header = snapshot_of(own), printed_header(own.channel, own.id)
    form = PostPreviewForm(post)
    drawn: dict[str, Any] = {"template": PREVIEW, "preview": True, "header": header}
    match form.stage():
        case Stage.FORM:
            return pages.form_page(post, form, **drawn), form.status
        case Stage.REVIEW:
            return pages.review(post, form, **drawn), form.status
        case Stage.SEND:
            return render_template(
                PREVIEW,
                part="listening_staff/_end.html",
                heading="Aquí terminaría el aporte",
                post=post,
                header=header,
            )


def create_from(form: PostForm) -> ListeningPost:
    by = current_account()
    official = form.official_format.chosen
    return service.create(by, form.chosen_tasks, official, **form.facts(by))


def change_from(form: PostForm, post: ListeningPost) -> None:
    by = current_account()
    service.change(post, by, form.chosen_tasks, form.given_reason, **form.facts(by))
    service.choose_format(post, by, form.official_format.chosen)
