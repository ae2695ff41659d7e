"""The staff's pages of commitments: of all events, of one; note, change, report, remove."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select

from participa.channels import access
from participa.channels.access import may_write
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.events.commitments import queries, service, wording
from participa.events.commitments.queries import LIST, LOADED
from participa.events.commitments.staff_forms import (
    CommitmentChangeForm,
    CommitmentForm,
    CommitmentReportForm,
    RemovalForm,
    promised,
    reported,
)
from participa.events.models import Event
from participa.events.questions.queries import questions_to_point_at
from participa.events.record_models import Commitment, CommitmentState
from participa.staff import queries as offices
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    require_office,
    says,
    works_for,
)

NUMBER = "int(max=2147483647)"
OF_EVENT = "/<code>/compromisos"

bp = guard(
    Blueprint("events_commitments_staff", __name__, url_prefix="/gestion/eventos"), "compromisos"
)


@bp.get("/compromisos")
@allows(READERS)
def index():
    rows = queries.commitments_to_report(current_account())
    listing = LIST.listing(rows, *LOADED)
    return render_template("events_commitments_staff/index.html", **shown(listing))


@bp.get(OF_EVENT)
@allows(READERS)
def of_event(code):
    event = access.own(Event, code=code)
    rows = queries.commitments().where(Commitment.event_id == event.id)
    return render_template(
        "events_commitments_staff/of_event.html",
        event=event,
        why_not=service.why_not_added(event),
        may_write=may_write(),
        **shown(LIST.listing(rows, *LOADED)),
    )


def shown(listing: Any) -> dict[str, Any]:
    return {"listing": listing, "commitments": [wording.described(one) for one in listing.rows]}


@bp.route(f"{OF_EVENT}/nuevo", methods=["GET", "POST"])
@allows(WRITERS)
@says("Anotó el compromiso.")
def add(code):
    event = access.own(Event, code=code)
    form = CommitmentForm.creating(address_of)
    form.offer(offices.offices(), questions_to_point_at(event.id))
    if form.validate_on_submit():
        made = form.creates(service.add, event, current_account(), form.promise)
        if made:
            db.session.commit()
            return redirect(address_of(made))
    why_not = service.why_not_added(event)
    page = render_template(
        "events_commitments_staff/add.html", form=form, event=event, why_not=why_not
    )
    return page, form.status


@bp.get(f"{OF_EVENT}/<{NUMBER}:number>")
@allows(READERS)
def show(code, number):
    commitment = commitment_or_404(code, number)
    _, words, look, term = wording.described(commitment)
    return render_template(
        "events_commitments_staff/show.html",
        commitment=commitment,
        event=commitment.event,
        words=words,
        look=look,
        term=term,
        sees_event=works_for(current_account(), [commitment.event.office_id or 0]),
        may_write=may_write(),
    )


@bp.route(f"{OF_EVENT}/<{NUMBER}:number>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios del compromiso.")
def change(code, number):
    commitment = commitment_or_404(code, number)
    require_office([commitment.event.office_id or 0])
    form = CommitmentChangeForm.changing(commitment, promised)
    asked = questions_to_point_at(commitment.event_id)
    form.offer(with_current(offices.offices(), commitment), asked)
    if form.validate_on_submit():
        by, reason = current_account(), form.reason.data or ""
        if form.carries_out(service.change, commitment, by, form.promise, reason):
            db.session.commit()
            return redirect(address_of(commitment))
    page = render_template(
        "events_commitments_staff/change.html",
        form=form,
        commitment=commitment,
        why_not=service.why_not_changed(commitment),
    )
    return page, form.status


@bp.route(f"{OF_EVENT}/<{NUMBER}:number>/avance", methods=["GET", "POST"])
@allows(WRITERS)
@files.takes_files
@says("Reportó el avance.")
def report(code, number):
    commitment = commitment_or_404(code, number)
    form = CommitmentReportForm.changing(commitment, reported)
    form.offer(commitment)
    if form.validate_on_submit() and form.carries_out(report_from, form, commitment):
        db.session.commit()
        return redirect(address_of(commitment))
    page = render_template(
        "events_commitments_staff/report.html",
        form=form,
        commitment=commitment,
        why_not=service.why_not_changed(commitment),
    )
    return page, form.status


@bp.route(f"{OF_EVENT}/<{NUMBER}:number>/quitar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Quitó el compromiso.")
def remove(code, number):
    commitment = commitment_or_404(code, number)
    require_office([commitment.event.office_id or 0])
    form = RemovalForm.changing(commitment, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        service.remove, commitment, current_account(), form.reason.data
    ):
        db.session.commit()
        return redirect(url_for("events_commitments_staff.of_event", code=code))
    page = render_template(
        "events_commitments_staff/remove.html",
        form=form,
        commitment=commitment,
        why_not=service.why_not_removed(commitment),
    )
    return page, form.status


@bp.get(f"{OF_EVENT}/<{NUMBER}:number>/evidencia")
@allows(READERS)
def evidence(code, number):
    commitment = commitment_or_404(code, number)
    file = db.first_or_404(select(files.StoredFile).filter_by(id=commitment.evidence_file_id or 0))
    return files.send(file, f"evidencia-compromiso-{commitment.number}")


def report_from(form: CommitmentReportForm, commitment: Commitment) -> None:
    service.report(
        commitment,
        current_account(),
        CommitmentState[form.state.data],
        form.progress.data or "",
        form.evidence_url.data or "",
        upload=form.file.data or None,
        reason=form.given_reason,
        drops_file="drops_file" in form and form.drops_file.data,
    )


def commitment_or_404(code: str, number: int) -> Commitment:
    """The commitment; 404 unless its event or itself is of the account's office."""
    rows = queries.commitments().where(Event.code == code, Commitment.number == number)
    commitment: Commitment = db.first_or_404(rows.options(*LOADED))
    require_office([commitment.event.office_id or 0, commitment.office_id])
    versions.page_is_about(commitment.event)
    return versions.page_is_about(commitment)


def address_of(commitment: Commitment) -> str:
    code, number = commitment.event.code, commitment.number
    return url_for("events_commitments_staff.show", code=code, number=number)


def with_current(choices: list[Any], commitment: Commitment) -> list[Any]:
    """The offices to choose from, with that of the commitment even if the city retired it."""
    return choices if commitment.office in choices else [*choices, commitment.office]
