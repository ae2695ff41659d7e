"""The queue: small tasks that a worker performs after the transaction that asked for them.

A task is asked for with plain values and performed at least once, so it looks at the database
first and does nothing when there is nothing (left) to do.
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
    """Let the worker perform this function under this name."""

    def keep(function: Task) -> Task:
        TASKS[name] = function
        return function

    return keep


def periodic(name: str, hour: str = "*", minute: str = "0") -> Callable[[Task], Task]:
    """Perform this function at these hours and minutes of UTC; two workers may both do it."""

    def keep(function: Task) -> Task:
        PERIODIC[name] = (hour, minute)
        return task(name)(function)

    return keep


def after_commit(name: str, *values: Any) -> None:
    """Have the task performed once the current transaction is stored, and never otherwise."""
    db.session().info.setdefault(WAITING, []).append((name, values))


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
    """Hand a task to the workers. What asked for it is stored, so a failure here is no loss:
    the workers look for forgotten rows every minute.
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
    # Tasks are pickled; the signature keeps out whoever can write there without the key.
    signed = SignedSerializer(secret=settings.secret_key, salt="participa.queue")
    if settings.redis_url:
        return RedisHuey(NAME, url=settings.redis_url, serializer=signed, results=False)
    path = Path(settings.data, "jobs.db")
    return SqliteHuey(NAME, filename=str(path), serializer=signed, results=False)


def run_pending(app: Flask) -> int:
    """Perform here and now all that waits in the queue; tells how many tasks there were."""
    queue: Huey = installation(app).queue
    done = 0
    while (waiting := queue.dequeue()) is not None:
        queue.execute(waiting)
        done += 1
    return done
