"""Attendance lists: who is on them, when each person came, and the devices at the door."""

import sqlalchemy as sa
from alembic import op

revision = "0022_attendance"
down_revision = "0021_public_text_of_cases"


def upgrade():
    op.create_table(
        "attendance_list",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("doors", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("has_rotating_code", sa.Boolean(), nullable=False),
        sa.Column("takes_exits", sa.Boolean(), nullable=False),
        sa.Column("takes_registrations", sa.Boolean(), nullable=False),
        sa.Column("asks_contact", sa.Boolean(), nullable=False),
        sa.Column("asks_organisation", sa.Boolean(), nullable=False),
        sa.Column("asks_image", sa.Boolean(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(), nullable=True),
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
        sa.CheckConstraint("capacity > 0", name=op.f("ck_attendance_list_capacity_is_positive")),
        sa.CheckConstraint(
            "closes_at > opens_at", name=op.f("ck_attendance_list_closes_after_opening")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_attendance_list_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_attendance_list_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_attendance_list_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_list")),
        sa.UniqueConstraint("code", name=op.f("uq_attendance_list_code")),
        sa.UniqueConstraint("event_id", name=op.f("uq_attendance_list_event_id")),
    )
    op.create_index(
        op.f("ix_attendance_list_office_id"), "attendance_list", ["office_id"], unique=False
    )
    op.create_table(
        "attendance_list_task",
        sa.Column("attendance_list_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendance_list_id"],
            ["attendance_list.id"],
            name=op.f("fk_attendance_list_task_attendance_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_attendance_list_task_task_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "attendance_list_id", "task_id", name=op.f("pk_attendance_list_task")
        ),
    )
    op.create_index(
        op.f("ix_attendance_list_task_task_id"), "attendance_list_task", ["task_id"], unique=False
    )
    op.create_table(
        "attendee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("document_type", sa.String(length=4), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_digest", sa.String(length=64), nullable=True),
        sa.Column("document_end", sa.String(length=64), nullable=True),
        sa.Column("is_minor", sa.Boolean(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "PHONE", "DESK", "KIOSK", "PAPER", name="signinway", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("was_offline", sa.Boolean(), nullable=False),
        sa.Column("is_time_estimated", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.String(length=12), nullable=False),
        sa.Column("consent_id", sa.String(length=32), nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.Column("mailed_at", sa.DateTime(), nullable=True),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("receipt", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_attendee_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["attendance_list.id"], name=op.f("fk_attendee_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendee")),
        sa.UniqueConstraint("certificate", name=op.f("uq_attendee_certificate")),
        sa.UniqueConstraint("receipt", name=op.f("uq_attendee_receipt")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_attendee_submission_id")),
    )
    op.create_index(op.f("ix_attendee_consent_id"), "attendee", ["consent_id"], unique=False)
    op.create_index(
        "ix_attendee_list_document", "attendee", ["list_id", "document_digest"], unique=True
    )
    op.create_table(
        "certificate_mailing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_certificate_mailing_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["attendance_list.id"], name=op.f("fk_certificate_mailing_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_mailing")),
    )
    op.create_index(
        op.f("ix_certificate_mailing_list_id"), "certificate_mailing", ["list_id"], unique=False
    )
    op.create_table(
        "door_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("device_digest", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["attendance_list.id"], name=op.f("fk_door_pass_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_pass")),
        sa.UniqueConstraint("device_digest", name=op.f("uq_door_pass_device_digest")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_door_pass_token_digest")),
    )
    op.create_index(op.f("ix_door_pass_list_id"), "door_pass", ["list_id"], unique=False)
    op.create_table(
        "paper_details",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=True),
        sa.Column("keyed", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.Column("illegible", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["attendance_list.id"], name=op.f("fk_paper_details_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_details")),
        sa.UniqueConstraint("list_id", name=op.f("uq_paper_details_list_id")),
    )
    op.create_table(
        "paper_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("LIST", "SLIPS", name="sheetkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("first_row", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=False),
        sa.Column("returned_at", sa.DateTime(), nullable=True),
        sa.Column("signed", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("scan_id", sa.Integer(), nullable=True),
        sa.Column("scanned_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("rows BETWEEN 1 AND 200", name=op.f("ck_paper_sheet_has_rows")),
        sa.CheckConstraint(
            "signed BETWEEN 0 AND rows", name=op.f("ck_paper_sheet_signed_rows_are_rows")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["attendance_list.id"], name=op.f("fk_paper_sheet_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["account.id"], name=op.f("fk_paper_sheet_printed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"], ["stored_file.id"], name=op.f("fk_paper_sheet_scan_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_paper_sheet_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheet")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_sheet_code")),
    )
    op.create_index("ix_paper_sheet_list_number", "paper_sheet", ["list_id", "number"], unique=True)
    op.create_index(op.f("ix_paper_sheet_scan_id"), "paper_sheet", ["scan_id"], unique=False)
    op.create_index(op.f("ix_paper_sheet_session_id"), "paper_sheet", ["session_id"], unique=False)
    op.create_table(
        "waiting_details",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["attendance_list.id"], name=op.f("fk_waiting_details_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_waiting_details_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_details")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_waiting_details_list_id"), "waiting_details", ["list_id"], unique=False
    )
    op.create_table(
        "paper_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN",
                "KEYED",
                "MERGED",
                "EMPTY",
                "ILLEGIBLE",
                name="rowstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=True),
        sa.Column("proposed_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("gave_document", sa.Boolean(), nullable=False),
        sa.Column("gave_presence", sa.Boolean(), nullable=False),
        sa.Column("entered_before_at", sa.DateTime(), nullable=True),
        sa.Column("keyed_by_id", sa.Integer(), nullable=False),
        sa.Column("keyed_at", sa.DateTime(), nullable=False),
        sa.Column("sampled_at", sa.DateTime(), nullable=True),
        sa.Column("rekeyed_by_id", sa.Integer(), nullable=True),
        sa.Column("rekeyed_at", sa.DateTime(), nullable=True),
        sa.Column("is_different", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendee.id"], name=op.f("fk_paper_row_attendee_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_paper_row_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["keyed_by_id"], ["account.id"], name=op.f("fk_paper_row_keyed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_id"], ["attendee.id"], name=op.f("fk_paper_row_proposed_id")
        ),
        sa.ForeignKeyConstraint(
            ["rekeyed_by_id"], ["account.id"], name=op.f("fk_paper_row_rekeyed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["paper_sheet.id"], name=op.f("fk_paper_row_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_row")),
    )
    op.create_index(op.f("ix_paper_row_attendee_id"), "paper_row", ["attendee_id"], unique=False)
    op.create_index(op.f("ix_paper_row_proposed_id"), "paper_row", ["proposed_id"], unique=False)
    op.create_index("ix_paper_row_sheet_number", "paper_row", ["sheet_id", "number"], unique=True)
    op.create_table(
        "presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attendee_id"],
            ["attendee.id"],
            name=op.f("fk_presence_attendee_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_session.id"], name=op.f("fk_presence_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
    )
    op.create_index(
        "ix_presence_attendee_alone",
        "presence",
        ["attendee_id"],
        unique=True,
        sqlite_where=sa.text("session_id IS NULL"),
        postgresql_where=sa.text("session_id IS NULL"),
    )
    op.create_index(
        "ix_presence_attendee_session", "presence", ["attendee_id", "session_id"], unique=True
    )
    op.create_index(
        "ix_presence_session",
        "presence",
        ["session_id"],
        unique=False,
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.drop_index("ix_consent_notice_id", table_name="consent")


def downgrade():
    op.create_index("ix_consent_notice_id", "consent", ["notice_id"], unique=False)
    op.drop_table("presence")
    op.drop_table("paper_row")
    op.drop_table("waiting_details")
    op.drop_table("paper_sheet")
    op.drop_table("paper_details")
    op.drop_table("door_pass")
    op.drop_table("certificate_mailing")
    op.drop_table("attendee")
    op.drop_table("attendance_list_task")
    op.drop_table("attendance_list")
