"""The form with which somebody is heard."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from participa.cases import themes
from participa.channels.flow import PersonalDetails, ReviewedForm, undamaged
from participa.citizens import contacts
from participa.citizens.contacts import WrongContact
from participa.citizens.fields import TickField, is_minor
from participa.citizens.notices import PURPOSES
from participa.citizens.territories import CITY
from participa.citizens.variables import AGE
from participa.core import submissions
from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import PublicForm
from participa.core.submissions import Stale
from participa.listening import attachments
from participa.listening.models import Attachment
from participa.listening.public import subjects, uploads
from participa.listening.public.subjects import Subjects
from participa.listening.receive import Said
from participa.listening.snapshots import PostSnapshot

LONGEST = 10_000
OPINION, REPLY = "opinion", "reply"
WISHES = [
    (OPINION, "Quiero opinar"),
    (REPLY, "Quiero respuesta: la ciudad me contesta en el plazo de la ley"),
]
ANONYMOUS, NAMED = "anonymous", "named"
WHO = [
    (ANONYMOUS, "Sin dar mi nombre"),
    (NAMED, "Con mi nombre o un contacto (soy mayor de 18 años)"),
]
NOTHING = "Escriba lo que quiere contar, o grabe una nota de voz."
ONE_LETTER = "Con una sola letra no alcanzamos a entender. Cuente un poco más."
NO_CONTACT = "Escriba su nombre o un contacto, o elija «Sin dar mi nombre»."
NO_CONSENT = (
    "Marque esta autorización: sin ella no podemos guardar su nombre ni su contacto. Si no quiere "
    "darla, elija «Sin dar mi nombre»."
)
TOO_YOUNG = (
    "En las preguntas sobre usted marcó que tiene menos de 18 años. Por ley no guardamos su nombre "
    "ni su contacto: elija «Sin dar mi nombre»."
)
NOT_MARKED = "Marque que es una denuncia de corrupción, o quite la dependencia."


class UploadField(Field):
    """Files of the request. The form knows their errors alone; `uploads` stores them."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.errors: Sequence[str] = ()
        self.data = None


def known(codes: Callable[[], Collection[str]], sentence: str) -> Callable[[Any, Any], None]:
    """A validator: the value is one of these."""

    def check(form: Any, field: Any) -> None:
        if field.data not in codes():
            raise ValidationError(sentence)

    return check


def values_of(choices: Sequence[tuple[str, str]]) -> Callable[[], Collection[str]]:
    return lambda: [value for value, _ in choices]


def topic_choices() -> dict[str, list[tuple[str, str]]]:
    return {
        theme: [(topic, topic) for topic in topics] for theme, topics in themes.themes().items()
    }


class ContributionForm(PersonalDetails, ReviewedForm):
    """What somebody says, what it is about, and, if they want, who they are."""

    once = (
        "submission",
        "wish",
        "text",
        "topic",
        "territory",
        "about",
        "is_corruption",
        "accused",
        "who",
        "name",
        "contact",
        "consent",
        "remove",
        "confirm",
        "step",
    )
    snapshot: PostSnapshot

    # An opinion has no term; what asks for something has the one of the law (PQR-08).
    wish = RadioField(
        "¿Qué quiere?",
        [
            DataRequired("Diga si quiere opinar o si quiere respuesta."),
            known(values_of(WISHES), "Diga si quiere opinar o si quiere respuesta."),
        ],
        choices=lambda: WISHES,
        validate_choice=False,
    )
    text = TextAreaField("Cuente con sus palabras", [SometimesNeeded(), up_to(LONGEST), undamaged])
    voice = UploadField("Nota de voz", [Optional()])
    photos = UploadField("Fotos", [Optional()])
    # The office that answers follows from both.
    topic = SelectField(
        "¿De qué tema es?",
        [Optional(), known(themes.topics, "Elija el tema de la lista, o ninguno.")],
        choices=topic_choices,
        validate_choice=False,
    )
    territory = SelectField(
        "¿En qué comuna o corregimiento pasa?",
        [Optional(), known(lambda: {place.code for place in CITY}, "Elija la comuna de la lista.")],
        choices=lambda: [(place.code, place.label) for place in CITY],
        validate_choice=False,
    )
    about = SelectField(
        "¿Habla de un evento o de una tarea del plan?", [Optional()], validate_choice=False
    )
    # Read by the office that investigates, and never by the one reported (PQR-11).
    is_corruption = BooleanField("Es una denuncia de corrupción", [Optional()])
    accused = SelectField("¿De qué dependencia habla?", [Optional()], validate_choice=False)
    who = RadioField(
        "¿Cómo quiere contarlo?",
        [
            DataRequired("Diga si lo cuenta con su nombre o sin él."),
            known(values_of(WHO), "Diga si lo cuenta con su nombre o sin él."),
        ],
        choices=lambda: WHO,
        validate_choice=False,
    )
    # To answer, with a consent of their own; encrypted, and erased a year after the answer.
    name = StringField("Su nombre", [SometimesNeeded(), up_to(120), undamaged])
    contact = StringField(
        "Su correo o celular", [SometimesNeeded(), up_to(contacts.LONGEST), undamaged]
    )
    consent = TickField(PURPOSES["reply"].tick, [SometimesNeeded()])

    class Meta(PublicForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """The texts alone: a file in the place of a text is none."""
            return form.sent if request.method == "POST" else None

    def __init__(self, post: PostSnapshot, sent: MultiDict[str, str] | None = None):
        """`sent` is what was saved of a request that is too large to be read."""
        self._sent = sent
        super().__init__(post, post.purpose)
        self.post = post
        self.reached_by = "", ""  # mail address and phone number, once the form is valid
        self.about_ids: tuple[int | None, int | None] = (None, None)
        self.accused_id: int | None = None
        if not post.takes_voice:
            del self.voice
        if not post.takes_photos:
            del self.photos
        if post.notice is None:  # then nobody is asked who they are
            del self.who, self.name, self.contact, self.consent
        if request.method != "POST" and post.territory:
            self.territory.data = post.territory

    @property
    def sent(self) -> MultiDict[str, str]:
        return request.form if self._sent is None else self._sent

    def offer(self, subjects: Subjects) -> None:
        """Set the choices that come from the database; without them the form cannot be drawn."""
        self.about.choices = subjects.about
        self.accused.choices = subjects.offices

    @property
    def is_named(self) -> bool:
        return "who" in self and self.who.data == NAMED

    @property
    def to_remove(self) -> str:
        return self.sent.get("remove", "")

    @property
    def wants_to_change(self) -> bool:
        return super().wants_to_change or bool(self.to_remove)

    @property
    def upload_id(self) -> str:
        """The id of the form, once it is sent; of the new one for a token that is none any more."""
        return submissions.read(self.submission.data or "", self.purpose)

    @property
    def files(self) -> list[Attachment]:
        """What was attached and waits for the form to be sent."""
        try:
            return attachments.waiting(self.upload_id)
        except Stale:
            return []

    def restore(self) -> None:
        try:
            submission_id = self.upload_id
        except Stale:
            return
        if self.to_remove:
            uploads.remove(submission_id, self.to_remove)
        self.bring()

    def bring(self) -> bool:
        """Store the files of this request; False if any was refused."""
        refusals = uploads.bring(self.post, self.upload_id)
        for refusal in refusals:
            self.reject(str(refusal), refusal.field)
        self.is_rejected = bool(refusals)
        return not refusals

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        is_valid = super().validate(extra_validators) & self.details_are_valid()
        is_valid &= self.bring()
        return is_valid & self.says_something()

    def says_something(self) -> bool:
        """Whether there is a text or a voice note; of one letter nobody understands anything."""
        written = self.text.data or ""
        if len(written) > 1 or self.text.errors or self.has_voice:
            return True
        self.reject(ONE_LETTER if written else NOTHING, "text")
        return False

    @property
    def has_voice(self) -> bool:
        return any(file.kind.name == "VOICE" for file in self.files)

    def validate_about(self, field: Any) -> None:
        try:
            self.about_ids = subjects.read(field.data or "")
        except ValueError:
            raise ValidationError("Elija el evento o la tarea de la lista, o ninguno.") from None

    def validate_accused(self, field: Any) -> None:
        if not field.data:
            return
        try:
            self.accused_id = subjects.office(field.data)
        except ValueError:
            raise ValidationError("Elija la dependencia de la lista, o ninguna.") from None
        if not self.is_corruption.data:
            raise ValidationError(NOT_MARKED)

    def validate_who(self, field: Any) -> None:
        if field.data == NAMED and is_minor({AGE: self.sent.getlist(f"v_{AGE}")}):
            raise ValidationError(TOO_YOUNG)

    def validate_name(self, field: Any) -> None:
        if self.is_named and not field.data and not self.contact.data:
            raise ValidationError(NO_CONTACT)

    def validate_contact(self, field: Any) -> None:
        if not self.is_named:
            return  # then it is not stored
        try:
            self.reached_by = contacts.read(field.data or "")
        except WrongContact as wrong:
            raise ValidationError(str(wrong)) from None

    def validate_consent(self, field: Any) -> None:
        if self.is_named and not field.data:
            raise ValidationError(NO_CONSENT)

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems, *self.detail_problems]

    @property
    def said(self) -> Said:
        """What is stored, after a valid and confirmed POST."""
        email, phone = self.reached_by
        event_id, task_id = self.about_ids
        return Said(
            text=self.text.data or "",
            wants_answer=self.wish.data == REPLY,
            is_anonymous=not self.is_named,
            name=" ".join((self.name.data or "").split()) if self.is_named else "",
            email=email,
            phone=phone,
            topic=self.topic.data or "",
            territory=self.territory.data or "",
            event_id=event_id,
            task_id=task_id,
            is_corruption=bool(self.is_corruption.data),
            accused_office_id=self.accused_id,
        )
