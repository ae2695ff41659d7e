"""Listening posts and what is heard there; the legal clock of every case.

Columns are added and dropped in place: copying a table would delete the rows that refer to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025_listening"
down_revision = "0024_data_claims"

ADDED = (
    sa.Column("is_after_hours", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column(
        "filed_as",
        sa.Enum(
            "QUESTION",
            "OPINION",
            "GENERAL",
            "PRIVATE",
            "INFORMATION",
            "CONSULTATION",
            "COMPLAINT",
            "CLAIM",
            "SUGGESTION",
            "REPORT",
            "PRAISE",
            "AUTHORITY",
            "DATA_QUERY",
            "DATA_CLAIM",
            name="casekind",
            native_enum=False,
            length=32,
        ),
        nullable=False,
        server_default="QUESTION",
    ),
    sa.Column("extra_days", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("extended_on", sa.Date(), nullable=True),
    sa.Column("extension_reason", sa.Text(), nullable=False, server_default=""),
    sa.Column("asked_to_complete_on", sa.Date(), nullable=True),
    sa.Column("completed_on", sa.Date(), nullable=True),
    sa.Column("desisted_on", sa.Date(), nullable=True),
    sa.Column("topic", sa.Text(), nullable=False, server_default=""),
    sa.Column("territory", sa.Text(), nullable=False, server_default=""),
    sa.Column("me_too", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("external_number", sa.Text(), nullable=False, server_default=""),
)


def upgrade():
    for column in ADDED:
        op.add_column("resident_case", column)
    op.create_table(
        "answer_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_template")),
        sa.UniqueConstraint("title", name=op.f("uq_answer_template_title")),
    )
    op.create_table(
        "case_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_label")),
        sa.UniqueConstraint("name", name=op.f("uq_case_label_name")),
    )
    op.create_table(
        "routing_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_routing_rule_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
        sa.UniqueConstraint("topic", "territory", name=op.f("uq_routing_rule_topic_territory")),
    )
    op.create_index(op.f("ix_routing_rule_office_id"), "routing_rule", ["office_id"], unique=False)

    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_closure_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("closed_on", name=op.f("uq_closure_closed_on")),
    )
    op.create_table(
        "listening_post",
        sa.Column(
            "kind",
            sa.Enum("PHYSICAL", "VIRTUAL", name="postkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("supports", sa.Text(), nullable=False),
        sa.Column("takes_voice", sa.Boolean(), nullable=False),
        sa.Column("takes_photos", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=True),
        sa.Column("closes_at", sa.DateTime(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.Column("announced_close_at", sa.DateTime(), nullable=True),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "closes_at > opens_at", name=op.f("ck_listening_post_closes_after_opening")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_listening_post_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_listening_post_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listening_post")),
        sa.UniqueConstraint("code", name=op.f("uq_listening_post_code")),
    )
    op.create_index(
        op.f("ix_listening_post_office_id"), "listening_post", ["office_id"], unique=False
    )

    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["account.id"], name=op.f("fk_outage_noted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_table(
        "case_priority",
        sa.Column(
            "case_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["resident_case.id"],
            name=op.f("fk_case_priority_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_priority")),
    )
    op.create_table(
        "listening_post_task",
        sa.Column("listening_post_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listening_post_id"],
            ["listening_post.id"],
            name=op.f("fk_listening_post_task_listening_post_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_listening_post_task_task_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "listening_post_id", "task_id", name=op.f("pk_listening_post_task")
        ),
    )
    op.create_index(
        op.f("ix_listening_post_task_task_id"), "listening_post_task", ["task_id"], unique=False
    )

    op.create_table(
        "me_too",
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["resident_case.id"], name=op.f("fk_me_too_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_me_too")),
    )
    op.create_index(op.f("ix_me_too_case_id"), "me_too", ["case_id"], unique=False)

    op.create_table(
        "post_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["listening_post.id"], name=op.f("fk_post_check_post_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_check")),
    )
    op.create_index("ix_post_check_post_at", "post_check", ["post_id", "checked_at"], unique=False)

    op.create_table(
        "contribution",
        sa.Column(
            "case_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "WEB", "DESK", "STREET", "PHONE", "PAPER", name="way", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "RECEIVED",
                "IN_REVIEW",
                "TRANSFERRED",
                "ANSWERED",
                "CLOSED",
                name="casestage",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wants_answer", sa.Boolean(), nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=True),
        sa.Column("phone_digest", sa.String(length=64), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("is_code_hidden", sa.Boolean(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column(
            "analogous_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("consent_id", sa.String(length=32), nullable=True),
        sa.Column("is_life_risk", sa.Boolean(), nullable=False),
        sa.Column("is_corruption", sa.Boolean(), nullable=False),
        sa.Column("accused_office_id", sa.Integer(), nullable=True),
        sa.Column("classified_on", sa.Date(), nullable=True),
        sa.Column("is_resolved", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("came_back_on", sa.Date(), nullable=True),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["accused_office_id"], ["office.id"], name=op.f("fk_contribution_accused_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["analogous_to_id"], ["resident_case.id"], name=op.f("fk_contribution_analogous_to_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["resident_case.id"], name=op.f("fk_contribution_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_contribution_consent_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_contribution_event_id")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["listening_post.id"], name=op.f("fk_contribution_post_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_contribution_task_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_contribution")),
        sa.UniqueConstraint("receipt", name=op.f("uq_contribution_receipt")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_contribution_submission_id")),
    )
    op.create_index(
        op.f("ix_contribution_accused_office_id"),
        "contribution",
        ["accused_office_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_contribution_analogous_to_id"), "contribution", ["analogous_to_id"], unique=False
    )
    op.create_index(
        op.f("ix_contribution_consent_id"), "contribution", ["consent_id"], unique=False
    )
    op.create_index(
        op.f("ix_contribution_email_digest"), "contribution", ["email_digest"], unique=False
    )
    op.create_index(op.f("ix_contribution_event_id"), "contribution", ["event_id"], unique=False)
    op.create_index(
        op.f("ix_contribution_phone_digest"), "contribution", ["phone_digest"], unique=False
    )
    op.create_index(op.f("ix_contribution_post_id"), "contribution", ["post_id"], unique=False)
    op.create_index(op.f("ix_contribution_task_id"), "contribution", ["task_id"], unique=False)

    op.create_table(
        "contribution_label",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["contribution.case_id"],
            name=op.f("fk_contribution_label_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["label_id"],
            ["case_label.id"],
            name=op.f("fk_contribution_label_label_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "label_id", name=op.f("pk_contribution_label")),
    )
    op.create_index(
        op.f("ix_contribution_label_label_id"), "contribution_label", ["label_id"], unique=False
    )

    op.create_table(
        "helping_office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("gave_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["contribution.case_id"],
            name=op.f("fk_helping_office_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_helping_office_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helping_office")),
        sa.UniqueConstraint(
            "case_id", "office_id", name=op.f("uq_helping_office_case_id_office_id")
        ),
    )
    op.create_index(
        op.f("ix_helping_office_office_id"), "helping_office", ["office_id"], unique=False
    )

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "PERSON",
                "REPLY",
                "ANSWER",
                "NOTE",
                name="messagekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("submission_digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_message_by_id")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["contribution.case_id"],
            name=op.f("fk_message_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("submission_digest", name=op.f("uq_message_submission_digest")),
    )
    op.create_index(op.f("ix_message_case_id"), "message", ["case_id"], unique=False)

    op.create_table(
        "case_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_case_outcome_by_id")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["contribution.case_id"],
            name=op.f("fk_case_outcome_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_case_outcome_commitment_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_case_outcome_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_outcome")),
    )
    op.create_index(op.f("ix_case_outcome_case_id"), "case_outcome", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_case_outcome_commitment_id"), "case_outcome", ["commitment_id"], unique=False
    )
    op.create_index(op.f("ix_case_outcome_task_id"), "case_outcome", ["task_id"], unique=False)

    op.create_table(
        "publication_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("cuts", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["contribution.case_id"],
            name=op.f("fk_publication_draft_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_publication_draft_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["account.id"], name=op.f("fk_publication_draft_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_draft")),
    )
    op.create_index(
        op.f("ix_publication_draft_case_id"), "publication_draft", ["case_id"], unique=False
    )

    op.create_table(
        "case_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "RECEIVED",
                "IN_REVIEW",
                "TRANSFERRED",
                "ANSWERED",
                "CLOSED",
                name="casestage",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_case_step_by_id")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["contribution.case_id"],
            name=op.f("fk_case_step_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_case_step_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_step")),
    )
    op.create_index(op.f("ix_case_step_case_id"), "case_step", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_step_office_id"), "case_step", ["office_id"], unique=False)

    op.create_table(
        "verbal_record",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["contribution.case_id"],
            name=op.f("fk_verbal_record_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["account.id"], name=op.f("fk_verbal_record_taken_by_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_verbal_record")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("upload", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("VOICE", "PHOTO", name="attachmentkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("transcribed_by_id", sa.Integer(), nullable=True),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["contribution.case_id"],
            name=op.f("fk_attachment_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_attachment_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_attachment_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["transcribed_by_id"], ["account.id"], name=op.f("fk_attachment_transcribed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_case_id"), "attachment", ["case_id"], unique=False)
    op.create_index(op.f("ix_attachment_file_id"), "attachment", ["file_id"], unique=False)
    op.create_index(op.f("ix_attachment_message_id"), "attachment", ["message_id"], unique=False)
    op.create_index(op.f("ix_attachment_upload"), "attachment", ["upload"], unique=False)


def downgrade():
    op.drop_table("attachment")
    op.drop_table("verbal_record")
    op.drop_table("case_step")
    op.drop_table("publication_draft")
    op.drop_table("case_outcome")
    op.drop_table("message")
    op.drop_table("helping_office")
    op.drop_table("contribution_label")
    op.drop_table("contribution")
    op.drop_table("post_check")
    op.drop_table("me_too")
    op.drop_table("listening_post_task")
    op.drop_table("case_priority")
    op.drop_table("outage")
    op.drop_table("listening_post")
    op.drop_table("closure")
    op.drop_table("routing_rule")
    op.drop_table("case_label")
    op.drop_table("answer_template")
    for column in reversed(ADDED):
        op.drop_column("resident_case", column.name)
