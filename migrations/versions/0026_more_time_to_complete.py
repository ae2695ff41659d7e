"""The month to complete a petition can be given once more, when the person asks (art. 17)."""

import sqlalchemy as sa
from alembic import op

revision = "0026_more_time_to_complete"
down_revision = "0025_listening"


def upgrade():
    op.add_column("resident_case", sa.Column("more_time_asked_on", sa.Date(), nullable=True))


def downgrade():
    op.drop_column("resident_case", "more_time_asked_on")
