"""Of what a form of the staff sent when it created something, so that other content is not lost."""

import sqlalchemy as sa
from alembic import op

revision = "0015_creation_digest"
down_revision = "0014_second_part"


def upgrade():
    op.add_column("creation", sa.Column("digest", sa.String(length=64), nullable=True))


def downgrade():
    op.drop_column("creation", "digest")
