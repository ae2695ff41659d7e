"""Administration of offices: add, rename, manage aliases, retire."""

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload
from wtforms.fields.choices import SelectChoice

from participa.core.db import db
from participa.core.editing import versions
from participa.core.web import lists
from participa.core.web.lists import LETTERS, Filter, ListRules, Order, one_of
from participa.staff import service
from participa.staff.access import ADMINISTRATORS, READERS, allows, current_account, guard, says
from participa.staff.forms import AliasForm, NewOfficeForm, OfficeForm
from participa.staff.models import Office, OfficeAlias

STATES = {
    "Vigentes": Office.retired_at.is_(None),
    "Retiradas": Office.retired_at.is_not(None),
}
LIST = ListRules(
    search=lambda word: or_(
        lists.contains(word, Office.name),
        Office.aliases.any(lists.contains(word, OfficeAlias.name)),
    ),
    orders={
        "nombre": Order("Nombre oficial", lists.plain(Office.name), LETTERS),
        "clase": Order("Clase", Office.kind, LETTERS),
    },
    first="nombre",
    unique=Office.id,
    filters=(
        one_of("estado", "Estado", STATES),
        Filter("clase", "Clase", lambda kind: Office.kind == kind, lambda: service.KINDS),
    ),
)

bp = guard(Blueprint("staff_offices", __name__, url_prefix="/gestion/dependencias"), "dependencias")


@bp.get("")
@allows(READERS)
def index():
    listing = LIST.listing(select(Office), selectinload(Office.aliases))
    return render_template("staff_offices/index.html", listing=listing, kinds=service.KINDS)


@bp.route("/nueva", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@says("Agregó la dependencia.")
def add():
    form = NewOfficeForm.creating(lambda made: url_for("staff_offices.show", id=made.id))
    form.kind.choices = [SelectChoice(kind, word) for kind, word in service.KINDS.items()]
    if form.validate_on_submit() and (
        office := form.creates(
            service.add_office, form.name.data, form.kind.data, current_account()
        )
    ):
        db.session.commit()
        return redirect(url_for("staff_offices.show", id=office.id))
    return render_template("staff_offices/add.html", form=form), form.status


@bp.route("/<int(max=2147483647):id>", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@says("Agregó el otro nombre.")
def show(id):
    """Show the office, with the form to add an alias."""
    office = db.get_or_404(Office, id)
    form = AliasForm()
    if form.validate_on_submit() and form.carries_out(
        service.add_alias, office, form.alias.data, current_account()
    ):
        db.session.commit()
        return redirect(url_for("staff_offices.show", id=id))
    return render_template("staff_offices/show.html", form=form, office=office), form.status


@bp.route("/<int(max=2147483647):id>/nombre", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@says("Guardó el nombre.")
def rename(id):
    office = db.get_or_404(Office, id)
    form = OfficeForm.changing(office, lambda office: {"name": office.name})
    if form.validate_on_submit() and form.carries_out(
        service.rename, office, form.name.data, current_account()
    ):
        db.session.commit()
        return redirect(url_for("staff_offices.show", id=id))
    return render_template("staff_offices/rename.html", form=form, office=office), form.status


@bp.post("/<int(max=2147483647):id>/nombres/<int(max=2147483647):alias_id>/quitar")
@allows(ADMINISTRATORS)
@says("Quitó el nombre.")
def remove_alias(id, alias_id):
    alias = db.one_or_404(db.select(OfficeAlias).filter_by(id=alias_id, office_id=id))
    service.remove_alias(versions.as_seen(alias), current_account())
    db.session.commit()
    return redirect(url_for("staff_offices.show", id=id))


@bp.post("/<int(max=2147483647):id>/retirar")
@allows(ADMINISTRATORS)
@says("Retiró la dependencia.")
def retire(id):
    service.retire(versions.as_seen(db.get_or_404(Office, id)), current_account())
    db.session.commit()
    return redirect(url_for("staff_offices.show", id=id))


@bp.post("/<int(max=2147483647):id>/reactivar")
@allows(ADMINISTRATORS)
@says("Reactivó la dependencia.")
def bring_back(id):
    service.bring_back(versions.as_seen(db.get_or_404(Office, id)), current_account())
    db.session.commit()
    return redirect(url_for("staff_offices.show", id=id))
