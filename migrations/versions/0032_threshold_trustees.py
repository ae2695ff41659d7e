"""Some of the trustees of a box can be enough to open it: their ceremony and its files.

A trustee can be on the list before handing in the public part of a key. No table refers to
`trustee` yet, so that it can be copied.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032_threshold_trustees"
down_revision = "0031_challenged_ballots"


def upgrade():
    with op.batch_alter_table("trustee") as table:
        table.alter_column("record", existing_type=sa.LargeBinary(), nullable=True)
        table.alter_column("fingerprint", existing_type=sa.String(length=43), nullable=True)
    op.create_table(
        "key_ceremony",
        sa.Column("box_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("listed_at", sa.DateTime(), nullable=True),
        sa.Column("fingerprint", sa.String(length=43), nullable=True),
        sa.CheckConstraint("needed BETWEEN 2 AND 8", name=op.f("ck_key_ceremony_needs_some")),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_key_ceremony_box_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_key_ceremony")),
    )
    op.create_table(
        "ceremony_file",
        sa.Column("trustee_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trustee_id"],
            ["trustee.id"],
            name=op.f("fk_ceremony_file_trustee_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("trustee_id", "round", name=op.f("pk_ceremony_file")),
    )
    op.create_table(
        "ceremony_restart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("keeps_keys", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("restarted_at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"],
            ["ballot_box.id"],
            name=op.f("fk_ceremony_restart_box_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_ceremony_restart_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremony_restart")),
    )
    op.create_index(op.f("ix_ceremony_restart_box_id"), "ceremony_restart", ["box_id"])
    op.create_index(op.f("ix_ceremony_restart_by_id"), "ceremony_restart", ["by_id"])


def downgrade():
    op.drop_table("ceremony_restart")
    op.drop_table("ceremony_file")
    # A box that needs only some of its trustees, or waits for a key, is none of the version before.
    ceremony = sa.table("key_ceremony", sa.column("box_id"))
    trustee = sa.table("trustee", sa.column("box_id"), sa.column("record"))
    some = trustee.c.record.is_(None) | trustee.c.box_id.in_(sa.select(ceremony.c.box_id))
    op.execute(trustee.delete().where(some))
    op.drop_table("key_ceremony")
    with op.batch_alter_table("trustee") as table:
        table.alter_column("fingerprint", existing_type=sa.String(length=43), nullable=False)
        table.alter_column("record", existing_type=sa.LargeBinary(), nullable=False)
