"""Long work: how far it is, how to stop it, and where its result waits."""

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from sqlalchemy import select

from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job
from participa.core.tables.tables import attachment
from participa.staff.access import EVERYONE, allows, current_account, guard
from participa.staff.progress import LOOKS, told, words
from participa.staff.signing_in import sessions

MOST = 100

bp = guard(Blueprint("staff_jobs", __name__, url_prefix="/gestion/trabajos"))


@bp.get("")
@allows(EVERYONE)
def index():
    _stay_a_look()
    rows = select(Job).order_by(Job.id.desc()).limit(MOST)
    if not current_account().is_administrator:
        rows = rows.filter_by(owner=str(current_account()))
    found = db.session.scalars(rows).all()
    running = any(not job.is_over for job in found)
    return render_template(
        "staff_jobs/index.html", jobs=found, words=words, looks=LOOKS, running=running
    )


@bp.get("/<int(max=2147483647):id>")
@allows(EVERYONE)
def show(id):
    _stay_a_look()
    job = _own(id)
    has_result = jobs.result_path(job) is not None
    return render_template(
        "staff_jobs/show.html", job=job, words=words, looks=LOOKS, has_result=has_result
    )


@bp.get("/<int(max=2147483647):id>.json")
@allows(EVERYONE)
def progress(id):
    """What the page's script asks every second."""
    sessions.do_not_count_as_a_look()
    return told(_own(id))


@bp.post("/<int(max=2147483647):id>/cancelar")
@allows(EVERYONE)
def cancel(id):
    jobs.ask_to_stop(_own(id))
    db.session.commit()
    return redirect(url_for("staff_jobs.show", id=id))


@bp.get("/<int(max=2147483647):id>/resultado")
@allows(EVERYONE)
def result(id):
    """The file that the job made; that it was asked for was written down when the job began."""
    job = _own(id)
    path = jobs.result_path(job)
    if path is None:
        abort(404)
    response = send_file(path, as_attachment=True)
    response.headers["Content-Disposition"] = attachment(f"{job.title}{path.suffix}")
    response.headers["Cache-Control"] = "no-store"
    return response


def _own(id: int) -> Job:
    """The job, if it belongs to this account; an administrator sees all."""
    job = db.get_or_404(Job, id)
    account = current_account()
    if job.owner != str(account) and not account.is_administrator:
        abort(404)
    return job


def _stay_a_look() -> None:
    """Without a script the page loads itself again; that is nobody looking."""
    if "seguir" in request.args:
        sessions.do_not_count_as_a_look()
