"""With each partial decryption, the proof that it opens this very total."""

import sqlalchemy as sa
from alembic import op

revision = "0011_opening_proofs"
down_revision = "0010_announced_until"


def upgrade():
    op.add_column("trustee", sa.Column("opening_proof", sa.LargeBinary(), nullable=True))


def downgrade():
    op.drop_column("trustee", "opening_proof")
