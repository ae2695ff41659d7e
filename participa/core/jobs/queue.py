"""The task queue (huey): tasks run in a worker after the commit that requested them.

Arguments are plain values. A task runs at least once, so it reads the database first and does
nothing if its work is already done.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from participa.config import Settings
from participa.core import logs
from participa.core.db import db
from participa.core.installation import installation

NAME = "participa"
WAITING = "participa.after_commit"

Task = Callable[..., None]
TASKS: dict[str, Task] = {}
PERIODIC: dict[str, tuple[str, str]] = {}  # name: (hour, minute) of UTC, as in a crontab

log = structlog.get_logger()


def task(name: str) -> Callable[[Task], Task]:
    """Register a function as a task under this name."""

    def register(function: Task) -> Task:
        TASKS[name] = function
        return function

    return register


def periodic(name: str, hour: str = "*", minute: str = "0") -> Callable[[Task], Task]:
    """Register a task that runs at these hours and minutes of UTC (crontab syntax).

    With two workers it may run twice.
    """

    def register(function: Task) -> Task:
        PERIODIC[name] = (hour, minute)
        return task(name)(function)

    return register


def after_commit(name: str, *values: Any) -> None:
    """Queue the task when the current transaction commits; drop it on rollback."""
    session = db.session()
    if session.get_transaction() is None:
        session.begin()  # else its events would not tell of a commit
    session.info.setdefault(WAITING, []).append((name, values))


@event.listens_for(db.session, "after_commit")
def send(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for name, values in session.info.pop(WAITING, ()):
        put(name, *values)


@event.listens_for(db.session, "after_soft_rollback")
def forget(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:
        session.info.pop(WAITING, None)


def put(name: str, *values: Any) -> None:
    """Queue a task now. A failure is only logged: what requested the task is committed, and the
    workers look for rows that were not queued every minute.
    """
    try:
        installation().perform(name, *values)
    except Exception as error:  # each storage has errors of its own
        log.error("queue.away", task=name, **logs.fault(error))


def init_app(app: Flask) -> None:
    settings: Settings = installation(app).settings
    queue = storage(settings)
    installation(app).queue = queue

    def perform(name: str, *values: Any) -> None:
        with app.app_context():
            carry_out(name, *values)

    installation(app).perform = queue.task(name="perform")(perform)
    for name, (hour, minute) in PERIODIC.items():
        when = crontab(hour=hour, minute=minute)
        queue.periodic_task(when, name=f"periodic:{name}")(regularly(app, name))


def regularly(app: Flask, name: str) -> Task:
    def now() -> None:
        with app.app_context():
            carry_out(name)

    return now


def carry_out(name: str, *values: Any) -> None:
    try:
        TASKS[name](*values)
    except Exception as error:
        log.error("task.failed", task=name, **logs.fault(error))
        raise


def storage(settings: Settings) -> Huey:
    # Tasks are pickled: without the signature, write access to the queue would run any code.
    signed = SignedSerializer(secret=settings.secret_key, salt="participa.queue")
    if settings.redis_url:
        return RedisHuey(NAME, url=settings.redis_url, serializer=signed, results=False)
    path = Path(settings.data, "jobs.db")
    return SqliteHuey(NAME, filename=str(path), serializer=signed, results=False)


def run_pending(app: Flask) -> int:
    """Run all queued tasks in this thread; returns their number."""
    queue: Huey = installation(app).queue
    done = 0
    while (waiting := queue.dequeue()) is not None:
        queue.execute(waiting)
        done += 1
    return done
