"""The staff's answers: write, ask to complete, extend, answer, close, open again."""

from flask import redirect, render_template, url_for

from participa.cases import legal_clock
from participa.cases import service as cases
from participa.core import clock
from participa.core.db import db
from participa.core.editing import versions
from participa.listening import access, acts
from participa.listening.desk import pages
from participa.listening.desk.staff_forms import (
    LOOK,
    PUT,
    SEND,
    BeginAgainForm,
    CompleteForm,
    EndForm,
    ExtendForm,
    MoreTimeForm,
    SubstanceForm,
    TextToPerson,
    WriteForm,
)
from participa.listening.desk.staff_views import bp
from participa.staff.access import WRITERS, allows, current_account, says


@bp.route("/<radicado>/respuesta", methods=["GET", "POST"])
@allows(WRITERS)
@says("Envió la respuesta.")
def answer(radicado):
    """The answer in three buttons: put a template, look at it as the person will, send it."""
    found = access.answerable(radicado)
    form, templates = SubstanceForm.changing(found, versions.as_version), pages.templates()
    form.offer(templates)
    if form.is_submitted() and form.step == PUT:
        form.put(templates)
    elif form.validate_on_submit() and form.step == SEND and sent(form, acts.answer, found):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    page = render_template(
        "listening_desk/answer.html",
        form=form,
        templates=templates,
        is_preview=form.is_submitted() and form.step == LOOK and not form.problems,
        why_not=acts.why_not_answered(found),
        today=clock.today(),
        **pages.said(found),
    )
    return page, status(form)


@bp.route("/<radicado>/mensaje", methods=["GET", "POST"])
@allows(WRITERS)
@says("Envió el mensaje.")
def reply(radicado):
    found = access.answerable(radicado)
    form = WriteForm.changing(found, versions.as_version)
    if form.validate_on_submit() and sent(form, acts.reply, found):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado, _anchor="mensajes"))
    why_not = acts.why_not_written(found)
    page = render_template(
        "listening_desk/reply.html", form=form, why_not=why_not, **pages.said(found)
    )
    return page, form.status


@bp.route("/<radicado>/completar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Pidió lo que falta. El término se detuvo.")
def complete(radicado):
    found = access.answerable(radicado)
    form = CompleteForm.changing(found, versions.as_version)
    if form.validate_on_submit() and sent(form, acts.ask_to_complete, found):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    page = render_template(
        "listening_desk/complete.html",
        form=form,
        why_not=cases.why_not_asked_to_complete(found.case),
        **pages.said(found),
    )
    return page, form.status


@bp.route("/<radicado>/mas-tiempo", methods=["GET", "POST"])
@allows(WRITERS)
@says("Le dio a la persona un mes más, y le avisó.")
def give_more_time(radicado):
    """A month more to complete it, when the person asks for it (art. 17)."""
    found = access.answerable(radicado)
    form = MoreTimeForm.changing(found, versions.as_version)
    verb = acts.give_more_time, found, current_account(), form.asked_on.data
    if form.validate_on_submit() and form.carries_out(*verb):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    page = render_template(
        "listening_desk/give_more_time.html",
        form=form,
        why_not=cases.why_no_more_time(found.case),
        time=legal_clock.time_to_complete(found.case),
        **pages.said(found),
    )
    return page, form.status


@bp.route("/<radicado>/prorroga", methods=["GET", "POST"])
@allows(WRITERS)
@says("Prorrogó el término y avisó a la persona.")
def extend(radicado):
    found = access.answerable(radicado)
    form = ExtendForm.changing(found, versions.as_version)
    verb = acts.extend, found, current_account(), form.days.data, form.reason.data
    if form.validate_on_submit() and form.carries_out(*verb):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    most = found.case.most_extra
    page = render_template(
        "listening_desk/extend.html",
        form=form,
        why_not=cases.why_not_extended(found.case),
        most=most,
        until=pages.until(found.case, most),
        **pages.said(found),
    )
    return page, form.status


@bp.route("/<radicado>/cierre", methods=["GET", "POST"])
@allows(WRITERS)
@says("Cerró el aporte y avisó a la persona.")
def close(radicado):
    found = access.answerable(radicado)
    form = EndForm.changing(found, versions.as_version)
    verb = acts.close, found, current_account(), form.reason.data
    if form.validate_on_submit() and form.carries_out(*verb):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    why_not = acts.why_not_closed(found)
    page = render_template(
        "listening_desk/close.html", form=form, why_not=why_not, **pages.said(found)
    )
    return page, form.status


@bp.route("/<radicado>/reapertura", methods=["GET", "POST"])
@allows(WRITERS)
@says("Reabrió el aporte y avisó a la persona.")
def reopen(radicado):
    found = access.answerable(radicado)
    form = BeginAgainForm.changing(found, versions.as_version)
    verb = acts.reopen, found, current_account(), form.reason.data
    if form.validate_on_submit() and form.carries_out(*verb):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    why_not = acts.why_not_written(found)
    page = render_template(
        "listening_desk/reopen.html", form=form, why_not=why_not, **pages.said(found)
    )
    return page, form.status


def sent(form: TextToPerson, verb, contribution) -> bool:
    """Whether the verb has written the text of the form."""
    return bool(form.carries_out(verb, contribution, current_account(), form.text.data))


def status(form: TextToPerson):
    """A look at what is written is no rejection."""
    return form.status if form.problems or form.step == SEND else 200
