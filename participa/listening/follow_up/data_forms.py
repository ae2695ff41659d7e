"""The form with which a person asks about their own data."""

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, ValidationError

from participa.citizens import contacts
from participa.citizens.contacts import WrongContact
from participa.citizens.notices import PURPOSES
from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import PublicForm
from participa.listening.follow_up import data_requests
from participa.listening.follow_up.data_requests import WISHES, DataRequest

NO_CONTACT = "Escriba un correo o un teléfono: sin contacto no podemos comprobar que es usted."


class DataRequestForm(PublicForm):
    """What is asked, where the data may be, and how the person is known and reached."""

    wish = RadioField(
        "¿Qué pide?",
        [DataRequired("Elija qué pide.")],
        choices=[SelectChoice(key, words) for key, (words, _) in WISHES.items()],
    )
    place = SelectField("¿Dónde dio sus datos?", [DataRequired("Elija dónde.")], choices=[])
    # Without them nobody could find the data among those of others.
    marks = TextAreaField("Cómo los encontramos", [Optional(), up_to(500)])
    text = TextAreaField("Su petición", [DataRequired("Escriba qué pide."), up_to(4000)])
    # The law asks for who claims, to answer nobody else (Ley 1581, art. 15).
    name = StringField("Su nombre", [DataRequired("Escriba su nombre."), up_to(120)])
    email = StringField("Correo", [SometimesNeeded(), up_to(254)])
    phone = StringField("Teléfono", [SometimesNeeded(), up_to(30)])
    authorises = BooleanField(
        PURPOSES["reply"].tick,
        [DataRequired("Marque la autorización: sin ella no podemos responderle.")],
    )

    def __init__(self) -> None:
        super().__init__("listening.data_request")
        self.place.choices = [("", "Elija"), *data_requests.places()]

    def validate_email(self, field: StringField) -> None:
        if not field.data and not self.phone.data:
            raise ValidationError(NO_CONTACT)
        if field.data and not read(field.data)[0]:
            raise ValidationError("Escriba un correo completo, como nombre@ejemplo.org.")

    def validate_phone(self, field: StringField) -> None:
        if field.data and not read(field.data)[1]:
            raise ValidationError("Escriba un teléfono completo, como 300 123 4567.")

    def request(self) -> DataRequest:
        names = ("wish", "place", "marks", "text", "name")
        typed = {name: self[name].data or "" for name in names}
        email, phone = read(self.email.data or "")[0], read(self.phone.data or "")[1]
        return DataRequest(**typed, email=email, phone=phone)


def read(typed: str) -> tuple[str, str]:
    """Mail address and telephone of a text, one of them empty; both of what is neither."""
    try:
        return contacts.read(typed)
    except WrongContact:
        return "", ""
