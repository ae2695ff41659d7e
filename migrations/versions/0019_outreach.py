"""How events are called, the pieces that explain accountability, and the calls by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0019_outreach"
down_revision = "0018_events"


def upgrade():
    op.add_column("outbox", sa.Column("headers", sa.JSON(), nullable=True))
    op.create_table(
        "outreach_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("mass_media", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_outreach_settings_is_the_only_one")),
        sa.CheckConstraint(
            "threshold > 0", name=op.f("ck_outreach_settings_threshold_is_positive")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_settings")),
    )
    op.create_table(
        "call_piece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("medium", sa.String(length=32), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("piece", sa.Text(), nullable=False),
        sa.Column("estimated_reach", sa.Integer(), nullable=True),
        sa.Column("proof_url", sa.Text(), nullable=False),
        sa.Column("proof_file_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("estimated_reach > 0", name=op.f("ck_call_piece_reach_is_positive")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_call_piece_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proof_file_id"], ["stored_file.id"], name=op.f("fk_call_piece_proof_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_piece")),
    )
    op.create_index(op.f("ix_call_piece_event_id"), "call_piece", ["event_id"])
    op.create_index(op.f("ix_call_piece_proof_file_id"), "call_piece", ["proof_file_id"])
    op.create_table(
        "teaching_piece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_teaching_piece_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_teaching_piece_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_teaching_piece_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teaching_piece")),
        sa.UniqueConstraint("code", name=op.f("uq_teaching_piece_code")),
    )
    op.create_index(op.f("ix_teaching_piece_file_id"), "teaching_piece", ["file_id"])
    op.create_index(op.f("ix_teaching_piece_office_id"), "teaching_piece", ["office_id"])
    op.create_table(
        "teaching_piece_task",
        sa.Column("teaching_piece_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_teaching_piece_task_task_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["teaching_piece_id"],
            ["teaching_piece.id"],
            name=op.f("fk_teaching_piece_task_teaching_piece_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "teaching_piece_id", "task_id", name=op.f("pk_teaching_piece_task")
        ),
    )
    op.create_index(op.f("ix_teaching_piece_task_task_id"), "teaching_piece_task", ["task_id"])
    op.create_table(
        "piece_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("moved_to_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_piece_change_has_a_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piece_change")),
    )
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("consent_id", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_subscriber_consent_id")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_subscriber_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("email", name=op.f("uq_subscriber_email")),
    )
    op.create_index(op.f("ix_subscriber_confirmed_at"), "subscriber", ["confirmed_at"])
    op.create_index(op.f("ix_subscriber_consent_id"), "subscriber", ["consent_id"])
    op.create_index(op.f("ix_subscriber_notice_id"), "subscriber", ["notice_id"])
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_mailing_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_mailing_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_mailing_job_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["event_notice.id"],
            name=op.f("fk_mailing_notice_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_mailing_notice_id")),
    )
    is_call = sa.text("notice_id IS NULL")
    op.create_index(
        "uq_mailing_event_id_opens_at",
        "mailing",
        ["event_id", "opens_at"],
        unique=True,
        sqlite_where=is_call,
        postgresql_where=is_call,
    )
    op.create_index(op.f("ix_mailing_job_id"), "mailing", ["job_id"])


def downgrade():
    for table in (
        "mailing",
        "subscriber",
        "piece_change",
        "teaching_piece_task",
        "teaching_piece",
        "call_piece",
        "outreach_settings",
    ):
        op.drop_table(table)
    op.drop_column("outbox", "headers")
