"""The forms of the staff."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, NumberRange, Optional, ValidationError

from participa.citizens.variables import DEFAULT, TERRITORY, VARIABLES
from participa.core import clock
from participa.core.errors import Refused
from participa.core.fields import CityDateField, CityMomentField, CityNumberField, Ticks, up_to
from participa.core.forms import Form
from participa.plan.queries import TaskReference
from participa.staff.fields import OfficeField, office_choices
from participa.staff.models import Office
from participa.topics import topic_lines
from participa.topics.models import Decision, Proposal, Topic, TopicCall

# The form itself asks for the territory; the zone follows from it.
ASKABLE = {
    id: variable
    for id, variable in VARIABLES.items()
    if id != TERRITORY and not variable.derived_from
}
ASKED = tuple(id for id in DEFAULT if id in ASKABLE)
FIRST_TASK = "2.1"  # the task of the plan that topic calls fulfil


def in_a_month() -> datetime:
    """At the end of a working day, on the city's clock."""
    return datetime.combine(clock.today() + timedelta(days=30), time(17))


class CallForm(Form):
    """A topic call. Only the title and the topics are needed to begin; the rest has a default."""

    title = StringField(
        "Pregunta",
        [DataRequired("Escriba la pregunta que verá la gente."), up_to(topic_lines.TITLE)],
        default="¿De qué temas debe rendir cuentas la ciudad?",
    )
    why = TextAreaField("Para qué se pregunta", [Optional(), up_to(600)])
    topics = TextAreaField("Temas, uno por línea", [Optional(), up_to(25_000)])
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
    opens_at = CityMomentField("Abre", [Optional()])
    closes_at = CityMomentField("Cierra", [Optional()], default=in_a_month)
    results_on = CityDateField("Día en que se publican los resultados", [Optional()])
    decided_by_on = CityDateField("Día en que se dice qué se decidió", [Optional()])
    tasks = Ticks("Tareas del plan que cumple", [Optional()], coerce=int)
    office = OfficeField("Dependencia que responde", [Optional()])
    variables = Ticks(
        "Qué se pregunta sobre quien responde",
        [Optional()],
        choices={id: variable.label for id, variable in ASKABLE.items()},
        default=ASKED,
    )
    allows_proposals = BooleanField("Recibir otros temas", default=True)
    allows_questions = BooleanField("Recibir preguntas para la ciudad", default=True)
    shows_live = BooleanField("Mostrar los resultados mientras está abierto")

    def offer(self, tasks: Sequence[TaskReference], offices: Sequence[Office]) -> None:
        """The choices that the database holds."""
        self.tasks.choices = [
            (task.id, f"{task.code} ({task.year}) · {task.name}") for task in tasks
        ]
        self.office.choices = office_choices(offices)
        if not self.is_submitted() and self.tasks.data is None:
            self.tasks.data = [task.id for task in tasks if task.code == FIRST_TASK][:1]

    @cached_property
    def file_lines(self) -> list[topic_lines.Line]:
        return topic_lines.from_file(self.file.data.read()) if self.file.data else []

    def keep_file(self) -> None:
        """Put the topics of the sheet among those typed: a browser does not send a file again."""
        try:
            told = [*topic_lines.pasted(self.topics.data or ""), *self.file_lines]
        except Refused:
            return  # the form says already what is wrong with it
        if self.file_lines:
            self.topics.data = topic_lines.as_text(told)

    @property
    def lines(self) -> list[topic_lines.Line]:
        """The topics of all three ways, in the order typed, then of the file, then ticked."""
        found = [*topic_lines.pasted(self.topics.data or ""), *self.file_lines]
        titles = {title.lower() for title, _ in found}
        ticked = topic_lines.described(self.chosen.data or ())
        return found + [line for line in ticked if line[0].lower() not in titles]

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "title": self.title.data,
            "why": self.why.data or "",
            "choose_up_to": self.choose_up_to.data,
            "opens_at": self.opens_at.moment,
            "closes_at": self.closes_at.moment,
            "results_on": self.results_on.data,
            "decided_by_on": self.decided_by_on.data,
            "office_id": self.office.data or None,
            "variables": list(self.variables.data or ()),
            "allows_proposals": self.allows_proposals.data,
            "allows_questions": self.allows_questions.data,
            "shows_live": self.shows_live.data,
        }


def filled_with(call: TopicCall) -> dict[str, Any]:
    """What a form shows of a call that exists."""
    lines = [(topic.title, topic.description) for topic in call.topics]
    return {
        "title": call.title,
        "why": call.why,
        "topics": topic_lines.as_text(lines),
        "choose_up_to": call.choose_up_to,
        "opens_at": call.opens_at and clock.local(call.opens_at),
        "closes_at": call.closes_at and clock.local(call.closes_at),
        "results_on": call.results_on,
        "decided_by_on": call.decided_by_on,
        "tasks": [task.id for task in call.tasks],
        "office": call.office_id or 0,
        "variables": call.variables,
        "allows_proposals": call.allows_proposals,
        "allows_questions": call.allows_questions,
        "shows_live": call.shows_live,
    }


class ActForm(Form):
    """A button: publish, close, duplicate, export."""


class ReopenForm(Form):
    closes_at = CityMomentField("Nuevo cierre", [DataRequired("Escriba el nuevo cierre.")])
    reason = TextAreaField(
        "Por qué se reabre", [DataRequired("Escriba por qué se reabre."), up_to(300)]
    )


class ProposalForm(Form):
    """What happens to a proposed topic."""

    verdict = SelectField(
        "Decisión",
        choices={"publish": "Publicar", "merge": "Unir a otro tema", "reject": "No publicar"},
    )
    into = SelectField("A cuál se une", [Optional()])
    reason = TextAreaField("Por qué no se publica", [Optional(), up_to(300)])

    def offer(self, topics: Iterable[Topic], proposals: Iterable[Proposal]) -> None:
        self.into.choices = [("", "Elija solo si la une a otra")]
        self.into.choices += [(f"topic-{topic.id}", topic.title) for topic in topics]
        self.into.choices += [
            (f"proposal-{proposal.id}", f"Propuesta: {proposal.text}") for proposal in proposals
        ]


class AnswerQuestionForm(Form):
    """Who answers a question, what the answer is, and whether everybody can read it."""

    office = OfficeField("Dependencia que responde", [Optional()])
    answer = TextAreaField("Respuesta", [Optional(), up_to(4000)])
    published = BooleanField("Publicar la pregunta y la respuesta")


class DecisionForm(Form):
    """What the city did with a topic (RDC-06)."""

    decision = SelectField(
        "Qué se decidió", choices={decision.name: decision.value for decision in Decision}
    )
    decision_text = TextAreaField("Por qué, en una o dos frases", [Optional(), up_to(600)])
    agenda_url = StringField("Dirección de la agenda o del acta", [Optional(), up_to(400)])

    def validate_agenda_url(self, field):
        if not field.data.startswith(("https://", "/")) or field.data.startswith("//"):
            raise ValidationError("Ponga una dirección que empiece por https:// o por /.")
