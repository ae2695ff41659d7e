"""The staff's forms of a topic call."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, NumberRange, Optional

from participa.channels.forms import ChannelForm, initial_values
from participa.channels.models import Channel
from participa.citizens.variables import TERRITORY, VARIABLES
from participa.core.errors import Refused
from participa.core.fields import (
    CityDateField,
    CityNumberField,
    SometimesNeeded,
    Ticks,
    up_to,
    web_or_own_address,
)
from participa.core.forms import Form
from participa.formats import queries as formats
from participa.formats.fields import FormatField
from participa.staff.models import Account
from participa.topics import agenda, topic_lines
from participa.topics.models import Decision, Proposal, Topic, TopicCall

# The form itself asks for the territory; the zone follows from it.
ASKABLE = {
    id: variable
    for id, variable in VARIABLES.items()
    if id != TERRITORY and not variable.derived_from
}
# With the territory, one of each family that a format carries: more make the form long.
ASKED = ("curso_vida", "identidad_genero", "pertenencia_etnica")
OWN_FIELDS = (
    "choose_up_to",
    "results_on",
    "decided_by_on",
    "allows_proposals",
    "allows_questions",
    "shows_live",
)


class CallForm(ChannelForm):
    """A topic call. Only the title and the topics are needed to begin; the rest has a default."""

    task = "2.1"
    order = ("title", "why", "topics", "chosen", "file", "choose_up_to", "opens_at", "closes_at")
    title = StringField(
        "Pregunta",
        [DataRequired("Escriba la pregunta que verá la gente."), up_to(topic_lines.TITLE)],
        default="¿De qué temas debe rendir cuentas la ciudad?",
    )
    topics = TextAreaField("Temas, uno por línea", [SometimesNeeded(), Optional(), up_to(25_000)])
    chosen = Ticks("Temas de los encuentros ciudadanos", [Optional()], choices=topic_lines.choices)
    file = FileField("Hoja de cálculo con los temas", [Optional()])
    choose_up_to = CityNumberField(
        "Cuántos puede elegir cada persona",
        [
            DataRequired("Escriba un número del 1 al 10."),
            NumberRange(1, 10, message="Escriba un número del 1 al 10."),
        ],
        default=3,
    )
    results_on = CityDateField("Día en que se publican los resultados", [Optional()])
    decided_by_on = CityDateField("Día en que se dice qué se decidió", [Optional()])
    variables = Ticks(
        "Qué se pregunta sobre quien responde",
        [Optional()],
        choices={id: variable.label for id, variable in ASKABLE.items()},
        default=ASKED,
    )
    allows_proposals = BooleanField("Recibir otros temas", default=True)
    allows_questions = BooleanField("Recibir preguntas para la ciudad", default=True)
    shows_live = BooleanField("Mostrar los resultados mientras está abierto")
    official_format = FormatField()

    def offer(self, account: Account, record: Channel | None = None) -> None:
        super().offer(account, record)
        self.official_format.offer(formats.format_id_of(record) if record else 0)

    @cached_property
    def file_lines(self) -> list[topic_lines.Line]:
        return topic_lines.from_file(self.file.data.read()) if self.file.data else []

    @property
    def typed_lines(self) -> list[topic_lines.Line]:
        stored = [(one.title, one.description) for one in self.record.topics] if self.record else []
        return topic_lines.pasted(self.topics.data or "", stored)

    def prepare(self) -> None:
        _ = self.file_lines

    def add_file_to_text(self) -> None:
        """Append the topics of the uploaded file to the typed ones, for a rejected form: a browser
        does not send the file again.
        """
        try:
            lines = [*self.typed_lines, *self.file_lines]
        except Refused:
            return  # the form has an error about it already
        if self.file_lines:
            self.topics.data = topic_lines.as_text(lines)

    @property
    def lines(self) -> list[topic_lines.Line]:
        """All topics: the typed ones, then those of the file, then the ticked ones."""
        lines = [*self.typed_lines, *self.file_lines]
        titles = {title.lower() for title, _ in lines}
        ticked = topic_lines.described(self.chosen.data or ())
        return lines + [line for line in ticked if line[0].lower() not in titles]

    def facts(self, account: Account) -> dict[str, Any]:
        return super().facts(account) | {name: self[name].data for name in OWN_FIELDS}


def values_of(call: TopicCall) -> dict[str, Any]:
    """The initial values of the form for an existing call."""
    lines = [(topic.title, topic.description) for topic in call.topics]
    own = {name: getattr(call, name) for name in OWN_FIELDS}
    own |= {"topics": topic_lines.as_text(lines), "official_format": formats.format_id_of(call)}
    return initial_values(call) | own


class ProposalForm(Form):
    """The review of a proposed topic."""

    verdict = SelectField(
        "Decisión",
        [DataRequired("Elija qué se decide.")],
        choices={"publish": "Publicar", "merge": "Unir a otro tema", "reject": "No publicar"},
    )
    into = SelectField("A cuál se une", [SometimesNeeded(), Optional()])
    reason = TextAreaField("Por qué no se publica", [SometimesNeeded(), Optional(), up_to(300)])

    def offer(self, topics: Iterable[Topic], proposals: Iterable[Proposal]) -> None:
        self.into.choices = [("", "Elija solo si la une a otra")]
        self.into.choices += [(f"topic-{topic.id}", topic.title) for topic in topics]
        self.into.choices += [
            (f"proposal-{proposal.id}", f"Propuesta: {proposal.text}") for proposal in proposals
        ]


class DecisionForm(Form):
    """The city's decision about a topic (RDC-06)."""

    decision = SelectField(
        "Qué se decidió",
        [DataRequired("Elija qué se decidió.")],
        choices={decision.name: decision.value for decision in Decision},
    )
    decision_text = TextAreaField(
        "Por qué, en una o dos frases", [SometimesNeeded(), Optional(), up_to(600)]
    )
    event = SelectField("Evento a cuya agenda entra", [Optional()])
    agenda_url = StringField("Otra dirección de la agenda o del acta", [Optional(), up_to(400)])

    def offer(self, account: Account) -> None:
        self.event.choices = list(agenda.choices(account).items())

    @property
    def where(self) -> str:
        """Where the decision is carried out: the page of an event, or a typed address."""
        return self.event.data or self.agenda_url.data or ""

    def validate_agenda_url(self, field):
        web_or_own_address(self, field)
