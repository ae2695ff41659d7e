"""Staff forms: prepare a box, its questions, cards and trustees."""

from typing import IO, Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    NumberRange,
    Optional,
    ValidationError,
)

from participa.ballots.kinds import BelowMinimum, BoxKind, QuestionKind
from participa.ballots.lifecycle import service
from participa.ballots.models import BallotBox, BoxQuestion
from participa.channels.forms import ChannelForm, early_reason, end_of_day_in, initial_values
from participa.channels.models import Channel
from participa.citizens.variables import VARIABLES
from participa.core.fields import CityMomentField, CityNumberField, SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.formats import queries as formats
from participa.formats.fields import FormatField
from participa.staff.models import Account

ASKABLE = {id: variable.label for id, variable in VARIABLES.items() if not variable.derived_from}
MOST_PEOPLE = 1_000_000
OPTION_LENGTH = 200  # characters
ANSWERS_LENGTH = service.MOST_ANSWERS * (OPTION_LENGTH + 2)
MOST_PLACES = 60
PLACE_LENGTH = 80  # characters
KEY_LENGTH = 10_000
OPENED = "La urna abrió mientras usted la cambiaba. Ahora solo se guarda la explicación."


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
    places = TextAreaField(
        "Dónde se entregan las tarjetas, un lugar por línea",
        [SometimesNeeded(), Optional(), up_to(MOST_PLACES * (PLACE_LENGTH + 2))],
    )
    allows_paper = BooleanField("Recibir también votos en papel", default=True)
    below_minimum = RadioField(
        "Qué pasa si llegan menos votos que el mínimo",
        [InputRequired("Elija qué pasa si llegan pocos votos.")],
        choices={below.name: f"{below.value}." for below in BelowMinimum},
        default=BelowMinimum.END.name,
        validate_choice=False,
    )
    extra_days = CityNumberField("Cuántos días más", [SometimesNeeded(), Optional()])
    variables = Ticks("Qué se pregunta sobre quien vota", [Optional()], choices=ASKABLE)
    official_format = FormatField()

    def offer(self, account: Account, record: Channel | None = None) -> None:
        super().offer(account, record)
        self.official_format.offer(formats.format_id_of(record) if record else 0)

    def validate_kind(self, field):
        if field.data not in BoxKind.__members__:
            raise ValidationError("Elija una de las tres clases.")

    def validate_below_minimum(self, field):
        if field.data not in BelowMinimum.__members__:
            raise ValidationError("Elija qué pasa si llegan pocos votos.")

    def validate_places(self, field):
        places = self.chosen_places
        if len(places) > MOST_PLACES or any(len(place) > PLACE_LENGTH for place in places):
            raise ValidationError(
                f"Ponga hasta {MOST_PLACES} lugares, cada uno de hasta {PLACE_LENGTH} letras."
            )

    @property
    def chosen_places(self) -> list[str]:
        """Each place once, in the typed order."""
        lines = (" ".join(line.split()) for line in (self.places.data or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def facts(self, account: Account) -> dict[str, Any]:
        kind = BoxKind[self.kind.data]
        below = BelowMinimum[self.below_minimum.data]
        return super().facts(account) | {
            "kind": kind,
            "used_by": self.used_by.data or "",
            "registrar": (self.registrar.data or "") if kind is BoxKind.VERIFIABLE else "",
            "takes_last": kind.is_secret and self.policy.data == "last",
            "shows_live": kind is BoxKind.OPEN and self.shows_live.data,
            "allows_assisted": kind.is_secret and self.allows_assisted.data,
            "allows_paper": self.allows_paper.data,
            "places": self.chosen_places if kind is BoxKind.CODES else [],
            "expected_ballots": self.expected_ballots.data or 0,
            "below_minimum": below,
            "extra_days": self.extra_days.data if below is BelowMinimum.EXTEND else None,
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
        "below_minimum": box.below_minimum.name,
        "extra_days": box.extra_days,
        "places": "\n".join(box.places),
        "official_format": formats.format_id_of(box),
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
    def list(self) -> IO[bytes]:
        return self.file.data.stream

    @property
    def second_parts(self) -> IO[bytes] | None:
        return self.seconds.data.stream if self.seconds.data else None


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

    may_come_later = False  # of a ceremony, by the trustee's own link

    def validate_file(self, field):
        if not field.data and not self.text.data and not self.may_come_later:
            raise ValidationError("Elija el archivo «llave.publica.json» o pegue lo que dice.")

    @property
    def content(self) -> bytes:
        return super().content or (self.text.data or "").encode()


class AskForm(Form):
    """Request an act that another official has to confirm."""

    reason = TextAreaField("Motivo", [Optional(), up_to(300)])


class AskEarlyClosingForm(AskForm):
    """Request to close before the announced date, which needs a reason."""

    reason = TextAreaField("Por qué se cierra antes de la fecha", early_reason())


class ConfirmActForm(Form):
    """Confirm an act. `seen` is the version of the box on the page."""

    seen = HiddenField()
    has_compared = BooleanField(
        "Las dos personas comparamos cada huella con quien guarda esa llave, por otra vía."
    )

    @property
    def version(self) -> int:
        """The submitted version; -1, which no box has, if it is no number."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1
