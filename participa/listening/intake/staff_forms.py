"""The form with which an official records a spoken contribution."""

from datetime import datetime, timedelta
from typing import Any

from flask import request
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    EmailField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from participa.cases.models import Priority
from participa.channels.flow import PersonalDetails
from participa.citizens import contacts
from participa.citizens.contacts import WrongContact
from participa.core import clock, spanish, submissions
from participa.core.fields import CityMomentField, SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.core.submissions import Stale
from participa.listening import attachments
from participa.listening.intake import attaching, fields
from participa.listening.intake.taking import Spoken
from participa.listening.models import Attachment, Way
from participa.listening.receive import Said
from participa.listening.snapshots import PostSnapshot
from participa.staff import queries as offices
from participa.staff.fields import OfficeField, office_choices

# How it came in, with the word of the address that chooses it.
WAYS = {"mesa": Way.DESK, "calle": Way.STREET, "telefono": Way.PHONE, "papel": Way.PAPER}
REPLY, OPINION = "reply", "opinion"
NAMED, MINOR, ANONYMOUS = "named", "minor", "anonymous"
YEAR = timedelta(days=366)
SLACK = timedelta(minutes=2)  # between the clock of a device and this one
NOT_YET = "Esa hora no ha llegado. Revise el día y la hora."
LONG_AGO = "Eso es de hace más de un año. Revise el año."
NO_NAME = "Escriba cómo se identifica la persona, o elija que prefiere no dar su nombre."
NO_CONSENT = (
    "Lea el aviso y marque que autoriza. Si no autoriza, elija que prefiere no dar su nombre: lo "
    "que dice vale igual."
)
NO_MARK = "Marque que es una denuncia de corrupción, o quite la dependencia."
LEAST_LETTERS = 3


def understood(form: Any, field: Any) -> None:
    """A validator: it is more than a letter or two."""
    if len((field.data or "").strip()) < LEAST_LETTERS:
        raise ValidationError("Con tan poco no se entiende. Escriba lo que dijo la persona.")


class IntakeForm(PersonalDetails, Form):
    """What the law asks of a petition by word of mouth, and a little more. One showing, one case.

    Personal data: `name`, `document`, `email` and `phone`, to identify and answer the person
    (Decreto 1166 de 2016); none of somebody under 18, nor of who prefers to give none.
    """

    snapshot: PostSnapshot

    way = RadioField(
        "Cómo llega",
        [DataRequired("Diga cómo llega.")],
        choices={way.name: way.value for way in WAYS.values()},
        default=Way.DESK.name,
    )
    said_at = CityMomentField(
        "Día y hora", [InputRequired("Escriba el día y la hora en que lo dijo.")]
    )
    wish = RadioField(
        "Qué quiere",
        [DataRequired("Diga si la persona quiere respuesta.")],
        choices={
            REPLY: "Pide algo o quiere respuesta",
            OPINION: "Solo opina: no pide nada",
        },
        default=REPLY,
    )
    asked = TextAreaField(
        "Qué pide o qué cuenta",
        [
            DataRequired("Escriba qué pide o qué cuenta la persona."),
            up_to(5000),
            understood,
        ],
    )
    reasons = TextAreaField("Por qué lo pide", [Optional(), up_to(3000)])
    documents = TextAreaField("Documentos que entrega", [Optional(), up_to(1000)])
    person = RadioField(
        "Quién habla",
        [DataRequired("Diga si la persona da su nombre.")],
        choices={
            NAMED: "Da su nombre y es mayor de edad",
            ANONYMOUS: "Prefiere no dar su nombre",
            MINOR: "Es menor de 18 años: no se le pide nada",
        },
    )
    consent = BooleanField("Oyó el aviso y autoriza guardar su nombre y su contacto")
    name = StringField("Nombre y apellidos", [SometimesNeeded(), up_to(120)])
    document = StringField("Documento", [Optional(), up_to(40)])
    email = EmailField("Correo", [Optional(), up_to(contacts.LONGEST)])
    phone = TelField("Teléfono", [Optional(), up_to(30)])
    topic = SelectField(
        "Tema",
        [Optional(), fields.known_topic],
        choices=fields.topic_choices,
        validate_choice=False,
    )
    territory = SelectField(
        "Comuna o corregimiento de lo que cuenta",
        [Optional(), fields.known_place],
        choices=fields.place_choices,
        validate_choice=False,
    )
    language = StringField("Lengua, si no habló en español", [Optional(), up_to(60)])
    is_life_risk = BooleanField("Habla de un riesgo para la vida")
    priorities = Ticks(
        "Va primero porque hay", [Optional()], choices={one.name: one.value for one in Priority}
    )
    # Read by the office that investigates, and never by the one reported (PQR-11).
    is_corruption = BooleanField("Es una denuncia de corrupción")
    accused = OfficeField("De qué dependencia habla la denuncia", [Optional()])
    photos = MultipleFileField("Fotos")
    voice = FileField("Nota de voz")

    submission_id = ""

    @classmethod
    def begun(cls, post: PostSnapshot) -> "IntakeForm":
        form = cls.creating()
        form.snapshot = post
        form.accused.choices = office_choices(offices.offices(), "Ninguna")
        if request.method != "POST":
            form.said_at.data = clock.local(clock.now()).replace(second=0, microsecond=0)
            form.territory.data = post.territory
            form.way.data = WAYS.get(request.args.get("como", ""), Way.DESK).name
        if not post.takes_voice:
            del form.voice
        if not post.takes_photos:
            del form.photos
        if post.notice is None:  # then nobody is asked who they are
            del form.person, form.consent, form.name, form.document, form.email, form.phone
        return form

    def renew(self) -> None:
        """Let what is typed now be sent as another person's."""
        self.creation = submissions.issue(self.purpose)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators) & self.details_are_valid()
        try:
            self.submission_id = submissions.read(self.creation, self.purpose)
        except Stale as stale:
            self.renew()
            self.reject(str(stale))
            self.submission_id = submissions.read(self.creation, self.purpose)
        refusals = attaching.bring(self.submission_id)
        for refusal in refusals:
            self.reject(str(refusal), refusal.field)
        return is_valid and not self.problems

    @property
    def waiting(self) -> list[Attachment]:
        """What was attached and waits for the form to be sent."""
        return attachments.waiting(self.submission_id) if self.submission_id else []

    @property
    def is_named(self) -> bool:
        return "person" in self and self.person.data == NAMED

    @property
    def is_minor(self) -> bool:
        return "person" in self and self.person.data == MINOR

    @property
    def chosen_way(self) -> Way:
        return Way[self.way.data]

    @property
    def moment(self) -> datetime:
        moment = self.said_at.moment
        assert moment is not None  # noqa: S101 - the form is valid
        return moment

    def validate_said_at(self, field: Any) -> None:
        if field.errors or field.data is None:
            return
        moment, now = self.moment, clock.now()
        if moment > now + SLACK:
            raise ValidationError(NOT_YET)
        if moment < now - YEAR:
            raise ValidationError(LONG_AGO)
        if self.way.data == Way.PAPER.name:
            return
        opened, ended = self.snapshot.opens_at or self.snapshot.published_at, self.snapshot.ended_at
        if opened is not None and moment < opened - SLACK:
            raise ValidationError(
                f"El escuchadero abrió el {spanish.moment(opened)}: nadie pudo decirlo antes. "
                "Revise la fecha."
            )
        if ended is not None and moment > ended + SLACK:
            told = spanish.moment(spanish.as_end(ended))
            raise ValidationError(f"El escuchadero cerró el {told}: anote solo lo de antes.")

    def validate_name(self, field: Any) -> None:
        if self.is_named and not field.data:
            raise ValidationError(NO_NAME)

    def validate_consent(self, field: Any) -> None:
        if self.is_named and not field.data:
            raise ValidationError(NO_CONSENT)

    def validate_email(self, field: Any) -> None:
        if self.is_named and field.data:
            self._read_contact(field, 0, "Escriba un correo completo, como nombre@ejemplo.org.")

    def validate_phone(self, field: Any) -> None:
        if self.is_named and field.data:
            self._read_contact(field, 1, "Escriba un teléfono, como 300 123 4567.")

    @staticmethod
    def _read_contact(field: Any, place: int, sentence: str) -> None:
        try:
            read = contacts.read(field.data)
        except WrongContact:
            read = ("", "")
        if not read[place]:
            raise ValidationError(sentence)

    def validate_accused(self, field: Any) -> None:
        if field.data and not self.is_corruption.data:
            raise ValidationError(NO_MARK)

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems, *self.detail_problems]

    @property
    def spoken(self) -> Spoken:
        """After `validate`."""
        priorities = {Priority[name] for name in self.priorities.data or ()}
        priorities |= {Priority.CHILD} if self.is_minor else set()
        return Spoken(
            said_at=self.moment,
            asked=self.asked.data or "",
            reasons=self.reasons.data or "",
            documents=self.documents.data or "",
            document=self.document.data or "" if self.is_named else "",
            language=self.language.data or "",
            priorities=sorted(priorities, key=lambda one: one.name),
            is_life_risk=bool(self.is_life_risk.data),
        )

    @property
    def said(self) -> Said:
        """After `validate`."""
        is_named = self.is_named
        email = contacts.read(self.email.data or "")[0] if is_named else ""
        phone = contacts.read(self.phone.data or "")[1] if is_named else ""
        return Said(
            text=self.spoken.text,
            wants_answer=self.wish.data == REPLY,
            is_anonymous=not is_named,
            name=" ".join((self.name.data or "").split()) if is_named else "",
            email=email,
            phone=phone,
            topic=self.topic.data or "",
            territory=self.territory.data or "",
            is_corruption=bool(self.is_corruption.data),
            accused_office_id=(self.accused.data or None) if self.is_corruption.data else None,
            way=self.chosen_way,
        )

    @property
    def given_details(self) -> dict[str, list[str]] | None:
        """The optional answers about the person; of somebody under 18 none are stored."""
        return None if self.is_minor else self.details
