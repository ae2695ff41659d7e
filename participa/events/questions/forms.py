"""The form with which a resident asks an event a question."""

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from participa.channels.flow import ShownForm, malformed, undamaged
from participa.core.fields import up_to
from participa.events.questions.asking import LONGEST, WAYS
from participa.events.record_models import AskedBy


class QuestionForm(ShownForm):
    """One question. No field identifies the person."""

    once = ("submission", "text")

    # Answered in public within 15 working days (RDC-04).
    text = TextAreaField(
        "Su pregunta", [DataRequired("Escriba su pregunta."), up_to(LONGEST), undamaged]
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        is_valid = super().validate(extra_validators)
        for sentence in malformed(self.once):
            self.reject(sentence)
            is_valid = False
        return is_valid


def purpose_of(code: str) -> str:
    """The purpose signed into the form's token, which is valid for this event only."""
    return f"events.ask:{code}"


def way() -> AskedBy:
    """How the person came, as the address says; an unknown word counts as the page."""
    return WAYS.get(request.args.get("canal", ""), AskedBy.WEB)
