"""The public pages about what is heard: how the city answers it, and what changed because of it."""

from flask import Blueprint, abort, render_template, request

from participa.core import clock
from participa.core.installation import installation
from participa.core.tables import tables
from participa.core.web.responses import shared
from participa.listening.answers import outcomes, report_tables, transparency
from participa.listening.answers.periods import ReportPeriod, periods, read
from participa.listening.answers.transparency import TransparencyReport, report_of

FORMATS = ("xlsx", "csv", "json")
SHOWN = 50  # requests on the page; the file has all
bp = Blueprint("listening_answers", __name__, url_prefix="/escuchaderos")


@bp.get("/como-respondemos")
def report():
    """The transparency report of a year or a quarter: ?periodo=2026 or ?periodo=2026-3."""
    period = asked_period() or abort(404)
    page = render_template(
        "listening_answers/report.html",
        report=report_of(period),
        periods=known_periods(),
        formula=transparency.FORMULA,
        elsewhere=transparency.ELSEWHERE,
        shown=SHOWN,
        formats=FORMATS,
        small_cell=installation().settings.small_cell,
    )
    return shared(page)


@bp.get("/como-respondemos/tiempos.<format>")
def requests_file(format):
    """The working days of each request of the period."""
    if format not in FORMATS:
        abort(404)
    period = asked_period() or abort(404)
    table = report_tables.requests_table(report_of(period))
    return tables.download(table, format, f"tiempos-de-respuesta-{period.key}")


@bp.get("/como-respondemos/totales.<format>")
def totals_file(format):
    """The totals of every period."""
    if format not in FORMATS:
        abort(404)
    reports: list[TransparencyReport] = [report_of(period) for period in known_periods()]
    return tables.download(report_tables.totals_table(reports), format, "como-respondemos")


@bp.get("/que-cambio")
def changes():
    return shared(
        render_template("listening_answers/changes.html", changes=outcomes.public_changes())
    )


def known_periods() -> list[ReportPeriod]:
    return periods(transparency.first_day(), clock.today())


def asked_period() -> ReportPeriod | None:
    """The period of the address; without one, this year. None for one that has nothing."""
    key = request.args.get("periodo", "")
    wanted = read(key) if key else ReportPeriod(clock.today().year)
    return wanted if wanted in known_periods() else None
