"""Surveys: questionnaires and their versions, codes, answers, texts."""

import sqlalchemy as sa
from alembic import op

revision = "0027_surveys"
down_revision = "0026_more_time_to_complete"


def upgrade():
    op.create_table(
        "bank_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_question")),
        sa.UniqueConstraint("name", name=op.f("uq_bank_question_name")),
    )
    op.create_table(
        "city_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("age", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_figure")),
        sa.UniqueConstraint(
            "territory", "sex", "age", name=op.f("uq_city_figure_territory_sex_age")
        ),
    )
    op.create_table(
        "survey",
        sa.Column(
            "access",
            sa.Enum("ANYONE", "CODE", "GIVEN", name="surveyaccess", native_enum=False, length=32),
            nullable=False,
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
        sa.Column(
            "layout",
            sa.Enum("PAGES", "ONE_BY_ONE", name="layout", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("resume_until_on", sa.Date(), nullable=True),
        sa.Column("allows_correction", sa.Boolean(), nullable=False),
        sa.Column("results_on", sa.Date(), nullable=True),
        sa.Column("archived_at", sa.DateTime(), nullable=True),
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
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_survey_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_survey_created_by_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_survey_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_code")),
        sa.UniqueConstraint("id", "anonymity", name=op.f("uq_survey_id_anonymity")),
    )
    op.create_index(op.f("ix_survey_office_id"), "survey", ["office_id"], unique=False)
    op.create_table(
        "saved_answers",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_saved_answers_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_answers")),
        sa.UniqueConstraint("digest", name=op.f("uq_saved_answers_digest")),
    )
    op.create_index(
        op.f("ix_saved_answers_survey_id"), "saved_answers", ["survey_id"], unique=False
    )
    op.create_index(op.f("ix_saved_answers_until_on"), "saved_answers", ["until_on"], unique=False)
    op.create_table(
        "waiting_file",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_waiting_file_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_file")),
    )
    op.create_index(op.f("ix_waiting_file_file_id"), "waiting_file", ["file_id"], unique=False)
    op.create_index(op.f("ix_waiting_file_until_on"), "waiting_file", ["until_on"], unique=False)
    op.create_table(
        "survey_code_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("printed_at", sa.DateTime(), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_survey_code_batch_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_code_batch_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_code_batch")),
    )
    op.create_index(
        op.f("ix_survey_code_batch_survey_id"), "survey_code_batch", ["survey_id"], unique=False
    )
    op.create_table(
        "survey_task",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_task_survey_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_survey_task_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("survey_id", "task_id", name=op.f("pk_survey_task")),
    )
    op.create_index(op.f("ix_survey_task_task_id"), "survey_task", ["task_id"], unique=False)
    op.create_table(
        "survey_tally",
        sa.Column("survey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["survey.id"],
            name=op.f("fk_survey_tally_survey_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_survey_tally")),
    )
    op.create_table(
        "survey_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_use_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_use")),
        sa.UniqueConstraint(
            "survey_id",
            "source",
            "source_id",
            name=op.f("uq_survey_use_survey_id_source_source_id"),
        ),
    )
    op.create_table(
        "survey_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["survey.id"],
            name=op.f("fk_survey_version_survey_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_version")),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_survey_version_survey_id_number")),
    )
    op.create_table(
        "survey_code",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum("UNUSED", "USED", "VOID", name="codeuse", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'USED') = (used_on IS NOT NULL)", name=op.f("ck_survey_code_used_on_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["survey_code_batch.id"], name=op.f("fk_survey_code_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_code_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_survey_code_digest")),
    )
    op.create_index(op.f("ix_survey_code_batch_id"), "survey_code", ["batch_id"], unique=False)
    op.create_index(
        "ix_survey_code_survey_state", "survey_code", ["survey_id", "state"], unique=False
    )
    op.create_table(
        "survey_response",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("survey_id", sa.Integer(), nullable=False),
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
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("use_id", sa.Integer(), nullable=True),
        sa.Column("code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("age", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "anonymity <> 'ANONYMOUS' OR "
            "(code_id IS NULL AND received_at IS NULL AND operator_id IS NULL)",
            name=op.f("ck_survey_response_leads_to_nobody"),
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["survey_code.id"], name=op.f("fk_survey_response_code_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["account.id"], name=op.f("fk_survey_response_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id", "anonymity"], ["survey.id", "survey.anonymity"], name="keeps_its_mode"
        ),
        sa.ForeignKeyConstraint(
            ["use_id"], ["survey_use.id"], name=op.f("fk_survey_response_use_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["survey_version.id"], name=op.f("fk_survey_response_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response")),
        sa.UniqueConstraint("code_id", name=op.f("uq_survey_response_code_id")),
        sa.UniqueConstraint("id", "anonymity", name=op.f("uq_survey_response_id_anonymity")),
        sa.UniqueConstraint("receipt", name=op.f("uq_survey_response_receipt")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_survey_response_submission_id")),
    )
    op.create_index(
        "ix_survey_response_survey_day",
        "survey_response",
        ["survey_id", "received_on"],
        unique=False,
    )
    op.create_index(op.f("ix_survey_response_use_id"), "survey_response", ["use_id"], unique=False)
    op.create_index(
        op.f("ix_survey_response_version_id"), "survey_response", ["version_id"], unique=False
    )
    op.create_table(
        "answered_file",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_answered_file_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_response.id"],
            name=op.f("fk_answered_file_response_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answered_file")),
    )
    op.create_index(op.f("ix_answered_file_file_id"), "answered_file", ["file_id"], unique=False)
    op.create_index(
        op.f("ix_answered_file_response_id"), "answered_file", ["response_id"], unique=False
    )
    op.create_table(
        "personal_answer",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
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
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "anonymity <> 'ANONYMOUS'", name=op.f("ck_personal_answer_of_nobody_anonymous")
        ),
        sa.ForeignKeyConstraint(
            ["response_id", "anonymity"],
            ["survey_response.id", "survey_response.anonymity"],
            name="of_its_response",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_answer")),
    )
    op.create_index(
        "ix_personal_answer_response", "personal_answer", ["response_id", "anonymity"], unique=False
    )
    op.create_table(
        "written_answer",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("public_text", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "PUBLISHED",
                "MERGED",
                "REJECTED",
                name="reviewstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_response.id"],
            name=op.f("fk_written_answer_response_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["account.id"], name=op.f("fk_written_answer_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_written_answer_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_answer")),
    )
    op.create_index(
        "ix_written_answer_question",
        "written_answer",
        ["survey_id", "question", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_written_answer_response_id"), "written_answer", ["response_id"], unique=False
    )

    op.create_table(
        "verbal_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_verbal_consents_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["account.id"], name=op.f("fk_verbal_consents_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_verbal_consents_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verbal_consents")),
        sa.UniqueConstraint(
            "survey_id",
            "given_on",
            "operator_id",
            name=op.f("uq_verbal_consents_survey_id_given_on_operator_id"),
        ),
    )
    op.create_table(
        "survey_sheet_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("use_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=True),
        sa.Column("unused", sa.Integer(), nullable=True),
        sa.Column("void", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("typed_twice", sa.Integer(), nullable=False),
        sa.Column("different", sa.Integer(), nullable=False),
        sa.CheckConstraint("size BETWEEN 1 AND 500", name=op.f("ck_survey_sheet_batch_has_sheets")),
        sa.CheckConstraint(
            "(used IS NULL) = (unused IS NULL) AND (used IS NULL) = (void IS NULL)",
            name=op.f("ck_survey_sheet_batch_counted_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["account.id"], name=op.f("fk_survey_sheet_batch_printed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_sheet_batch_survey_id")
        ),
        sa.ForeignKeyConstraint(
            ["use_id"], ["survey_use.id"], name=op.f("fk_survey_sheet_batch_use_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["survey_version.id"], name=op.f("fk_survey_sheet_batch_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_sheet_batch")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_sheet_batch_code")),
        sa.UniqueConstraint(
            "survey_id",
            "first_number",
            name=op.f("uq_survey_sheet_batch_survey_id_first_number"),
        ),
    )
    op.create_index(
        op.f("ix_survey_sheet_batch_use_id"), "survey_sheet_batch", ["use_id"], unique=False
    )
    op.create_index(
        op.f("ix_survey_sheet_batch_version_id"),
        "survey_sheet_batch",
        ["version_id"],
        unique=False,
    )
    op.create_table(
        "survey_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("keyed_by_id", sa.Integer(), nullable=False),
        sa.Column("is_sampled", sa.Boolean(), nullable=False),
        sa.Column("rekeyed_by_id", sa.Integer(), nullable=True),
        sa.Column("is_different", sa.Boolean(), nullable=False),
        sa.Column("is_decided", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["survey_sheet_batch.id"],
            name=op.f("fk_survey_sheet_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["keyed_by_id"], ["account.id"], name=op.f("fk_survey_sheet_keyed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["rekeyed_by_id"], ["account.id"], name=op.f("fk_survey_sheet_rekeyed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_sheet")),
    )
    op.create_index(
        "ix_survey_sheet_batch_number", "survey_sheet", ["batch_id", "number"], unique=True
    )
    op.create_table(
        "sheet_answers",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("second_fields", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["survey_sheet.id"],
            name=op.f("fk_sheet_answers_sheet_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sheet_id", name=op.f("pk_sheet_answers")),
    )


def downgrade():
    op.drop_table("sheet_answers")
    op.drop_index("ix_survey_sheet_batch_number", table_name="survey_sheet")
    op.drop_table("survey_sheet")
    op.drop_index(op.f("ix_survey_sheet_batch_version_id"), table_name="survey_sheet_batch")
    op.drop_index(op.f("ix_survey_sheet_batch_use_id"), table_name="survey_sheet_batch")
    op.drop_table("survey_sheet_batch")
    op.drop_table("verbal_consents")
    op.drop_index(op.f("ix_written_answer_response_id"), table_name="written_answer")
    op.drop_index("ix_written_answer_question", table_name="written_answer")
    op.drop_table("written_answer")
    op.drop_index("ix_personal_answer_response", table_name="personal_answer")
    op.drop_table("personal_answer")
    op.drop_index(op.f("ix_answered_file_response_id"), table_name="answered_file")
    op.drop_index(op.f("ix_answered_file_file_id"), table_name="answered_file")
    op.drop_table("answered_file")
    op.drop_index(op.f("ix_survey_response_version_id"), table_name="survey_response")
    op.drop_index(op.f("ix_survey_response_use_id"), table_name="survey_response")
    op.drop_index("ix_survey_response_survey_day", table_name="survey_response")
    op.drop_table("survey_response")
    op.drop_index("ix_survey_code_survey_state", table_name="survey_code")
    op.drop_index(op.f("ix_survey_code_batch_id"), table_name="survey_code")
    op.drop_table("survey_code")
    op.drop_table("survey_version")
    op.drop_table("survey_use")
    op.drop_table("survey_tally")
    op.drop_index(op.f("ix_survey_task_task_id"), table_name="survey_task")
    op.drop_table("survey_task")
    op.drop_index(op.f("ix_survey_code_batch_survey_id"), table_name="survey_code_batch")
    op.drop_table("survey_code_batch")
    op.drop_index(op.f("ix_waiting_file_until_on"), table_name="waiting_file")
    op.drop_index(op.f("ix_waiting_file_file_id"), table_name="waiting_file")
    op.drop_table("waiting_file")
    op.drop_index(op.f("ix_saved_answers_until_on"), table_name="saved_answers")
    op.drop_index(op.f("ix_saved_answers_survey_id"), table_name="saved_answers")
    op.drop_table("saved_answers")
    op.drop_index(op.f("ix_survey_office_id"), table_name="survey")
    op.drop_table("survey")
    op.drop_table("city_figure")
    op.drop_table("bank_question")
