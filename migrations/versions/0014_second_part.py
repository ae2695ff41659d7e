"""The second part of a card, and what an assisted vote was made of, to tell a copy from a change.

Columns are added and dropped in place: copying a table would delete the rows that refer to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_second_part"
down_revision = "0013_two_people_and_void_lists"

ADDED = (
    ("ballot_box", sa.Column("second_parts", sa.LargeBinary(), nullable=True)),
    ("credential", sa.Column("second_digest", sa.String(64), nullable=True)),
    ("credential", sa.Column("second_tries", sa.Integer(), nullable=True)),
    ("ballot", sa.Column("submission_digest", sa.String(64), nullable=True)),
)


def upgrade():
    for table, column in ADDED:
        op.add_column(table, column)


def downgrade():
    for table, column in ADDED:
        op.drop_column(table, column.name)
