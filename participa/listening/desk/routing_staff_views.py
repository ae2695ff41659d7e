"""Where a contribution goes: its class, its office, who helps, and reports of corruption."""

from flask import abort, redirect, render_template, url_for

from participa.cases.models import CaseKind
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.listening import access, acts, routing
from participa.listening.desk import kinds, pages, staff_forms
from participa.listening.desk.staff_forms import (
    ClassifyForm,
    CorruptionForm,
    GivePartForm,
    HelpForm,
    TransferForm,
)
from participa.listening.desk.staff_views import bp
from participa.listening.models import Contribution, HelpingOffice
from participa.staff import queries as offices
from participa.staff.access import WRITERS, allows, current_account, says
from participa.staff.models import Office


@bp.route("/<radicado>/clase", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la clase del aporte.")
def classify(radicado):
    """What it is in law, with what its words suggest (PQR-08)."""
    found = access.answerable(radicado)
    suggestion = kinds.suggested(pages.all_text(found), found.wants_answer)
    form = ClassifyForm.changing(found, staff_forms.kind)
    if form.validate_on_submit() and form.carries_out(classified, form, found):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    page = render_template(
        "listening_desk/classify.html", form=form, suggestion=suggestion, **pages.said(found)
    )
    return page, form.status


def classified(form: ClassifyForm, contribution: Contribution) -> None:
    acts.classify(contribution, current_account(), CaseKind[form.kind.data])


@bp.route("/<radicado>/traslado", methods=["GET", "POST"])
@allows(WRITERS)
@says("Trasladó el aporte y avisó a la persona.")
def transfer(radicado):
    """Leads to the inbox: the account may see it no more."""
    found = access.answerable(radicado)
    form = TransferForm.changing(found, versions.as_version)
    form.offer(pages.other_offices(found))
    if form.validate_on_submit() and form.carries_out(transferred, form, found):
        db.session.commit()
        return redirect(url_for("listening_desk.inbox"))
    page = render_template(
        "listening_desk/transfer.html",
        form=form,
        why_not=acts.why_not_transferred(found),
        late=pages.late_transfer(found),
        until=acts.transfer_until(found),
        **pages.said(found),
    )
    return page, form.status


def transferred(form: TransferForm, contribution: Contribution) -> None:
    office = chosen(form.office.data, "office")
    acts.transfer(contribution, current_account(), office, form.reason.data or "")


@bp.route("/<radicado>/apoyo", methods=["GET", "POST"])
@allows(WRITERS)
@says("Le pidió su parte a la otra dependencia.")
def ask_help(radicado):
    found = access.answerable(radicado)
    if found.is_corruption:
        abort(404)
    form = HelpForm.changing(found, versions.as_version)
    form.offer(pages.offices_to_ask(found))
    if form.validate_on_submit() and form.carries_out(asked, form, found):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    page = render_template("listening_desk/ask_help.html", form=form, **pages.said(found))
    return page, form.status


def asked(form: HelpForm, contribution: Contribution) -> None:
    office = chosen(form.office.data, "office")
    acts.ask_help(contribution, current_account(), office, form.question.data or "")


@bp.route("/<radicado>/parte", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la parte de su dependencia.")
def give_part(radicado):
    """The office that was asked reads its question and what the person said, and gives its part."""
    found = access.own(radicado)
    helper = pages.helper_of(found, current_account().office_id) or abort(404)
    form = GivePartForm.changing(helper, staff_forms.part)
    if form.validate_on_submit() and form.carries_out(given, form, found, helper):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    page = render_template(
        "listening_desk/give_part.html",
        form=form,
        helper=helper,
        why_not=acts.why_no_part(found),
        **pages.said(found),
    )
    return page, form.status


def given(form: GivePartForm, contribution: Contribution, helper: HelpingOffice) -> None:
    acts.give_part(contribution, current_account(), helper, form.part.data or "")


@bp.route("/<radicado>/corrupcion", methods=["GET", "POST"])
@allows(WRITERS)
@says("Quedó como denuncia de corrupción. La ve solo quien la investiga.")
def corruption(radicado):
    """Apart from the office that is reported (PQR-11). The account may see it no more."""
    found = access.answerable(radicado)
    form = CorruptionForm.changing(found, versions.as_version)
    control = db.session.get(Office, routing.control_office_id() or 0)
    choices = [one for one in offices.offices() if not one.is_group and one is not control]
    form.offer(choices)
    if form.validate_on_submit() and form.carries_out(reported, form, found, control):
        db.session.commit()
        return redirect(url_for("listening_desk.inbox"))
    page = render_template(
        "listening_desk/corruption.html", form=form, control=control, **pages.said(found)
    )
    return page, form.status


def reported(form: CorruptionForm, contribution: Contribution, control: Office | None) -> None:
    if control is None:
        raise Refused("Falta la dependencia de control entre las dependencias de la ciudad.")
    accused = db.session.get(Office, form.accused.data or 0)
    acts.mark_corruption(contribution, current_account(), accused, control)


def chosen(id: int | None, field: str) -> Office:
    """The office of a select; raises Refused for none."""
    office = db.session.get(Office, id or 0)
    if office is None:
        raise Refused("Elija una dependencia.", field)
    return office
