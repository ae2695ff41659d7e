"""Staff forms: prepare a box, its questions, cards and trustees, and record its paper votes."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    NumberRange,
    Optional,
    ValidationError,
)

from participa.ballots.lifecycle import service
from participa.ballots.models import BallotBox, BoxKind, BoxQuestion, PaperCount, QuestionKind
from participa.ballots.results.results import BLANK
from participa.ballots.roll import cards, enrolment
from participa.channels.forms import ChannelForm, early_reason, end_of_day_in, initial_values
from participa.citizens.variables import VARIABLES
from participa.core.fields import CityMomentField, CityNumberField, SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.staff.models import Account

ASKABLE = {id: variable.label for id, variable in VARIABLES.items() if not variable.derived_from}
MOST_PEOPLE = 1_000_000
OPTION_LENGTH = 200  # characters
ANSWERS_LENGTH = service.MOST_ANSWERS * (OPTION_LENGTH + 2)
CODES_LENGTH = enrolment.MOST_CARDS * 40
KEY_LENGTH = 10_000
OPENED = "La urna abrió mientras usted la cambiaba. Ahora solo se guarda la explicación."
WAYS = {
    "page": "En una página para imprimir, aquí mismo",
    "pdf": "En un archivo PDF",
    "links": "Como enlaces para enviar, en un archivo",
}


def people_field(label: str, *others: Any) -> CityNumberField:
    """An integer field for a number of people, cards or ballots."""
    limits = NumberRange(0, MOST_PEOPLE, message="Escriba un número entero, desde 0.")
    return CityNumberField(label, [*others, limits])


class BoxForm(ChannelForm):
    """A box. Fields that its kind does not have are ignored."""

    task = "4.1"
    order = ("kind", "title", "why", "used_by", "opens_at", "closes_at")
    kind = RadioField(
        "Qué clase de urna",
        [InputRequired("Elija una de las tres clases.")],
        choices={kind.name: kind.value for kind in BoxKind},
        default=BoxKind.CODES.name,
        validate_choice=False,
    )
    title = StringField(
        "Título",
        [DataRequired("Escriba el título que verá la gente."), up_to(service.TITLE_LENGTH)],
    )
    used_by = StringField(
        "Quién usará el resultado, y para qué", [SometimesNeeded(), Optional(), up_to(300)]
    )
    closes_at = CityMomentField(
        "Cierra", [SometimesNeeded(), Optional()], default=lambda: end_of_day_in(21)
    )
    shows_live = BooleanField("Mostrar los resultados mientras está abierta")
    expected_ballots = people_field("Cuántos votos se esperan", SometimesNeeded(), Optional())
    policy = RadioField(
        "Si alguien vota otra vez con el mismo código",
        [DataRequired("Elija qué pasa si alguien vota otra vez.")],
        choices={
            "once": "No se recibe. Vale un solo voto por código.",
            "last": "Se recibe. Cuenta el último.",
        },
        default="once",
        validate_choice=False,
    )
    allows_assisted = BooleanField("Ofrecer que el servidor cifre el voto", default=True)
    registrar = StringField("Quién hace los códigos", [SometimesNeeded(), Optional(), up_to(200)])
    allows_paper = BooleanField("Recibir también votos en papel", default=True)
    variables = Ticks("Qué se pregunta sobre quien vota", [Optional()], choices=ASKABLE)

    def validate_kind(self, field):
        if field.data not in BoxKind.__members__:
            raise ValidationError("Elija una de las tres clases.")

    def facts(self, account: Account) -> dict[str, Any]:
        kind = BoxKind[self.kind.data]
        return super().facts(account) | {
            "kind": kind,
            "used_by": self.used_by.data or "",
            "registrar": (self.registrar.data or "") if kind is BoxKind.VERIFIABLE else "",
            "takes_last": kind.is_secret and self.policy.data == "last",
            "shows_live": kind is BoxKind.OPEN and self.shows_live.data,
            "allows_assisted": kind.is_secret and self.allows_assisted.data,
            "allows_paper": self.allows_paper.data,
            "expected_ballots": self.expected_ballots.data or 0,
        }


def initial_box_values(box: BallotBox) -> dict[str, Any]:
    """The initial values of BoxForm for an existing box."""
    unchanged = ("used_by", "registrar", "shows_live", "allows_assisted", "allows_paper")
    return {
        **initial_values(box),
        **{name: getattr(box, name) for name in unchanged},
        "kind": box.kind.name,
        "policy": "last" if box.takes_last else "once",
        "expected_ballots": box.expected_ballots or None,
    }


class ExplanationForm(Form):
    """The part of a box that may change after its opening."""

    why = TextAreaField("Para qué se pregunta", [Optional(), up_to(600)])
    opened = HiddenField(validators=[DataRequired(OPENED)])


class DiscardForm(Form):
    """Asks to type the title, so that nobody discards the wrong draft."""

    typed = StringField(
        "Título de la urna", [DataRequired("Escriba el título."), up_to(service.TITLE_LENGTH)]
    )

    def __init__(self, box: BallotBox, **named: Any):
        super().__init__(**named)
        self.box = box

    def validate_typed(self, field):
        if field.data.casefold().split() != self.box.title.casefold().split():
            raise ValidationError("Ese no es el título de esta urna. Escríbalo tal como está.")


class BoxQuestionForm(Form):
    """A question. The limits and the options are read only for the kinds that have them."""

    kind = RadioField(
        "Qué hace la gente",
        [InputRequired("Elija qué hace la gente con las opciones.")],
        choices={kind.name: kind.value for kind in QuestionKind},
        default=QuestionKind.ONE.name,
        validate_choice=False,
    )
    text = TextAreaField("Pregunta", [DataRequired("Escriba la pregunta."), up_to(500)])
    answers = TextAreaField(
        "Opciones, una por línea", [SometimesNeeded(), Optional(), up_to(ANSWERS_LENGTH)]
    )
    least = people_field("Cuántas como mínimo", SometimesNeeded(), Optional())
    most = people_field("Cuántas como máximo", SometimesNeeded(), Optional())
    has_blank = BooleanField("Ofrecer el voto en blanco", default=True)

    def validate_kind(self, field):
        if field.data not in QuestionKind.__members__:
            raise ValidationError("Elija qué hace la gente con las opciones.")

    def validate_answers(self, field):
        if any(len(line) > OPTION_LENGTH for line in self.lines):
            raise ValidationError(f"Una opción pasa de {OPTION_LENGTH} letras. Acórtela.")

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in (self.answers.data or "").splitlines() if line.strip()]

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "kind": QuestionKind[self.kind.data],
            "text": self.text.data,
            "answers": self.lines,
            "least": self.least.data or 0,
            "most": self.most.data or 0,
            "has_blank": self.has_blank.data,
        }


def initial_question_values(question: BoxQuestion) -> dict[str, Any]:
    return {
        "kind": question.kind.name,
        "text": question.text,
        "answers": "\n".join(question.answers),
        "least": question.least,
        "most": question.most,
        "has_blank": question.has_blank,
    }


class CardsForm(Form):
    """A batch of cards. `seen` is the version of the box on the page, to refuse a second click."""

    cards = CityNumberField(
        "Cuántas tarjetas",
        [
            InputRequired(f"Escriba cuántas tarjetas, de 1 a {enrolment.MOST_CARDS}."),
            NumberRange(
                1, enrolment.MOST_CARDS, message=f"Haga entre 1 y {enrolment.MOST_CARDS} por lote."
            ),
        ],
    )
    place = StringField("Dónde se van a entregar", [Optional(), up_to(120)])
    way = RadioField(
        "Cómo las quiere", [SometimesNeeded()], choices=WAYS, default="page", validate_choice=False
    )
    seen = HiddenField()

    def offer(self, version: int) -> None:
        if not cards.HAS_PDF:
            self.way.choices = {way: words for way, words in WAYS.items() if way != "pdf"}
        if not self.is_submitted():
            self.seen.data = str(version)

    @property
    def chosen_way(self) -> str:
        """One of the offered ways; "page" for any other value."""
        return self.way.data if self.way.data in self.way.choices else "page"


class ButtonForm(Form):
    """A form with nothing but its button."""


class UploadForm(Form):
    """An uploaded file that was made outside the platform."""

    file = FileField("Archivo", [SometimesNeeded()])

    @property
    def content(self) -> bytes:
        return self.file.data.read() if self.file.data else b""


class RollForm(UploadForm):
    """The registrar's list."""

    file = FileField(
        "Archivo del padrón",
        [FileRequired("Elija el archivo «padron.json» que le entregó el registrador.")],
    )
    seconds = FileField("Archivo de segundas partes", [SometimesNeeded()])

    @property
    def second_parts(self) -> bytes:
        return self.seconds.data.read() if self.seconds.data else b""


class PartForm(UploadForm):
    """The partial decryption of a trustee."""

    file = FileField(
        "Archivo del custodio", [FileRequired("Elija el archivo que le entregó el custodio.")]
    )


class TrusteeForm(UploadForm):
    """A trustee: name and public key share, uploaded or pasted."""

    file = FileField("Archivo de su llave pública", [SometimesNeeded()])
    name = StringField(
        "Quién es", [DataRequired("Escriba el nombre de la entidad o persona."), up_to(120)]
    )
    text = TextAreaField(
        "O pegue aquí lo que dice el archivo", [SometimesNeeded(), Optional(), up_to(KEY_LENGTH)]
    )

    def validate_file(self, field):
        if not field.data and not self.text.data:
            raise ValidationError("Elija el archivo «llave.publica.json» o pegue lo que dice.")

    @property
    def content(self) -> bytes:
        return super().content or (self.text.data or "").encode()


class VoidForm(UploadForm):
    """Cards to void: their codes, or the registrar's list."""

    codes = TextAreaField(
        "Códigos de las tarjetas, uno por línea", [SometimesNeeded(), up_to(CODES_LENGTH)]
    )

    def validate_codes(self, field):
        if not self.typed and not self.file.data:
            raise ValidationError("Escriba los códigos o elija el archivo «anuladas.json».")

    @property
    def typed(self) -> list[str]:
        return [line for line in (self.codes.data or "").splitlines() if line.strip()]


class TriesForm(Form):
    """The card whose second part may be typed again. Its code is not stored."""

    code = StringField(
        "Código de la tarjeta", [DataRequired("Escriba el código de la tarjeta."), up_to(80)]
    )


class HandOutForm(Form):
    """How many cards were handed out."""

    cards = people_field(
        "Tarjetas entregadas", InputRequired("Escriba cuántas tarjetas se entregaron.")
    )


class AskForm(Form):
    """Request an act that another official has to confirm."""

    reason = TextAreaField("Motivo", [Optional(), up_to(300)])


class AskEarlyClosingForm(AskForm):
    """Request to close before the announced date, which needs a reason."""

    reason = TextAreaField("Por qué se cierra antes de la fecha", early_reason())


class ConfirmActForm(Form):
    """Confirm an act. `seen` is the version of the box on the page."""

    seen = HiddenField()

    @property
    def version(self) -> int:
        """The submitted version; -1, which no box has, if it is no number."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


class PaperForm(Form):
    """Paper votes. `paper_form` adds a field per question and slot of one box."""

    ballots = people_field(
        "Tarjetas de papel en la caja", InputRequired("Escriba cuántas tarjetas había.")
    )
    invalid = people_field("De ellas, nulas", Optional())
    note = TextAreaField("Nota para el acta", [Optional(), up_to(600)])

    slots: tuple[tuple[str, ...], ...] = ()

    @property
    def counts(self) -> list[list[int]]:
        return [[self[name].data or 0 for name in names] for names in self.slots]

    def lines(self, number: int) -> Iterator[Any]:
        """The fields of the question with this number, in the order of its options."""
        return (self[name] for name in self.slots[number - 1])

    def reject(self, sentence: str, field: str = "") -> None:
        """An error of a whole question is shown at its first field."""
        first = {f"q{number}": names[0] for number, names in enumerate(self.slots, start=1)}
        super().reject(sentence, first.get(field, field))


def paper_form(box: BallotBox) -> PaperForm:
    """The form for the questions of this box, filled with an earlier count."""
    fields: dict[str, Any] = {}
    slots = []
    for question in box.questions:
        labels = [BLANK] * question.has_blank + list(question.answers)
        names = [f"q{question.position}_{slot}" for slot in range(len(labels))]
        fields |= {
            name: people_field(label, Optional()) for name, label in zip(names, labels, strict=True)
        }
        slots.append(tuple(names))
    form_class = cast(
        "type[PaperForm]",
        type("PaperFormOfOneBox", (PaperForm,), fields | {"slots": tuple(slots)}),
    )
    return form_class.changing(box, lambda box: initial_paper_values(box.paper, slots))


def initial_paper_values(
    paper: PaperCount | None, slots: Sequence[Sequence[str]]
) -> dict[str, Any]:
    if paper is None:
        return {}
    values = {"ballots": paper.ballots, "invalid": paper.invalid, "note": paper.note}
    for names, counts in zip(slots, paper.counts, strict=True):
        values |= dict(zip(names, counts, strict=True))
    return values
