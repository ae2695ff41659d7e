"""The staff's pages of a group: list, create, call, and its founding act."""

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import contains_eager, selectinload

from participa.channels import access, registry
from participa.channels.access import may_write
from participa.channels.exports import check_format
from participa.channels.forms import ActForm
from participa.channels.listing import office_filter, visible_rows
from participa.core import links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, ListRules, Order, one_of
from participa.groups import exports, forming, service
from participa.groups.models import GroupKind, MeetingGroup
from participa.groups.staff_forms import FoundingActForm, GroupForm, act_values, values_of
from participa.plan import queries as plans
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.staff.models import Office

LIST = ListRules(
    search=lambda word: lists.contains(
        word, MeetingGroup.name, MeetingGroup.purpose, MeetingGroup.territory, Office.name
    ),
    orders={
        "nombre": Order("Instancia", lists.plain(MeetingGroup.name), LETTERS),
        "dependencia": Order("Dependencia", lists.plain(Office.name), LETTERS),
        "creacion": Order("Creación", MeetingGroup.created_at, MOMENTS),
        "convocatoria": Order("Convocatoria", MeetingGroup.called_on, MOMENTS),
        "acta": Order("Acta", MeetingGroup.founded_on, MOMENTS),
    },
    first="-creacion",
    unique=MeetingGroup.id,
    filters=(
        one_of(
            "estado",
            "Estado",
            {
                "Borrador": MeetingGroup.called_at.is_(None),
                "Convocada": MeetingGroup.called_at.is_not(None)
                & MeetingGroup.act_filed_at.is_(None),
                "Con acta": MeetingGroup.act_filed_at.is_not(None),
            },
        ),
        one_of("tipo", "Qué es", {kind.value: MeetingGroup.kind == kind for kind in GroupKind}),
        office_filter(MeetingGroup.office_id),
    ),
)

bp = guard(Blueprint("groups_staff", __name__, url_prefix="/gestion/instancias"), "instancias")


@bp.get("")
@allows(READERS)
def index():
    rows = visible_rows(MeetingGroup, current_account())
    loaded = (contains_eager(MeetingGroup.office), selectinload(MeetingGroup.members))
    listing = LIST.listing(rows, *loaded)
    return render_template(
        "groups_staff/index.html",
        listing=listing,
        missing={one.id: forming.missing(one, one.members) for one in listing.rows},
        may_write=may_write(),
    )


@bp.route("/nueva", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el borrador.")
def create():
    form = GroupForm.creating(address_of)
    form.offer(current_account())
    if form.validate_on_submit() and (group := form.creates(create_from, form)):
        db.session.commit()
        return redirect(address_of(group))
    return render_template("groups_staff/create.html", form=form), form.status


@bp.get("/<code>")
@allows(READERS)
def show(code):
    group = access.own(MeetingGroup, code=code)
    return render_template(
        "groups_staff/show.html",
        group=group,
        missing=forming.missing(group, group.members),
        missing_for_call=[] if group.is_public else service.missing_for_call(group),
        mentions=registry.mentions_of(group, "groups"),
        fulfils=plans.references(group.tasks),
        address=links.absolute(url_for("groups.show", code=group.code)),
        short=links.readable(group.code),
        may_write=may_write(),
        form=ActForm(),
    )


@bp.route("/<code>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def edit(code):
    group = access.own(MeetingGroup, code=code)
    form = GroupForm.changing(group, values_of)
    form.offer(current_account(), group)
    if form.validate_on_submit() and form.carries_out(change_from, form, group):
        db.session.commit()
        return redirect(address_of(group))
    frozen = service.has_acceptances(group)
    page = render_template("groups_staff/edit.html", form=form, group=group, frozen=frozen)
    return page, form.status


@bp.post("/<code>/convocar")
@allows(WRITERS)
@says("Publicó la convocatoria.")
def call(code):
    group = access.own(MeetingGroup, code=code)
    service.call(versions.as_seen(group), current_account())
    db.session.commit()
    return redirect(address_of(group))


@bp.route("/<code>/acta", methods=["GET", "POST"])
@allows(WRITERS)
@files.takes_files
@says("Guardó el acta.")
def file_act(code):
    group = access.own(MeetingGroup, code=code)
    form = FoundingActForm.changing(group, act_values)
    form.ask_for_reason(group.has_act)
    if form.validate_on_submit() and form.carries_out(file_from, form, group):
        db.session.commit()
        return redirect(address_of(group))
    why_not = service.why_not_filed(group)
    page = render_template("groups_staff/file_act.html", form=form, group=group, why_not=why_not)
    return page, form.status


@bp.post("/<code>/exportar/<format>")
@allows(READERS)
def export(code, format):
    """The members as a file. It writes an audit entry, so it is a POST."""
    group = access.own(MeetingGroup, code=code)
    check_format(format)
    file = exports.deliver(group, current_account(), format)
    db.session.commit()
    return file


def address_of(group: MeetingGroup) -> str:
    return url_for("groups_staff.show", code=group.code)


def create_from(form: GroupForm) -> MeetingGroup:
    by = current_account()
    return service.create(by, form.chosen_tasks, **form.facts(by))


def change_from(form: GroupForm, group: MeetingGroup) -> None:
    by = current_account()
    service.change(group, by, form.chosen_tasks, **form.facts(by))


def file_from(form: FoundingActForm, group: MeetingGroup) -> None:
    service.file_founding_act(
        group,
        current_account(),
        form.founded_on.data,
        form.place.data or "",
        form.text.data or "",
        form.file.data or None,
        form.given_reason,
    )
