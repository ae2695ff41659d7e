"""Opening, closing and counting: one official requests, another one reviews and confirms."""

from flask import Blueprint, redirect, render_template, url_for

from participa.ballots import minimum, queries, snapshots
from participa.ballots.ceremony import quorum_of
from participa.ballots.lifecycle import checklist, two_person
from participa.ballots.models import Act, BallotBox
from participa.ballots.office.staff_forms import AskEarlyClosingForm, AskForm, ConfirmActForm
from participa.ballots.office.staff_views import own_box
from participa.ballots.public import wording
from participa.ballots.results import counting
from participa.ballots.roles import REGISTRAR, TRUSTEE, roles_of
from participa.core.db import db
from participa.core.editing import versions
from participa.core.installation import installation
from participa.staff.access import (
    WRITERS,
    allows,
    current_account,
    fresh,
    guard,
    says,
    with_second_factor,
)

ACT = "<any(abrir, cerrar, contar):word>"
bp = guard(
    Blueprint("ballots_acts", __name__, url_prefix="/gestion/urnas/<uuid>"),
    "abrir-con-dos-personas",
)


@bp.route(f"/{ACT}", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
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
@with_second_factor
@fresh
@says("Lo confirmó.")
def confirm(uuid, word):
    """Requires another person than the requester, with a recently confirmed password."""
    box, act = own_box(uuid), Act(word)
    if two_person.standing(box, act) is None:
        return redirect(url_for("ballots_acts.ask", uuid=uuid, word=word))
    form = ConfirmActForm()
    if form.validate_on_submit() and form.carries_out(
        two_person.confirm, box, act, current_account(), form.version, form.has_compared.data
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


BELOW = {Act.CLOSE: minimum.at_closing, Act.TALLY: minimum.at_counting}
ROLE_WORDS = {TRUSTEE: "Guarda una parte de la llave", REGISTRAR: "Hace los códigos"}
HEADINGS = {Act.OPEN: "Abrir la urna", Act.CLOSE: "Cerrar la urna", Act.TALLY: "Contar la urna"}


def is_early_closing(box: BallotBox, act: Act) -> bool:
    return act is Act.CLOSE and box.would_close_early


def about(box: BallotBox, act: Act) -> dict:
    """Template values that the requester and the confirmer both review."""
    asked, viewer = two_person.standing(box, act), current_account()
    is_own = asked is not None and asked.asked_by_id == viewer.id
    return {
        "box": box,
        "act": act,
        "is_demo": installation().settings.demo,
        "heading": HEADINGS[act],
        "noun": checklist.NOUN[act],
        "asked": asked,
        "is_done": asked is not None and asked.is_confirmed,
        "is_own_request": is_own,
        "obstacle": two_person.why_not_confirm(box, asked.asked_by, viewer) if asked else "",
        "missing": [] if asked else two_person.REQUIREMENTS[act](box),
        "definition": snapshots.snapshot_of(box),
        "how": wording.how,
        "roles": roles_of(box) if two_person.vouches_for_keys(box, act) else (),
        "role_words": ROLE_WORDS,
        "trustees": [trustee.name for trustee in box.trustees],
        "quorum": quorum_of(box),
        "is_early": is_early_closing(box, act),
        "rule": minimum.rule(box),
        "below": BELOW[act](box) if act in BELOW else "",
        "will_extend": act is Act.CLOSE and minimum.is_to_be_extended(box),
        "lacks_paper": act is Act.TALLY and (box.paper is None or box.typed_paper is not None),
        "cards": queries.cards(box) if box.is_secret else None,
        "ballots": queries.ballots(box.id),
    }
