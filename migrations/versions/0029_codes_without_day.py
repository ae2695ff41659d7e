"""A used code of a survey keeps no day: where few answer, it led to the answer of that day."""

import sqlalchemy as sa
from alembic import op

revision = "0029_codes_without_day"
down_revision = "0028_survey_consents_and_files"


def upgrade():
    with op.batch_alter_table("survey_code") as batch:
        batch.drop_constraint(op.f("ck_survey_code_used_on_a_day"), type_="check")
        batch.drop_column("used_on")


def downgrade():
    with op.batch_alter_table("survey_code") as batch:
        batch.add_column(sa.Column("used_on", sa.Date(), nullable=True))
    # Which day it was is known no more; the constraint asks for one.
    op.execute("UPDATE survey_code SET used_on = '1970-01-01' WHERE state = 'USED'")
    with op.batch_alter_table("survey_code") as batch:
        batch.create_check_constraint(
            op.f("ck_survey_code_used_on_a_day"), "(state = 'USED') = (used_on IS NOT NULL)"
        )
