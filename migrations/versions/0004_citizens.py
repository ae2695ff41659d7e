"""Consent has its notice and its proof, and population answers stand apart from all else."""

import sqlalchemy as sa
from alembic import op

revision = "0004_citizens"
down_revision = "0003_plan"


def upgrade():
    op.create_table(
        "frozen_count",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variable", sa.Text(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_frozen_count_counts_somebody")),
        sa.PrimaryKeyConstraint(
            "source", "source_id", "variable", "option", name=op.f("pk_frozen_count")
        ),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("short_lines", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("months > 0", name=op.f("ck_notice_is_kept_for_some_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("purpose", "number", name=op.f("uq_notice_purpose_number")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_consent_notice_id")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["account.id"], name=op.f("fk_consent_operator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_consent_notice_id"), "consent", ["notice_id"], unique=False)
    op.create_table(
        "population_slip",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("variables_version", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("consent_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_population_slip_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_population_slip_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population_slip")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_population_slip_consent_id"), "population_slip", ["consent_id"], unique=False
    )
    op.create_index(
        op.f("ix_population_slip_notice_id"), "population_slip", ["notice_id"], unique=False
    )
    op.create_index(
        op.f("ix_population_slip_received_on"), "population_slip", ["received_on"], unique=False
    )
    op.create_index(
        "ix_population_slip_source", "population_slip", ["source", "source_id"], unique=False
    )


def downgrade():
    op.drop_index("ix_population_slip_source", table_name="population_slip")
    op.drop_index(op.f("ix_population_slip_received_on"), table_name="population_slip")
    op.drop_index(op.f("ix_population_slip_notice_id"), table_name="population_slip")
    op.drop_index(op.f("ix_population_slip_consent_id"), table_name="population_slip")
    op.drop_table("population_slip")
    op.drop_index(op.f("ix_consent_notice_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_table("notice")
    op.drop_table("frozen_count")
