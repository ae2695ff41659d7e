"""The page after somebody was heard: the proof, and the card with the secret code, shown once."""

from collections import Counter
from datetime import datetime
from typing import Any

from flask import url_for

from participa.cases.models import Case
from participa.core import clock, codes, links, qr
from participa.core.db import db
from participa.listening import secret_codes
from participa.listening.intake.staff_forms import WAYS, IntakeForm
from participa.listening.models import Contribution, VerbalRecord, Way
from participa.listening.receive import Received
from participa.staff.models import Account


def proof(form: IntakeForm, received: Received, by: Account) -> dict[str, Any]:
    """What the page shows of a contribution that was just taken down.

    The hour comes from the form: of somebody anonymous it is printed and not stored.
    """
    contribution = db.session.get_one(Contribution, received.case_id)
    case = db.session.get_one(Case, received.case_id)
    code = secret_codes.code_of(form.submission_id)
    address = links.absolute(url_for("listening_follow.ask"))
    number = codes.show(received.radicado)
    title, spoken = words_of(contribution)
    return {
        "title": title,
        "spoken": spoken,
        "number": number,
        "code": codes.show(code),
        # After the "#", which no browser sends: the code is in no address that a server sees.
        "picture": qr.svg_to_forget(
            f"{address}#{number}-{codes.show(code)}", "Código QR para volver al aporte"
        ),
        "where": address.partition("://")[2],
        "contribution": contribution,
        "case": case,
        "record": db.session.get(VerbalRecord, received.case_id),
        "said_at": form.moment,
        "filed_at": clock.now(),
        "is_late_copy": is_of_before(form.moment),
        "files": Counter(one.kind.value for one in contribution.attachments),
        "servant": by,
        "next_way": word_of(contribution.way),
    }


def words_of(contribution: Contribution) -> tuple[str, str]:
    """The title of the proof, and that it was by word of mouth; that is empty for a paper."""
    if contribution.way is Way.PAPER:
        return "Constancia de recibo", ""
    if contribution.wants_answer:
        return "Constancia de petición verbal", "La petición fue formulada de manera verbal"
    return "Constancia de aporte verbal", "El aporte fue formulado de manera verbal"


def is_of_before(moment: datetime) -> bool:
    """Whether it was said on an earlier day than the one on which it is written down."""
    return clock.local(moment).date() < clock.today()


def word_of(way: Way) -> str:
    """The word of the address with which the next form begins."""
    return next(word for word, one in WAYS.items() if one is way)
