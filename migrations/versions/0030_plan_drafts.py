"""A plan can be a draft that only the staff see, and an import can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0030_plan_drafts"
down_revision = "0029_codes_without_day"


def upgrade():
    op.add_column("plan", sa.Column("published_at", sa.DateTime(), nullable=True))
    # Every plan until now was public from its first moment.
    plan = sa.table("plan", sa.column("published_at"), sa.column("created_at"))
    op.execute(plan.update().values(published_at=plan.c.created_at))
    op.add_column("plan_import", sa.Column("undo", sa.JSON(), nullable=True))
    op.add_column("plan_import", sa.Column("undone_at", sa.DateTime(), nullable=True))


def downgrade():
    op.drop_column("plan_import", "undone_at")
    op.drop_column("plan_import", "undo")
    # Without the column a draft would be public.
    draft = sa.table("plan", sa.column("published_at"))
    op.execute(draft.delete().where(draft.c.published_at.is_(None)))
    op.drop_column("plan", "published_at")
