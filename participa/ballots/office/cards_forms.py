"""Staff forms for the cards of a box: make a batch, void cards, count those handed out."""

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from participa.ballots.office.staff_forms import UploadForm, people_field
from participa.ballots.roll import card_files, cards, enrolment
from participa.belenios import signatures
from participa.core.fields import CityNumberField, SometimesNeeded, up_to
from participa.core.forms import Form

CODES_LENGTH = enrolment.MOST_CARDS * 40
REASON = "Escriba el motivo."
ON_A_PAGE = "page"
WAYS = {
    ON_A_PAGE: f"En una página para imprimir, aquí mismo (hasta {enrolment.MOST_CARDS})",
    **{name: way.words for name, way in card_files.WAYS.items()},
}


class CardsForm(Form):
    """A batch of cards. `seen` is the version of the box on the page, to refuse a second click."""

    cards = CityNumberField(
        "Cuántas tarjetas",
        [InputRequired("Escriba cuántas tarjetas, en números.")],
    )
    place = SelectField(
        "Dónde se van a entregar",
        [DataRequired("Escoja dónde se van a entregar.")],
        default=enrolment.SEVERAL_PLACES,
        validate_choice=False,
    )
    way = RadioField(
        "Cómo las quiere",
        [SometimesNeeded()],
        choices=WAYS,
        default=ON_A_PAGE,
        validate_choice=False,
    )
    seen = HiddenField()

    def offer(self, version: int, places: Sequence[str]) -> None:
        choices = (enrolment.SEVERAL_PLACES, *places)
        self.place.choices = [(place, place) for place in choices]
        if not cards.HAS_PDF:
            self.way.choices = {way: words for way, words in WAYS.items() if way != "pdf"}
        if not self.is_submitted():
            self.seen.data = str(version)

    @property
    def chosen_way(self) -> str:
        """One of the offered ways; that on a page for any other value."""
        return self.way.data if self.way.data in self.way.choices else ON_A_PAGE


class VoidForm(UploadForm):
    """Cards to void: their codes, or the registrar's list."""

    codes = TextAreaField(
        "Códigos de las tarjetas, uno por línea", [SometimesNeeded(), up_to(CODES_LENGTH)]
    )
    reason = TextAreaField("Motivo", [DataRequired(REASON), up_to(300)])

    def validate_codes(self, field):
        if not self.typed and not self.file.data:
            raise ValidationError("Escriba los códigos o elija el archivo «anuladas.json».")

    @property
    def typed(self) -> list[str]:
        return [line for line in (self.codes.data or "").splitlines() if line.strip()]


class AskVoidingForm(VoidForm):
    """Ask to void cards of an open box, by their codes or a list; the reason is public."""

    signature = FileField("Firma del registrador", [SometimesNeeded()])

    @property
    def signed(self) -> bytes:
        return self.signature.data.read(signatures.LIMIT + 1) if self.signature.data else b""


class VoidingReasonForm(Form):
    """The public reason to void a batch, or to undo a list of void cards."""

    reason = TextAreaField("Motivo", [DataRequired(REASON), up_to(300)])


class HandOutForm(Form):
    """How many cards were handed out."""

    cards = people_field(
        "Tarjetas entregadas", InputRequired("Escriba cuántas tarjetas se entregaron.")
    )


class TriesForm(Form):
    """The card whose second part may be typed again. Its code is not stored."""

    code = StringField(
        "Código de la tarjeta", [DataRequired("Escriba el código de la tarjeta."), up_to(80)]
    )
