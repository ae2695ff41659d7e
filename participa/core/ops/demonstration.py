"""What separates a demonstration from the installation of a city.

A demonstration has PARTICIPA_DEMO=yes, and the first act in its audit trail says that everything
is an example. The act goes with the database into every copy and every backup, and cannot be
removed without breaking the chain: examples never pass for records of a city, nor the reverse.
"""

from sqlalchemy import Connection, exists, inspect, select

from participa.config import Settings
from participa.core import audit
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation

BY = "participa demo"
BEGUN = "demo.begun"
ONLY_HERE = "Los ejemplos solo existen en una demostración: se hacen con «participa demo»."
EXAMPLES_HERE = (
    "Esta base de datos es de una demostración: todo en ella es ejemplo. Muéstrela con "
    "«participa demo», o use otra base y otra carpeta para la ciudad."
)
NO_EXAMPLES_HERE = (
    "Esta base de datos no es de una demostración, o es de una anterior. Quite PARTICIPA_DEMO para "
    "atender a la ciudad; para empezar de nuevo una demostración, use «participa demo --reset»."
)


class Mixed(Refused):
    """Examples and an installation that is no demonstration, or the reverse."""


def is_demo() -> bool:
    """Whether this installation is set up as a demonstration."""
    settings: Settings = installation().settings
    return settings.demo


def require_demo() -> None:
    if not is_demo():
        raise Mixed(ONLY_HERE)


def begin() -> None:
    """Write as the first act of this database that everything in it is an example."""
    require_demo()
    if not _is_empty():
        raise Mixed(NO_EXAMPLES_HERE)
    audit.record(BEGUN, "demo", BY)


def has_begun(connection: Connection | None = None) -> bool:
    """Whether this database is that of a demonstration; asked in the session by default."""
    begun = select(exists().where(AuditEntry.action == BEGUN))
    return bool(connection.scalar(begun) if connection else db.session.scalar(begun))


def refuse_mixture() -> None:
    """Raise Mixed if the settings and the database differ about whether this is a demonstration.

    A database without any act, or without tables, is neither.
    """
    if not inspect(db.engine).has_table(AuditEntry.__tablename__) or _is_empty():
        return
    if has_begun() != is_demo():
        raise Mixed(NO_EXAMPLES_HERE if is_demo() else EXAMPLES_HERE)


def _is_empty() -> bool:
    return not db.session.scalar(select(exists().where(AuditEntry.number > 0)))
