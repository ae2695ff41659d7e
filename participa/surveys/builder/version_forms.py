"""The form that lets people answer another version of the questions."""

from wtforms import BooleanField

from participa.core.forms import Form


class PublishVersionForm(Form):
    """A button, and the consent where answers before and after cannot be added."""

    accepts_break = BooleanField("Acepto que se cuenten aparte")
