"""What a survey holds of a person: files are encrypted, and personal data have their consent.

A file that came before has no key until the next purge, which encrypts it: a migration has none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028_survey_consents_and_files"
down_revision = "0027_surveys"
TABLES = ("answered_file", "waiting_file")


def upgrade():
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("key", sa.Text(), nullable=True))
            table.add_column(sa.Column("media_type", sa.Text(), nullable=True))
            table.add_column(sa.Column("size", sa.Integer(), nullable=True))
        of_file = "(SELECT {} FROM stored_file WHERE stored_file.id = file_id)"
        op.execute(
            f"UPDATE {name} SET key = '', media_type = {of_file.format('media_type')}, "  # noqa: S608
            f"size = {of_file.format('size')}"
        )
        with op.batch_alter_table(name) as table:
            for column, kind in (("key", sa.Text()), ("media_type", sa.Text())):
                table.alter_column(column, existing_type=kind, nullable=False)
            table.alter_column("size", existing_type=sa.Integer(), nullable=False)

    op.create_table(
        "personal_consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "anonymity",
            sa.Enum(
                "ANONYMOUS",
                "CONFIDENTIAL",
                "IDENTIFIED",
                name="anonymity",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("consent_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "anonymity <> 'ANONYMOUS'", name=op.f("ck_personal_consent_of_nobody_anonymous")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_personal_consent_consent_id_consent")
        ),
        sa.ForeignKeyConstraint(
            ["response_id", "anonymity"],
            ["survey_response.id", "survey_response.anonymity"],
            name="of_its_response",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_consent")),
        sa.UniqueConstraint(
            "response_id", "anonymity", name=op.f("uq_personal_consent_response_id_anonymity")
        ),
    )
    op.create_index(
        op.f("ix_personal_consent_consent_id"), "personal_consent", ["consent_id"], unique=False
    )


def downgrade():
    op.drop_table("personal_consent")
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            for column in ("size", "media_type", "key"):
                table.drop_column(column)
