"""Claims of people about their data, which mark their entry until the city decides (DAT-08)."""

import sqlalchemy as sa
from alembic import op

revision = "0024_data_claims"
down_revision = "0023_longer_codes"

PENDING = sa.text("decided_at IS NULL")


def upgrade():
    op.create_table(
        "data_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("CORRECT", "ERASE", "USE", name="claimkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("motive", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("extended_at", sa.DateTime(), nullable=True),
        sa.Column("delay_reason", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "ACCEPTED",
                "REFUSED",
                "ENDED",
                name="claimoutcome",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_data_claim_is_decided_with_an_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendee.id"], name=op.f("fk_data_claim_attendee_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_data_claim_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["filed_by_id"], ["account.id"], name=op.f("fk_data_claim_filed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_claim")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_data_claim_submission_id")),
    )
    op.create_index(op.f("ix_data_claim_attendee_id"), "data_claim", ["attendee_id"], unique=False)
    op.create_index(
        "ix_data_claim_pending",
        "data_claim",
        ["attendee_id"],
        unique=True,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )


def downgrade():
    op.drop_table("data_claim")
