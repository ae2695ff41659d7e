"""What the registrar signs names the roll, and an opening says who vouched for the keys.

Columns are added and dropped in place: copying a table would delete the rows that refer to it. The
fingerprint of a roll is computed from its public credentials, unless it came with second parts,
whose file is not stored: such a roll is handed in again before the registrar signs.
"""

import base64
import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0020_promises_of_the_box"
down_revision = "0019_outreach"

ADDED = (
    ("ballot_box", sa.Column("roll_fingerprint", sa.String(43), nullable=True)),
    ("ballot_box", sa.Column("seconds_fingerprint", sa.String(43), nullable=True)),
    (
        "two_person_act",
        sa.Column("has_compared_keys", sa.Boolean(), nullable=False, server_default=sa.false()),
    ),
)


def upgrade():
    for table, column in ADDED:
        op.add_column(table, column)
    op.create_table(
        "draft_voiding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("voided_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("cards > 0", name=op.f("ck_draft_voiding_voids_cards")),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_draft_voiding_box_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["card_batch.id"],
            name=op.f("fk_draft_voiding_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_draft_voiding_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_voiding")),
    )
    for column in ("box_id", "batch_id"):
        op.create_index(op.f(f"ix_draft_voiding_{column}"), "draft_voiding", [column])
    bound = op.get_bind()
    boxes = sa.text(
        "SELECT id FROM ballot_box WHERE kind = 'VERIFIABLE' AND NOT EXISTS (SELECT 1 FROM "
        "credential WHERE box_id = ballot_box.id AND second_digest IS NOT NULL)"
    )
    for box_id in list(bound.scalars(boxes)):
        listed = sa.text("SELECT public FROM credential WHERE box_id = :id")
        publics = sorted(bound.scalars(listed, {"id": box_id}), key=lambda one: (len(one), one))
        if publics:
            statement = sa.text("UPDATE ballot_box SET roll_fingerprint = :print WHERE id = :id")
            bound.execute(statement, {"print": _fingerprint(publics), "id": box_id})


def _fingerprint(publics):
    raw = json.dumps(publics, separators=(",", ":")).encode()
    return base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def downgrade():
    op.drop_table("draft_voiding")
    for table, column in reversed(ADDED):
        op.drop_column(table, column.name)
