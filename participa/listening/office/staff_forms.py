"""The staff's form of a listening post."""

from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from participa.channels.forms import ChannelForm, initial_values
from participa.channels.models import Channel
from participa.citizens.territories import CITY
from participa.citizens.variables import DEFAULT, TERRITORY, VARIABLES
from participa.core.fields import SometimesNeeded, Ticks, up_to, web_address
from participa.core.web.lists import folded
from participa.formats import queries as formats
from participa.formats.fields import FormatField
from participa.listening.models import FULL_NAME, Attachment, ListeningPost, PostKind
from participa.listening.public.forms import ContributionForm
from participa.listening.service import LONGEST_TITLE
from participa.staff.models import Account

# The form itself asks for the territory; the zone follows from it.
ASKABLE = {
    id: variable
    for id, variable in VARIABLES.items()
    if id != TERRITORY and not variable.derived_from and not variable.serves_the_event
}
ASKED = tuple(id for id in DEFAULT if id in ASKABLE)
TEXTS = ("place", "territory", "link", "hours", "supports")
NOT_IN_FULL = (
    f"Empiece el nombre con «{FULL_NAME}». Así nadie lo confunde con los escuchaderos de salud "
    "mental."
)


class PostForm(ChannelForm):
    """A listening post. Only the name is needed to begin; the rest is needed to publish it."""

    task = "7.1"
    order = ("title", "why", "kind", "place", "territory", "link", "hours", "opens_at", "closes_at")
    title = StringField(
        "Nombre",
        [DataRequired("Escriba el nombre del escuchadero."), up_to(LONGEST_TITLE)],
        default=FULL_NAME,
    )
    why = TextAreaField("Para qué se escucha", [Optional(), up_to(600)])
    kind = SelectField(
        "Dónde escucha",
        [DataRequired("Elija dónde escucha.")],
        choices={kind.name: kind.value for kind in PostKind},
        default=PostKind.PHYSICAL.name,
    )
    place = StringField("Lugar", [SometimesNeeded(), Optional(), up_to(200)])
    territory = SelectField(
        "Territorio",
        [Optional()],
        choices={"": "Toda la ciudad"} | {one.code: one.label for one in CITY},
    )
    link = StringField("Enlace de la videollamada", [Optional(), web_address, up_to(400)])
    hours = StringField("Horario de atención", [SometimesNeeded(), Optional(), up_to(200)])
    supports = TextAreaField("Apoyos de accesibilidad", [Optional(), up_to(600)])
    takes_voice = BooleanField("Recibir notas de voz", default=True)
    takes_photos = BooleanField("Recibir fotos", default=True)
    variables = Ticks(
        "Qué se pregunta sobre quien cuenta",
        [Optional()],
        choices={id: variable.label for id, variable in ASKABLE.items()},
        default=ASKED,
    )
    official_format = FormatField()

    def offer(self, account: Account, record: Channel | None = None) -> None:
        super().offer(account, record)
        self.official_format.offer(formats.format_id_of(record) if record else 0)

    def validate_title(self, field):
        if not folded(field.data).startswith(folded(FULL_NAME)):
            raise ValidationError(NOT_IN_FULL)

    def facts(self, account: Account) -> dict[str, Any]:
        own = {name: self[name].data or "" for name in TEXTS}
        own |= {name: self[name].data for name in ("takes_voice", "takes_photos")}
        return super().facts(account) | own | {"kind": PostKind[self.kind.data]}


def values_of(post: ListeningPost) -> dict[str, Any]:
    """The initial values of the form for an existing post."""
    own = {name: getattr(post, name) for name in (*TEXTS, "takes_voice", "takes_photos")}
    own |= {"kind": post.kind.name, "official_format": formats.format_id_of(post)}
    return initial_values(post) | own


class PostPreviewForm(ContributionForm):
    """The public form as the staff try it: its files are passed over, and it is never sent."""

    def bring(self) -> bool:
        return True

    @property
    def files(self) -> list[Attachment]:
        return []
