"""The form with which the staff record spoken answers."""

from collections.abc import Iterator
from dataclasses import replace

from flask import request
from wtforms import BooleanField
from wtforms.validators import InputRequired

from participa.staff.models import Account
from participa.surveys import consents
from participa.surveys.paper.assisted import CHANNEL
from participa.surveys.public.forms import SurveyForm
from participa.surveys.respond import FilledSurvey

CONSENT = "verbal_consent"


class SpokenSurveyForm(SurveyForm):
    """The questions of a survey, and that the person agreed to be asked before the first one."""

    verbal_consent = BooleanField(
        "Oyó el aviso y dijo que sí quiere responder.",
        [InputRequired("Lea el aviso y marque que la persona dijo que sí.")],
    )

    @property
    def consents(self) -> tuple[str, ...]:
        """What the person agreed to after hearing the notice: no more than that is stored."""
        return (consents.KEPT,) if request.form.get(CONSENT) else ()

    def asks_consent(self, page: int) -> bool:
        return False

    def carried_beside(self, page: int | None) -> Iterator[tuple[str, str]]:
        yield from super().carried_beside(page)
        if request.form.get(CONSENT):
            yield CONSENT, "y"

    def filled_by(self, operator: Account) -> FilledSurvey:
        return replace(self.filled, channel=CHANNEL, operator=operator)
