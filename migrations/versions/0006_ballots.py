"""Ballot boxes: what they ask, their keys and rolls, and the chain of their public records."""

import sqlalchemy as sa
from alembic import op

revision = "0006_ballots"
down_revision = "0005_topics"


def upgrade():
    op.create_table(
        "ballot_box",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=14), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("used_by", sa.Text(), nullable=False),
        sa.Column("registrar", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=True),
        sa.Column("closes_at", sa.DateTime(), nullable=True),
        sa.Column("takes_last", sa.Boolean(), nullable=False),
        sa.Column("shows_live", sa.Boolean(), nullable=False),
        sa.Column("allows_assisted", sa.Boolean(), nullable=False),
        sa.Column("allows_paper", sa.Boolean(), nullable=False),
        sa.Column("expected_ballots", sa.Integer(), nullable=False),
        sa.Column("cards_handed_out", sa.Integer(), nullable=True),
        sa.Column("roll", sa.LargeBinary(), nullable=True),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_ballot_box_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_ballot_box_created_by_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_ballot_box_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_box")),
        sa.UniqueConstraint("code", name=op.f("uq_ballot_box_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_ballot_box_uuid")),
    )
    op.create_index(op.f("ix_ballot_box_office_id"), "ballot_box", ["office_id"], unique=False)
    op.create_table(
        "ballot",
        sa.Column("box_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("credential", sa.String(length=64), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.Column("is_assisted", sa.Boolean(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_ballot_box_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("box_id", "height", name=op.f("pk_ballot")),
        sa.UniqueConstraint("box_id", "once", name=op.f("uq_ballot_box_id_once")),
        sa.UniqueConstraint("box_id", "submission_id", name=op.f("uq_ballot_box_id_submission_id")),
        sa.UniqueConstraint("box_id", "tracker", name=op.f("uq_ballot_box_id_tracker")),
    )
    op.create_index("ix_ballot_box_credential", "ballot", ["box_id", "credential"], unique=False)
    op.create_table(
        "ballot_box_task",
        sa.Column("ballot_box_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_box_id"],
            ["ballot_box.id"],
            name=op.f("fk_ballot_box_task_ballot_box_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_ballot_box_task_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ballot_box_id", "task_id", name=op.f("pk_ballot_box_task")),
    )
    op.create_index(
        op.f("ix_ballot_box_task_task_id"), "ballot_box_task", ["task_id"], unique=False
    )
    op.create_table(
        "box_head",
        sa.Column("box_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("told_ballots", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("waiting", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_box_head_box_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_box_head")),
    )
    op.create_table(
        "box_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("has_blank", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "least >= 0 AND most >= least AND most >= 1",
            name=op.f("ck_box_question_limits_make_sense"),
        ),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_box_question_box_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box_question")),
    )
    op.create_index(op.f("ix_box_question_box_id"), "box_question", ["box_id"], unique=False)
    op.create_table(
        "card_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("cards > 0", name=op.f("ck_card_batch_holds_cards")),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_card_batch_box_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_card_batch_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_batch")),
    )
    op.create_index(op.f("ix_card_batch_box_id"), "card_batch", ["box_id"], unique=False)
    op.create_table(
        "chain_event",
        sa.Column("box_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_chain_event_box_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("box_id", "height", name=op.f("pk_chain_event")),
    )
    op.create_table(
        "open_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("votes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_open_answer_box_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_open_answer_box_id"), "open_answer", ["box_id"], unique=False)
    op.create_table(
        "paper_count",
        sa.Column("box_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("counted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ballots >= 0 AND invalid >= 0", name=op.f("ck_paper_count_counts_up")),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_paper_count_box_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["counted_by_id"], ["account.id"], name=op.f("fk_paper_count_counted_by_id")
        ),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_paper_count")),
    )
    op.create_table(
        "sealed_paper",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_sealed_paper_box_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_paper")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sealed_paper_box", "sealed_paper", ["box_id", "kind"], unique=False)
    op.create_table(
        "trustee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(length=43), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_trustee_box_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trustee")),
        sa.UniqueConstraint("box_id", "fingerprint", name=op.f("uq_trustee_box_id_fingerprint")),
        sa.UniqueConstraint("box_id", "position", name=op.f("uq_trustee_box_id_position")),
    )
    op.create_table(
        "two_person_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "confirmed_by_id <> asked_by_id", name=op.f("ck_two_person_act_takes_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_two_person_act_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_two_person_act_box_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_two_person_act_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_person_act")),
        sa.UniqueConstraint("box_id", "act", name=op.f("uq_two_person_act_box_id_act")),
    )
    op.create_table(
        "credential",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["card_batch.id"], name=op.f("fk_credential_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_credential_box_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("box_id", "digest", name=op.f("pk_credential")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_credential_batch_id"), "credential", ["batch_id"], unique=False)


def downgrade():
    op.drop_index(op.f("ix_credential_batch_id"), table_name="credential")
    op.drop_table("credential")
    op.drop_table("two_person_act")
    op.drop_table("trustee")
    op.drop_index("ix_sealed_paper_box", table_name="sealed_paper")
    op.drop_table("sealed_paper")
    op.drop_table("paper_count")
    op.drop_index(op.f("ix_open_answer_box_id"), table_name="open_answer")
    op.drop_table("open_answer")
    op.drop_table("chain_event")
    op.drop_index(op.f("ix_card_batch_box_id"), table_name="card_batch")
    op.drop_table("card_batch")
    op.drop_index(op.f("ix_box_question_box_id"), table_name="box_question")
    op.drop_table("box_question")
    op.drop_table("box_head")
    op.drop_index(op.f("ix_ballot_box_task_task_id"), table_name="ballot_box_task")
    op.drop_table("ballot_box_task")
    op.drop_index("ix_ballot_box_credential", table_name="ballot")
    op.drop_table("ballot")
    op.drop_index(op.f("ix_ballot_box_office_id"), table_name="ballot_box")
    op.drop_table("ballot_box")
