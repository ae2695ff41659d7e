"""A roll of a whole city: cards are ordered and made by a job, and a list waits in a file.

A list that waits for its check is lost; its draft says that no roll is there, and takes it again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033_rolls_of_a_city"
down_revision = "0032_threshold_trustees"
UPLOADS = ("roll", "second_parts")


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        # A piece of a large record can then be read without reading all of it.
        op.execute("ALTER TABLE chain_event ALTER COLUMN body SET STORAGE EXTERNAL")
    for name in UPLOADS:
        op.drop_column("ballot_box", name)
    op.add_column("ballot_box", sa.Column("roll_upload", sa.Text(), nullable=True))
    op.create_table(
        "card_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("cards > 0", name=op.f("ck_card_order_asks_for_cards")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_card_order_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_card_order_box_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_card_order_job_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_order")),
    )
    for column in ("box_id", "asked_by_id", "job_id"):
        op.create_index(op.f(f"ix_card_order_{column}"), "card_order", [column])
    op.create_table(
        "ordered_batch",
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["card_batch.id"],
            name=op.f("fk_ordered_batch_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["card_order.id"],
            name=op.f("fk_ordered_batch_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_ordered_batch")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_ordered_batch_order_id_number")),
    )
    op.create_table(
        "card_file",
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["ordered_batch.batch_id"],
            name=op.f("fk_card_file_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_card_file_file_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_card_file")),
    )
    op.create_index(op.f("ix_card_file_file_id"), "card_file", ["file_id"])


def downgrade():
    for table in ("card_file", "ordered_batch", "card_order"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE chain_event ALTER COLUMN body SET STORAGE EXTENDED")
    op.drop_column("ballot_box", "roll_upload")
    for name in UPLOADS:
        op.add_column("ballot_box", sa.Column(name, sa.LargeBinary(), nullable=True))
