"""The forms of those who want the calls by mail, or no longer."""

from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired

from participa.channels.flow import ShownForm
from participa.citizens.notices import PURPOSES
from participa.core.fields import up_to
from participa.core.forms import PublicForm
from participa.outreach.subscriptions import BAD_EMAIL, USE


class SubscribeForm(ShownForm):
    """An address to write to, with the consent to do so (DAT-03)."""

    email = StringField("Su correo", [DataRequired(BAD_EMAIL), up_to(254)])
    consent = BooleanField(
        PURPOSES[USE].tick,
        [DataRequired("Marque la autorización. Sin ella no podemos escribirle.")],
    )


class MailedLinkForm(PublicForm):
    """The button on the page of a mailed link: opening the link alone changes nothing."""
