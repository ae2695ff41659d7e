"""The staff's forms of the minutes and of the photographs."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, NumberRange, Optional

from participa.core.fields import CityNumberField, SometimesNeeded, up_to
from participa.core.forms import Form
from participa.events.minutes import facts
from participa.events.minutes.head_count import HEAD_GROUPS, MOST, NAMES
from participa.events.models import Event
from participa.formats.fields import FormatField

LONGEST_SUMMARY = 20_000
LABELS = {name: label for groups in HEAD_GROUPS.values() for name, label in groups.items()}


def people(label: str, *needed: Any) -> CityNumberField:
    limit = NumberRange(0, MOST, message=f"Escriba un número de 0 a {MOST}.")
    return CityNumberField(label, [*needed, Optional(), limit])


class SummaryForm(Form):
    """What the staff write for the minutes when an attendance list counts who was there."""

    summary = TextAreaField("Qué pasó", [SometimesNeeded(), Optional(), up_to(LONGEST_SUMMARY)])
    has_no_commitments = BooleanField("No hubo compromisos")
    official_format = FormatField("Formato oficial del acta")

    def offer(self, event: Event) -> None:
        self.official_format.offer(facts.draft_of(event).format_id or 0)

    @property
    def written(self) -> dict[str, Any]:
        """For `service.write`."""
        return {
            "summary": self.summary.data or "",
            "has_no_commitments": self.has_no_commitments.data,
            "format_id": self.official_format.data or None,
        }


class HeadCountForm(SummaryForm):
    """The same, with the people counted by hand."""

    attended = people("Cuántas personas asistieron", SometimesNeeded())
    women = people(LABELS["women"])
    men = people(LABELS["men"])
    others = people(LABELS["others"])
    minors = people(LABELS["minors"])
    young = people(LABELS["young"])
    adults = people(LABELS["adults"])
    older = people(LABELS["older"])

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """Heading and fields of each way to group the people."""
        return [
            (heading, [self[name] for name in groups]) for heading, groups in HEAD_GROUPS.items()
        ]

    @property
    def written(self) -> dict[str, Any]:
        counted = {name: self[name].data for name in NAMES if self[name].data is not None}
        return super().written | {"attended": self.attended.data, "by_group": counted}


def summary_of(event: Event) -> dict[str, Any]:
    """The values of a SummaryForm, for `Form.changing`."""
    draft = facts.draft_of(event)
    return {
        "summary": draft.summary,
        "has_no_commitments": draft.has_no_commitments,
        "official_format": draft.format_id or 0,
    }


def head_count_of(event: Event) -> dict[str, Any]:
    """The values of a HeadCountForm, for `Form.changing`."""
    draft = facts.draft_of(event)
    groups = {name: draft.by_group.get(name) for name in NAMES}
    return summary_of(event) | {"attended": draft.attended} | groups


class MinutesClosingForm(Form):
    """The button that closes the minutes as the page showed them."""


class MinutesReopeningForm(Form):
    """Why closed minutes are opened again."""

    reason = TextAreaField(
        "Por qué se reabre", [DataRequired("Escriba por qué se reabre."), up_to(300)]
    )


class SignatureForm(Form):
    """The post with which an account signs."""

    position = StringField(
        "Su cargo", [DataRequired("Escriba el cargo con el que firma."), up_to(120)]
    )


class PhotographForm(Form):
    """A photograph and what it shows."""

    file = FileField("Foto", [FileRequired("Elija una foto.")])
    description = StringField(
        "Qué se ve en la foto", [DataRequired("Escriba qué se ve en la foto."), up_to(200)]
    )
