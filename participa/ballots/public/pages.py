"""The pages on which people vote. Those that are the same for everybody are cached per version."""

import hashlib
from typing import Any

from flask import render_template, url_for

from participa.ballots import minimum
from participa.ballots.kinds import BelowMinimum
from participa.ballots.minimum import Ending
from participa.ballots.public import promises, wording
from participa.ballots.public.forms import AnswerForm, BallotForm, form_for
from participa.ballots.roll import trial_cards
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import open_consultation
from participa.ballots.voting.casting import closed_reason
from participa.channels.flow import own_values
from participa.channels.wording import early_closing
from participa.citizens.variables import VARIABLES
from participa.core import links
from participa.core.installation import installation
from participa.core.web import assets
from participa.core.web.precompressed_page import completed

SCRIPTS = ("js/ballots.js", "urna/urna.js")
REVIEW = "ballots/_review.html"
SHOW, ASSISTED, KIOSK = "ballots/show.html", "ballots/assisted.html", "ballots/kiosk.html"


def voting(box: BoxSnapshot, page: str = SHOW) -> str:
    """The page on which the browser encrypts the vote. Same for everybody, without a token."""
    context = {
        "codes_to_try": codes_to_try(box),
        "hows": [wording.how(asked) for asked in box.asked],
        "is_kiosk": page == KIOSK,
        "version": version(),
        "check_address": links.absolute(url_for("ballots.challenge", uuid=box.uuid)),
    }
    return render_template(page, part="ballots/_vote.html", **about(box) | context)


def version() -> str:
    """Changes with the scripts by which a browser votes: a page left open may be an older one."""
    scripts = " ".join(assets.address(name) for name in SCRIPTS)
    return hashlib.sha256(scripts.encode()).hexdigest()[:12]


def fresh(box: BoxSnapshot) -> str:
    """The empty form of an open consultation; cached, with a token of its own each time."""
    page: str | None = box.rendered.get("fresh")
    if page is None:
        form = form_for(AnswerForm, box)
        form.leave_places()
        page = box.rendered["fresh"] = filled(box, form)
    return completed(page, own_values(box.purpose(AnswerForm.way)))


def filled(box: BoxSnapshot, form: BallotForm) -> str:
    """The form with everything that was submitted."""
    return render_template(SHOW, part="ballots/_answer.html", form=form, **about(box))


def review(box: BoxSnapshot, form: BallotForm) -> str:
    """The choices to check before they are sent. Nothing is stored yet."""
    return render_template(SHOW, part=REVIEW, form=form, **about(box))


def assisted(box: BoxSnapshot, form: BallotForm, part: str = "ballots/_assisted.html") -> str:
    heading = "Revise su voto" if part == REVIEW else "Votar sin JavaScript"
    context = about(box, is_assisted=True) | {"heading": heading, "codes_to_try": codes_to_try(box)}
    return render_template(ASSISTED, part=part, form=form, **context)


def closed(box: BoxSnapshot, page: str = SHOW) -> str:
    """The page of a box that accepts no votes now; its heading says why."""
    heading = closed_reason(box)
    return render_template(page, part="ballots/_shut.html", heading=heading, **about(box))


def about(box: BoxSnapshot, is_assisted: bool = False) -> dict[str, Any]:
    """Template values that all pages of a box need, also for link previews (NET-04)."""
    rules = rules_of(box, is_assisted)
    return {
        "box": box,
        "is_kiosk": False,
        "when": wording.when(box),
        "early_closing": early_closing(box),
        "extension": minimum.extension(box),
        "what_it_is": wording.WHAT_IT_IS[box.kind],
        "verb": wording.VERB[box.kind],
        "how": wording.how,
        "summary": wording.summary(box),
        "address": links.absolute(url_for("ballots.show", uuid=box.uuid)),
        "promises": promises.promises_of(rules),
        "sights": promises.sights(rules),
    }


def rules_of(box: BoxSnapshot, is_assisted: bool) -> promises.Rules:
    settings = installation().settings
    return promises.Rules(
        box.kind,
        takes_last=box.takes_last,
        has_second_part=box.has_second_part,
        shows_live=box.shows_live,
        allows_assisted=box.allows_assisted,
        is_assisted=is_assisted,
        allows_paper=box.allows_paper,
        asks_variables=bool(box.variables),
        asks_sensitive=any(VARIABLES[id].is_sensitive for id in box.variables),
        registrar=box.registrar,
        trustees=box.trustees,
        needed=box.needed,
        key_holders=box.key_holders,
        vouchers=box.vouchers,
        review=settings.crypto_review,
        months=box.notice.months if box.notice else 0,
        small_cell=settings.small_cell,
        minimum_rule=minimum.rule(box),
        sums_with_paper=box.below_minimum is BelowMinimum.MERGE,
        first_live=open_consultation.first_shown_at(box),
        ending=ending_of(box),
    )


def ending_of(box: BoxSnapshot) -> Ending | None:
    """What the count of this box did; None before it."""
    if box.is_without_result:
        return Ending.NOTHING
    if not box.is_finished:
        return None
    return Ending.SUM if box.is_summed else Ending.RESULT


def codes_to_try(box: BoxSnapshot) -> list[str]:
    """Codes for the visitors of a demonstration; empty for a real box."""
    return trial_cards.codes_to_try(box.uuid) if box.is_example else []
