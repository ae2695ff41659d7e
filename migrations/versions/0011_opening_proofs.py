"""The proof that a decryption opens this very total, and the roles that their holders accept."""

import sqlalchemy as sa
from alembic import op

revision = "0011_opening_proofs"
down_revision = "0010_announced_until"


def upgrade():
    op.add_column("trustee", sa.Column("opening_proof", sa.LargeBinary(), nullable=True))
    op.add_column("ballot_box", sa.Column("registrar_key", sa.LargeBinary(), nullable=True))
    op.create_table(
        "role_acceptance",
        sa.Column("box_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=43), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"],
            ["ballot_box.id"],
            name=op.f("fk_role_acceptance_box_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("box_id", "holder", name=op.f("pk_role_acceptance")),
    )


def downgrade():
    op.drop_table("role_acceptance")
    op.drop_column("ballot_box", "registrar_key")
    op.drop_column("trustee", "opening_proof")
