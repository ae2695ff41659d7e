"""Sums of a chain stand in its head, so that a page costs the same at 20 and at 200,000 ballots.

The head is marked by the hour, for witnesses to compare.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_sums_of_the_chain"
down_revision = "0033_rolls_of_a_city"
SUMS = ("replaced", "assisted", "cards", "void_cards")
LENGTH = "archive_bytes"


def upgrade():
    for table in ("box_head", "chain_event"):
        length = sa.Column(LENGTH, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column(table, length)
    for name in SUMS:
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("box_head", column)
    op.create_table(
        "head_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        reference("head_mark"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head_mark")),
        sa.UniqueConstraint("box_id", "marked_at", name=op.f("uq_head_mark_box_id_marked_at")),
    )
    op.create_table(
        "box_witnesses",
        sa.Column("box_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("emails", sa.JSON(), nullable=False),
        reference("box_witnesses"),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_box_witnesses")),
    )
    connection = op.get_bind()
    for box_id in list(connection.scalars(sa.text("SELECT box_id FROM box_head"))):
        measure(connection, box_id)
        add_up(connection, box_id)


def reference(table):
    name = op.f(f"fk_{table}_box_id")
    return sa.ForeignKeyConstraint(["box_id"], ["ballot_box.id"], name=name, ondelete="CASCADE")


def measure(connection, box_id):
    """The length of the archive after each event, a thousand at a time."""
    rows = "SELECT height, length(body) FROM chain_event WHERE box_id = :box AND height >= :first"
    some = sa.text(f"{rows} ORDER BY height LIMIT 1000")
    one = sa.text(
        "UPDATE chain_event SET archive_bytes = :total WHERE box_id = :box AND height = :height"
    )
    first = total = 0
    while found := connection.execute(some, {"box": box_id, "first": first}).all():
        values = []
        for height, length in found:
            total += length
            values.append({"total": total, "box": box_id, "height": height})
        connection.execute(one, values)
        first = found[-1][0] + 1
    end = sa.text("UPDATE box_head SET archive_bytes = :total WHERE box_id = :box")
    connection.execute(end, {"total": total, "box": box_id})


BALLOT = sa.table("ballot", *map(sa.column, ("box_id", "height", "credential", "is_assisted")))
CARD = sa.table("credential", sa.column("box_id"), sa.column("voided_on"))
HEAD = sa.table("box_head", *map(sa.column, ("box_id", *SUMS)))


def add_up(connection, box_id):
    ballots, cards = BALLOT.c.box_id == box_id, CARD.c.box_id == box_id
    last = sa.select(sa.func.max(BALLOT.c.height)).where(ballots).group_by(BALLOT.c.credential)
    is_assisted = sa.type_coerce(BALLOT.c.is_assisted, sa.Boolean).is_(sa.true())
    counted = sa.select(sa.func.count()).select_from(BALLOT).where(ballots, is_assisted)
    voters = sa.func.count(BALLOT.c.credential.distinct())
    sums = {
        "replaced": sa.select(sa.func.count() - voters).select_from(BALLOT).where(ballots),
        "assisted": counted.where(BALLOT.c.height.in_(last.scalar_subquery())),
        "cards": sa.select(sa.func.count()).select_from(CARD).where(cards),
        "void_cards": sa.select(sa.func.count(CARD.c.voided_on)).where(cards),
    }
    found = {name: connection.scalar(query) for name, query in sums.items()}
    connection.execute(sa.update(HEAD).where(HEAD.c.box_id == box_id).values(**found))


def downgrade():
    op.drop_table("box_witnesses")
    op.drop_table("head_mark")
    for name in (*SUMS, LENGTH):
        with op.batch_alter_table("box_head") as batch:
            batch.drop_column(name)
    with op.batch_alter_table("chain_event") as batch:
        batch.drop_column(LENGTH)
