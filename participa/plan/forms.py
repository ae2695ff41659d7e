"""The staff's forms about a plan and its progress reports."""

import re
from typing import Any

from wtforms import (
    DateField,
    FileField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from participa.core import spanish
from participa.core.fields import SometimesNeeded, Ticks
from participa.core.forms import Form
from participa.plan.models import ProgressReport

MAX_THINGS = 500  # in one report, as in plan.reporting.reports
DATE = "Escriba la fecha completa, con día, mes y año."
WHOLE = f"Escriba un número entero, de 0 a {MAX_THINGS}."
TICK = re.compile(r"[0-9]{1,9}-[0-9a-f]+")  # id and fingerprint of a report
PART = f"Escriba un número entero, de 1 a {MAX_THINGS}."


def at_most(characters: int) -> Length:
    return Length(max=characters, message=f"Escriba hasta {characters} letras.")


class DayField(DateField):
    """A date field with a Spanish message for unreadable input."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(DATE) from None


class WholeNumberField(IntegerField):
    """A whole number from `least` to `most`; anything else gives the same `sentence` as error."""

    def __init__(self, label: str, *, least: int, most: int, sentence: str, **named: Any):
        super().__init__(label, [InputRequired(sentence)], **named)
        self.least, self.most, self.sentence = least, most, sentence

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([spanish.ungrouped(text) for text in valuelist])
        except ValueError:
            raise ValueError(self.sentence) from None
        self.data: int | None
        if self.data is not None and not self.least <= self.data <= self.most:
            self.data = None
            raise ValueError(self.sentence)


class PeriodField(SelectField):
    """The periods of a plan. The choice is not validated here: whether the period is still open is
    checked under a lock when the report is stored."""

    sentence = "Elija el periodo."

    def __init__(self, label: str, **named: Any):
        required = [InputRequired(self.sentence)]
        super().__init__(label, required, coerce=int, validate_choice=False, **named)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(self.sentence) from None


class CountReportForm(Form):
    """A report for a task that counts things."""

    period_id = PeriodField("Periodo")
    title = StringField(
        "Qué se hizo", [DataRequired("Escriba en una frase qué se hizo."), at_most(200)]
    )
    done_on = DayField("Cuándo se hizo", [InputRequired(DATE)])
    numerator = WholeNumberField("Cuántos", least=0, most=MAX_THINGS, sentence=WHOLE)
    denominator: WholeNumberField | None = None
    notes = TextAreaField("Lo que ayuda a entenderlo", [Optional(), at_most(2000)])


class ShareReportForm(CountReportForm):
    """A report for a task whose indicator is a percentage."""

    numerator = WholeNumberField("Cuántos cumplen", least=0, most=MAX_THINGS, sentence=WHOLE)
    denominator = WholeNumberField("Cuántos aplican", least=1, most=MAX_THINGS, sentence=PART)


class ProofForm(Form):
    file = FileField("Archivo", [InputRequired("Elija un archivo.")])
    proof_title = StringField(
        "Nombre del archivo para quien lo lea",
        [DataRequired("Escriba qué es el archivo."), at_most(150)],
    )


class ReasonForm(Form):
    reason = TextAreaField("Motivo", [DataRequired("Escriba el motivo."), at_most(500)])


class ReportsForm(Form):
    """One review of all ticked reports. A tick says which report, and how its page showed it."""

    chosen = Ticks("Reportes enviados", [DataRequired("Marque al menos un reporte.")])
    verdict = SelectField(
        "Qué hacer con los marcados",
        [DataRequired("Elija qué hacer con los reportes marcados.")],
        choices={"": "Elija", "approve": "Aprobarlos", "return": "Devolverlos"},
    )
    reason = TextAreaField("Por qué se devuelven", [SometimesNeeded(), Optional(), at_most(500)])

    def offer(self) -> None:
        """Every tick that can be read is a choice: whether it is still so is checked later."""
        self.chosen.choices = [(one, one) for one in self.chosen.data or () if TICK.fullmatch(one)]

    def validate_reason(self, field: TextAreaField) -> None:
        if self.verdict.data == "approve":
            raise ValidationError("Lo que se aprueba no lleva motivo. Bórrelo, o devuelva.")

    def validate_verdict(self, field: SelectField) -> None:
        if field.data == "return" and not self.reason.data:
            raise ValidationError("Escriba por qué se devuelven.")

    @property
    def ticked(self) -> list[tuple[int, str]]:
        """Id and fingerprint of each ticked report, in the order of the ids."""
        parts = [one.split("-") for one in self.chosen.data or () if TICK.fullmatch(one)]
        return sorted((int(id), shown) for id, shown in parts)

    def is_ticked(self, report: ProgressReport) -> bool:
        return report.id in {id for id, _ in self.ticked}


class MeasureForm(Form):
    measure = SelectField("Qué registros se cuentan", [Optional()])


class CloseForm(Form):
    year = StringField("Año del plan", [DataRequired("Escriba el año del plan."), at_most(4)])


class PrepareForm(Form):
    year = WholeNumberField(
        "Año del plan nuevo", least=2000, most=2100, sentence="Escriba un año entre 2000 y 2100."
    )
    strategy = StringField(
        "Estrategia", [DataRequired("Escriba el nombre de la estrategia."), at_most(300)]
    )
    title = StringField("Título", [DataRequired("Escriba el título del plan."), at_most(300)])
