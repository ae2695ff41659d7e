"""The forms of the rules, the labels and the beginnings of answers."""

from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from participa.core.db import db
from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import Form
from participa.listening.acts import LONGEST
from participa.listening.intake import fields
from participa.listening.models import AnswerTemplate, CaseLabel, RoutingRule
from participa.staff import queries as offices
from participa.staff.fields import OfficeField, office_choices
from participa.staff.models import Office

NO_OFFICE = "Elija la dependencia que responde."


class RuleForm(Form):
    """A topic, a place or both, and the office that answers."""

    topic = SelectField(
        "Tema",
        [SometimesNeeded(), Optional(), fields.known_topic],
        choices=fields.topic_choices,
        validate_choice=False,
    )
    territory = SelectField(
        "Comuna o corregimiento",
        [SometimesNeeded(), Optional(), fields.known_place],
        choices=fields.place_choices,
        validate_choice=False,
    )
    office = OfficeField("Responde", [DataRequired(NO_OFFICE)])

    def offer(self, current: Office | None = None) -> None:
        known = offices.offices()
        known += [current] if current is not None and current not in known else []
        self.office.choices = office_choices(known, "Elija…")

    @property
    def facts(self) -> tuple[str, str, Any]:
        office = db.session.get_one(Office, self.office.data)
        return self.topic.data or "", self.territory.data or "", office


class LabelForm(Form):
    """The word of a label."""

    name = StringField("Etiqueta", [DataRequired("Escriba la etiqueta."), up_to(60)])


class TemplateForm(Form):
    """A beginning of an answer; what stands in brackets is completed each time."""

    title = StringField("Título", [DataRequired("Escriba para qué sirve."), up_to(120)])
    text = TextAreaField("Texto", [DataRequired("Escriba el texto."), up_to(LONGEST)])


def stored_rule(rule: RoutingRule) -> dict[str, Any]:
    return {"topic": rule.topic, "territory": rule.territory, "office": rule.office_id}


def stored_label(label: CaseLabel) -> dict[str, Any]:
    return {"name": label.name}


def stored_template(template: AnswerTemplate) -> dict[str, Any]:
    return {"title": template.title, "text": template.text}
