"""Base classes of the forms: cleaned text, Spanish messages, and idempotent public forms."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Self

from flask import g, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, FileField, HiddenField, StringField
from wtforms.fields.choices import SelectFieldBase
from wtforms.fields.core import UnboundField
from wtforms.meta import DefaultMeta

from participa.core import clock, spanish, submissions
from participa.core.db import db
from participa.core.editing import creations, versions
from participa.core.errors import Refused

CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)

# A field that says, as "field:name", which file was chosen before a session ended.
LOST_FILE = "lost_file"
# The name of the stored value that is the fingerprint of a whole row.
VERSION = "version"
# Hidden fields that say nothing of what somebody typed or chose.
UNTYPED = {"csrf_token", "creation", "carried", versions.FIELD, versions.ABOUT, LOST_FILE}
BOUND: dict[UnboundField, Field] = {}  # the fields of the public forms


def clean(text: Any) -> Any:
    """NFC text without control or direction characters and without spaces at the ends."""
    if not isinstance(text, str):
        return text
    return CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n"))).strip()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose stored value is not the typed one, in words."""

    label: str
    stored: str
    typed: str
    is_real: bool = True  # false between nothing and zero, which a blank field means


class Form(FlaskForm):
    """A staff form. Its CSRF token is checked before every request (core.web.security).

    For the forms that need it, `shown` is the fingerprint of the values that the page was drawn
    from, and `creation` the signed token of this showing. When somebody else saved the record in
    between, `is_overtaken` is true and `differences` says where the two texts differ.
    """

    form_errors: list[str]
    shown: str = ""
    creation: str = ""
    first_made: tuple[str, str] | None = None  # label and address of what a used token has made
    record: Any = None
    stored: Callable[[Any], dict[str, Any]]
    purpose = ""
    leads_to: Callable[[Any], str] | None = None
    is_overtaken = False
    differences: tuple[Difference, ...] = ()
    # Label and text of what no stored value answers to.
    typed_apart: tuple[tuple[str, str], ...] = ()

    @classmethod
    def changing(
        cls, record: Any, stored: Callable[[Any], dict[str, Any]], /, **named: Any
    ) -> Self:
        """The form that changes a record; `stored` returns the record's values by field name.

        `validate` locks the row and rejects a form that was drawn from other values.
        """
        values = stored(record)
        form = cls(data=values, **named)
        versions.page_is_about(record)
        form.record, form.stored = record, stored
        is_sent = request.method == "POST"
        sent = request.form.get(versions.FIELD, "")
        form.shown = sent if is_sent else versions.fingerprint(values)
        return form

    @classmethod
    def creating(
        cls,
        leads_to: Callable[[Any], str] | None = None,
        /,
        endpoint: str = "",
        **named: Any,
    ) -> Self:
        """The form whose verb `creates` calls at most once for each showing.

        `leads_to` returns the address of the record that it makes. `endpoint` is where a button
        sends it, if not to the page's own. The token is good there, for the same object and the
        same account only.
        """
        form = cls(**named)
        form.leads_to = leads_to
        values = sorted((request.view_args or {}).items())
        where = [cls.__name__, endpoint or request.endpoint, values, g.get("account_id")]
        form.purpose = json.dumps(where, default=str)
        is_sent = request.method == "POST"
        form.creation = (
            request.form.get("creation", "") if is_sent else submissions.issue(form.purpose)
        )
        return form

    class Meta(FlaskForm.Meta):
        # Messages without a text of their own come from WTForms' Spanish catalogue.
        locales = ("es",)
        get_translations = DefaultMeta.get_translations

        def wrap_formdata(self, form, formdata):
            """What was sent; a file in the place of a text is none.

            `g.refills`: the page is shown again with what was sent, without carrying it out.
            """
            if formdata is not None and g.get("refills"):
                return request.form
            sent = super().wrap_formdata(form, formdata)
            if not isinstance(sent, CombinedMultiDict):
                return sent
            of_files = {field.name for field in form if isinstance(field, FileField)}
            files = [one for one in request.files.items(multi=True) if one[0] in of_files]
            return CombinedMultiDict((MultiDict(files), request.form))

        def bind_field(self, form, unbound_field, options):
            return unbound_field.bind(form=form, **with_clean_text(unbound_field, options))

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        for lost in request.form.getlist(LOST_FILE):
            field, _, name = lost.partition(":")
            if field in self._fields:
                self._fields[field].errors = []  # that it is missing, in other words
            self.reject(f"Elija otra vez el archivo «{clean(name)}».", field)
            is_valid = False
        is_valid = is_valid and self.carries_out(self.prepare) is not None
        return is_valid and (self.record is None or self._is_current())

    def prepare(self) -> None:
        """Do what takes long, such as reading an uploaded file, before a row is locked.

        Called for a form without errors. May raise Refused.
        """

    def _is_current(self) -> bool:
        """Whether the record is as the page showed it, or as it was typed; if not, say so."""
        versions.lock(self.record)
        values = self.stored(self.record)
        current = versions.fingerprint(values)
        if current == self.shown:
            return True
        fields = [field for field in self if field.name in values]
        differences = [difference(field, values[field.name]) for field in fields]
        self.differences = tuple(one for one in differences if one.is_real)
        if values and not self.differences and len(fields) == len(values):
            return True  # a second click on the same button
        sentence = versions.last_change(self.record, with_parts=VERSION in values)
        db.session.rollback()
        self.shown, self.is_overtaken = current, True
        self.typed_apart = typed_in(field for field in self if field.name not in values)
        advice = "Compare, corrija lo suyo y guarde otra vez."
        self.reject(f"{sentence} {advice if fields else versions.REPEAT}")
        return False

    @property
    def status(self) -> HTTPStatus:
        """HTTP status of the page that shows this form: 200 for a GET, 422 for a rejected POST."""
        if request.method != "POST":
            return HTTPStatus.OK
        is_conflict = self.is_overtaken or self.first_made
        return HTTPStatus.CONFLICT if is_conflict else HTTPStatus.UNPROCESSABLE_ENTITY

    def creates(self, verb: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """The record that the verb makes, or has made for this showing of the form before.

        None when it was refused, like `carries_out`; also when this showing has made something
        else. Then the form has a new token, so that sending it again makes the second.
        """
        try:
            return self.created(verb, *args, **named)
        except Refused as refusal:
            db.session.rollback()
            if isinstance(refusal, submissions.Stale | creations.Gone | creations.Another):
                self.creation = submissions.issue(self.purpose)
            if isinstance(refusal, creations.Another):
                address = self.leads_to(refusal.record) if self.leads_to else ""
                self.first_made = creations.label_of(refusal.record), address
            self.reject(str(refusal), refusal.field)
            return None

    def created(self, verb: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Like `creates`, for a button without a form of its own: raises Refused."""
        submission_id = submissions.read(self.creation, self.purpose)
        digest = submissions.digest_of(submission_id, sent())
        creation = creations.begin(submission_id, digest)
        if creation is None:
            return creations.made_by(submission_id, digest)
        record = verb(*args, **named)
        creations.finish(creation, record)
        return record

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

    @property
    def typed_now(self) -> tuple[tuple[str, str], ...]:
        """What this request has typed, for a page that offers the form no more."""
        return typed_in(self) if request.method == "POST" and not self.typed_apart else ()

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


def with_clean_text(unbound: UnboundField, options: dict[str, Any]) -> dict[str, Any]:
    """The options with which a field is bound; what is typed into one for text is cleaned first."""
    if not issubclass(unbound.field_class, StringField):
        return options
    return options | {"filters": [clean, *unbound.kwargs.get("filters", ())]}


class PublicForm(Form):
    """A form for citizens: no session and no cookie, but a signed token that allows one submission.

    `purpose` names the form and its object ("topics.answer:7K3F2QXM"); a token of another purpose
    is refused. After a valid POST, `submission_id` is the key for storing it once.
    """

    class Meta(Form.Meta):
        csrf = False

        def bind_field(self, form, unbound_field, options):
            """A copy of the field, which is bound once per process: binding costs ten times more.

            A request changes the attributes of its copy alone. The first one is bound to no form,
            so nothing of a request stays in it.
            """
            bound = BOUND.get(unbound_field)
            if bound is None:
                given = with_clean_text(unbound_field, options)
                bound = BOUND[unbound_field] = unbound_field.bind(None, _meta=self, **given)
            return twin(bound)

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


def twin(field: Field) -> Field:
    """A copy of a field; `copy.copy` would call Field(), which makes an unbound one."""
    other: Field = object.__new__(type(field))
    vars(other).update(vars(field))
    return other


def sent() -> list[list[str]]:
    """What somebody typed or chose in this request; a file as its name and its SHA-256."""
    fields = request.form.items(multi=True)
    typed = [[name, value] for name, value in fields if name not in UNTYPED]
    for name, file in request.files.items(multi=True):
        place = file.stream.tell()
        file.stream.seek(0)
        digest = hashlib.sha256(file.stream.read()).hexdigest()
        file.stream.seek(place)
        typed.append([name, file.filename or "", digest])
    return typed


def difference(field: Field, stored: Any) -> Difference:
    before, after = in_words(field, stored), in_words(field, field.data)
    is_real = before != after and bool(stored or field.data)
    return Difference(field.label.text, before, after, is_real)


def typed_in(fields: Iterable[Field]) -> tuple[tuple[str, str], ...]:
    """Label and text of each of these fields in which somebody typed or chose something."""
    seen = [one for one in fields if not isinstance(one, HiddenField | FileField)]
    return tuple((one.label.text, in_words(one, one.data)) for one in seen if one.data)


def in_words(field: Field, value: Any) -> str:
    """A value as the person who fills in the form would read it."""
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if value in (None, "", [], ()):
        return "(nada)"
    if isinstance(value, datetime):
        is_typed = value.tzinfo is None  # as a field has it, in the city's time
        day, hour, minute = value.date(), value.hour, value.minute
        return spanish.moment(clock.at_city(day, hour, minute) if is_typed else value)
    if isinstance(value, date):
        return spanish.day(value)
    if isinstance(value, list | tuple | set):
        return ", ".join(in_words(field, one) for one in value)
    return chosen_label(field, value) or str(value)


def chosen_label(field: Field, value: Any) -> str:
    """The label of a choice; "" for a field without choices, or without this one."""
    if not isinstance(field, SelectFieldBase):
        return ""
    groups = field.iter_groups() if field.has_groups() else [("", field.iter_choices())]
    labels = {str(choice[0]): str(choice[1]) for _, choices in groups for choice in choices}
    return labels.get(str(value), "")


def flat(errors: Any) -> list[Any]:
    """The messages of a field as one list, also those of nested fields."""
    if isinstance(errors, dict):
        errors = errors.values()
    if isinstance(errors, str) or not hasattr(errors, "__iter__"):
        return [errors]
    return [sentence for error in errors for sentence in flat(error)]
