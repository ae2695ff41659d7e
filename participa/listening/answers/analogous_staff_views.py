"""The staff's pages of petitions that ask the same: the groups, linking, taking one out."""

from flask import redirect, render_template

from participa.cases import traces
from participa.core.db import db
from participa.core.editing import versions
from participa.listening.access import answerable
from participa.listening.answers import analogous
from participa.listening.answers.staff_forms import AnalogousForm, SeparationForm
from participa.listening.answers.staff_views import bp, page_of
from participa.staff.access import READERS, WRITERS, allows, current_account, says

MORE_THAN = analogous.MORE_THAN


@bp.get("/peticiones-iguales")
@allows(READERS)
def groups():
    """Groups of more than ten open petitions that look alike."""
    return render_template(
        "listening_publication/groups.html",
        groups=analogous.groups(current_account()),
        more_than=MORE_THAN,
    )


@bp.route("/<radicado>/iguales", methods=["GET", "POST"])
@allows(WRITERS)
@says("Respondió juntas las peticiones iguales. A cada persona se le avisa.")
def link(radicado):
    contribution, by = answerable(radicado), current_account()
    found = analogous.candidates(contribution, by)
    form = AnalogousForm.changing(contribution, versions.as_version)
    form.offer([one for one, _ in found])
    if form.validate_on_submit():
        chosen = analogous.of_ids(by, form.chosen.data)
        if form.carries_out(analogous.link, contribution, by, chosen):
            db.session.commit()
            return redirect(page_of(contribution))
    page = render_template(
        "listening_publication/link.html",
        form=form,
        contribution=contribution,
        found=found,
        linked=analogous.linked_to(contribution.case_id),
        why_not=analogous.why_not_led(contribution),
        more_than=MORE_THAN,
    )
    return page, form.status


@bp.route("/<radicado>/separar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Separó la petición. Vuelve a esperar su propia respuesta.")
def separate(radicado):
    contribution = answerable(radicado)
    form = SeparationForm.changing(contribution, versions.as_version)
    by = current_account()
    if form.validate_on_submit() and form.carries_out(
        analogous.unlink, contribution, by, form.reason.data
    ):
        db.session.commit()
        return redirect(page_of(contribution))
    page = render_template(
        "listening_publication/separate.html",
        form=form,
        contribution=contribution,
        text=traces.pieces(contribution.text),
        why_not="" if contribution.analogous_to_id else "Este aporte no está unido a otro.",
    )
    return page, form.status
