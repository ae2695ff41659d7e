"""The worker process of `participa jobs`: runs queued tasks and writes a heartbeat."""

import os
import signal
import time
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import structlog
from flask import Flask
from huey.consumer import Consumer
from sqlalchemy import Text, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock, logs
from participa.core.db import db
from participa.core.errors import Busy
from participa.core.installation import Duty, installation
from participa.core.jobs import jobs

PULSE_SECONDS = 15
ALIVE = timedelta(minutes=2)
STOP_SECONDS = 20  # running jobs are interrupted after that, and end as failed
KILL_SECONDS = STOP_SECONDS + 5
LOOK_SECONDS = 0.5
THREADS = 2
INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

log = structlog.get_logger()


class Pulse(db.Model):
    """The last heartbeat of a process of the installation."""

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime]


def run(app: Flask, server: int | None = None) -> None:
    """Run tasks until a signal arrives, or until the server process with this id ends."""
    state = installation(app)
    state.duty = Duty.WORKER
    consumer = Consumer(
        state.queue,
        workers=THREADS,
        max_delay=1,
        scheduler_interval=10,
        graceful_signal="TERM",
        shutdown_timeout=STOP_SECONDS,
    )
    stop = Event()
    Thread(target=look_after, args=(app, stop), daemon=True).start()
    if server is not None:
        Thread(target=end_with, args=(server, KILL_SECONDS), daemon=True).start()
    log.info("worker.ready")
    consumer.run()
    stop.set()
    log.info("worker.stopped")


def look_after(app: Flask, stop: Event) -> None:
    older_than = timedelta(0)  # at the start, no other worker has them
    while not stop.is_set():
        try:
            with app.app_context():
                beat()
                jobs.look_after()
                jobs.queue_again(older_than)
                older_than = jobs.FORGOTTEN
        except (SQLAlchemyError, Busy) as error:
            log.error("worker.database_away", **logs.fault(error))
        stop.wait(PULSE_SECONDS)


def beat() -> None:
    new = INSERT[db.engine.dialect.name](Pulse).values(name="jobs", at=clock.now())
    new = new.on_conflict_do_update(index_elements=["name"], set_={"at": new.excluded.at})
    with db.engine.begin() as connection:
        connection.execute(new)


def is_alive() -> bool:
    last = db.session.scalar(select(Pulse.at).where(Pulse.name == "jobs"))
    return last is not None and last > clock.now() - ALIVE


def end_with(server: int, patience: float) -> None:
    """Stop when this process gets another parent: the server ended, for whatever reason.

    What has not stopped after so many seconds is killed.
    """
    while os.getppid() == server:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(patience)
    os.kill(os.getpid(), signal.SIGKILL)
