"""The public pages of the events: the calendar, the page of one, the request for support."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from participa.channels.wording import ended
from participa.citizens.queries import newest_notice
from participa.core import clock, codes, links, submissions
from participa.core.db import db
from participa.core.web import limits
from participa.core.web.responses import for_back, shared
from participa.events import calendar, queries, support, wording
from participa.events.models import Event, EventState, SupportRequest
from participa.events.public import pages
from participa.events.public.forms import SupportForm

bp = Blueprint("events", __name__)


@bp.get("/eventos")
def index():
    """What comes, what is off, what was held; ?ano= shows one year in the order of its days."""
    year = request.args.get("ano", type=int)
    groups = {} if year else groups_of_calendar()
    page = render_template(
        "events/index.html",
        year=year,
        years=queries.years(),
        groups=groups,
        of_year=by_month(queries.of_year(year)) if year in queries.years() else [],
        line=wording.line,
        looks=wording.LOOKS,
    )
    return shared(page)


@bp.get("/eventos.ics")
def feed():
    """All called events, to subscribe to."""
    return ics(queries.for_calendars(), "Rendición de Cuentas", "eventos")


@bp.get("/eventos/<code>")
def show(code):
    event = queries.published(codes.read(code)) or abort(404)
    whatsapp = f"https://wa.me/?text={quote(whatsapp_text(event))}"
    page = render_template("events/show.html", whatsapp=whatsapp, **pages.values_of(event))
    return shared(page, seconds=10)


@bp.get("/eventos/<code>.ics")
def entry(code):
    event = queries.published(codes.read(code)) or abort(404)
    return ics([event], event.title, f"evento-{event.code}")


@bp.route("/eventos/<code>/apoyo", methods=["GET", "POST"])
@limits.limited("events.support")
def ask_support(code):
    event = queries.published(codes.read(code)) or abort(404)
    notice = newest_notice(Event.channel)
    if event.is_over or event.cancelled_at is not None or notice is None:
        return shut(event)
    form = SupportForm(purpose_of(event))
    if form.validate_on_submit():
        return send(event, form, notice)
    page = render_template("events/ask_support.html", form=form, event=event, notice=notice)
    return for_back(page, form.status)


def shut(event: Event) -> Any:
    """Say that it takes no requests; redirect a request sent again to its receipt."""
    token = request.form.get("submission", "")
    if receipt := submissions.receipt_of(SupportRequest, token, purpose_of(event)):
        address = url_for("events.support_receipt", code=event.code, receipt=receipt)
        return redirect(address, 303)
    return render_template("events/ask_support.html", event=event), 409


def purpose_of(event: Event) -> str:
    """The purpose signed into the form's token, which is valid for this event only."""
    return f"events.support:{event.code}"


def send(event: Event, form: SupportForm, notice: Any) -> Any:
    """Store the request. Another text on the same sheet is shown again, on a sheet of its own."""
    need, contact = form.need.data, form.contact.data or ""
    try:
        receipt = support.ask(event, form.submission_id, need, contact, notice.id)
    except submissions.AlreadySent as sent:
        form.submission.data = submissions.issue(form.purpose)
        page = render_template(
            "events/ask_support.html", form=form, event=event, notice=notice, sent=sent
        )
        return page, sent.status
    db.session.commit()
    return redirect(url_for("events.support_receipt", code=event.code, receipt=receipt), 303)


@bp.get("/eventos/<code>/apoyo/<receipt>")
def support_receipt(code, receipt):
    event = queries.published(codes.read(code)) or abort(404)
    asked = support.request_with(codes.read(receipt), event) or abort(404)
    page = render_template(
        "events/support_receipt.html", event=event, asked=asked, reference=codes.show(asked.receipt)
    )
    response = Response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def groups_of_calendar() -> dict[str, list[Event]]:
    """The events of the calendar under their headings."""
    ahead = queries.ahead()
    off = {EventState.POSTPONED: "Aplazados", EventState.CANCELLED: "Cancelados"}
    groups = {"Los próximos": [event for event in ahead if event.state not in off]}
    for state, heading in off.items():
        groups[heading] = [event for event in ahead if event.state is state]
    return groups | {"Los que ya se hicieron": queries.past()}


def ics(events: list[Event], name: str, file: str) -> Response:
    response = Response(calendar.calendar_of(events, name), content_type=calendar.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{file}.ics"'
    return shared(response)


def by_month(events: list[Event]) -> list[tuple[int, list[Event]]]:
    """Month number → its events, for the calendar of a year."""
    months: dict[int, list[Event]] = {}
    for event in events:
        if event.opens_at is not None:
            months.setdefault(clock.local(event.opens_at).month, []).append(event)
    return list(months.items())


def whatsapp_text(event: Event) -> str:
    return (
        f"{ended(event.title)} {wording.when(event)} {ended(wording.place(event))} "
        f"{links.readable(event.code)}"
    )
