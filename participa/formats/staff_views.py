"""The staff's pages of the register: list, export, create, change, decide about the QR."""

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select

from participa.channels import access
from participa.channels.access import may_write, visible_to
from participa.channels.exports import check_format
from participa.channels.listing import office_filter
from participa.core import audit, links
from participa.core.db import db
from participa.core.tables import tables
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, ListRules, Order, one_of
from participa.formats import header, lint, queries, register, review, service
from participa.formats.models import OfficialFormat, VersionState
from participa.formats.staff_forms import (
    YES,
    FormatForm,
    QrForm,
    stored_format,
    stored_qr,
)
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.access import (
    EDITORS,
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    say,
    says,
)
from participa.staff.models import Office

LIST = ListRules(
    search=lambda word: lists.contains(
        word,
        OfficialFormat.reference,
        OfficialFormat.name,
        OfficialFormat.process,
        Office.name,
    ),
    orders={
        "codigo": Order("Código", OfficialFormat.reference, LETTERS),
        "nombre": Order("Formato", lists.plain(OfficialFormat.name), LETTERS),
        "dependencia": Order("Dependencia", lists.plain(Office.name), LETTERS),
        "creacion": Order("Creación", OfficialFormat.created_at, MOMENTS),
    },
    first="codigo",
    unique=OfficialFormat.id,
    filters=(
        one_of("estado", "Estado", {one.value: queries.in_state(one) for one in VersionState}),
        one_of(
            "qr",
            "Código QR",
            {
                "Aplica": OfficialFormat.applies_qr.is_(True),
                "No aplica": OfficialFormat.applies_qr.is_(False),
                "Por decidir": OfficialFormat.applies_qr.is_(None),
            },
        ),
        one_of(
            "variables",
            "Variables",
            {
                "Lleva variables": OfficialFormat.needs_variables.is_(True),
                "No las necesita": OfficialFormat.needs_variables.is_(False),
            },
        ),
        office_filter(OfficialFormat.office_id),
    ),
)

bp = guard(
    Blueprint("formats_staff", __name__, url_prefix="/gestion/formatos"),
    "formatos-oficiales",
    qr="decidir-si-lleva-qr",
)


@bp.get("")
@allows(READERS)
def index():
    listing = LIST.listing(visible_formats(), *queries.WITH_PARTS)
    plan = plans.current_plan()
    return render_template(
        "formats_staff/index.html",
        listing=listing,
        qr_in_words=register.qr_in_words,
        plan=plan,
        uncounted=len(uncounted(plan)) if may_write() else 0,
        may_write=may_write(),
    )


@bp.post("/contar")
@allows(WRITERS)
@says("Contó los formatos en el plan.")
def count_in_plan():
    """Link the formats that no task of the current plan counts yet, as each year begins."""
    plan, by = plans.current_plan(), current_account()
    tasks = plan_tasks(plan)
    found = uncounted(plan)
    for official in found:
        service.link_to_tasks(official, by, tasks)
    say(f"Contó {register.formats(len(found))} en el plan." if found else "Ya contaban todos.")
    db.session.commit()
    return redirect(url_for("formats_staff.index"))


@bp.route("/nuevo", methods=["GET", "POST"])
@allows(WRITERS)
@says("Creó el formato.")
def create():
    form = FormatForm.creating(address_of)
    form.offer(current_account())
    if form.validate_on_submit() and (official := form.creates(create_from, form)):
        db.session.commit()
        return redirect(address_of(official))
    return render_template("formats_staff/create.html", form=form), form.status


@bp.post("/exportar/<format>")
@allows(READERS)
def export(format):
    """The register as a file. It writes an audit entry, so it is a POST."""
    check_format(format)
    every = queries.register()
    audit.record("formats.exported", "formatos", current_account(), format=format, rows=len(every))
    file = tables.download(register.table(every), format, register.filename())
    db.session.commit()
    return file


@bp.get("/<reference>")
@allows(READERS)
def show(reference):
    official = own(reference)
    account = current_account()
    return render_template(
        "formats_staff/show.html",
        official=official,
        header=header.lines_of(official, official.current),
        qr=register.qr_in_words(official),
        variables=register.variables_in_words(official),
        verdict=lint.verdict,
        advice=lint.advice,
        named=lint.named,
        declared=lint.declared,
        decisions=queries.qr_decisions(official),
        fulfils=plans.references(official.tasks),
        may_write=may_write(),
        may_end=account.role in EDITORS,
        may_review={one.id for one in official.versions if may_review(one)},
        why_not_drafted=review.why_not_drafted(official),
        short=links.readable,
    )


@bp.route("/<reference>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def edit(reference):
    official = own(reference)
    form = FormatForm.changing(official, stored_format)
    form.offer(current_account(), official)
    if form.validate_on_submit() and form.carries_out(change_from, form, official):
        db.session.commit()
        return redirect(address_of(official))
    return render_template("formats_staff/edit.html", form=form, official=official), form.status


@bp.route("/<reference>/qr", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la decisión sobre el código QR.")
def qr(reference):
    official = own(reference)
    form = QrForm.changing(official, stored_qr)
    if form.validate_on_submit():
        applies, reason = form.applies.data == YES, form.reason.data or ""
        if form.carries_out(service.decide_qr, official, current_account(), applies, reason):
            db.session.commit()
            return redirect(address_of(official))
    return render_template("formats_staff/qr.html", form=form, official=official), form.status


def own(reference: str) -> OfficialFormat:
    official: OfficialFormat = access.own(OfficialFormat, *queries.WITH_PARTS, reference=reference)
    return official


def address_of(official: OfficialFormat) -> str:
    return url_for("formats_staff.show", reference=official.reference)


def visible_formats():
    rows = select(OfficialFormat).outerjoin(Office, Office.id == OfficialFormat.office_id)
    return rows.where(visible_to(OfficialFormat, current_account()))


def may_review(version) -> bool:
    account = current_account()
    return account.role in EDITORS and not review.why_not_reviewed(version, account)


def plan_tasks(plan):
    """The tasks of the plan for which every format counts."""
    return queries.counted_tasks(plans.tasks_of(plan)) if plan and plan.is_open else []


def uncounted(plan) -> list[OfficialFormat]:
    """The visible formats, not obsolete, that none of the plan's tasks counts yet."""
    ids = [task.id for task in plan_tasks(plan)]
    if not ids:
        return []
    linked = OfficialFormat.tasks.any(Task.id.in_(ids))
    rows = visible_formats().where(~linked, ~queries.in_state(VersionState.OBSOLETE))
    return list(db.session.scalars(rows.order_by(OfficialFormat.reference).limit(queries.MOST)))


def create_from(form: FormatForm) -> OfficialFormat:
    by = current_account()
    return service.create(by, form.chosen_tasks, **form.facts(by))


def change_from(form: FormatForm, official: OfficialFormat) -> None:
    by = current_account()
    service.change(official, by, form.chosen_tasks, form.facts(by))
