"""Residents choose the topics of which the city gives account."""

import sqlalchemy as sa
from alembic import op

revision = "0005_topics"
down_revision = "0004_citizens"


def upgrade():
    op.create_table(
        "topic_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("choose_up_to", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=True),
        sa.Column("closes_at", sa.DateTime(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("reopened_at", sa.DateTime(), nullable=True),
        sa.Column("results_on", sa.Date(), nullable=True),
        sa.Column("decided_by_on", sa.Date(), nullable=True),
        sa.Column("allows_proposals", sa.Boolean(), nullable=False),
        sa.Column("allows_questions", sa.Boolean(), nullable=False),
        sa.Column("shows_live", sa.Boolean(), nullable=False),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "choose_up_to BETWEEN 1 AND 10", name=op.f("ck_topic_call_chooses_one_to_ten")
        ),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_topic_call_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_topic_call_created_by_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_topic_call_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_call")),
        sa.UniqueConstraint("code", name=op.f("uq_topic_call_code")),
    )
    op.create_index(op.f("ix_topic_call_office_id"), "topic_call", ["office_id"], unique=False)
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
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(32), nullable=False),
        sa.Column("decision_text", sa.Text(), nullable=False),
        sa.Column("agenda_url", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["topic_call.id"], name=op.f("fk_topic_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    op.create_index(op.f("ix_topic_call_id"), "topic", ["call_id"], unique=False)
    op.create_table(
        "topic_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("ranking", sa.Text(), nullable=False),
        sa.Column("territory", sa.String(length=2), nullable=False),
        sa.Column("neighbourhood", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("receipt", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["topic_call.id"], name=op.f("fk_topic_answer_call_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_answer")),
        sa.UniqueConstraint("receipt", name=op.f("uq_topic_answer_receipt")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_topic_answer_submission_id")),
    )
    op.create_index(
        "ix_topic_answer_call_received", "topic_answer", ["call_id", "received_at"], unique=False
    )
    op.create_index(
        "ix_topic_answer_call_territory", "topic_answer", ["call_id", "territory"], unique=False
    )
    op.create_table(
        "topic_call_task",
        sa.Column("topic_call_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_topic_call_task_task_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_call_id"],
            ["topic_call.id"],
            name=op.f("fk_topic_call_task_topic_call_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("topic_call_id", "task_id", name=op.f("pk_topic_call_task")),
    )
    op.create_index(
        op.f("ix_topic_call_task_task_id"), "topic_call_task", ["task_id"], unique=False
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("territory", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_topic_id", sa.Integer(), nullable=True),
        sa.Column("merged_proposal_id", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["topic_call.id"], name=op.f("fk_proposal_call_id")),
        sa.ForeignKeyConstraint(
            ["merged_proposal_id"], ["proposal.id"], name=op.f("fk_proposal_merged_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_topic_id"],
            ["topic.id"],
            name=op.f("fk_proposal_merged_topic_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["account.id"], name=op.f("fk_proposal_reviewed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_call_id"), "proposal", ["call_id"], unique=False)
    op.create_index(
        op.f("ix_proposal_merged_proposal_id"), "proposal", ["merged_proposal_id"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_merged_topic_id"), "proposal", ["merged_topic_id"], unique=False
    )


def downgrade():
    op.drop_index(op.f("ix_proposal_merged_topic_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_merged_proposal_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_call_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_topic_call_task_task_id"), table_name="topic_call_task")
    op.drop_table("topic_call_task")
    op.drop_index("ix_topic_answer_call_territory", table_name="topic_answer")
    op.drop_index("ix_topic_answer_call_received", table_name="topic_answer")
    op.drop_table("topic_answer")
    op.drop_index(op.f("ix_topic_call_id"), table_name="topic")
    op.drop_table("topic")
    op.drop_index(op.f("ix_question_office_id"), table_name="question")
    op.drop_index(op.f("ix_question_call_id"), table_name="question")
    op.drop_table("question")
    op.drop_index(op.f("ix_topic_call_office_id"), table_name="topic_call")
    op.drop_table("topic_call")
