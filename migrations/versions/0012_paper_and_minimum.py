"""Paper votes are counted by two officials, and below a minimum of ballots nothing is opened.

The counts by one official that were stored before stay the counts of the finished boxes; in a box
that is not finished they wait for another official. Columns are added and dropped in place: copying
a table would delete the rows that refer to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_paper_and_minimum"
down_revision = "0011_opening_proofs"

ADDED = (
    ("minimum_ballots", sa.Integer),
    ("extra_days", sa.Integer),
    ("extended_from_at", sa.DateTime),
    ("without_result_at", sa.DateTime),
)
COPY = """
    INSERT INTO hand_count
      (box_id, ballots, invalid, counts, note, reason, asked_by_id, asked_at, confirmed_at)
    SELECT c.box_id, c.ballots, c.invalid, c.counts, c.note, '', c.counted_by_id, c.counted_at,
      CASE WHEN b.finished_at IS NULL THEN NULL ELSE c.counted_at END
    FROM paper_count c JOIN ballot_box b ON b.id = c.box_id
"""
COPY_BACK = """
    INSERT INTO paper_count (box_id, ballots, invalid, counts, note, counted_at, counted_by_id)
    SELECT h.box_id, h.ballots, h.invalid, h.counts, h.note, h.asked_at, h.asked_by_id
    FROM hand_count h
    WHERE h.counts IS NOT NULL AND h.id = (
      SELECT MAX(other.id) FROM hand_count other
      WHERE other.box_id = h.box_id AND other.confirmed_at IS NOT NULL
    )
"""


def upgrade():
    for name, kind in ADDED:
        op.add_column("ballot_box", sa.Column(name, kind(), nullable=True))
    below = sa.Column("below_minimum", sa.String(length=32), nullable=False, server_default="END")
    op.add_column("ballot_box", below)
    op.create_table(
        "hand_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "invalid >= 0 AND ballots >= invalid", name=op.f("ck_hand_count_counts_up")
        ),
        sa.CheckConstraint(
            "confirmed_by_id <> asked_by_id", name=op.f("ck_hand_count_takes_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_hand_count_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_hand_count_box_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_hand_count_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_count")),
    )
    op.create_index(op.f("ix_hand_count_box_id"), "hand_count", ["box_id"], unique=False)
    pending = sa.text("confirmed_at IS NULL")
    op.create_index(
        "uq_hand_count_pending",
        "hand_count",
        ["box_id"],
        unique=True,
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.execute(COPY)
    op.drop_table("paper_count")


def downgrade():
    op.create_table(
        "paper_count",
        sa.Column("box_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("counted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ballots >= 0 AND invalid >= 0", name=op.f("ck_paper_count_counts_up")),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_paper_count_box_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["counted_by_id"], ["account.id"], name=op.f("fk_paper_count_counted_by_id")
        ),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_paper_count")),
    )
    op.execute(COPY_BACK)
    op.drop_index("uq_hand_count_pending", table_name="hand_count")
    op.drop_index(op.f("ix_hand_count_box_id"), table_name="hand_count")
    op.drop_table("hand_count")
    op.drop_column("ballot_box", "below_minimum")
    for name, _ in reversed(ADDED):
        op.drop_column("ballot_box", name)
