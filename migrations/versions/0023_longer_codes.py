"""Receipts, certificates and codes of cases have 16 characters, 80 bits, so that none is guessed.

Those that were given out before stay as they are. A longer receipt begins with the earlier one.
On SQLite the declared length is written into the schema in place: it changes no stored value, and
copying a table would delete the rows that refer to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_longer_codes"
down_revision = "0022_attendance"

COLUMNS = (
    ("attendee", "certificate"),
    ("attendee", "receipt"),
    ("question_sent", "receipt"),
    ("resident_case", "code"),
    ("support_request", "receipt"),
    ("topic_answer", "receipt"),
)
LONG = 16
SHORT = 12


def upgrade():
    for table, column in COLUMNS:
        resize(table, column, SHORT, LONG)


def downgrade():
    for table, column in COLUMNS:
        op.execute(f"UPDATE {table} SET {column} = substr({column}, 1, {SHORT})")  # noqa: S608 - constants
        resize(table, column, LONG, SHORT)


def resize(table, column, before, after):
    if op.get_bind().dialect.name == "sqlite":
        declare(table, f"{column} VARCHAR({before})", f"{column} VARCHAR({after})")
    else:
        op.alter_column(
            table,
            column,
            existing_type=sa.String(before),
            type_=sa.String(after),
            existing_nullable=False,
        )


def declare(table, before, after):
    """Change a declaration as https://www.sqlite.org/lang_altertable.html says (section 8)."""
    run = op.get_bind().exec_driver_sql
    run("PRAGMA writable_schema=ON")
    change = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?"
    run(change, (before, after, table))
    version = run("PRAGMA schema_version").scalar_one()
    run(f"PRAGMA schema_version={version + 1}")
    run("PRAGMA writable_schema=RESET")
