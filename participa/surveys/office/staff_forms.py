"""The staff's forms of a survey: its settings, and how a new one begins."""

from typing import Any

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from participa.channels.forms import ChannelForm, initial_values
from participa.channels.models import Channel
from participa.citizens.variables import VARIABLES
from participa.core.fields import CityDateField, Ticks, up_to
from participa.formats import queries as formats
from participa.formats.fields import FormatField
from participa.staff.models import Account
from participa.surveys import queries
from participa.surveys.models import Anonymity, Layout, Survey, SurveyAccess
from participa.surveys.office import starts

# The zone follows from the territory; what prepares a meeting is asked when people are called.
ASKABLE = {
    id: variable
    for id, variable in VARIABLES.items()
    if not variable.derived_from and not variable.serves_the_event
}
OWN_FIELDS = ("results_on", "resume_until_on", "allows_correction")
CHOSEN = {"access": SurveyAccess, "anonymity": Anonymity, "layout": Layout}


class SettingsForm(ChannelForm):
    """A survey without its questions. Only the title is needed to begin."""

    order = ("start", "title", "why", "access", "anonymity", "opens_at", "closes_at")
    title = StringField(
        "Título", [DataRequired("Escriba el título que verá la gente."), up_to(120)]
    )
    why = TextAreaField("Para qué se pregunta", [Optional(), up_to(600)])
    access = RadioField(
        "Quién puede responder",
        [DataRequired("Elija quién puede responder.")],
        choices={one.name: one.value for one in SurveyAccess},
        default=SurveyAccess.ANYONE.name,
    )
    anonymity = RadioField(
        "Cuánto se sabe de quien responde",
        [DataRequired("Elija cuánto se sabe de quien responde.")],
        choices={one.name: one.value for one in Anonymity},
        default=Anonymity.ANONYMOUS.name,
    )
    layout = RadioField(
        "Cómo se muestran las preguntas",
        [DataRequired("Elija cómo se muestran las preguntas.")],
        choices={one.name: one.value for one in Layout},
        default=Layout.PAGES.name,
    )
    resume_until_on = CityDateField("Se puede guardar y seguir después, hasta", [Optional()])
    allows_correction = BooleanField("Dejar corregir las respuestas hasta el cierre", default=True)
    results_on = CityDateField("Día en que se publican los resultados", [Optional()])
    variables = Ticks(
        "Qué se pregunta sobre quien responde",
        [Optional()],
        choices={id: variable.label for id, variable in ASKABLE.items()},
    )
    official_format = FormatField()

    def offer(self, account: Account, record: Channel | None = None) -> None:
        """Set the choices from the database. What is fixed once somebody answered is not asked."""
        super().offer(account, record)
        self.official_format.offer(formats.format_id_of(record) if record else 0)
        if record is not None and queries.has_answers(record.id):
            for name in ("access", "anonymity", "variables"):
                del self[name]

    def facts(self, account: Account) -> dict[str, Any]:
        own = {name: self[name].data for name in OWN_FIELDS}
        own |= {name: kind[self[name].data] for name, kind in CHOSEN.items() if name in self}
        return self.shared_facts(account) | own

    def shared_facts(self, account: Account) -> dict[str, Any]:
        facts = {
            "title": self.title.data,
            "why": self.why.data or "",
            "opens_at": self.opens_at.moment,
            "closes_at": self.closes_at.moment,
            "office_id": self.office_id_for(account),
        }
        return facts | ({"variables": self.variables.data or []} if "variables" in self else {})


class NewSurveyForm(SettingsForm):
    """A new survey: its settings, and the questions with which it begins."""

    start = RadioField(
        "Con qué preguntas empieza",
        [DataRequired("Elija con qué preguntas empieza.")],
        choices=lambda: [(start.name, start.label) for start in starts.all_starts()],
        default=starts.BLANK,
    )


def values_of(survey: Survey) -> dict[str, Any]:
    """The values of the form for an existing survey; those that it may still change."""
    values = initial_values(survey) | {name: getattr(survey, name) for name in OWN_FIELDS}
    values |= {name: getattr(survey, name).name for name in CHOSEN}
    values |= {"official_format": formats.format_id_of(survey)}
    if queries.has_answers(survey.id):
        for name in ("access", "anonymity", "variables"):
            del values[name]
    return values
