"""Two people are told apart by who invited them; void cards and explanations leave a public trace.

Columns are added and dropped in place: copying a table would delete the rows that refer to it. Who
invited an account is read from the audit trail, and the batch of a used card is forgotten in the
boxes that have closed.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0013_two_people_and_void_lists"
down_revision = "0012_paper_and_minimum"

ORIGINS = (
    ("invited_by_id", ("staff.account_created",)),
    ("changed_by_id", ("staff.account_changed", "staff.second_factor_removed")),
)


def upgrade():
    for column, acts in ORIGINS:
        # Written out: SQLite takes a reference in a new column, and no new constraint of a table.
        op.execute(
            f"ALTER TABLE account ADD COLUMN {column} INTEGER "
            f"CONSTRAINT fk_account_{column} REFERENCES account (id)"
        )
        op.create_index(op.f(f"ix_account_{column}"), "account", [column])
        _read_origins(column, acts)
    op.add_column("ballot_box", sa.Column("places", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("card_batch", sa.Column("used", sa.Integer(), nullable=True))
    _forget_batches()
    op.create_table(
        "voiding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.String(length=43), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=False),
        sa.Column("undo_asked_by_id", sa.Integer(), nullable=True),
        sa.Column("undo_asked_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "confirmed_by_id <> asked_by_id", name=op.f("ck_voiding_takes_two_people")
        ),
        sa.CheckConstraint(
            "undone_by_id <> undo_asked_by_id", name=op.f("ck_voiding_undoing_takes_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_voiding_box_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["card_batch.id"], name=op.f("fk_voiding_batch_id"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint([column], ["account.id"], name=op.f(f"fk_voiding_{column}"))
            for column in ("asked_by_id", "confirmed_by_id", "undo_asked_by_id", "undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voiding")),
        sa.UniqueConstraint("box_id", "number", name=op.f("uq_voiding_box_id_number")),
    )
    op.create_index(op.f("ix_voiding_batch_id"), "voiding", ["batch_id"])
    op.create_table(
        "explanation_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"],
            ["ballot_box.id"],
            name=op.f("fk_explanation_change_box_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation_change")),
    )
    op.create_index(op.f("ix_explanation_change_box_id"), "explanation_change", ["box_id"])


def _read_origins(column, acts):
    """The last act of another account on this one; an actor is written as an email address."""
    bound = op.get_bind()
    entries = sa.text(
        "SELECT subject, actor, details FROM audit_entry WHERE action IN :acts ORDER BY number"
    ).bindparams(sa.bindparam("acts", expanding=True))
    rows = bound.execute(entries, {"acts": list(acts)})
    found = {row.subject: row.actor for row in rows if _is_close(row.details)}
    ids = {row.email: row.id for row in bound.execute(sa.text("SELECT id, email FROM account"))}
    for subject, actor in found.items():
        account = subject.partition(":")[2]
        other = ids.get(actor)
        if other is not None and account.isdecimal() and int(account) != other:
            statement = sa.text(f"UPDATE account SET {column} = :other WHERE id = :id")  # noqa: S608 - a name from above
            bound.execute(statement, {"other": other, "id": int(account)})


def _is_close(details):
    """Whether it is no mere change of a name or an office."""
    told = json.loads(details) if isinstance(details, str) else details
    before, after = told.get("before"), told.get("after")
    return before is None or before["role"] != after["role"]


def _forget_batches():
    voted = "c.digest IN (SELECT credential FROM ballot WHERE ballot.box_id = c.box_id)"
    closed = "box_id IN (SELECT id FROM ballot_box WHERE closed_at IS NOT NULL)"
    op.execute(
        "UPDATE card_batch SET used = (SELECT count(*) FROM credential AS c "  # noqa: S608 - no value from outside
        f"WHERE c.batch_id = card_batch.id AND {voted}) WHERE {closed}"
    )
    op.execute(
        "UPDATE credential AS c SET batch_id = NULL "  # noqa: S608 - as above
        f"WHERE batch_id IS NOT NULL AND {closed} AND {voted}"
    )


def downgrade():
    op.drop_table("explanation_change")
    op.drop_table("voiding")
    op.drop_column("card_batch", "used")
    op.drop_column("ballot_box", "places")
    for column, _ in reversed(ORIGINS):
        op.drop_index(op.f(f"ix_account_{column}"), "account")
        op.drop_column("account", column)
