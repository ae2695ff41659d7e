"""The staff's page of what a person asks about their contributions: find, show, erase (DAT-08)."""

from flask import Blueprint, redirect, render_template, url_for

from participa.citizens.notices import PURPOSES
from participa.core import codes
from participa.core.db import db
from participa.core.editing import versions
from participa.listening.models import Contribution
from participa.listening.rights import consents, erasing, search
from participa.listening.rights.search import OwnerSearch, OwnerSearchOver
from participa.listening.rights.staff_forms import EraseOwnerForm, FindOwnerForm
from participa.staff.access import (
    ADMINISTRATORS,
    allows,
    current_account,
    fresh,
    guard,
    says,
    with_second_factor,
)

bp = guard(
    Blueprint("listening_rights", __name__, url_prefix="/gestion/escuchaderos/personas"),
    "derechos-sobre-los-aportes",
)


@bp.route("", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@with_second_factor
@fresh
@says("Buscó los aportes. La búsqueda quedó en el registro.")
def find():
    form = FindOwnerForm()
    if form.validate_on_submit() and (token := form.carries_out(searched, form)):
        db.session.commit()
        return redirect(url_for("listening_rights.show", token=token), 303)
    return render_template("listening_rights/find.html", form=form), form.status


def searched(form: FindOwnerForm) -> str:
    return search.search(*form.contact(), form.reason.data or "", current_account())


@bp.get("/<token>")
@allows(ADMINISTRATORS)
@with_second_factor
@fresh
def show(token):
    """All that is stored about the person, to print and hand over."""
    try:
        found = opened(token)
    except OwnerSearchOver as over:
        return render_template("listening_rights/show.html", over=str(over)), over.status
    return render_template(
        "listening_rights/show.html",
        over="",
        found=found,
        number=number,
        consents={one.case_id: consents.of(one) for one in found.contributions},
        purposes=PURPOSES,
    )


@bp.route("/<token>/borrar", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@with_second_factor
@fresh
@says("Borró lo que se podía borrar. Quedan los totales, sin nada que diga quién.")
def erase(token):
    found = opened(token)
    form = EraseOwnerForm()
    if form.validate_on_submit():
        search.erase_all(found, current_account())
        db.session.commit()
        return redirect(url_for("listening_rights.show", token=token), 303)
    page = render_template(
        "listening_rights/erase.html",
        form=form,
        found=found,
        number=number,
        is_pending=erasing.is_pending,
    )
    return page, form.status


def opened(token: str) -> OwnerSearch:
    """The search of this address; raises OwnerSearchOver."""
    found = search.opened(token, current_account())
    for contribution in found.contributions:
        versions.page_is_about(contribution)
    return found


def number(contribution: Contribution) -> str:
    return codes.show(contribution.receipt)
