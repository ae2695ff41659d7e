"""What a person gives to an import: a file or a pasted table, and then one answer per question."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from flask_wtf.file import FileField
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, Regexp

from participa.core.forms import Form
from participa.plan.importing.drafts import DraftTask
from participa.plan.importing.import_problems import Finding

MOST_PASTED = 250_000


class StartForm(Form):
    file = FileField("Archivo del plan")
    text = TextAreaField(
        "O pegue aquí la tabla",
        [
            Optional(),
            Length(
                max=MOST_PASTED,
                message="El texto es demasiado largo. Guárdelo en un archivo y súbalo.",
            ),
        ],
    )
    year = StringField(
        "Año",
        [Optional(), Regexp(r"20\d\d\Z", message="Escriba el año con cuatro cifras, como 2025.")],
    )

    def reject(self, sentence: str, field: str = "") -> None:
        """A broken file has one sentence for each row."""
        for line in sentence.split("\n"):
            super().reject(line, field)

    def validate(self, extra_validators=None) -> bool:
        valid = super().validate(extra_validators)
        if valid and not (self.file.data or self.text.data):
            self.reject("Elija un archivo o pegue la tabla.", "file")
            return False
        return valid

    @property
    def given(self) -> tuple[str, bytes]:
        """The name and the content of what came; a file goes before pasted text."""
        if self.file.data:
            return self.file.data.filename or "plan", self.file.data.read()
        return "Texto pegado", (self.text.data or "").encode()

    @property
    def asked_year(self) -> int | None:
        return int(self.year.data) if self.year.data else None


class ReviewForm(Form):
    """One select for each finding and each task; made to measure for one file."""

    seen = HiddenField(validators=[Length(max=64)])

    @property
    def decisions(self) -> dict[str, str]:
        return {key: field.data for key, field in self._of(DecisionField).items()}

    @property
    def measures(self) -> dict[str, str]:
        return {key: field.data for key, field in self._of(MeasureField).items()}

    @cached_property
    def of_finding(self) -> dict[str, Field]:
        return self._of(DecisionField)

    @cached_property
    def of_task(self) -> dict[str, Field]:
        return self._of(MeasureField)

    def _of(self, kind: type["KeyedField"]) -> dict[str, Field]:
        """The selects of one kind, by the question that they answer."""
        return {field.key: field for field in self if isinstance(field, kind)}


class KeyedField(SelectField):
    """A select that remembers which question it answers."""

    def __init__(self, label: str = "", key: str = "", **named: Any):
        wrong = "Elija una de las opciones de la lista."
        super().__init__(label, invalid_choice_message=wrong, **named)
        self.key = key


class DecisionField(KeyedField):
    pass


class MeasureField(KeyedField):
    pass


def review_form(
    findings: Iterable[Finding],
    answers: Mapping[str, str],
    tasks: Iterable[DraftTask],
    measures: Mapping[str, str],
) -> ReviewForm:
    fields: dict[str, SelectField] = {}
    for number, finding in enumerate(findings, start=1):
        fields[f"decision_{number}"] = DecisionField(
            f"Decisión: {finding.words}"[:120],
            choices=[SelectChoice(*option) for option in finding.options],
            default=answers[finding.key],
            key=finding.key,
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
