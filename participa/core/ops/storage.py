"""Whether this installation can store anything, asked before it serves; and the words for it."""

import errno
import os
import sqlite3
import tempfile

from sqlalchemy.exc import DBAPIError, OperationalError

from participa.core.db import db
from participa.core.installation import installation

TRIAL = b"\0" * 65_536
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SQLITE_NO_WRITING = {"SQLITE_READONLY", "SQLITE_IOERR"}
FULL = "No hay espacio en el disco para {what}. Libere disco y repita la orden."
READ_ONLY = "No se puede escribir en {what}. Revise el espacio, el disco y los permisos."
DATABASE = "la base de datos"


def require_room() -> None:
    """Write a little where this installation stores things, and take it back.

    Raises OSError or OperationalError.
    """
    with tempfile.TemporaryFile(dir=installation().settings.data) as trial:
        trial.write(TRIAL)
        trial.flush()
        os.fsync(trial.fileno())
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("CREATE TABLE participa_trial (word TEXT)")
            connection.rollback()


def sentence_of(error: OSError | DBAPIError | sqlite3.Error) -> str:
    """What an operator can do about it; "" if the error is a fault of ours."""
    if isinstance(error, OSError):
        where = error.filename or "PARTICIPA_DATA"
        if error.errno in NO_ROOM:
            return FULL.format(what=where)
        cause = os.strerror(error.errno or 0)
        return f"No se puede usar {where} ({cause}). Revise PARTICIPA_DATA."
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorname", "") or ""
    kind = "_".join(code.split("_")[:2])  # the system's reason may follow
    if kind == "SQLITE_FULL":
        return FULL.format(what=DATABASE)
    if kind in SQLITE_NO_WRITING:
        return READ_ONLY.format(what=DATABASE)
    if not isinstance(error, OperationalError | sqlite3.OperationalError):
        return ""
    return (
        f"No se puede usar la base de datos ({type(original).__name__}). "
        "Revise PARTICIPA_DATABASE_URL y ejecute participa migrate."
    )
