"""What separates a demonstration from the installation of a city.

A demonstration has PARTICIPA_DEMO=yes, and the first act in its audit trail says that everything
is an example. The act goes with the database into every copy and every backup, and cannot be
removed without breaking the chain: examples never pass for records of a city, nor the reverse.
A demonstration of an earlier version has no such act; its records say that they are examples.
"""

from sqlalchemy import Boolean, ColumnElement, Connection, column, exists, inspect, select, table

from participa.config import Settings
from participa.core import audit
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation

BY = "participa demo"
BEGUN = "demo.begun"
MARK = "is_example"  # the column of a record that can be an example
ONLY_HERE = "Los ejemplos solo existen en una demostración: se hacen con «participa demo»."
EXAMPLES_HERE = (
    "Esta base de datos es de una demostración: todo en ella es ejemplo. Muéstrela con "
    "«participa demo», o use otra base y otra carpeta para la ciudad."
)
OLD_EXAMPLES_HERE = (
    "Esta base de datos tiene ejemplos de una demostración anterior. Use otra base y otra carpeta "
    "para la ciudad; para empezar de nuevo una demostración, use «participa demo --reset»."
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


def holds_examples(connection: Connection | None = None) -> bool:
    """Whether any record of this database is an example, whatever version stored it."""
    inspector = inspect(connection or db.engine)
    columns = inspector.get_multi_columns()
    marked = [name for (_, name), found in columns.items() if any(c["name"] == MARK for c in found)]
    asked = connection or db.session
    return any(asked.scalar(select(exists().where(is_marked(name)))) for name in sorted(marked))


def is_marked(name: str) -> ColumnElement[bool]:
    rows = table(name, column(MARK, Boolean))
    return rows.c[MARK].is_(True)


def refuse_mixture() -> None:
    """Raise Mixed if the settings and the database differ about whether this is a demonstration.

    A database without any act, or without tables, is neither. Every command that changes or shows
    the database asks this before anything else.
    """
    has_acts = inspect(db.engine).has_table(AuditEntry.__tablename__) and not _is_empty()
    if has_acts and has_begun():
        if not is_demo():
            raise Mixed(EXAMPLES_HERE)
    elif is_demo() and has_acts:
        raise Mixed(NO_EXAMPLES_HERE)
    elif holds_examples():
        raise Mixed(OLD_EXAMPLES_HERE)


def _is_empty() -> bool:
    return not db.session.scalar(select(exists().where(AuditEntry.number > 0)))
