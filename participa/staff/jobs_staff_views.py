"""Background jobs: progress, cancellation, and download of results."""

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from sqlalchemy import and_, select

from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job, JobState
from participa.core.tables.tables import attachment
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, ListRules, Order, one_of
from participa.staff.access import EVERYONE, allows, current_account, guard, says
from participa.staff.progress import LOOKS, payload, words
from participa.staff.signing_in import sessions

IS_OVER = Job.finished_at.is_not(None)
STATES = {
    JobState.WAITING.value: and_(~IS_OVER, Job.started_at.is_(None)),
    JobState.WORKING.value: and_(~IS_OVER, Job.started_at.is_not(None)),
    JobState.DONE.value: and_(IS_OVER, Job.cancelled_at.is_(None), Job.error == ""),
    JobState.FAILED.value: and_(IS_OVER, Job.cancelled_at.is_(None), Job.error != ""),
    JobState.CANCELLED.value: Job.cancelled_at.is_not(None),
}
LIST = ListRules(
    search=lambda word: lists.contains(word, Job.title, Job.owner),
    orders={
        "trabajo": Order("Trabajo", lists.plain(Job.title), LETTERS),
        "pedido": Order("Pedido", Job.queued_at, MOMENTS),
        "quien": Order("Por", lists.plain(Job.owner), LETTERS),
    },
    first="-pedido",
    unique=Job.id,
    filters=(one_of("estado", "Estado", STATES),),
)

bp = guard(Blueprint("staff_jobs", __name__, url_prefix="/gestion/trabajos"), "trabajos")


@bp.get("")
@allows(EVERYONE)
def index():
    _ignore_automatic_reload()
    rows = select(Job)
    if not current_account().is_administrator:
        rows = rows.filter_by(owner=str(current_account()))
    listing = LIST.listing(rows)
    running = any(not job.is_over for job in listing.rows)
    return render_template(
        "staff_jobs/index.html", listing=listing, words=words, looks=LOOKS, running=running
    )


@bp.get("/<int(max=2147483647):id>")
@allows(EVERYONE)
def show(id):
    _ignore_automatic_reload()
    job = _own(id)
    has_result = jobs.result_path(job) is not None
    return render_template(
        "staff_jobs/show.html", job=job, words=words, looks=LOOKS, has_result=has_result
    )


@bp.get("/<int(max=2147483647):id>.json")
@allows(EVERYONE)
def progress(id):
    """Progress as JSON, polled by static/js/staff.js."""
    sessions.do_not_extend()
    return payload(_own(id))


@bp.post("/<int(max=2147483647):id>/cancelar")
@allows(EVERYONE)
@says("Canceló el trabajo.")
def cancel(id):
    jobs.ask_to_stop(_own(id))
    db.session.commit()
    return redirect(url_for("staff_jobs.show", id=id))


@bp.get("/<int(max=2147483647):id>/resultado")
@allows(EVERYONE)
def result(id):
    """Download the job's file. The export was audited when the job was queued."""
    job = _own(id)
    path = jobs.result_path(job)
    if path is None:
        abort(404)
    response = send_file(path, as_attachment=True)
    response.headers["Content-Disposition"] = attachment(f"{job.title}{path.suffix}")
    response.headers["Cache-Control"] = "no-store"
    return response


def _own(id: int) -> Job:
    """The job, or 404 unless this account owns it or is an administrator."""
    job = db.get_or_404(Job, id)
    account = current_account()
    if job.owner != str(account) and not account.is_administrator:
        abort(404)
    return job


def _ignore_automatic_reload() -> None:
    """Reloads by the page's <meta http-equiv="refresh"> must not extend the session."""
    if "seguir" in request.args:
        sessions.do_not_extend()
