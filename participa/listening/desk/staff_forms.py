"""The staff's forms at the desk of the contributions."""

from collections.abc import Sequence
from typing import Any

from flask import request
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from participa.cases import service as cases
from participa.cases.models import CaseKind, Priority
from participa.core import spanish
from participa.core.errors import Refused
from participa.core.fields import CityDateField, CityNumberField, SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.listening.acts import LONGEST
from participa.listening.desk import pages
from participa.listening.models import AnswerTemplate, Attachment, Contribution, HelpingOffice
from participa.staff.fields import OfficeField, office_choices
from participa.staff.models import Office

SHORT = 1000  # letters of a reason or a question
LONGEST_LABEL, MOST_LABELS = 40, 10
PUT, LOOK, SEND = "template", "preview", "send"
KINDS = [kind for kind in CaseKind if kind is not CaseKind.QUESTION]


class ClassifyForm(Form):
    """What a contribution is in law."""

    kind = SelectField(
        "Qué es",
        [DataRequired("Elija qué es.")],
        choices=[SelectChoice(kind.name, kind.label) for kind in KINDS],
    )


class TransferForm(Form):
    """The office that has to answer, and why; the person reads it."""

    office = OfficeField("Dependencia que debe responder", [SometimesNeeded()])
    reason = TextAreaField(
        "Por qué se traslada",
        [DataRequired("Escriba por qué se traslada: la persona lo leerá."), up_to(SHORT)],
    )

    def offer(self, offices: Sequence[Office]) -> None:
        self.office.choices = office_choices(offices, "Elija una")


class HelpForm(Form):
    """Another office, and the question to it."""

    office = OfficeField("Dependencia a la que se le pide su parte", [SometimesNeeded()])
    question = TextAreaField(
        "Qué se le pregunta", [DataRequired("Escriba qué le pregunta."), up_to(SHORT)]
    )

    def offer(self, offices: Sequence[Office]) -> None:
        self.office.choices = office_choices(offices, "Elija una")


class GivePartForm(Form):
    """What an office says of its part."""

    part = TextAreaField(
        "La parte de su dependencia",
        [DataRequired("Escriba la parte de su dependencia."), up_to(LONGEST)],
    )


class StaffNoteForm(Form):
    """A note that the staff alone reads."""

    text = TextAreaField("Nota interna", [DataRequired("Escriba la nota."), up_to(SHORT)])


class CallNoteForm(Form):
    """A call that somebody made because of a danger to a life."""

    text = TextAreaField(
        "Qué se hizo", [DataRequired("Escriba a quién llamó y qué se acordó."), up_to(SHORT)]
    )


class MarksForm(Form):
    """Why it goes before others, and the words under which the staff find it again."""

    reasons = Ticks(
        "Va primero porque hay",
        [Optional()],
        choices=[SelectChoice(one.name, one.value) for one in Priority],
    )
    labels = StringField("Etiquetas", [Optional(), up_to(MOST_LABELS * (LONGEST_LABEL + 2))])

    @property
    def names(self) -> list[str]:
        """The labels, each once, in small letters; raises Refused for one that is too long."""
        typed = (" ".join(one.split()).lower() for one in (self.labels.data or "").split(","))
        names = [one for one in dict.fromkeys(typed) if one]
        if len(names) > MOST_LABELS:
            raise Refused(f"Ponga hasta {MOST_LABELS} etiquetas.", "labels")
        if any(len(one) > LONGEST_LABEL for one in names):
            raise Refused(f"Cada etiqueta lleva hasta {LONGEST_LABEL} letras.", "labels")
        return names


class TextToPerson(Form):
    """A text that the person reads. What looks like somebody's telephone or document is asked."""

    text = TextAreaField("Mensaje", [DataRequired("Escriba el mensaje."), up_to(LONGEST)])
    is_sure = BooleanField("Lo revisé: ese dato puede ir en el mensaje.")

    @property
    def revealed(self) -> list[str]:
        return pages.revealed(self.text.data or "")

    @property
    def step(self) -> str:
        """What the pressed button asks for."""
        step = request.form.get("step", SEND)
        return step if step in {PUT, LOOK} else SEND

    def prepare(self) -> None:
        if self.step == SEND and self.revealed and not self.is_sure.data:
            raise Refused(
                f"El texto tiene {spanish.listed(self.revealed)}. Quítelo, o marque que puede ir.",
                "is_sure",
            )


class WriteForm(TextToPerson):
    """A message, before or after the answer."""


class CompleteForm(TextToPerson):
    """What is missing to answer."""

    text = TextAreaField("Qué falta", [DataRequired("Escriba qué falta."), up_to(LONGEST)])


class MoreTimeForm(Form):
    """When the person asked for more time to complete it: within their month."""

    asked_on = CityDateField(
        "Qué día lo pidió la persona", [InputRequired("Escriba qué día lo pidió.")]
    )


class SubstanceForm(TextToPerson):
    """The answer in substance, begun from a template if somebody wants."""

    template = SelectField("Plantilla", [Optional()])
    text = TextAreaField("Respuesta", [DataRequired("Escriba la respuesta."), up_to(LONGEST)])

    def offer(self, templates: Sequence[AnswerTemplate]) -> None:
        self.template.choices = [
            SelectChoice("", "Ninguna"),
            *(SelectChoice(str(one.id), one.title) for one in templates),
        ]

    def put(self, templates: Sequence[AnswerTemplate]) -> None:
        """Add the text of the chosen template to what is typed."""
        chosen = next((one for one in templates if str(one.id) == self.template.data), None)
        if chosen is None:
            self.reject("Elija una plantilla de la lista.", "template")
            return
        self.text.data = "\n\n".join(filter(None, [self.text.data, chosen.text]))


class ExtendForm(Form):
    """Working days more, and why; the person reads it."""

    days = CityNumberField("Días hábiles de más", [InputRequired("Escriba cuántos días.")])
    reason = TextAreaField(
        "Por qué hace falta más tiempo",
        [DataRequired("Escriba por qué: la persona lo leerá."), up_to(SHORT)],
    )


class CorruptionForm(Form):
    """The office of which a report of corruption speaks."""

    accused = OfficeField("Dependencia de la que habla", [Optional()])

    def offer(self, offices: Sequence[Office]) -> None:
        self.accused.choices = office_choices(offices, "Ninguna, o no se sabe")


class EndForm(Form):
    """What came of it; the person reads it."""

    reason = TextAreaField(
        "En qué terminó",
        [DataRequired("Escriba en qué terminó: la persona lo leerá."), up_to(SHORT)],
    )


class BeginAgainForm(Form):
    """Why it is opened again; the person reads it."""

    reason = TextAreaField(
        "Por qué se reabre",
        [DataRequired("Escriba por qué se reabre: la persona lo leerá."), up_to(SHORT)],
    )


class TranscriptForm(Form):
    """What a voice note says, typed by hand."""

    transcript = TextAreaField(
        "Transcripción a mano", [DataRequired("Escriba lo que se oye."), up_to(LONGEST)]
    )


# ---- the values of the forms that change what is stored


def marks(contribution: Contribution) -> dict[str, Any]:
    return {
        "reasons": [one.name for one in cases.priorities(contribution.case)],
        "labels": ", ".join(one.name for one in contribution.labels),
    }


def kind(contribution: Contribution) -> dict[str, Any]:
    return {"kind": contribution.case.kind.name}


def part(helper: HelpingOffice) -> dict[str, Any]:
    return {"part": helper.part}


def transcript(attachment: Attachment) -> dict[str, Any]:
    return {"transcript": attachment.transcript}
