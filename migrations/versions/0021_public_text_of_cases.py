"""A question can be published in another text than the resident's, without personal data.

Columns are added and dropped in place: copying a table would delete the rows that refer to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_public_text_of_cases"
down_revision = "0020_promises_of_the_box"

ADDED = (
    sa.Column("public_text", sa.Text(), nullable=False, server_default=""),
    sa.Column("withdrawn_on", sa.Date(), nullable=True),
)


def upgrade():
    for column in ADDED:
        op.add_column("resident_case", column)


def downgrade():
    for column in reversed(ADDED):
        op.drop_column("resident_case", column.name)
