"""Opening, closing and counting: one official requests, another one reviews and confirms."""

from flask import Blueprint, redirect, render_template, url_for

from participa.ballots import queries, snapshots
from participa.ballots.lifecycle import checklist, two_person
from participa.ballots.models import Act, BallotBox
from participa.ballots.office.staff_forms import AskEarlyClosingForm, AskForm, ConfirmActForm
from participa.ballots.office.staff_views import own_box
from participa.ballots.public import wording
from participa.ballots.results import counting
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import WRITERS, allows, current_account, fresh, guard, says

ACT = "<any(abrir, cerrar, contar):word>"
bp = guard(
    Blueprint("ballots_acts", __name__, url_prefix="/gestion/urnas/<uuid>"),
    "abrir-con-dos-personas",
)


@bp.route(f"/{ACT}", methods=["GET", "POST"])
@allows(WRITERS)
@says("Lo pidió. Falta que otra persona lo confirme.")
def ask(uuid, word):
    box, act = own_box(uuid), Act(word)
    kind = AskEarlyClosingForm if is_early_closing(box, act) else AskForm
    form = kind.changing(box, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        two_person.request, box, act, current_account(), form.reason.data or ""
    ):
        db.session.commit()
        return redirect(url_for("ballots_acts.ask", uuid=uuid, word=word))
    return render_template("ballots_acts/ask.html", form=form, **about(box, act)), form.status


@bp.route(f"/{ACT}/confirmar", methods=["GET", "POST"])
@allows(WRITERS)
@fresh
@says("Lo confirmó.")
def confirm(uuid, word):
    """Requires a different person from the requester, with a recently confirmed password."""
    box, act = own_box(uuid), Act(word)
    if box.act(act) is None:
        return redirect(url_for("ballots_acts.ask", uuid=uuid, word=word))
    form = ConfirmActForm()
    if form.validate_on_submit() and form.carries_out(
        two_person.confirm, box, act, current_account(), form.version
    ):
        db.session.commit()
        return redirect(url_for("ballots_staff.show", uuid=uuid))
    form.seen.data = str(box.version)
    return render_template("ballots_acts/confirm.html", form=form, **about(box, act)), form.status


@bp.post(f"/{ACT}/retirar")
@allows(WRITERS)
@says("Retiró la petición.")
def withdraw(uuid, word):
    box, act = own_box(uuid), Act(word)
    versions.require_seen(box.act(act) or box, changed=box)
    two_person.withdraw(box, act, current_account())
    db.session.commit()
    return redirect(url_for("ballots_acts.ask", uuid=uuid, word=word))


@bp.post("/contar/otra-vez")
@allows(WRITERS)
@says("Empezó el conteo otra vez.")
def count_again(uuid):
    counting.restart(own_box(uuid), current_account())
    db.session.commit()
    return redirect(url_for("ballots_staff.show", uuid=uuid))


HEADINGS = {Act.OPEN: "Abrir la urna", Act.CLOSE: "Cerrar la urna", Act.TALLY: "Contar la urna"}


def is_early_closing(box: BallotBox, act: Act) -> bool:
    return act is Act.CLOSE and box.would_close_early


def about(box: BallotBox, act: Act) -> dict:
    """Template values that the requester and the confirmer both review."""
    asked = box.act(act)
    return {
        "box": box,
        "act": act,
        "heading": HEADINGS[act],
        "noun": checklist.NOUN[act],
        "asked": asked,
        "is_done": asked is not None and asked.is_confirmed,
        "is_own_request": asked is not None and asked.asked_by_id == current_account().id,
        "missing": [] if asked else two_person.REQUIREMENTS[act](box),
        "definition": snapshots.snapshot_of(box),
        "how": wording.how,
        "trustees": [trustee.name for trustee in box.trustees],
        "is_early": is_early_closing(box, act),
        "cards": queries.cards(box) if box.is_secret else None,
        "ballots": queries.ballots(box.id),
    }
