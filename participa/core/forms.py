"""Forms: what every field of the house does before anybody looks at it."""

import re
import unicodedata
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.meta import DefaultMeta

from participa.core import submissions
from participa.core.db import db
from participa.core.errors import Refused

CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)


def clean(text: Any) -> Any:
    """Composed (NFC), without control or direction signs, without blanks at the ends."""
    if not isinstance(text, str):
        return text
    return CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n"))).strip()


class Form(FlaskForm):
    """A form of the staff. Its CSRF token is checked once, for the whole application."""

    form_errors: list[str]

    class Meta(FlaskForm.Meta):
        # A message that a form did not word itself comes from WTForms' own Spanish catalogue.
        locales = ("es",)
        get_translations = DefaultMeta.get_translations

        def bind_field(self, form, unbound_field, options):
            if issubclass(unbound_field.field_class, StringField):
                kept = list(unbound_field.kwargs.get("filters", ()))
                options = options | {"filters": [clean, *kept]}
            return unbound_field.bind(form=form, **options)

    @property
    def status(self) -> HTTPStatus:
        """The status of the page that shows this form: a rejected one is not 'OK'."""
        if request.method != "POST":
            return HTTPStatus.OK
        return HTTPStatus.UNPROCESSABLE_ENTITY

    def carries_out(self, verb: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Call the verb; a refusal becomes an error of this form, and everything typed stays.

        Returns what the verb returned, or True when it returned nothing; None when refused.
        """
        try:
            result = verb(*args, **named)
        except Refused as refusal:
            db.session.rollback()
            self.reject(str(refusal), refusal.field)
            return None
        return True if result is None else result

    def reject(self, sentence: str, field: str = "") -> None:
        target: Field | None = self._fields.get(field)
        if target is None:
            self.form_errors = [*self.form_errors, sentence]
        else:
            target.errors = [*target.errors, sentence]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, sentence) for the summary on top, in the order of the fields."""
        found = [("", sentence) for sentence in self.form_errors]
        for field in self:
            found += [(field.id, str(sentence)) for sentence in flat(field.errors)]
        return found


class PublicForm(Form):
    """A form of the citizens: no session and no cookie, but a submission that is stored once.

    `purpose` names the form and its object ("topics.answer:7K3F2QXM"); a token of another one
    is refused. After a valid POST, `submission_id` is what makes the storing idempotent.
    """

    class Meta(Form.Meta):
        csrf = False

    submission = HiddenField()

    def __init__(self, purpose: str, **named: Any):
        super().__init__(**named)
        self.purpose = purpose
        self.submission_id = ""
        if request.method != "POST":
            self.submission.data = submissions.issue(purpose)

    def validate(self, extra_validators=None) -> bool:
        try:
            self.submission_id = submissions.read(self.submission.data or "", self.purpose)
        except submissions.Stale as stale:
            super().validate(extra_validators)
            self.submission.data = submissions.issue(self.purpose)
            self.reject(str(stale))
            return False
        return super().validate(extra_validators)


def flat(errors: Any) -> list[Any]:
    """The sentences of a field, also of one made of other fields."""
    if isinstance(errors, dict):
        errors = errors.values()
    if isinstance(errors, str) or not hasattr(errors, "__iter__"):
        return [errors]
    return [sentence for error in errors for sentence in flat(error)]
