"""The bodies that meet, with the members who accept and the act that forms them."""

import sqlalchemy as sa
from alembic import op

revision = "0016_groups"
down_revision = "0015_creation_digest"


def upgrade():
    op.create_table(
        "meeting_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("call_text", sa.Text(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=True),
        sa.Column("called_at", sa.DateTime(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("founding_place", sa.Text(), nullable=False),
        sa.Column("founding_text", sa.Text(), nullable=False),
        sa.Column("act_file_id", sa.Integer(), nullable=True),
        sa.Column("act_filed_at", sa.DateTime(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "founded_on >= called_on", name=op.f("ck_meeting_group_founded_after_the_call")
        ),
        sa.CheckConstraint(
            "act_filed_at IS NULL OR founded_on IS NOT NULL",
            name=op.f("ck_meeting_group_act_has_its_day"),
        ),
        sa.ForeignKeyConstraint(
            ["act_file_id"], ["stored_file.id"], name=op.f("fk_meeting_group_act_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_meeting_group_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_meeting_group_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_group")),
        sa.UniqueConstraint("code", name=op.f("uq_meeting_group_code")),
    )
    op.create_index(op.f("ix_meeting_group_act_file_id"), "meeting_group", ["act_file_id"])
    op.create_index(op.f("ix_meeting_group_office_id"), "meeting_group", ["office_id"])
    op.create_table(
        "meeting_group_task",
        sa.Column("meeting_group_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_group_id"],
            ["meeting_group.id"],
            name=op.f("fk_meeting_group_task_meeting_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_meeting_group_task_task_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meeting_group_id", "task_id", name=op.f("pk_meeting_group_task")),
    )
    op.create_index(op.f("ix_meeting_group_task_task_id"), "meeting_group_task", ["task_id"])
    op.create_table(
        "group_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("invitation_expires_at", sa.DateTime(), nullable=True),
        sa.Column("is_handed_over", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("accepted_name", sa.Text(), nullable=False),
        sa.Column("declined_at", sa.DateTime(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["meeting_group.id"],
            name=op.f("fk_group_member_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_group_member_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
    )
    op.create_index(op.f("ix_group_member_group_id"), "group_member", ["group_id"])
    op.create_index(op.f("ix_group_member_office_id"), "group_member", ["office_id"])


def downgrade():
    op.drop_table("group_member")
    op.drop_table("meeting_group_task")
    op.drop_table("meeting_group")
