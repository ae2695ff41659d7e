"""The staff's pages of the legal calendar: closures of the city, and failures of the site."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for

from participa.cases import wording
from participa.cases.calendar import Closure, Outage
from participa.cases.legal_calendar import closures, outages
from participa.cases.legal_calendar.staff_forms import ClosureForm, OutageForm, TakeBackForm
from participa.core import clock, spanish, workdays
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import EDITORS, READERS, allows, current_account, guard, say, says

LARGEST = 2**31 - 1

bp = guard(
    Blueprint("cases_calendar", __name__, url_prefix="/gestion/radicados/calendario"),
    "el-calendario-legal",
)


@bp.get("")
@allows(READERS)
def show():
    year = clock.today().year
    return render_template(
        "cases_calendar/show.html",
        closures=closures.closures(),
        holidays={one: workdays.names_of_holidays(one) for one in (year, year + 1)},
        outages=[
            (one, wording.length_in_words(one.minutes), outages.last_day_to_write(one))
            for one in outages.outages()
        ],
        shortest=outages.shortest() // timedelta(minutes=1),
        may_change=current_account().role in EDITORS,
    )


@bp.route("/cierre", methods=["GET", "POST"])
@allows(EDITORS)
@says("Agregó el cierre.")
def add_closure():
    """The first time it is sent, the page shows what would move; then it is added."""
    form, moves = ClosureForm.creating(address), None
    if form.validate_on_submit():
        if not form.is_looked_at:
            moves = form.carries_out(closures.moves_if_added, form.closed_on.data)
            form.note_look()
        elif made := form.creates(closures.add, current_account(), *form.facts):
            say(f"Agregó el cierre. {said_of(made)}")
            db.session.commit()
            return redirect(address(made))
    page = render_template("cases_calendar/add_closure.html", form=form, moves=moves)
    return page, form.status if moves is None else 200


@bp.route(f"/cierre/<int(max={LARGEST}):id>/quitar", methods=["GET", "POST"])
@allows(EDITORS)
@says("Quitó el cierre.")
def take_back_closure(id):
    closure = versions.page_is_about(db.get_or_404(Closure, id))
    form = TakeBackForm.changing(closure, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        closures.take_back, closure, current_account()
    ):
        db.session.commit()
        return redirect(address())
    return render_template(
        "cases_calendar/take_back_closure.html",
        form=form,
        closure=closure,
        moves=closures.moves_if_taken_back(closure),
    ), form.status


@bp.route("/falla", methods=["GET", "POST"])
@allows(EDITORS)
@says("Anotó la falla. Su constancia ya es pública.")
def note_outage():
    form = OutageForm.creating(address)
    if form.validate_on_submit():
        facts = form.began_at.moment, form.ended_at.moment, form.reason.data
        if form.creates(outages.note, current_account(), *facts):
            db.session.commit()
            return redirect(address())
    return render_template(
        "cases_calendar/note_outage.html",
        form=form,
        shortest=outages.shortest() // timedelta(minutes=1),
    ), form.status


@bp.post(f"/falla/<int(max={LARGEST}):id>/quitar")
@allows(EDITORS)
@says("Quitó la falla.")
def take_back_outage(id):
    outages.take_back(versions.as_seen(db.get_or_404(Outage, id)), current_account())
    db.session.commit()
    return redirect(address())


def address(made: Closure | Outage | None = None) -> str:
    """The page to which an act leads back."""
    return url_for("cases_calendar.show", _anchor="fallas" if isinstance(made, Outage) else None)


def said_of(closure: Closure) -> str:
    """How many cases the trail says that it moved."""
    entry = versions.last_entry(f"Closure:{closure.id}")
    count = entry.details.get("cases", 0) if entry else 0
    return f"Se movió el término de {spanish.several(count, 'radicado', 'radicados')}."
