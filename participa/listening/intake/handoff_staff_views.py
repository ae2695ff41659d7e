"""The staff's pages of the handoff with the city's own PQRSD system."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.core import spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import files
from participa.core.files.spreadsheets import MAX_BYTES
from participa.listening.intake import bringing, corruption_report, handoff
from participa.listening.intake.bringing import Effect, HandoffLine
from participa.listening.intake.handoff_staff_forms import (
    BringForm,
    CorruptionReportForm,
    NamedRadicadosForm,
    RadicadosForm,
)
from participa.staff.access import (
    EDITORS,
    WRITERS,
    allows,
    current_account,
    fresh,
    guard,
    say,
    says,
    with_second_factor,
)

NO_FILE = "Elija el archivo que dio el sistema de PQRSD."

bp = guard(
    Blueprint("listening_handoff", __name__, url_prefix="/gestion/escuchaderos/sistema"),
    "un-radicado-un-solo-plazo",
)


@bp.route("", methods=["GET", "POST"])
@allows(WRITERS)
def export():
    """What leaves for the city's system, without anybody's data."""
    form, account = RadicadosForm(), current_account()
    if form.validate_on_submit():
        answer = handoff.deliver(account, form.which.data, form.kind.data)
        db.session.commit()
        return answer
    return render_template(
        "listening_handoff/export.html",
        form=form,
        count=handoff.count(account, handoff.OPEN),
        is_editor=account.role in EDITORS,
        is_control=corruption_report.is_for(account),
    ), form.status


@bp.route("/con-nombres", methods=["GET", "POST"])
@allows(EDITORS)
@with_second_factor
@fresh
def export_named():
    """The same with names and contacts: a confirmed password, a reason, and a trace (DAT-13)."""
    form = NamedRadicadosForm()
    if form.validate_on_submit():
        asked = current_account(), form.which.data, form.kind.data, form.reason.data
        if answer := form.carries_out(handoff.deliver, *asked):
            db.session.commit()
            return answer
    return render_template("listening_handoff/export_named.html", form=form), form.status


@bp.route("/traer", methods=["GET", "POST"])
@allows(EDITORS)
@files.takes_bytes(MAX_BYTES)
@says("Trajo lo que dice el sistema de PQRSD.")
def bring():
    """A file, then line by line what it would do, then doing it."""
    form, found = BringForm(), None
    if form.validate_on_submit():
        lines = form.carries_out(lines_of, form)
        if lines and form.is_confirmed:
            done = form.carries_out(bringing.apply, lines, current_account(), form.seen.data or "")
            if done is not None:
                say(said_of(done))
                db.session.commit()
                return redirect(url_for("listening_handoff.bring"))
        found = shown(form, lines) if lines else None
    changing = sum(1 for one in found or () if one.changes)
    page = render_template(
        "listening_handoff/bring.html", form=form, found=found, changing=changing
    )
    return page, form.status if form.problems or found is None else 200


def lines_of(form: BringForm) -> list[HandoffLine]:
    """Of the page that shows them, or of the file."""
    if form.is_confirmed:
        return bringing.unpacked(form.lines.data or "", current_account())
    if not form.file.data:
        raise Refused(NO_FILE, "file")
    return bringing.read(form.file.data.read())


def shown(form: BringForm, lines: list[HandoffLine]) -> list[Effect]:
    """What the lines would do now; the form carries them on."""
    found = bringing.effects(lines, current_account())
    form.lines.data = bringing.packed(lines, current_account())
    form.seen.data = bringing.fingerprint(found)
    return found


def said_of(done: list[Effect]) -> str:
    numbers = sum(1 for one in done if one.number)
    answers = sum(1 for one in done if one.answered_on)
    if not done:
        return "Todo estaba ya anotado: no cambió nada."
    return (
        f"Anotó {spanish.several(numbers, 'número externo', 'números externos')} y cerró el plazo "
        f"de {spanish.several(answers, 'aporte', 'aportes')}."
    )


@bp.route("/denuncias", methods=["GET", "POST"])
@allows(WRITERS)
def report_corruption():
    """The semiannual report, for the office that looks into the reports and for nobody else."""
    account = current_account()
    if not corruption_report.is_for(account):
        abort(404)
    form = CorruptionReportForm()
    if form.validate_on_submit():
        answer = corruption_report.deliver(account, form.semester.data, form.kind.data)
        db.session.commit()
        return answer
    semester = next(iter(corruption_report.semesters()))
    return render_template(
        "listening_handoff/report_corruption.html",
        form=form,
        semester=corruption_report.semesters()[semester],
        totals=corruption_report.totals(corruption_report.reports(account, semester)),
    ), form.status
