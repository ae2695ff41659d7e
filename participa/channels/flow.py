"""A citizen's form in three stages: fill in, review, send. One page each, without a session.

form = AnswerForm(call)
match form.stage():
    case Stage.FORM:   return pages.form(call, form), form.status
    case Stage.REVIEW: return pages.review(call, form), form.status
    case Stage.SEND:   return send(call, form)
"""

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from participa.channels.snapshots import Snapshot
from participa.citizens.fields import PopulationForm, answers, population_form
from participa.core import submissions
from participa.core.forms import PublicForm, flat
from participa.core.web import showings

# A damaged letter: replaced, or left in the percent escapes of another encoding (Pe%F1a). After a
# number the sign is a percentage, and without a digit the escape may begin a word («un%DA»), so it
# stands within a word or before small letters; «3%BA» is an ordinal.
DAMAGED = re.compile(
    "\N{REPLACEMENT CHARACTER}"
    r"|%C[23]%[89AB][0-9A-F]"
    r"|(?<!\d)(?<!\d[ \xa0\u202f])%[CDEF][139](?![0-9])"
    r"|(?<=[^\W\d_])%(?:ED|FA|FC|CD|DA|DC)(?=[a-záéíóúñ]|\b)"
    r"|(?<!\d)(?<!\d[ \xa0\u202f])%(?:ED|FA|FC|BF|A1)(?=[a-záéíóúñ])"
    r"|(?<=\d)%(?:BA|AA|B0)(?![^\W_])"
)
ABOUT_THE_PERSON = ("v_", "sensitive_consent")  # prefixes of the field names of the optional block

# Stand in a cached page for what each rendering has of its own; forms remove these characters.
TOKEN_PLACE, NAME_PLACE, ADDRESS_PLACE = "\x1c", "\x1d", "\x1f"


class Stage(enum.Enum):
    """The response to a request: the form, its review page, or storing the answer."""

    FORM = enum.auto()
    REVIEW = enum.auto()
    SEND = enum.auto()


class PersonalDetails:
    """Mixin for a form with optional questions about the person, which are stored apart."""

    snapshot: Snapshot

    @property
    def sent(self) -> MultiDict[str, str]:
        """The values that were sent; not the request's own where it brings several forms."""
        return request.form

    @property
    def variables(self) -> Sequence[str]:
        """The ids of the optional questions that this person is asked."""
        return self.snapshot.variables

    @cached_property
    def population(self) -> PopulationForm | None:
        """The block of optional questions; built only if it is shown or was filled in."""
        if not self.variables:
            return None
        sent = self.sent if request.method == "POST" else None
        return population_form(self.variables)(sent)

    @cached_property
    def has_details(self) -> bool:
        """Whether the request fills in any of the block; if not, it need not be built."""
        return any(
            any(values) for name, values in self.sent.lists() if name.startswith(ABOUT_THE_PERSON)
        )

    @property
    def details(self) -> dict[str, list[str]] | None:
        """Variable id → chosen codes, after a valid POST; None when the block is blank."""
        if not self.has_details or self.population is None:
            return None
        return answers(self.population)

    def details_are_valid(self) -> bool:
        return not self.has_details or self.population is None or self.population.validate()

    @property
    def detail_answers(self) -> Iterator[tuple[str, str, str]]:
        """Label, answer and field id of each answered question of the block, for the review."""
        if self.population is None:
            return
        for variable in self.population.asked:
            for field in self.population.fields_of(variable):
                words = "; ".join(variable.option_label(code) for code in field.data or ())
                if words:
                    yield field.label.text, words, field.id

    @property
    def detail_problems(self) -> list[tuple[str, str]]:
        block: Sequence[Field] = tuple(self.population or ())
        return [(field.id, str(sentence)) for field in block for sentence in flat(field.errors)]


class ShownForm(PublicForm):
    """A form whose showings have an address each, so that browsers may store it for Back."""

    @cached_property
    def rendering(self) -> str:
        """The word of this rendering; like the addresses, made for a page that shows the form."""
        return showings.new()

    @cached_property
    def address(self) -> str:
        return showings.address(showings.current())

    @property
    def showing(self) -> str:
        """The name of this rendering of the form.

        Browsers restore what was typed by the names of forms and fields. With a name that occurs
        once, nothing is restored into another rendering, whose options have another order.
        """
        return f"{showings.WORD}-{self.rendering}"


class ReviewedForm(ShownForm):
    """A form with a review page. `purpose` is signed into its token and names form and record.

    Each showing of the form has an address, and its review another, so that the browser's Back
    button shows the form as it was left: a browser drops the page that it stores of an address when
    a POST there succeeds. The form is therefore sent to `review_address`, and the confirmed answer
    to `address`, after which Back shows an empty form
    (docs/decisions/0034-back-shows-the-stored-page.md).
    """

    once: ClassVar[tuple[str, ...]] = ("submission", "confirm", "step")  # names that may occur once

    def __init__(self, snapshot: Snapshot, purpose: str):
        super().__init__(purpose)
        self.snapshot = snapshot
        self.is_rejected = False

    @cached_property
    def review_address(self) -> str:
        return address_of_review(self.rendering)

    def leave_places(self) -> None:
        """Make this the form of a cached page, which `own_values` complete for each request."""
        self.submission.data = TOKEN_PLACE
        self.rendering, self.review_address = NAME_PLACE, ADDRESS_PLACE

    @property
    def order(self) -> str:
        """What decides the order of the options: each showing has its own."""
        showing = showings.current()
        return showings.order_of(showing) if showing else self.submission.data or ""

    @property
    def is_confirmed(self) -> bool:
        return request.form.get("confirm") == "1"

    @property
    def wants_to_change(self) -> bool:
        return request.form.get("step") == "change"

    def stage(self) -> Stage:
        """The stage of this request. An invalid form returns to the page with its errors."""
        if request.method != "POST":
            return Stage.FORM
        if self.wants_to_change:
            self.restore()
            return Stage.FORM
        if not self.validate():
            self.is_rejected = True
            return Stage.REVIEW if self.is_wrong_on_review else Stage.FORM
        return Stage.SEND if self.is_confirmed else Stage.REVIEW

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.is_rejected else HTTPStatus.OK

    def restore(self) -> None:
        """Parse the submitted values without validating them, to show the form again."""

    @property
    def is_wrong_on_review(self) -> bool:
        """Whether all errors are in fields of the review page."""
        return False

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        is_valid = super().validate(extra_validators)
        for sentence in malformed(self.once):
            self.reject(sentence)
            is_valid = False
        return is_valid

    @property
    def carried(self) -> Iterator[tuple[str, str]]:
        """Name and value of each filled field: the hidden fields of the review page."""
        block = getattr(self, "population", None) or ()
        for name in [field.name for field in (*self, *block) if field.name != "submission"]:
            yield from ((name, value) for value in request.form.getlist(name) if value)


def own_values(purpose: str) -> dict[str, str]:
    """What one rendering of a cached form has of its own, by the place where it belongs."""
    name, token = showings.new(), submissions.issue(purpose)
    return {TOKEN_PLACE: token, NAME_PLACE: name, ADDRESS_PLACE: address_of_review(name)}


def address_of_review(rendering: str) -> str:
    return showings.address(f"{showings.current()}{showings.REVIEW_MARK}{rendering}")


def undamaged(form: BaseForm, field: Field) -> None:
    """A validator of a text that a resident writes."""
    if DAMAGED.search(field.data or ""):
        raise ValidationError("Algunas letras llegaron dañadas. Escríbalas otra vez.")


def malformed(once: Sequence[str], sent: MultiDict[str, str] | None = None) -> Iterator[str]:
    """Error sentences about requests that no browser sends: repeated fields, NUL characters."""
    lists = dict((request.form if sent is None else sent).lists())
    if any(len(lists.get(name, ())) > 1 for name in once):
        yield "Un dato llegó repetido. Revise lo que escribió y envíelo otra vez."
    if any("\x00" in value for values in lists.values() for value in values):
        yield "Llegaron signos que no se pueden guardar. Revise lo que escribió."
