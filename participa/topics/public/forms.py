"""The form with which a resident answers a call."""

from collections.abc import Sequence

from flask import request
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from participa.channels.flow import PersonalDetails, ReviewedForm, undamaged
from participa.citizens import territories
from participa.topics import choices
from participa.topics.snapshots import CallSnapshot
from participa.topics.submit_answer import CHANNELS, FilledForm

SHORT, LONG = 120, 500


class RankingField(Field):
    """The chosen topics and their places. Field names: "topics" (repeated) and "place-<id>".

    `data` is the ranking, `chosen` the topics without an order, `places` the typed places.
    """

    def __init__(self, label=None, validators=None, **named):
        super().__init__(label, validators, **named)
        self.data: tuple[int, ...] = ()
        self.chosen: tuple[int, ...] = ()
        self.places: dict[int, str] = {}

    def process(self, formdata, data=None, extra_filters=None):
        self.errors: Sequence[str] = ()
        self.process_errors: list[str] = []
        self.sent = formdata.getlist(self.name) if formdata else []
        self.formdata = formdata or {}

    def read(self, call: CallSnapshot, needs_order: bool) -> list[str]:
        """Parse the submitted values for this call and return error sentences.

        The values that could be read are in `chosen` and `places` in any case.
        """
        options = call.options
        known = {str(option): option for option in options}
        self.chosen = tuple(dict.fromkeys(known[word] for word in self.sent if word in known))
        self.places = {topic: self.formdata.get(f"place-{topic}", "") for topic in self.chosen}
        try:
            self.chosen = choices.chosen(self.sent, options, call.choose_up_to)
            if needs_order:
                self.data = choices.ranked(self.chosen, self.places)
        except choices.UnreadableChoice as refusal:
            return [str(refusal)]
        return []

    @property
    def in_order(self) -> tuple[int, ...]:
        """The chosen topics by their places; those without a place at the end."""
        return tuple(sorted(self.chosen, key=lambda topic: self.places.get(topic) or "9"))


def known_territory(form, field) -> None:
    if territories.territory(field.data) is None:
        raise ValidationError("Elija su comuna de la lista, o «Prefiero no responder».")


def in_the_territory(form, field) -> None:
    places = territories.neighbourhoods(form.territory.data or "")
    if field.data not in {place.code for place in places}:
        raise ValidationError("Ese barrio no es de la comuna que eligió. Elija otro o ninguno.")


class TopicAnswerForm(PersonalDetails, ReviewedForm):
    """Topics in order, and where the person lives. No field identifies the person."""

    once = ("submission", "territory", "neighbourhood", "proposal", "question", "confirm", "step")

    topics = RankingField("Temas")
    # Topics that the list lacks.
    proposal = StringField(
        "Otro tema",
        [Optional(), Length(max=SHORT, message=f"Use hasta {SHORT} letras."), undamaged],
    )
    # Answered in public within 15 working days (RDC-04).
    question = TextAreaField(
        "Una pregunta para la ciudad",
        [Optional(), Length(max=LONG, message=f"Use hasta {LONG} letras."), undamaged],
    )
    # Results are published by territory, to see which ones did not answer (RDC-06, NET-07).
    territory = SelectField(
        "¿En qué comuna o corregimiento vive?",
        [DataRequired("Elija su comuna o «Prefiero no responder»."), known_territory],
        choices=territories.choices,
        validate_choice=False,
    )
    # For planning inside a large comuna; never published.
    neighbourhood = SelectField(
        "Barrio o vereda",
        [Optional(), in_the_territory],
        choices=territories.neighbourhood_choices,
        coerce=territories.neighbourhood_code,
        validate_choice=False,
    )

    def __init__(self, call: CallSnapshot, purpose: str = ""):
        super().__init__(call, purpose or call.purpose)
        self.call = call
        if not call.allows_proposals:
            del self.proposal
        if not call.allows_questions:
            del self.question

    def validate(self, extra_validators=None) -> bool:
        sentences = self.topics.read(self.call, needs_order=self.is_confirmed)
        is_valid = super().validate(extra_validators) & self.details_are_valid()
        self.topics.errors = [*self.topics.errors, *sentences]
        return is_valid and not sentences

    def restore(self) -> None:
        self.topics.read(self.call, needs_order=False)

    @property
    def is_wrong_on_review(self) -> bool:
        """Whether only the places of the topics are wrong, which the review page asks for."""
        others = [id for id, _ in self.problems if id != self.topics.id]
        return self.is_confirmed and not others and not self.topics.read(self.call, False)

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems, *self.detail_problems]

    @property
    def filled(self) -> FilledForm:
        """The values to store, after a valid and confirmed POST."""
        return FilledForm(
            ranking=self.topics.data,
            territory=self.territory.data,
            neighbourhood=self.neighbourhood.data or "",
            proposal=self.written("proposal"),
            question=self.written("question"),
            population=self.details,
            channel=channel(),
        )

    def written(self, name: str) -> str:
        return (self[name].data or "") if name in self else ""


def channel() -> str:
    """The channel named in the address; an unknown one counts as the link."""
    given = request.args.get("canal", "web")
    return given if given in CHANNELS else "web"
