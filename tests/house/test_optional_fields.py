"""A label says "(opcional)" only where the form can be sent without an answer.

When this fails: the field needs DataRequired with its sentence; or, if it is needed in some cases
only, `participa.core.fields.SometimesNeeded` and a hint that says when.
"""

import re

import pytest
from wtforms.validators import Optional

from participa.core.fields import SometimesNeeded
from tests.attacks import forms_of, forms_on
from tests.filling import Control, PageForm
from tests.house.test_forms import FORMS
from tests.house.test_hostile_values import FILE, STARTS, enter, reachable, shape_of
from tests.story import AFTERNOON, tell_whole_story

pytestmark = pytest.mark.one_engine

assert enter  # a fixture
NAMED = re.compile(
    r'<label for="([\w-]+)">[^<]*<span class="optional">'
    r'|<fieldset id="([\w-]+)"[^>]*>\s*<legend>[^<]*<span class="optional">'
)
MOST_OPTIONS = 6  # of a choice that decides what else is needed


def optional_names(page: str) -> set[str]:
    """The fields of a page that say "(opcional)"; their ids are their names."""
    return {label or legend for label, legend in NAMED.findall(page)}


def blank(control: Control) -> str | None:
    """What the control sends without an answer; None if that is nothing."""
    if control.kind in {"checkbox", "radio", "file"}:
        return None
    if control.kind == "select":
        return "" if "" in control.options else "0"
    return ""


def unanswered(form: PageForm, names: set[str]) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in form.as_it_stands() if name not in names]
    blanks = {one.name: blank(one) for one in form.controls if one.name in names}
    return kept + [(name, value) for name, value in blanks.items() if value is not None]


def variants(form: PageForm, names: set[str]) -> list[list[tuple[str, str]]]:
    """The form without its optional answers, once with each option of each other choice."""
    sent = unanswered(form, names)
    options: dict[str, list[str]] = {}
    for control in form.controls:
        if control.name not in names and control.kind == "select":
            options[control.name] = control.options
        elif control.name not in names and control.kind in {"radio", "button", "checkbox"}:
            options.setdefault(control.name, []).append(control.value)
    found = [sent]
    for name, values in options.items():
        others = [pair for pair in sent if pair[0] != name]
        found += [[*others, (name, value)] for value in values[:MOST_OPTIONS]]
    return found


def refused(page: str, names: set[str]) -> list[str]:
    return [name for name in sorted(names) if f'id="{name}-error"' in page]


@pytest.mark.slow
def test_what_is_optional_can_be_left_out_on_every_form_of_every_role(app, demo, at, enter):
    at(*AFTERNOON)
    tell_whole_story()
    done: set = set()
    wrong, tried = [], set()
    for role, start in STARTS.items():
        for address, answer in list(reachable(enter(role), start, FILE)):
            shapes = {shape_of(form) for form in forms_of(address, answer)} - done
            names = optional_names(answer.text) if shapes else set()
            done |= shapes
            if not names:
                continue
            visitor = enter(role)
            for form in forms_on(visitor, address):
                own = names & {control.name for control in form.controls}
                tried |= own
                for sent in variants(form, own) if own else []:
                    told = visitor.post(form.action, data=pairs(sent))
                    if told.mimetype == "text/html":
                        wrong += [f"{address} {name}" for name in refused(told.text, own)]
    assert sorted(set(wrong)) == []
    assert len(tried) > 15, "few optional fields were reached"


def pairs(sent: list[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in sent:
        values.setdefault(name, []).append(value)
    return values


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_select_that_always_has_a_value_is_not_called_optional(form):
    """Its empty option is what makes it optional, so the form has to name it."""
    for name in dir(form):
        unbound = getattr(form, name)
        kind = getattr(getattr(unbound, "field_class", None), "__name__", "")
        if kind not in {"SelectField", "RadioField"}:
            continue
        validators = unbound.kwargs.get("validators") or next(iter(unbound.args[1:2]), ())
        marks = [one for one in validators if is_said(one)]
        assert marks, f"{form.__name__}.{name}: DataRequired, SometimesNeeded or Optional"


def is_said(validator: object) -> bool:
    flags = getattr(validator, "field_flags", {})
    return isinstance(validator, Optional | SometimesNeeded) or flags.get("required", False)
