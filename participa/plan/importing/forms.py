"""The forms of an import: a file or a pasted table, then an answer for each problem and task."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from flask_wtf.file import FileField
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, Regexp, ValidationError

from participa.core.fields import SometimesNeeded
from participa.core.forms import Form
from participa.plan.importing.drafts import DraftTask
from participa.plan.importing.import_problems import ImportProblem

MAX_PASTED = 250_000


class StartForm(Form):
    file = FileField("Archivo del plan", [SometimesNeeded()])
    text = TextAreaField(
        "O pegue aquí la tabla",
        [
            SometimesNeeded(),
            Optional(),
            Length(
                max=MAX_PASTED,
                message="El texto es demasiado largo. Guárdelo en un archivo y súbalo.",
            ),
        ],
    )
    year = StringField(
        "Año",
        [Optional(), Regexp(r"20\d\d\Z", message="Escriba el año con cuatro cifras, como 2025.")],
    )

    def reject(self, sentence: str, field: str = "") -> None:
        """Show each line as an error of its own: an unreadable file has one for each row."""
        for line in sentence.split("\n"):
            super().reject(line, field)

    def validate(self, extra_validators=None) -> bool:
        valid = super().validate(extra_validators)
        if valid and not (self.file.data or self.text.data):
            self.reject("Elija un archivo o pegue la tabla.", "file")
            return False
        return valid

    @property
    def upload(self) -> tuple[str, bytes]:
        """Name and content of the file, or of the pasted text when there is no file."""
        if self.file.data:
            return self.file.data.filename or "plan", self.file.data.read()
        return "Texto pegado", (self.text.data or "").encode()

    @property
    def asked_year(self) -> int | None:
        return int(self.year.data) if self.year.data else None


class ReviewForm(Form):
    """A select for each problem and each task of one file; see `review_form`.

    `seen` is the fingerprint of the differences that the page showed.
    """

    seen = HiddenField(validators=[Length(max=64)])

    @property
    def decisions(self) -> dict[str, str]:
        return {key: field.data for key, field in self.decision_fields.items()}

    @property
    def measures(self) -> dict[str, str]:
        return {key: field.data for key, field in self.measure_fields.items()}

    @cached_property
    def decision_fields(self) -> dict[str, Field]:
        return self._by_key(DecisionField)

    @cached_property
    def measure_fields(self) -> dict[str, Field]:
        return self._by_key(MeasureField)

    def _by_key(self, kind: type["KeyedField"]) -> dict[str, Field]:
        """The selects of one kind by their key."""
        return {field.key: field for field in self if isinstance(field, kind)}


class KeyedField(SelectField):
    """A select with the key of what it answers."""

    def __init__(self, label: str = "", key: str = "", **named: Any):
        message = "Elija una de las opciones de la lista."
        super().__init__(label, invalid_choice_message=message, **named)
        self.key = key


class DecisionField(KeyedField):
    """The answer to an import problem, by its key. Without a suggestion somebody has to choose."""

    def __init__(self, label: str = "", question: str = "", **named: Any):
        super().__init__(label, **named)
        self.question = question

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            raise ValidationError(f"Elija una respuesta: {self.question}")


class MeasureField(KeyedField):
    """The measure of a task, by its code."""


def review_form(
    problems: Iterable[ImportProblem],
    answers: Mapping[str, str],
    tasks: Iterable[DraftTask],
    measures: Mapping[str, str],
) -> ReviewForm:
    """The form for one file. `answers` are the options to preselect by the key of the problem,
    `measures` the labels of all measures by name."""
    fields: dict[str, SelectField] = {}
    for number, problem in enumerate(problems, start=1):
        fields[f"decision_{number}"] = DecisionField(
            f"Decisión: {problem.words}"[:120],
            choices=[SelectChoice(*option) for option in problem.choices],
            default=answers[problem.key],
            key=problem.key,
            question=problem.sentence,
        )
    choices = [
        SelectChoice("", "Sin medición por ahora"),
        *(SelectChoice(name, label) for name, label in measures.items()),
    ]
    for number, task in enumerate(tasks, start=1):
        fields[f"measure_{number}"] = MeasureField(
            f"Medición de la tarea {task.code}",
            choices=choices,
            default=task.measure or "",
            key=task.code,
        )
    return type("ReviewFormOfOneFile", (ReviewForm,), fields)()
