"""The form with which a person signs a list, and what is stored of it."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Optional, ValidationError

from participa.attendance import documents
from participa.attendance.documents import WrongDocument
from participa.attendance.public import presence_codes, signatures
from participa.attendance.sign_in import Identity
from participa.attendance.snapshots import ListSnapshot
from participa.channels.flow import PersonalDetails, ShownForm, malformed, undamaged
from participa.citizens import contacts
from participa.citizens.contacts import WrongContact
from participa.citizens.fields import TickField, is_minor
from participa.citizens.notices import PURPOSES
from participa.citizens.variables import AGE, of_minors
from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import PublicForm

ADULT, MINOR = "adult", "minor"
AGES = [(ADULT, "Tengo 18 años o más"), (MINOR, "Tengo menos de 18 años")]
SIGN_SO = "Por ley no guardamos su nombre ni su documento. Toque «Firmar» y listo."
NO_CARD = f"La tarjeta de identidad y el registro civil son de menores de 18 años. {SIGN_SO}"
TWO_AGES = f"En las preguntas sobre usted marcó que tiene menos de 18 años. {SIGN_SO}"


def document_types() -> list[tuple[str, str]]:
    """The types to choose from; that of minors too, so that they find it."""
    *usual, none = documents.choices()
    card = documents.TYPES["TI"]
    return [*usual, (card.code, f"{card.name} (menores de 18)"), none]


TYPES = document_types()
SHAPES = json.dumps(documents.shapes(), ensure_ascii=False)


class SignForm(PersonalDetails, ShownForm):
    """Who somebody is, with as little as an attendance list needs; see `sign_form`, `identity_of`.

    It is filled in from the request, or from the values of one form of several that arrive
    together.
    """

    needs_screen = False  # whether it takes a current code of the screen
    shapes = SHAPES  # of the numbers, checked on the page before they are sent
    reached_by = "", ""  # mail address and phone number, once the form is valid
    once = (
        "submission",
        "age",
        "document_type",
        "document",
        "name",
        "contact",
        "organisation",
        "position",
        "signature",
        "permit",
        "screen_code",
    )

    age = RadioField("¿Qué edad tiene?", [DataRequired("Diga si tiene 18 años o más.")])
    # Tells one person from another, so that nobody is counted twice. Optional: type "SD".
    document_type = SelectField(
        "Documento de identidad", [SometimesNeeded()], validate_choice=False
    )
    document = StringField("Número del documento", [SometimesNeeded(), up_to(40)])
    # The list is the proof of who attended.
    name = StringField("Nombres y apellidos", [SometimesNeeded(), up_to(120), undamaged])
    # For the certificate and what came of the event, with a consent of its own.
    contact = StringField("Correo o celular", [Optional(), up_to(contacts.LONGEST), undamaged])
    # Columns of the official layout. May reveal a membership, so the page warns (DAT-05).
    organisation = StringField(
        "Organización o entidad que representa", [Optional(), up_to(120), undamaged]
    )
    position = StringField("Cargo", [Optional(), up_to(80), undamaged])
    consent_attendance = TickField(PURPOSES["attendance"].tick, [SometimesNeeded()])
    consent_contact = TickField(PURPOSES["contact"].tick)
    consent_image = TickField(PURPOSES["image"].tick)
    signature = HiddenField()  # drawn with the finger; empty when the person signs by accepting
    permit = HiddenField()  # the grant of presence_codes
    screen_code = StringField(
        "Código de la pantalla", [SometimesNeeded(), up_to(presence_codes.LONGEST_TYPED)]
    )

    def __init__(
        self,
        listed: ListSnapshot,
        sent: MultiDict[str, str] | None = None,
        *,
        purpose: str = "",
    ):
        """`sent` are the values when they are not those of the request."""
        self.listed = self.snapshot = listed
        self._sent = sent
        given: dict[str, Any] = {} if sent is None else {"formdata": sent}
        super().__init__(purpose or listed.purpose, **given)
        self.age.choices, self.document_type.choices = AGES, TYPES

    @property
    def sent(self) -> MultiDict[str, str]:
        return request.form if self._sent is None else self._sent

    @property
    def is_minor(self) -> bool:
        return bool(self.age.data == MINOR)

    @property
    def variables(self) -> Sequence[str]:
        """Nothing sensitive is asked of somebody under 18 (DAT-07)."""
        asked = self.listed.variables
        return of_minors(asked) if self.is_minor else asked

    @property
    def asks_for_code(self) -> bool:
        """Whether the page shows the field for the code of the screen: its grant is over."""
        return self.needs_screen and bool(self.screen_code.errors)

    def text(self, name: str) -> str:
        """The text of a field; "" where this list does not ask for it."""
        return (self[name].data or "") if name in self else ""

    def agrees_to(self, purpose: str) -> bool:
        name = f"consent_{purpose}"
        return name in self and bool(self[name].data)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        is_valid = super().validate(extra_validators) & self.details_are_valid()
        for sentence in malformed(self.once, self.sent):
            self.reject(sentence)
            is_valid = False
        return is_valid

    def validate_age(self, field: Any) -> None:
        if field.data != ADULT:
            return
        kind = documents.TYPES.get(self.document_type.data or "")
        says_so = {AGE: self.sent.getlist(f"v_{AGE}")}
        if sentence := (kind and kind.is_of_minors and NO_CARD) or (is_minor(says_so) and TWO_AGES):
            field.data = MINOR
            raise ValidationError(sentence)

    def validate_document_type(self, field: Any) -> None:
        if not self.is_minor and field.data not in documents.TYPES:
            raise ValidationError("Elija su documento de la lista.")

    def validate_document(self, field: Any) -> None:
        if self.is_minor or self.document_type.data not in documents.TYPES:
            return
        try:
            documents.normalised(self.document_type.data, field.data or "")
        except WrongDocument as wrong:
            raise ValidationError(str(wrong)) from None

    def validate_name(self, field: Any) -> None:
        if not self.is_minor and not any(sign.isalpha() for sign in field.data or ""):
            raise ValidationError("Escriba sus nombres y apellidos.")

    def validate_contact(self, field: Any) -> None:
        if self.is_minor or not self.agrees_to("contact"):
            return  # then it is not stored
        try:
            self.reached_by = contacts.read(field.data or "")
        except WrongContact as wrong:
            raise ValidationError(str(wrong)) from None

    def validate_consent_attendance(self, field: Any) -> None:
        if not self.is_minor and not field.data:
            raise ValidationError(
                "Marque esta autorización: sin ella no podemos guardar su nombre. Si no quiere "
                "darla, puede entrar al evento sin firmar."
            )

    def validate_signature(self, field: Any) -> None:
        if field.data and not signatures.is_path(field.data):
            field.data = ""
            raise ValidationError("La firma dibujada no llegó bien. Dibújela otra vez o déjela.")

    def validate_screen_code(self, field: Any) -> None:
        seen_on_screen(self)

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems, *self.detail_problems]


def sign_form(
    listed: ListSnapshot,
    sent: MultiDict[str, str] | None = None,
    *,
    purpose: str = "",
    needs_screen: bool | None = None,
) -> SignForm:
    """The form with the fields that this list asks for; see `SignForm`."""
    if needs_screen is None:
        needs_screen = listed.has_rotating_code
    asking = _form_class(
        listed.asks_contact, listed.asks_organisation, listed.asks_image, needs_screen
    )
    return asking(listed, sent, purpose=purpose)


@cache
def _form_class(contact: bool, organisation: bool, image: bool, screen: bool) -> type[SignForm]:
    """Kept, because fields that are bound and taken out again cost a third of the form."""
    members: dict[str, Any] = {"needs_screen": screen}
    for is_asked, names in (
        (contact, ("contact", "consent_contact")),
        (organisation, ("organisation", "position")),
        (image, ("consent_image",)),
        (screen, ("permit", "screen_code")),
    ):
        if not is_asked:
            members |= dict.fromkeys(names)
    return type("SignForm", (SignForm,), members)


class ArrivalForm(PublicForm):
    """Somebody with a ticket says that they are there."""

    permit = HiddenField()
    screen_code = StringField(
        "Código de la pantalla", [SometimesNeeded(), up_to(presence_codes.LONGEST_TYPED)]
    )

    def __init__(self, listed: ListSnapshot):
        super().__init__(f"attendance.arrive:{listed.code}")
        self.listed = listed
        if not listed.has_rotating_code:
            del self.permit, self.screen_code

    def validate_screen_code(self, field: Any) -> None:
        seen_on_screen(self)


def seen_on_screen(form: Any) -> None:
    """Give a permit to a form with a current code; raise ValidationError without either."""
    code, typed = form.listed.code, form.screen_code.data
    if presence_codes.is_granted(code, form.permit.data or ""):
        return
    if typed and presence_codes.is_current(code, typed):
        form.permit.data, form.screen_code.data = presence_codes.grant(code), ""
        return
    form.screen_code.data = ""
    raise ValidationError(presence_codes.EXPIRED)


def identity_of(form: SignForm) -> Identity:
    """What is stored of a valid form. What the person thinks of themselves is `form.details`."""
    if form.is_minor:
        return Identity(is_minor=True, purposes=frozenset())
    email, phone = form.reached_by
    kind = form.document_type.data
    return Identity(
        name=" ".join(form.text("name").split()),
        document_type=kind,
        document=documents.normalised(kind, form.text("document")),
        email=email,
        phone=phone,
        organisation=form.text("organisation"),
        position=form.text("position"),
        signature=form.text("signature"),
        purposes=frozenset(one for one in ("attendance", "contact", "image") if form.agrees_to(one))
        - (frozenset() if email or phone else {"contact"}),
    )
