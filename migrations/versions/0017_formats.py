"""The register of official formats: versions with their review, digital twins, and uses."""

import sqlalchemy as sa
from alembic import op

revision = "0017_formats"
down_revision = "0016_groups"


def upgrade():
    op.create_table(
        "official_format",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=30), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("needs_variables", sa.Boolean(), nullable=False),
        sa.Column("needs_variables_reason", sa.Text(), nullable=False),
        sa.Column("needs_variables_by_id", sa.Integer(), nullable=True),
        sa.Column("needs_variables_on", sa.Date(), nullable=True),
        sa.Column("applies_qr", sa.Boolean(), nullable=True),
        sa.Column("applies_qr_reason", sa.Text(), nullable=False),
        sa.Column("applies_qr_by_id", sa.Integer(), nullable=True),
        sa.Column("applies_qr_on", sa.Date(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "applies_qr IS NULL OR applies_qr OR applies_qr_reason <> ''",
            name=op.f("ck_official_format_without_qr_has_a_reason"),
        ),
        sa.CheckConstraint(
            "needs_variables OR needs_variables_reason <> ''",
            name=op.f("ck_official_format_without_variables_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["applies_qr_by_id"], ["account.id"], name=op.f("fk_official_format_applies_qr_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["needs_variables_by_id"],
            ["account.id"],
            name=op.f("fk_official_format_needs_variables_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_official_format_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_official_format_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_format")),
        sa.UniqueConstraint("reference", name=op.f("uq_official_format_reference")),
    )
    op.create_index(op.f("ix_official_format_office_id"), "official_format", ["office_id"])
    op.create_table(
        "official_format_task",
        sa.Column("official_format_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["official_format_id"],
            ["official_format.id"],
            name=op.f("fk_official_format_task_official_format_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
            name=op.f("fk_official_format_task_task_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "official_format_id", "task_id", name=op.f("pk_official_format_task")
        ),
    )
    op.create_index(op.f("ix_official_format_task_task_id"), "official_format_task", ["task_id"])
    op.create_table(
        "format_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("format_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("isolucion", sa.Text(), nullable=False),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("declared_blocks", sa.JSON(), nullable=False),
        sa.Column("obsolete_because", sa.Text(), nullable=False),
        sa.Column("obsolete_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "approved_by_id <> sent_by_id", name=op.f("ck_format_version_approver_is_another")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["account.id"], name=op.f("fk_format_version_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_format_version_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_format_version_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["format_id"],
            ["official_format.id"],
            name=op.f("fk_format_version_format_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["account.id"], name=op.f("fk_format_version_sent_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_format_version")),
        sa.UniqueConstraint("format_id", "number", name=op.f("uq_format_version_format_id_number")),
    )
    op.create_index(op.f("ix_format_version_file_id"), "format_version", ["file_id"])
    approved = sa.text("state = 'APPROVED'")
    op.create_index(
        "uq_format_version_approved",
        "format_version",
        ["format_id"],
        unique=True,
        sqlite_where=approved,
        postgresql_where=approved,
    )
    op.create_table(
        "format_twin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("format_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["format_id"],
            ["official_format.id"],
            name=op.f("fk_format_twin_format_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_format_twin")),
    )
    op.create_index(op.f("ix_format_twin_format_id"), "format_twin", ["format_id"])
    going_on = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_format_twin_record",
        "format_twin",
        ["source", "record_id"],
        unique=True,
        sqlite_where=going_on,
        postgresql_where=going_on,
    )
    op.create_table(
        "format_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("format_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["format_id"],
            ["official_format.id"],
            name=op.f("fk_format_use_format_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_format_use")),
        sa.UniqueConstraint(
            "format_id",
            "source",
            "record_id",
            name=op.f("uq_format_use_format_id_source_record_id"),
        ),
    )


def downgrade():
    op.drop_table("format_use")
    op.drop_index("uq_format_twin_record", table_name="format_twin")
    op.drop_index(op.f("ix_format_twin_format_id"), table_name="format_twin")
    op.drop_table("format_twin")
    op.drop_index("uq_format_version_approved", table_name="format_version")
    op.drop_index(op.f("ix_format_version_file_id"), table_name="format_version")
    op.drop_table("format_version")
    op.drop_index(op.f("ix_official_format_task_task_id"), table_name="official_format_task")
    op.drop_table("official_format_task")
    op.drop_index(op.f("ix_official_format_office_id"), table_name="official_format")
    op.drop_table("official_format")
