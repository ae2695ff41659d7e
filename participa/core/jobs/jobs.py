"""Jobs: work too long for a request, with progress, a result to download, and cancellation.

The row in the database decides; the queue only wakes a worker. A job that is queued twice runs
once, because the worker claims its row first; a job that was never queued is queued again later.
"""

import enum
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import JSON, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock, codes, logs
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.jobs import queue

RESULT_DAYS = 7
ROW_DAYS = 90
EVERY_SECONDS = 0.5
SILENT = timedelta(minutes=3)  # a worker updates seen_at every 15 s
FORGOTTEN = timedelta(minutes=1)
INTERRUPTED = "El servidor se detuvo antes de terminar. Pida el trabajo otra vez."
FAILED = "El trabajo falló. Si se repite, dé a soporte esta referencia: {reference}."

Work = Callable[..., None]
WORK: dict[str, Work] = {}
running: set[int] = set()

log = structlog.get_logger()


class Cancelled(Exception):
    """A person asked this job to stop."""


class JobState(enum.Enum):
    WAITING = "En espera"
    WORKING = "En curso"
    DONE = "Listo"
    FAILED = "Falló"
    CANCELLED = "Cancelado"


class Job(db.Model):
    """A background task requested by a staff account."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text, index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    cancel_asked_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    error: Mapped[str] = mapped_column(Text, default="")
    result_name: Mapped[str] = mapped_column(Text, default="")

    @property
    def state(self) -> JobState:
        if self.cancelled_at is not None:
            return JobState.CANCELLED
        if self.finished_at is not None:
            return JobState.FAILED if self.error else JobState.DONE
        return JobState.WAITING if self.started_at is None else JobState.WORKING

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None

    @property
    def can_stop(self) -> bool:
        return self.finished_at is None and self.cancel_asked_at is None

    @property
    def percent(self) -> int:
        if self.state is JobState.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0

    @property
    def seconds_left(self) -> int | None:
        """Estimate from the pace so far; None before the first row and after the end."""
        if self.started_at is None or self.is_over or not self.done or not self.total:
            return None
        elapsed = (clock.now() - self.started_at).total_seconds()
        return max(0, round(elapsed * (self.total - self.done) / self.done))


class Progress:
    """Passed to a running job: the id of its row, progress reports, and its result file."""

    def __init__(self, job_id: int):
        self.id = job_id
        self.result = ""
        self.reported_at = 0.0

    def advance(self, done: int, total: int) -> None:
        """Store the progress; raises Cancelled when the job was asked to stop.

        Calls within EVERY_SECONDS are ignored. On SQLite nothing is stored while the job's own
        transaction has writes, so long imports commit in batches and call this after each.
        """
        if time.monotonic() - self.reported_at < EVERY_SECONDS:
            return
        self.reported_at = time.monotonic()
        with db.engine.connect() as connection:
            asked = connection.scalar(select(Job.cancel_asked_at).where(Job.id == self.id))
        if asked is not None:
            raise Cancelled
        if not is_writing_to_sqlite():
            store(self.id, done=done, total=total, seen_at=clock.now())

    def new_result(self, ending: str) -> Path:
        """The path to write the result to; it can be downloaded for RESULT_DAYS."""
        self.result = f"{secrets.token_urlsafe(24)}.{ending}"
        return results() / self.result


def work(name: str) -> Callable[[Work], Work]:
    """Register a function for `start`; it is called as `function(progress, **arguments)`."""

    def register(function: Work) -> Work:
        WORK[name] = function
        return function

    return register


def start(name: str, title: str, owner: str, **arguments: Any) -> Job:
    """Create a job of a registered function; a worker starts it after the current commit."""
    if name not in WORK:
        raise LookupError(f"no function is registered as @jobs.work({name!r})")
    job = Job(name=name, title=title, owner=owner, arguments=arguments)
    db.session.add(job)
    db.session.flush()
    queue.after_commit("jobs.run", job.id)
    return job


def ask_to_stop(job: Job) -> None:
    """Cancel a job: at once if it has not started, else at its next progress report."""
    now = clock.now()
    waiting = update(Job).where(Job.id == job.id, Job.started_at.is_(None))
    stopped = waiting.values(cancel_asked_at=now, cancelled_at=now, finished_at=now)
    if db.session.execute(stopped).rowcount == 0:  # type: ignore[attr-defined]
        asked = update(Job).where(Job.id == job.id, Job.finished_at.is_(None))
        db.session.execute(asked.values(cancel_asked_at=now))
    db.session.refresh(job)


def results() -> Path:
    folder: Path = installation().settings.data / "results"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def result_path(job: Job) -> Path | None:
    """The result file; None when there is none or it has been erased."""
    path = results() / job.result_name
    return path if job.result_name and path.is_file() else None


@queue.task("jobs.run")
def run(job_id: int) -> None:
    """Run a job, unless another worker has started it."""
    now, is_waiting = clock.now(), (Job.started_at.is_(None), Job.finished_at.is_(None))
    if not store(job_id, *is_waiting, started_at=now, seen_at=now):
        return
    job = db.session.get_one(Job, job_id)
    progress = Progress(job_id)
    running.add(job_id)
    try:
        end = outcome(job, progress)
    finally:
        running.discard(job_id)
    store(job_id, Job.finished_at.is_(None), finished_at=clock.now(), **end)


def outcome(job: Job, progress: Progress) -> dict[str, Any]:
    name = job.name
    try:
        WORK[name](progress, **job.arguments)
        db.session.commit()
    except Exception as error:  # every failure must end the job
        db.session.rollback()
        if progress.result:
            (results() / progress.result).unlink(missing_ok=True)
        if isinstance(error, Cancelled):
            return {"cancelled_at": clock.now()}
        reference = codes.show(codes.new())
        log.error("job.failed", job=progress.id, name=name, ref=reference, **logs.fault(error))
        refused = isinstance(error, Refused)
        return {"error": str(error) if refused else FAILED.format(reference=reference)}
    log.info("job.done", job=progress.id, name=name)
    return {"result_name": progress.result}


def store(job_id: int, *conditions: Any, **values: Any) -> bool:
    """Update a job in its own transaction; returns whether a row met the conditions."""
    with db.engine.begin() as connection:
        row = update(Job).where(Job.id == job_id, *conditions).values(**values)
        return connection.execute(row).rowcount == 1


def is_writing_to_sqlite() -> bool:
    """Whether the current transaction holds the write lock of SQLite."""
    if not db.session().in_transaction():
        return False
    return "write_lock" in db.session.connection().info


def look_after() -> None:
    """Mark this worker's jobs as alive, and end jobs whose worker has been silent for SILENT."""
    now = clock.now()
    with db.engine.begin() as connection:
        if running:
            alive = update(Job).where(Job.id.in_(running)).values(seen_at=now)
            connection.execute(alive)
        lost = update(Job).where(Job.started_at.is_not(None), Job.finished_at.is_(None))
        lost = lost.where(or_(Job.seen_at.is_(None), Job.seen_at < now - SILENT))
        connection.execute(lost.values(finished_at=now, error=INTERRUPTED))


def queue_again(older_than: timedelta = FORGOTTEN) -> int:
    """Queue jobs again that have not started, for example after a crash; returns their number."""
    waiting = select(Job.id).where(Job.started_at.is_(None), Job.finished_at.is_(None))
    forgotten = waiting.where(Job.queued_at <= clock.now() - older_than).order_by(Job.id)
    with db.engine.connect() as connection:
        ids = list(connection.scalars(forgotten))
    for job_id in ids:
        queue.put("jobs.run", job_id)
    return len(ids)


def erase_old() -> int:
    """Erase results after RESULT_DAYS and rows after ROW_DAYS; returns their number."""
    oldest = clock.now() - timedelta(days=RESULT_DAYS)
    files = [path for path in results().iterdir() if path.stat().st_mtime < oldest.timestamp()]
    for path in files:
        path.unlink(missing_ok=True)
    old = delete(Job).where(Job.finished_at < clock.now() - timedelta(days=ROW_DAYS))
    return len(files) + db.session.execute(old).rowcount  # type: ignore[attr-defined]


@queue.periodic("jobs.erase_old", hour="8")
def erase_old_regularly() -> None:
    erase_old()
    db.session.commit()
