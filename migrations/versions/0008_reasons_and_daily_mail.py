"""A closing before the announced date keeps its reason, and nobody gets two mails on one day.

Columns are added and dropped in place: copying a table would delete the rows that refer to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_reasons_and_daily_mail"
down_revision = "0007_cases"

ADDED = (
    ("ballot_box", "closed_because", sa.Text),
    ("topic_call", "closed_because", sa.Text),
    ("account", "daily_mail_off_at", sa.DateTime),
)


def upgrade():
    for table, name, kind in ADDED:
        op.add_column(table, sa.Column(name, kind(), nullable=True))
    op.create_table(
        "daily_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_daily_mail_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_mail")),
        sa.UniqueConstraint(
            "account_id", "checked_on", name=op.f("uq_daily_mail_account_id_checked_on")
        ),
    )


def downgrade():
    op.drop_table("daily_mail")
    for table, name, _ in ADDED:
        op.drop_column(table, name)
