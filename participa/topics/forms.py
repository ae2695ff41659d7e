"""The form of a resident."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from flask import request
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from participa.citizens import territories
from participa.citizens.fields import answers, population_form
from participa.core.forms import PublicForm, flat
from participa.topics import choices
from participa.topics.snapshots import CallSnapshot
from participa.topics.submit_answer import CHANNELS, FilledForm

SINGLE = ("submission", "territory", "neighbourhood", "proposal", "question", "confirm", "step")
# A letter that did not arrive whole: replaced, or left in the escapes of another encoding.
DAMAGED = re.compile("\N{REPLACEMENT CHARACTER}|%[89A-F][0-9A-F]")
SHORT, LONG = 120, 500
ABOUT_THE_PERSON = ("v_", "sensitive_consent")


class RankingField(Field):
    """The chosen topics, and the place of each: "topics" repeated, and "place-<id>"."""

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
        """Read it for this call; the sentences say what is wrong, and what could be read stays."""
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
        """The chosen topics as far as their order is known."""
        return tuple(sorted(self.chosen, key=lambda topic: self.places.get(topic) or "9"))


def undamaged(form, field) -> None:
    if DAMAGED.search(field.data or ""):
        raise ValidationError("Algunas letras llegaron dañadas. Escríbalas otra vez.")


def a_territory(form, field) -> None:
    if territories.territory(field.data) is None:
        raise ValidationError("Elija su comuna de la lista, o «Prefiero no responder».")


def of_the_territory(form, field) -> None:
    places = territories.neighbourhoods(form.territory.data or "")
    if field.data not in {place.code for place in places}:
        raise ValidationError("Ese barrio no es de la comuna que eligió. Elija otro o ninguno.")


class AnswerForm(PublicForm):
    """Topics in order, and where the person lives. It asks for nothing that identifies anybody."""

    topics = RankingField("Temas")
    # The city has to hear what its own list leaves out.
    proposal = StringField(
        "Otro tema",
        [Optional(), Length(max=SHORT, message=f"Use hasta {SHORT} letras."), undamaged],
    )
    # Answered in public within 15 working days (RDC-04).
    question = TextAreaField(
        "Una pregunta para la ciudad",
        [Optional(), Length(max=LONG, message=f"Use hasta {LONG} letras."), undamaged],
    )
    # Results are told by territory, to see which ones were not heard (RDC-06, NET-07).
    territory = SelectField(
        "¿En qué comuna o corregimiento vive?",
        [DataRequired("Elija su comuna o «Prefiero no responder»."), a_territory],
        choices=territories.choices,
        validate_choice=False,
    )
    # Tells the city's planners which part of a large comuna spoke; never published.
    neighbourhood = SelectField(
        "Barrio o vereda",
        [Optional(), of_the_territory],
        choices=territories.neighbourhood_choices,
        validate_choice=False,
    )

    def __init__(self, call: CallSnapshot, purpose: str = ""):
        super().__init__(purpose or call.purpose)
        self.call = call
        if not call.allows_proposals:
            del self.proposal
        if not call.allows_questions:
            del self.question

    @cached_property
    def population(self) -> BaseForm | None:
        """What the person may tell of themselves; made only where it is drawn or was filled in."""
        if not self.call.variables:
            return None
        sent = request.form if request.method == "POST" else None
        return population_form(self.call.variables)(sent)

    @property
    def tells_of_the_person(self) -> bool:
        """Most people leave all of it in blank, and then there is nothing to read or to check."""
        return any(
            value and name.startswith(ABOUT_THE_PERSON)
            for name, value in request.form.items(multi=True)
        )

    @property
    def is_confirmed(self) -> bool:
        return request.form.get("confirm") == "1"

    @property
    def wants_to_change(self) -> bool:
        return request.form.get("step") == "change"

    def validate(self, extra_validators=None) -> bool:
        sentences = self.topics.read(self.call, needs_order=self.is_confirmed)
        is_valid = super().validate(extra_validators)
        self.topics.errors = [*self.topics.errors, *sentences]
        for sentence in malformed():
            self.reject(sentence)
            is_valid = False
        if self.tells_of_the_person and self.population and not self.population.validate():
            is_valid = False
        return is_valid and not sentences

    def remember(self) -> None:
        """Read what was sent without judging it, so that the person can change it."""
        self.topics.read(self.call, needs_order=False)

    @property
    def only_the_order_is_wrong(self) -> bool:
        """The topics themselves are right, and nothing else is wrong: ask for the places again."""
        others = [id for id, _ in self.problems if id != self.topics.id]
        return self.is_confirmed and not others and not self.topics.read(self.call, False)

    @property
    def problems(self) -> list[tuple[str, str]]:
        found = super().problems
        if self.population is not None:
            for field in self.population:
                found += [(field.id, str(sentence)) for sentence in flat(field.errors)]
        return found

    @property
    def sheet(self) -> FilledForm:
        """What was filled in, after a valid and confirmed POST."""
        return FilledForm(
            ranking=self.topics.data,
            territory=self.territory.data,
            neighbourhood=self.neighbourhood.data or "",
            proposal=self.written("proposal"),
            question=self.written("question"),
            population=self.told,
            channel=channel(),
        )

    @property
    def told(self) -> dict[str, list[str]] | None:
        """What the person said of themselves; none when nothing was asked or answered."""
        if not self.tells_of_the_person or self.population is None:
            return None
        return answers(self.population)

    def written(self, name: str) -> str:
        return (self[name].data or "") if name in self else ""

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """Name and value of everything answered but the order: what the review sends on."""
        fields = [*self, *(self.population or ())]
        names = [field.name for field in fields if field.name != "submission"]
        for name in names:
            yield from ((name, value) for value in request.form.getlist(name) if value)


def malformed() -> Iterator[str]:
    """What no browser sends: the same field twice, or signs that cannot be written."""
    sent = request.form
    if any(len(sent.getlist(name)) > 1 for name in SINGLE):
        yield "Un dato llegó repetido. Revise lo que escribió y envíelo otra vez."
    if any("\x00" in value for _, value in sent.items(multi=True)):
        yield "Llegaron signos que no se pueden guardar. Revise lo que escribió."


def channel() -> str:
    """By which way the person came; what nobody offers counts as the plain link."""
    given = request.args.get("canal", "web")
    return given if given in CHANNELS else "web"
