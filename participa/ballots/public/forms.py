"""Forms for voters who answer openly or whose ballot the server encrypts."""

from collections.abc import Iterator
from typing import Any, cast

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, StringField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, Optional, StopValidation, ValidationError

from participa.ballots.public import wording
from participa.ballots.roles import BoxRole
from participa.ballots.roll import second_part
from participa.ballots.snapshots import AskedQuestion, BoxSnapshot
from participa.ballots.voting import choices
from participa.ballots.voting.choices import Vote
from participa.belenios import credentials
from participa.channels.flow import PersonalDetails, ReviewedForm, ShownForm
from participa.core import submissions
from participa.core.fields import SometimesNeeded
from participa.core.forms import PublicForm


class ChoiceField(Field):
    """The choices in one question. After validation `vote` has the option indices, or BLANK."""

    def __init__(self, asked: AskedQuestion, **named: Any):
        super().__init__(asked.question.text, **named)
        self.asked = asked
        self.data: list[str]
        self.vote: Vote = ()

    def process_data(self, value: Any) -> None:
        self.data = []

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(valuelist)

    def pre_validate(self, form: BaseForm) -> None:
        try:
            self.vote = choices.read(self.asked.question, self.data, self.asked.blank_label)
        except choices.UnreadableVote as problem:
            raise StopValidation(str(problem)) from None

    @property
    def marked(self) -> list[str]:
        return choices.known_values(self.asked.question, self.data)

    @property
    def takes_several(self) -> bool:
        """Whether to show checkboxes: a radio button cannot be cleared again."""
        return self.asked.question.most > 1 or self.asked.question.least == 0

    @property
    def how(self) -> str:
        return wording.how(self.asked)

    @property
    def words(self) -> str:
        return choices.in_words(self.asked.question, self.vote, self.asked.blank_label)

    def iter_choices(self) -> Iterator[tuple[str, str, bool]]:
        question = self.asked.question
        for place, label in enumerate(question.answers):
            yield str(place), label, str(place) in self.marked
        if question.has_blank:
            yield choices.BLANK_WORD, self.asked.blank_label, choices.BLANK_WORD in self.marked


class BallotForm(ReviewedForm):
    """The questions of a box as fields q1, q2, …; `form_for` makes the class that a box needs."""

    way = ""  # name of the form in the purpose of its token, which no other form accepts
    submit_label = ""
    warning = ""

    def __init__(self, box: BoxSnapshot):
        super().__init__(box, box.purpose(self.way))
        self.box = box

    @property
    def asked(self) -> list[ChoiceField]:
        return [field for field in self if isinstance(field, ChoiceField)]

    @property
    def votes(self) -> list[Vote]:
        """The vote for each question, after a valid POST."""
        return [field.vote for field in self.asked]


class AnswerForm(BallotForm):
    """An answer to an open consultation."""

    way = "answer"
    submit_label = "Enviar mi respuesta"


class AssistedForm(BallotForm):
    """A ballot encrypted by the server, for voters whose browser cannot.

    A rejected form shows the code again, so that voters need not type it twice. That is
    safe: only the empty form is stored by the browser, and the server has to read the code anyway.
    """

    way = "assisted"
    submit_label = "Depositar mi voto"
    warning = "Al depositarlo, este servidor verá su voto para cifrarlo."

    understood = BooleanField(
        "Lo entiendo: este servidor verá mi voto.",
        [DataRequired("Marque que entiende que este servidor verá su voto.")],
    )
    # The voter's credential. Never stored or logged.
    code = StringField(
        "Código de su tarjeta",
        [
            DataRequired("Escriba el código de su tarjeta."),
            Length(max=80, message="Escriba solo el código, de hasta 80 signos."),
        ],
    )

    read_second = ""
    # The other part of a card, for a second vote. Never stored or logged either.
    second = StringField(
        "Para cambiar su voto",
        [
            SometimesNeeded(),
            Optional(),
            Length(max=30, message="Escriba solo las seis cifras."),
        ],
    )

    def validate_code(self, field: StringField) -> None:
        try:
            self.read_code = credentials.read_code(field.data or "")
        except credentials.Mistyped as problem:
            raise ValidationError(str(problem)) from None

    def validate_second(self, field: StringField) -> None:
        try:
            self.read_second = second_part.read(field.data or "")
        except second_part.NotSixDigits as problem:
            raise ValidationError(str(problem)) from None

    @property
    def asks_second(self) -> bool:
        """Whether a card of this box has a second part, for whoever votes again."""
        return self.box.has_second_part

    def start_over(self) -> None:
        """What is sent next is another vote than the one that this form has stored."""
        self.submission.data = submissions.issue(self.purpose)


class SlipForm(PersonalDetails, ShownForm):
    """Optional details about the voter, with its own token, apart from the vote."""

    def __init__(self, box: BoxSnapshot):
        super().__init__(box.purpose("slip"))
        self.box = self.snapshot = box

    def validate(self, extra_validators=None) -> bool:
        is_valid = self.details_are_valid() & super().validate(extra_validators)
        if is_valid and not self.details:
            self.reject("No marcó nada. Responda alguna pregunta, o cierre esta página.")
            return False
        return is_valid

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems, *self.detail_problems]


class RoleForm(PublicForm):
    """The signature of somebody's role; a registrar brings the public part of the key too."""

    signature = FileField(
        "Su firma", [FileRequired("Elija el archivo «rol.firma.json» que hizo su equipo.")]
    )
    public_part = FileField("La parte pública de su llave", [SometimesNeeded()])

    def __init__(self, role: BoxRole):
        super().__init__(f"ballots.role:{role.box.uuid}:{role.person}")
        if role.trustee is not None:
            del self.public_part

    def validate_public_part(self, field):
        if not field.data:
            raise ValidationError("Elija la parte pública de su llave: «llave-publica-….json».")

    @property
    def signed(self) -> bytes:
        return self.signature.data.read()

    @property
    def public_key(self) -> bytes:
        return self.public_part.data.read() if "public_part" in self else b""


class CeremonyFileForm(PublicForm):
    """What a trustee hands in of the key, by their own link."""

    file = FileField(
        "El archivo de su equipo", [FileRequired("Elija el archivo que hizo su equipo.")]
    )

    def __init__(self, role: BoxRole):
        super().__init__(f"ballots.ceremony:{role.box.uuid}:{role.person}")

    @property
    def content(self) -> bytes:
        return self.file.data.read()


def form_for(form: type[BallotForm], box: BoxSnapshot) -> BallotForm:
    """A form with the questions of this box; its class is cached per version of the box."""
    form_class: type[BallotForm] | None = box.rendered.get(form.way)
    if form_class is None:
        fields = {
            f"q{number}": ChoiceField(asked) for number, asked in enumerate(box.asked, start=1)
        }
        form_class = box.rendered[form.way] = cast(
            "type[BallotForm]", type(form.__name__, (form,), fields)
        )
    return form_class(box)
