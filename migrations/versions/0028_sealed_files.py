"""Files that are attached to a survey are encrypted, each under a key of its own in its row.

What came before has no key until the next purge, which encrypts it: a migration has no keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028_sealed_files"
down_revision = "0027_surveys"
TABLES = ("answered_file", "waiting_file")


def upgrade():
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("key", sa.Text(), nullable=True))
            table.add_column(sa.Column("media_type", sa.Text(), nullable=True))
            table.add_column(sa.Column("size", sa.Integer(), nullable=True))
        of_file = "(SELECT {} FROM stored_file WHERE stored_file.id = file_id)"
        op.execute(
            f"UPDATE {name} SET key = '', media_type = {of_file.format('media_type')}, "  # noqa: S608
            f"size = {of_file.format('size')}"
        )
        with op.batch_alter_table(name) as table:
            for column, kind in (("key", sa.Text()), ("media_type", sa.Text())):
                table.alter_column(column, existing_type=kind, nullable=False)
            table.alter_column("size", existing_type=sa.Integer(), nullable=False)


def downgrade():
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            for column in ("size", "media_type", "key"):
                table.drop_column(column)
