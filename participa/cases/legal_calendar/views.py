"""The public proof of each failure of this site, for whoever had to write (PQR-09)."""

from datetime import timedelta

from flask import Blueprint, render_template

from participa.cases import wording
from participa.cases.calendar import Outage
from participa.cases.legal_calendar import outages
from participa.cases.legal_clock import AFTER_OUTAGE
from participa.core.db import db
from participa.core.web.responses import shared

bp = Blueprint("cases", __name__)


@bp.get("/fallas")
def failures():
    page = render_template(
        "cases/failures.html",
        outages=[(one, wording.length_in_words(one.minutes)) for one in outages.outages()],
        shortest=outages.shortest() // timedelta(minutes=1),
    )
    return shared(page)


@bp.get(f"/fallas/<int(max={2**31 - 1}):id>")
def failure(id):
    outage = db.get_or_404(Outage, id)
    page = render_template(
        "cases/failure.html",
        outage=outage,
        length=wording.length_in_words(outage.minutes),
        last_day=outages.last_day_to_write(outage),
        extra_days=AFTER_OUTAGE,
    )
    return shared(page)
