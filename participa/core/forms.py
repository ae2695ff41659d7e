"""Base classes of the forms: cleaned text, Spanish messages, and idempotent public forms."""

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
    """NFC text without control or direction characters and without spaces at the ends."""
    if not isinstance(text, str):
        return text
    return CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n"))).strip()


class Form(FlaskForm):
    """A staff form. Its CSRF token is checked before every request (core.web.security)."""

    form_errors: list[str]

    class Meta(FlaskForm.Meta):
        # Messages without a text of their own come from WTForms' Spanish catalogue.
        locales = ("es",)
        get_translations = DefaultMeta.get_translations

        def bind_field(self, form, unbound_field, options):
            if issubclass(unbound_field.field_class, StringField):
                filters = list(unbound_field.kwargs.get("filters", ()))
                options = options | {"filters": [clean, *filters]}
            return unbound_field.bind(form=form, **options)

    @property
    def status(self) -> HTTPStatus:
        """HTTP status of the page that shows this form: 200 for a GET, 422 for a rejected POST."""
        if request.method != "POST":
            return HTTPStatus.OK
        return HTTPStatus.UNPROCESSABLE_ENTITY

    def carries_out(self, verb: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Call the verb; Refused becomes an error of this form, and the transaction is rolled back.

        Returns the result of the verb, True if that is None, and None when it was refused.
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
        """(id of the field, sentence) for the error summary, in the order of the fields."""
        problems = [("", sentence) for sentence in self.form_errors]
        for field in self:
            problems += [(field.id, str(sentence)) for sentence in flat(field.errors)]
        return problems


class PublicForm(Form):
    """A form for citizens: no session and no cookie, but a signed token that allows one submission.

    `purpose` names the form and its object ("topics.answer:7K3F2QXM"); a token of another purpose
    is refused. After a valid POST, `submission_id` is the key for storing it once.
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
    """The messages of a field as one list, also those of nested fields."""
    if isinstance(errors, dict):
        errors = errors.values()
    if isinstance(errors, str) or not hasattr(errors, "__iter__"):
        return [errors]
    return [sentence for error in errors for sentence in flat(error)]
