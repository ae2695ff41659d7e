"""Staff forms of the trustees' ceremony: how many are enough, their files, beginning again."""

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from participa.ballots import quorum
from participa.ballots.ceremony import ceremony_of
from participa.ballots.models import BallotBox
from participa.ballots.office.staff_forms import UploadForm
from participa.core.fields import up_to
from participa.core.forms import Form

ALL = "todos"
SAME_KEYS, OTHER_KEYS = "mismas", "otras"


class QuorumForm(Form):
    """How many of the trustees open the total."""

    needed = RadioField(
        "Cuántos custodios hacen falta para abrir el total",
        [InputRequired("Elija cuántos custodios hacen falta.")],
        choices={
            ALL: "Todos",
            **{str(n): f"{n} cualesquiera" for n in range(quorum.FEWEST, quorum.MOST + 1)},
        },
        validate_choice=False,
    )

    def validate_needed(self, field):
        if field.data not in {value for value, *_ in field.iter_choices()}:
            raise ValidationError("Elija uno de los números, o «todos».")

    @property
    def number(self) -> int | None:
        return None if self.needed.data == ALL else int(self.needed.data)


def quorum_values(box: BallotBox) -> dict[str, str]:
    """The initial values of QuorumForm."""
    some = ceremony_of(box)
    return {"needed": str(some.needed) if some else ALL}


class TrusteeFileForm(UploadForm):
    """What a trustee sent to the city instead of bringing it by their own link."""

    file = FileField(
        "Archivo del custodio", [FileRequired("Elija el archivo que le entregó el custodio.")]
    )


class RestartForm(Form):
    """Why a ceremony begins again, and whether the keys stay."""

    keys = RadioField(
        "Con qué llaves",
        [InputRequired("Elija si siguen las mismas llaves.")],
        choices={
            SAME_KEYS: "Con las mismas. Va a cambiar la lista, o cuántos hacen falta.",
            OTHER_KEYS: "Con otras. Un reparto está mal, o alguien perdió su llave.",
        },
        validate_choice=False,
    )
    reason = TextAreaField(
        "Por qué se empieza otra vez",
        [DataRequired("Escriba por qué se empieza otra vez."), up_to(300)],
    )

    def validate_keys(self, field):
        if field.data not in {SAME_KEYS, OTHER_KEYS}:
            raise ValidationError("Elija si siguen las mismas llaves.")

    @property
    def keeps_keys(self) -> bool:
        return bool(self.keys.data == SAME_KEYS)
