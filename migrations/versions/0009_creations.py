"""What a form of the staff has created, so that a second click leads to the first record."""

import sqlalchemy as sa
from alembic import op

revision = "0009_creations"
down_revision = "0008_reasons_and_daily_mail"


def upgrade():
    op.create_table(
        "creation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creation")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_creation_submission_id")),
    )


def downgrade():
    op.drop_table("creation")
