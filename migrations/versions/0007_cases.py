"""Questions of residents become cases, which any channel can file and one place answers.

A case has a random number instead of the next one, so that the tables do not reveal in which
order questions came. The questions that exist keep theirs, which the audit trail names.
"""

from itertools import count

import sqlalchemy as sa
from alembic import op

revision = "0007_cases"
down_revision = "0006_ballots"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LARGEST_INTEGER = 2**31 - 1
COPIED = "code, text, filed_on, office_id, answer, answered_on, answered_by_id, published_at"


def upgrade():
    op.create_table(
        "resident_case",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["account.id"], name=op.f("fk_resident_case_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_resident_case_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_case")),
        sa.UniqueConstraint("code", name=op.f("uq_resident_case_code")),
    )
    op.create_index(
        op.f("ix_resident_case_office_id"), "resident_case", ["office_id"], unique=False
    )
    op.create_table(
        "topic_question",
        sa.Column("case_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["topic_call.id"], name=op.f("fk_topic_question_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["resident_case.id"],
            name=op.f("fk_topic_question_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_topic_question")),
    )
    op.create_index(op.f("ix_topic_question_call_id"), "topic_question", ["call_id"], unique=False)
    op.execute(
        f"INSERT INTO resident_case (id, kind, source, {COPIED})"  # noqa: S608 - constants
        f" SELECT id, 'QUESTION', 'topics', {COPIED} FROM question"
    )
    op.execute("INSERT INTO topic_question (case_id, call_id) SELECT id, call_id FROM question")
    op.drop_index(op.f("ix_question_office_id"), table_name="question")
    op.drop_index(op.f("ix_question_call_id"), table_name="question")
    op.drop_table("question")


def downgrade():
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["account.id"], name=op.f("fk_question_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["topic_call.id"], name=op.f("fk_question_call_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_question_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("code", name=op.f("uq_question_code")),
    )
    op.create_index(op.f("ix_question_call_id"), "question", ["call_id"], unique=False)
    op.create_index(op.f("ix_question_office_id"), "question", ["office_id"], unique=False)
    _number_questions()
    op.drop_index(op.f("ix_topic_question_call_id"), table_name="topic_question")
    op.drop_table("topic_question")
    op.drop_index(op.f("ix_resident_case_office_id"), table_name="resident_case")
    op.drop_table("resident_case")


def _number_questions():
    """Copy the cases of topic calls. A number that no integer holds becomes the next free one."""
    connection = op.get_bind()
    cases = "resident_case JOIN topic_question ON case_id = id"
    ids = connection.scalars(sa.text(f"SELECT id FROM {cases} ORDER BY filed_on, code")).all()  # noqa: S608
    free = count(max((id for id in ids if id <= LARGEST_INTEGER), default=0) + 1)
    copy = sa.text(
        f"INSERT INTO question (id, call_id, {COPIED})"  # noqa: S608 - constants
        f" SELECT :number, call_id, {COPIED} FROM {cases} WHERE id = :id"
    )
    for id in ids:
        number = id if id <= LARGEST_INTEGER else next(free)
        connection.execute(copy, {"id": id, "number": number})
    if ids and connection.dialect.name == "postgresql":
        last = "(SELECT max(id) FROM question)"
        connection.execute(sa.text(f"SELECT setval('question_id_seq', {last})"))
