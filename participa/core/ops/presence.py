"""Whether somebody serves this installation, which a restore would pull away from under them.

Who serves holds a shared lock on a file, which the system releases when the last process ends;
who restores needs it alone. On PostgreSQL other machines may serve too: their connections carry
the name of what they do.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from participa.core.db import db
from participa.core.errors import Unusable
from participa.core.installation import Duty, installation

LOCK = "servicio.lock"
SERVED = (
    "participa está atendiendo con estos datos, o haciendo trabajos de fondo. Deténgalo primero "
    "(systemctl stop participa) y repita la orden."
)
RESTORED = "Se está reponiendo una copia en esta instalación. Espere a que termine."
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name IN (:server, :worker)"
)


@contextmanager
def serving() -> Iterator[None]:
    """This process and its children serve; raises Unusable during a restore."""
    with lock(fcntl.LOCK_SH, RESTORED):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Nobody serves, nor begins to meanwhile; raises Unusable if somebody does."""
    with lock(fcntl.LOCK_EX, SERVED):
        if db.engine.dialect.name == "postgresql":
            names = {"server": str(Duty.SERVER), "worker": str(Duty.WORKER)}
            with db.engine.connect() as connection:
                if connection.scalar(text(OTHERS), names):
                    raise Unusable(SERVED)
        yield


@contextmanager
def lock(kind: int, sentence: str) -> Iterator[None]:
    descriptor = os.open(place(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable(sentence) from None
        yield
    finally:
        os.close(descriptor)


def place() -> Path:
    """Beside a SQLite file, which another folder of data may use too; else in the folder."""
    if db.engine.dialect.name == "sqlite":
        return Path(db.engine.url.database or "").with_name(LOCK)
    folder: Path = installation().settings.data
    return folder / LOCK
