"""The forms with which radicados leave for the city's own system, and come back from it."""

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import Form
from participa.listening.intake import corruption_report
from participa.listening.intake.handoff import ALL, OPEN

FILES = {"xlsx": "Excel", "csv": "CSV"}


class RadicadosForm(Form):
    """Which radicados, and in what kind of file."""

    which = RadioField(
        "Cuáles",
        [InputRequired("Elija cuáles.")],
        choices={OPEN: "Los que no se han respondido", ALL: "Todos"},
        default=OPEN,
    )
    kind = RadioField(
        "Qué archivo", [InputRequired("Elija qué archivo.")], choices=FILES, default="xlsx"
    )


class NamedRadicadosForm(RadicadosForm):
    """The same with names and contacts: why they leave the system (DAT-13)."""

    reason = TextAreaField(
        "Para qué necesita los nombres y contactos",
        [DataRequired("Escriba para qué los necesita."), up_to(200)],
    )


class BringForm(Form):
    """A file of the city's system; and, once its lines were shown, the lines themselves.

    `seen` is the fingerprint of what the page said that it would do.
    """

    file = FileField("Archivo del sistema de PQRSD", [SometimesNeeded()])
    lines = HiddenField(validators=[Length(max=250_000)])
    seen = HiddenField(validators=[Length(max=64)])

    @property
    def is_confirmed(self) -> bool:
        return bool(self.lines.data)


class CorruptionReportForm(Form):
    """Of which six months, and in what kind of file."""

    semester = SelectField(
        "Semestre",
        [InputRequired("Elija el semestre.")],
        choices=corruption_report.semesters,
    )
    kind = RadioField(
        "Qué archivo", [InputRequired("Elija qué archivo.")], choices=FILES, default="xlsx"
    )
