"""The forms of the person's own page."""

from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from participa.cases.models import CODE_LENGTH
from participa.core import codes, spanish
from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import PublicForm
from participa.listening import acts, attachments, secret_codes
from participa.listening.attachments import CheckedUpload
from participa.listening.models import AttachmentKind, Contribution
from participa.listening.rights import erasing

YES, NO = "si", "no"
TOO_MANY = f"Adjunte hasta {attachments.MOST_PHOTOS} fotos a la vez."


def whole(letters: int, name: str):
    """That a code has all its letters, so that a missing one is no wrong guess."""

    def check(form, field):
        typed = len(codes.read(field.data or ""))
        if typed != letters:
            has = spanish.several(typed, "letra o número", "letras y números")
            raise ValidationError(
                f"{name} tiene {letters} letras y números, y usted escribió {has}. Revíselo."
            )

    return check


class ComeBackForm(PublicForm):
    """The number and the secret code that the person wrote down."""

    radicado = StringField(
        "Radicado",
        [
            DataRequired("Escriba el radicado de su aporte."),
            Length(max=60, message="Escriba solo el radicado."),
            whole(CODE_LENGTH, "El radicado"),
        ],
    )
    code = StringField(
        "Código secreto",
        [
            DataRequired("Escriba el código secreto que guardó."),
            Length(max=60, message="Escriba solo el código."),
            whole(secret_codes.LENGTH, "El código"),
        ],
    )

    def __init__(self) -> None:
        super().__init__("listening.come_back")


class PersonReplyForm(PublicForm):
    """Something more to say: words, photographs, a voice note, or any of them."""

    text = TextAreaField("Su mensaje", [SometimesNeeded(), Optional(), up_to(acts.LONGEST)])
    photos = MultipleFileField("Fotos", [SometimesNeeded()])
    voice = FileField("Nota de voz", [SometimesNeeded()])

    def __init__(self, contribution: Contribution, saved: MultiDict[str, str] | None = None):
        """`saved` is what is left of a request that was too large."""
        named = {} if saved is None else {"formdata": saved}
        super().__init__(f"listening.reply:{contribution.case_id}", **named)
        self.files: list[CheckedUpload] = []

    def validate_photos(self, field: MultipleFileField) -> None:
        if len([one for one in field.data or () if one]) > attachments.MOST_PHOTOS:
            raise ValidationError(TOO_MANY)

    def prepare(self) -> None:
        self.files = [
            attachments.checked(one, AttachmentKind.PHOTO) for one in self.photos.data or () if one
        ]
        if self.voice.data:
            self.files.append(attachments.checked(self.voice.data, AttachmentKind.VOICE))


class ResolvedForm(PublicForm):
    """Whether the answer solved it, and what is missing."""

    is_resolved = RadioField(
        "¿Quedó resuelto?",
        [DataRequired("Elija sí o no.")],
        choices=[SelectChoice(YES, "Sí, quedó resuelto"), SelectChoice(NO, "No, falta algo")],
    )
    comment = TextAreaField("Cuéntenos por qué", [Optional(), up_to(1000)])

    def __init__(self, contribution: Contribution):
        said = {True: YES, False: NO, None: None}[contribution.is_resolved]
        stored = {"is_resolved": said, "comment": contribution.comment}
        super().__init__(f"listening.resolved:{contribution.case_id}", data=stored)


class EraseOwnContributionForm(PublicForm):
    """What cannot be undone is said once more before the button."""

    withdraws = BooleanField("Retiro mi petición: la ciudad ya no me debe una respuesta.")
    is_sure = BooleanField(
        "Entiendo que se borra y que no se puede recuperar.",
        [DataRequired("Marque la casilla para borrar, o vuelva atrás.")],
    )

    def __init__(self, contribution: Contribution):
        super().__init__(f"listening.erase:{contribution.case_id}")
        if not erasing.is_pending(contribution):
            del self.withdraws


class OwnVisitForm(PublicForm):
    """A button alone: leave, or have the contact erased."""

    def __init__(self, contribution: Contribution, act: str):
        super().__init__(f"listening.{act}:{contribution.case_id}")
