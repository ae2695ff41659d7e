"""The form of a survey as its staff tries it: read like people's, and stored nowhere."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from participa.core.forms import Form
from participa.surveys.questionnaire import saying
from participa.surveys.questionnaire.answering import Answered, read
from participa.surveys.questionnaire.drawing import Drawing
from participa.surveys.questionnaire.questions import Questionnaire


class TrialForm(Form):
    """What somebody of the staff answers, to see how it looks."""

    def __init__(self, questionnaire: Questionnaire, **named: Any):
        super().__init__(**named)
        self.questionnaire = questionnaire

    @cached_property
    def answered(self) -> Answered:
        sent: Any = MultiDict(request.form)
        return read(self.questionnaire, sent) if self.is_submitted() else Answered()

    @property
    def drawing(self) -> Drawing:
        return Drawing(MultiDict(request.form), self.answered.problems)

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and self.answered.is_valid

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems, *self.answered.problems]

    @property
    def review(self) -> Iterator[tuple[str, str]]:
        """The label and the answer of each question that these answers lead to."""
        for question in self.questionnaire.asked:
            if question.key in self.answered.shown:
                value = self.answered.answers.get(question.key)
                words = saying.in_words(question, value, self.answered.texts)
                yield question.label, words or "Sin respuesta"
