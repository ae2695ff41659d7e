"""What the staff fill in about the plan."""

from wtforms import (
    DateField,
    FileField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from participa.core.forms import Form

MOST = 500
WHOLE = f"Escriba un número entero, de 0 a {MOST}."


class CountReportForm(Form):
    """A report for a task that counts things."""

    period_id = SelectField("Periodo", coerce=int, validators=[InputRequired("Elija el periodo.")])
    title = StringField(
        "Qué se hizo", [DataRequired("Escriba en una frase qué se hizo."), Length(max=200)]
    )
    done_on = DateField("Cuándo se hizo", [InputRequired("Escriba la fecha en que se hizo.")])
    numerator = IntegerField("Cuántos", [InputRequired(WHOLE), NumberRange(0, MOST, WHOLE)])
    denominator = None
    notes = TextAreaField("Lo que ayuda a entenderlo", [Optional(), Length(max=2000)])


class ShareReportForm(CountReportForm):
    """A report for a task that is told as a percentage."""

    numerator = IntegerField("Cuántos cumplen", [InputRequired(WHOLE), NumberRange(0, MOST, WHOLE)])
    denominator = IntegerField(
        "Cuántos aplican", [InputRequired(WHOLE), NumberRange(1, MOST, "Escriba 1 o más.")]
    )


class ProofForm(Form):
    file = FileField("Archivo", [InputRequired("Elija un archivo.")])
    proof_title = StringField(
        "Nombre del archivo para quien lo lea",
        [DataRequired("Escriba qué es el archivo."), Length(max=150)],
    )


class ReasonForm(Form):
    reason = TextAreaField("Motivo", [DataRequired("Escriba el motivo."), Length(max=500)])


class MeasureForm(Form):
    measure = SelectField("Qué registros se cuentan")


class CloseForm(Form):
    year = StringField("Año del plan", [DataRequired("Escriba el año del plan."), Length(max=4)])


class PrepareForm(Form):
    year = IntegerField(
        "Año del plan nuevo",
        [InputRequired("Escriba el año."), NumberRange(2000, 2100, "Escriba un año de 4 cifras.")],
    )
    strategy = StringField(
        "Estrategia", [DataRequired("Escriba el nombre de la estrategia."), Length(max=300)]
    )
    title = StringField("Título", [DataRequired("Escriba el título del plan."), Length(max=300)])
