"""Ballots that were opened to test the device that encrypted them, and must never be cast."""

import sqlalchemy as sa
from alembic import op

revision = "0031_challenged_ballots"
down_revision = "0030_plan_drafts"


def upgrade():
    op.create_table(
        "challenged_ballot",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("credential", sa.String(length=64), nullable=True),
        sa.Column("record", sa.LargeBinary(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"],
            ["ballot_box.id"],
            name=op.f("fk_challenged_ballot_box_id_ballot_box"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("box_id", "tracker", name=op.f("pk_challenged_ballot")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("challenged_ballot")
