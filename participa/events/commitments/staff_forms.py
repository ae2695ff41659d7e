"""The staff's forms of a commitment: what was promised, how far it is, why it is taken out."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from participa.cases.models import Case
from participa.core.db import db
from participa.core.fields import CityDateField, SometimesNeeded, up_to, web_or_own_address
from participa.core.forms import Form
from participa.events.commitments.service import CommitmentFacts
from participa.events.record_models import Commitment, CommitmentState
from participa.staff.fields import OfficeField, office_choices
from participa.staff.models import Office

SHORTENED = 90  # letters of a question in a choice


class CommitmentForm(Form):
    """What the city promised: who does it, until when, and what comes of it."""

    text = TextAreaField(
        "Compromiso", [DataRequired("Escriba a qué se comprometió la ciudad."), up_to(600)]
    )
    deliverable = StringField("Entregable", [Optional(), up_to(200)])
    office = OfficeField("Dependencia", [InputRequired("Elija la dependencia que responde.")])
    position = StringField("Cargo responsable", [Optional(), up_to(120)])
    due_on = CityDateField("Fecha", [DataRequired("Escriba hasta cuándo se cumple.")])
    case = SelectField("Pregunta de la que sale", [Optional()])

    def offer(self, offices: Sequence[Office], questions: Sequence[Case]) -> None:
        self.office.choices = office_choices(offices, "Elija la dependencia")
        self.case.choices = [("", "Ninguna: salió del diálogo")]
        self.case.choices += [(str(one.id), shortened(one.shown_text)) for one in questions]

    def validate_office(self, field):
        if not field.data:
            raise ValidationError("Elija la dependencia que responde.")

    @property
    def promise(self) -> CommitmentFacts:
        case_id = int(self.case.data) if self.case.data else 0
        return CommitmentFacts(
            text=self.text.data or "",
            office=db.session.get_one(Office, self.office.data),
            due_on=self.due_on.data,
            deliverable=self.deliverable.data or "",
            position=self.position.data or "",
            case=db.session.get(Case, case_id) if case_id else None,
        )


class CommitmentChangeForm(CommitmentForm):
    """The same for one that people have read."""

    reason = TextAreaField("Por qué cambia", [SometimesNeeded(), Optional(), up_to(300)])


class CommitmentReportForm(Form):
    """How far a commitment is, and what proves it."""

    state = SelectField(
        "Estado",
        [DataRequired("Elija el estado.")],
        choices={state.name: state.value for state in CommitmentState},
    )
    progress = TextAreaField("Avance", [SometimesNeeded(), Optional(), up_to(2000)])
    evidence_url = StringField(
        "Dirección de la evidencia", [SometimesNeeded(), Optional(), up_to(400)]
    )
    file = FileField("Archivo de la evidencia", [SometimesNeeded(), Optional()])
    drops_file = BooleanField("Quitar el archivo que está guardado")
    reason = TextAreaField("Por qué cambia", [SometimesNeeded(), Optional(), up_to(300)])

    def offer(self, commitment: Commitment) -> None:
        if commitment.evidence_file is None:
            del self.drops_file
        if not commitment.state.is_settled:
            del self.reason

    def validate_evidence_url(self, field):
        web_or_own_address(self, field)

    @property
    def given_reason(self) -> str:
        return (self.reason.data or "") if "reason" in self else ""


class RemovalForm(Form):
    """Why a commitment is taken out."""

    reason = TextAreaField(
        "Por qué se quita", [DataRequired("Escriba por qué se quita."), up_to(300)]
    )


def promised(commitment: Commitment) -> dict[str, Any]:
    """The values of the form for this commitment."""
    names = ("text", "deliverable", "position", "due_on")
    case = str(commitment.case_id) if commitment.case_id else ""
    return {name: getattr(commitment, name) for name in names} | {
        "office": commitment.office_id,
        "case": case,
    }


def reported(commitment: Commitment) -> dict[str, Any]:
    return {
        "state": commitment.state.name,
        "progress": commitment.progress,
        "evidence_url": commitment.evidence_url,
    }


def shortened(text: str) -> str:
    return text if len(text) <= SHORTENED else f"{text[:SHORTENED]}…"
