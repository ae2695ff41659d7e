"""The staff's pages of a version: write it, send it, approve or return it, end it."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.channels import access
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.formats import header, queries, review
from participa.formats.models import FormatVersion, OfficialFormat
from participa.formats.staff_forms import (
    ApprovalForm,
    IsolucionForm,
    VersionForm,
    VersionReasonForm,
    stored_version,
)
from participa.staff.access import (
    EDITORS,
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    says,
)

ONE = "/<int(max=2147483647):version_id>"

bp = guard(
    Blueprint("formats_versions", __name__, url_prefix="/gestion/formatos/<reference>/versiones"),
    "las-versiones-y-su-revision",
)


@bp.route("/nueva", methods=["GET", "POST"])
@allows(WRITERS)
@files.takes_files
@says("Guardó el borrador de la versión.")
def add(reference):
    official = access.own(OfficialFormat, *queries.WITH_PARTS, reference=reference)
    form = VersionForm.creating(address_of_version)
    if form.validate_on_submit():
        by, file = current_account(), form.file.data or None
        if form.creates(review.draft, official, by, form.facts, file):
            db.session.commit()
            return redirect(address_of(reference))
    why_not = review.why_not_drafted(official)
    page = render_template(
        "formats_versions/add.html", form=form, official=official, why_not=why_not
    )
    return page, form.status


@bp.route(f"{ONE}/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@files.takes_files
@says("Guardó los cambios de la versión.")
def change(reference, version_id):
    version = own_version(reference, version_id)
    form = VersionForm.changing(version, stored_version)
    if form.validate_on_submit():
        by, file = current_account(), form.file.data or None
        if form.carries_out(review.change, version, by, form.facts, file):
            db.session.commit()
            return redirect(address_of(reference))
    return form_page("change", form, version, review.why_not_changed(version)), form.status


@bp.post(f"{ONE}/enviar")
@allows(WRITERS)
@says("Envió la versión a revisión.")
def send(reference, version_id):
    version = versions.as_seen(own_version(reference, version_id))
    review.send(version, current_account())
    db.session.commit()
    return redirect(address_of(reference))


@bp.post(f"{ONE}/descartar")
@allows(WRITERS)
@says("Descartó el borrador de la versión.")
def discard(reference, version_id):
    version = versions.as_seen(own_version(reference, version_id))
    review.discard(version, current_account())
    db.session.commit()
    return redirect(address_of(reference))


@bp.route(f"{ONE}/aprobar", methods=["GET", "POST"])
@allows(EDITORS)
@says("Aprobó la versión.")
def approve(reference, version_id):
    version = own_version(reference, version_id)
    form = ApprovalForm.changing(version, versions.as_version, isolucion=version.isolucion)
    form.offer(version)
    if form.validate_on_submit():
        blocks, isolucion = form.found, form.isolucion.data or ""
        if form.carries_out(review.approve, version, current_account(), blocks, isolucion):
            db.session.commit()
            return redirect(address_of(reference))
    why_not = review.why_not_reviewed(version, current_account())
    return form_page("approve", form, version, why_not), form.status


@bp.route(f"{ONE}/devolver", methods=["GET", "POST"])
@allows(EDITORS)
@says("Devolvió la versión.")
def give_back(reference, version_id):
    version = own_version(reference, version_id)
    why_not = partial(review.why_not_reviewed, version, current_account())
    return act_with_reason("give_back", version, review.give_back, why_not)


@bp.route(f"{ONE}/obsoleta", methods=["GET", "POST"])
@allows(EDITORS)
@says("Declaró obsoleta la versión.")
def end(reference, version_id):
    version = own_version(reference, version_id)
    return act_with_reason("end", version, review.end, partial(review.why_not_ended, version))


@bp.route(f"{ONE}/isolucion", methods=["GET", "POST"])
@allows(WRITERS)
@says("Anotó la referencia de Isolución.")
def note_isolucion(reference, version_id):
    version = own_version(reference, version_id)
    form = IsolucionForm.changing(version, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        review.note_isolucion, version, current_account(), form.isolucion.data
    ):
        db.session.commit()
        return redirect(address_of(reference))
    return form_page("note_isolucion", form, version, review.why_not_noted(version)), form.status


@bp.get(f"{ONE}/archivo")
@allows(READERS)
def download(reference, version_id):
    """The file of a version in any state."""
    version = own_version(reference, version_id)
    if version.file is None:
        abort(404)
    return files.send(version.file, version.file_name)


def own_version(reference: str, version_id: int) -> FormatVersion:
    """The version; 404 when there is none or its format belongs to another office."""
    official = access.own(OfficialFormat, *queries.WITH_PARTS, reference=reference)
    version = queries.version_of(official, version_id) or abort(404)
    return versions.page_is_about(version)


def address_of(reference: str) -> str:
    return url_for("formats_staff.show", reference=reference, _anchor="versiones")


def address_of_version(version: FormatVersion) -> str:
    return address_of(version.format.reference)


def act_with_reason(
    name: str, version: FormatVersion, act: Callable[..., None], why_not: Callable[[], str]
):
    """Carry out an act that asks only for its reason, or show its page."""
    form = VersionReasonForm.changing(version, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        act, version, current_account(), form.reason.data
    ):
        db.session.commit()
        return redirect(address_of_version(version))
    return form_page(name, form, version, why_not()), form.status


def form_page(name: str, form, version: FormatVersion, why_not: str) -> str:
    """The page of an act on a version; a sentence in place of the form if it would be refused."""
    return render_template(
        f"formats_versions/{name}.html",
        form=form,
        version=version,
        official=version.format,
        header=header.lines_of(version.format, version),
        why_not=why_not,
    )
