"""The closing date that the public was told, once an earlier one has replaced it."""

import sqlalchemy as sa
from alembic import op

revision = "0010_announced_until"
down_revision = "0009_creations"
CHANNELS = ("topic_call", "ballot_box")


def upgrade():
    for channel in CHANNELS:
        op.add_column(channel, sa.Column("announced_close_at", sa.DateTime(), nullable=True))


def downgrade():
    for channel in CHANNELS:
        op.drop_column(channel, "announced_close_at")
